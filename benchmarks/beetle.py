"""The same reader on a subject none of us wrote about: basic electricity (Beetle, SemEval-2013 Task 7).

    python -m benchmarks.beetle beetle-train.jsonl [--k 4 8] [--draws 3]

For every question, k answers labelled correct, contradictory and incorrect each, and the reference answers
as correct, are the phrasings; all other answers are read. Prints macro-F1 (3-way) pooled over the questions
(Dzikovska et al., 2013), and F1 weighted by label within each question, averaged over the questions. Read
with the product's assessor fitted to each question alone, with its reader fitted to all questions at once
(features both shared and by question, after Daume, 2007), and with logistic regression on n-grams fitted to
each question alone: the yardstick, on exactly the same draws.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline, make_union

from tutor.consultant.corpus import Corpus
from tutor.consultant.offline.assessor import OfflineAssessor
from tutor.consultant.offline.features import BLOCKS, read, whole
from tutor.consultant.offline.fit import fit, fit_reader

LABELS = ("correct", "contradictory", "incorrect")
Examples = Mapping[str, Sequence[str]]
Guess = Callable[[str], str]


def by_offline_reader(phrasings: Examples) -> Guess:
    corpus = Corpus(phrasings={label: tuple(texts) for label, texts in phrasings.items()}, acts={})
    assessor = OfflineAssessor(fit(corpus))
    return lambda answer: assessor.rank(answer)[0][0]


def by_logistic_regression(phrasings: Examples) -> Guess:
    grams = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    model = make_pipeline(grams, LogisticRegression(C=10, max_iter=1000, class_weight="balanced"))
    pairs = [(text, label) for label, texts in phrasings.items() for text in texts]
    model.fit([text for text, _ in pairs], [label for _, label in pairs])
    return lambda answer: str(model.predict([answer])[0])


def together(by_question: Mapping[str, Examples]) -> Callable[[str, str], str]:
    """One reader for all questions: every feature counts once for all of them and once for its question."""

    def keys(text: str, question: str) -> list[str]:
        plain = whole(read(text))
        return plain + [f"{key[0]} {question} {key[2:]}" for key in plain]

    triples = [
        (text, question, label)
        for question, phrasings in by_question.items()
        for label, texts in phrasings.items()
        for text in texts
    ]
    reader = fit_reader(
        [keys(text, question) for text, question, _ in triples],
        [label for *_, label in triples],
        LABELS,
        BLOCKS,
    )
    return lambda answer, question: LABELS[int(reader.scores(keys(answer, question)).argmax())]


def each(
    method: Callable[[Examples], Guess],
) -> Callable[[Mapping[str, Examples]], Callable[[str, str], str]]:
    """A method for one question made one for all of them, each by itself."""

    def fitted(by_question: Mapping[str, Examples]) -> Callable[[str, str], str]:
        guesses = {question: method(phrasings) for question, phrasings in by_question.items()}
        return lambda answer, question: guesses[question](answer)

    return fitted


METHODS = {
    "assessor, by question": each(by_offline_reader),
    "reader, all questions": together,
    "logistic n-grams": each(by_logistic_regression),
}


def draw(
    rows: Sequence[Mapping[str, Any]], k: int, seed: int
) -> tuple[dict[str, dict[str, list[str]]], list[Mapping[str, Any]]]:
    """(phrasings by question and label, all other answers)."""
    rng = random.Random(seed)
    questions = defaultdict(list)
    for row in rows:
        questions[row["question_id"]].append(row)
    examples: dict[str, dict[str, list[str]]] = {}
    rest = []
    for question, answers in sorted(questions.items()):
        phrasings: dict[str, list[str]] = {label: [] for label in LABELS}
        drawn = dict.fromkeys(LABELS, 0)
        for row in rng.sample(answers, len(answers)):
            if drawn[row["label"]] < k:
                drawn[row["label"]] += 1
                phrasings[row["label"]].append(row["student_answer"])
            else:
                rest.append(row)
        phrasings["correct"] += [reference["text"] for reference in answers[0]["reference_answers"]]
        examples[question] = {label: texts for label, texts in phrasings.items() if texts}
    return examples, rest


def within_questions(questions: Sequence[str], truth: Sequence[str], guesses: Sequence[str]) -> float:
    """F1 weighted by how often each label is true, question by question; the mean over the questions."""
    pairs = defaultdict(list)
    for question, label, guess in zip(questions, truth, guesses, strict=True):
        pairs[question].append((label, guess))
    return fmean(f1_score(*zip(*of, strict=True), average="weighted") for of in pairs.values())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("answers", type=Path)
    parser.add_argument("--k", type=int, nargs="+", default=[4, 8])
    parser.add_argument("--draws", type=int, default=3, help="random draws of the examples to average over")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.answers.read_text(encoding="utf-8").splitlines() if line]
    for k in options.k:
        draws = [draw(rows, k, seed) for seed in range(options.draws)]
        for name, method in METHODS.items():
            found, by_question = [], []
            for examples, rest in draws:
                guess = method(examples)
                truth = [row["label"] for row in rest]
                guesses = [guess(row["student_answer"], row["question_id"]) for row in rest]
                found.append(float(f1_score(truth, guesses, labels=list(LABELS), average="macro")))
                by_question.append(within_questions([row["question_id"] for row in rest], truth, guesses))
            print(
                f"k={k}  {name:22} macro-F1 {fmean(found):.3f}  ({min(found):.3f} to {max(found):.3f})"
                f"  within questions {fmean(by_question):.3f}"
            )


if __name__ == "__main__":
    main()
