"""What the general models of the offline reader learn from: labelled features of messages, composed from the
phrasings of scenarios and read by readers that have not seen them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.materials import Scenario
from tutor.consultant.corpus import Corpus
from tutor.consultant.offline import acts, cues
from tutor.consultant.offline.fit import fit
from tutor.consultant.offline.general import General
from tutor.consultant.offline.logistic import Logistic
from tutor.consultant.offline.model import FittedModel
from tutor.consultant.offline.reading import Reading, Seen
from tutor.consultant.offline.sequence import Steps
from tutor.consultant.offline.spelling import Speller
from tutor.consultant.offline.text import words

FOLDS = 3
ASSERT, DENY, NEITHER = range(3)
WEIGHT = {
    "message": 3.0, "mention": 1.5, "phrasing": 1.0, "composed": 1.0, "mixed": 1.0, "template": 1.0,
    "negated": 1.0,
}  # fmt: skip
"""What a message of each kind weighs: whole ones are what learners write, the others are composed."""
_VERB = re.compile(r"\b(is|are|was|were|has|does|do|can|will|should)\b")
_OPENERS = ("", "", "No. ", "no, ", "Well, ", "I'd say ", "I take it back, ", "As far as I can see ")
"""What a plain sentence is denied by: "the learning rate is *not* too high"."""
SHORT_ANSWER = 3
"""The words that name an idea are an answer by themselves if they are so few: "dropout", "a bug"."""
PRESSED = 12
"""So many attempts to press the consultant are joined with an idea: they stay what they are."""
COMPOSED, MIXED, TEMPLATED = 250, 120, 2
"""In each fold: messages composed from unseen phrasings, whole ones joined with one, and how often each plain
sentence is filled in."""
JOINTS = (
    ". ", ", and ", "; ", " and ", ". Also, ", " plus ", ", then ", " - ", "\n", ", ", ". And ", "... ",
)  # fmt: skip


@dataclass
class Rows:
    """Feature rows with labels and weights, as they pile up."""

    values: list[np.ndarray] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def add(self, values: np.ndarray, label: int, kind: str, weight: float = 1.0) -> None:
        self.values.append(values)
        self.labels.append(label)
        self.weights.append(weight)
        self.kinds.append(kind)


@dataclass
class StanceRows(Rows):
    """The same with the words of each message; the values are those of `reading.SIDE`."""

    steps: list[Steps] = field(default_factory=list)

    def add_seen(self, seen: Seen, label: int, kind: str) -> None:
        self.add(seen.side, label, kind, WEIGHT[kind])
        self.steps.append(seen.steps)


@dataclass(frozen=True)
class Fold:
    """A model fitted without a third of the texts, and that third."""

    scenario: Scenario
    model: FittedModel
    speller: Speller
    unseen: Corpus


def folds(scenario: Scenario, seed: int = 0) -> list[Fold]:
    rng = random.Random(seed)
    corpus = scenario.corpus

    def parts(texts: Iterable[Any]) -> list[Any]:
        shuffled = list(texts)
        rng.shuffle(shuffled)
        return shuffled

    phrasings = {idea: parts(texts) for idea, texts in corpus.phrasings.items()}
    by_act = {act: parts(texts) for act, texts in corpus.acts.items()}
    mentions, stances = parts(corpus.mentions), parts(corpus.stances)
    out = []
    for k in range(FOLDS):

        def seen(texts: Sequence[Any], k: int = k) -> tuple[Any, ...]:
            return tuple(text for n, text in enumerate(texts) if n % FOLDS != k)

        def unseen(texts: Sequence[Any], k: int = k) -> tuple[Any, ...]:
            return tuple(text for n, text in enumerate(texts) if n % FOLDS == k)

        def corpus_of(part: Any) -> Corpus:
            return corpus.model_copy(
                update={
                    "phrasings": {idea: part(texts) for idea, texts in phrasings.items()},
                    "acts": {act: part(texts) for act, texts in by_act.items()},
                    "mentions": part(mentions),
                    "stances": part(stances),
                }
            )

        model = fit(corpus_of(seen))
        out.append(Fold(scenario, model, Speller(model.known, model.targets), corpus_of(unseen)))
    return out


def compose(rng: random.Random, fold: Fold) -> tuple[str, set[str], str]:
    """A message of one to three unseen phrasings, the ideas in it, and the stage it is said in."""
    corpus = fold.unseen
    stage = rng.choice(sorted(corpus.stage_ideas))
    usable = {idea for idea, texts in corpus.phrasings.items() if texts}
    pool = sorted(set(corpus.stage_ideas[stage]) & usable) if rng.random() < 0.9 else sorted(usable)
    chosen = rng.sample(pool, min(len(pool), rng.choices([1, 2, 3], [0.5, 0.35, 0.15])[0]))
    return join(rng, [rng.choice(corpus.phrasings[idea]) for idea in chosen]), set(chosen), stage


def join(rng: random.Random, texts: Sequence[str]) -> str:
    out = texts[0]
    for text in texts[1:]:
        lowered = text[0].lower() + text[1:] if rng.random() < 0.6 else text
        out = out.rstrip(".") + rng.choice(JOINTS) + lowered
    return out


UNLEARNED = General(idea=None, stance=None, act=None)  # type: ignore[arg-type]
"""In place of the general models while none is there."""


def idea_rows(all_folds: Sequence[Fold], rng: random.Random, composed: int = 300) -> Rows:
    rows = Rows()
    for fold in all_folds:
        corpus = fold.unseen
        stages = sorted(corpus.stage_ideas)
        messages = [compose(rng, fold) for _ in range(composed)]
        messages += [(text, set(), rng.choice(stages)) for texts in corpus.acts.values() for text in texts]
        messages += [
            (e.text, {*e.asserts, *e.denies}, _stage_of(corpus, (*e.asserts, *e.denies), rng))
            for e in corpus.stances
        ]
        for text, ideas, stage in messages:
            reading = Reading(fold.model, fold.speller, text, stage, UNLEARNED)
            for candidate in reading.candidates:
                rows.add(
                    candidate.values, int(fold.model.ideas.classes[candidate.of] in ideas), fold.scenario.id
                )
    return rows


def _stage_of(corpus: Corpus, ideas: Sequence[str], rng: random.Random) -> str:
    fitting = [stage for stage, of in sorted(corpus.stage_ideas.items()) if set(ideas) & set(of)]
    return rng.choice(fitting or sorted(corpus.stage_ideas))


def stance_rows(all_folds: Sequence[Fold], idea: Logistic, rng: random.Random) -> StanceRows:
    """Every likely candidate of every message: asserted, denied, or neither (named, or not meant at all)."""
    rows = StanceRows()
    general = replace(UNLEARNED, idea=idea)
    for fold in all_folds:
        for text, labels, stage, kind in _labelled(fold, rng):
            reading = Reading(fold.model, fold.speller, text, stage, general)
            for seen in reading.seen:
                name = fold.model.ideas.classes[seen.candidate.of]
                rows.add_seen(seen, labels.get(name, NEITHER), kind)
    return rows


def _labelled(fold: Fold, rng: random.Random) -> Iterator[tuple[str, Mapping[str, int], str, str]]:
    """Unseen messages: (text, stances by idea, stage, kind)."""
    corpus = fold.unseen
    texts = [(text, idea) for idea, phrasings in corpus.phrasings.items() for text in phrasings]
    for e in corpus.stances:
        yield e.text, _labels(e.asserts, e.denies), _stage_of(corpus, (*e.asserts, *e.denies), rng), "message"
    for text in (*corpus.mentions, *corpus.acts["question"], *corpus.acts["hint_request"]):
        yield text, {}, rng.choice(sorted(corpus.stage_ideas)), "mention"
    for text, idea in (*texts, *_short_answers(corpus)):
        yield text, {idea: ASSERT}, _stage_of(corpus, (idea,), rng), "phrasing"
    for _ in range(COMPOSED):
        text, ideas, stage = compose(rng, fold)
        yield text, dict.fromkeys(ideas, ASSERT), stage, "composed"
    short = short_names(corpus)
    for idea, names in short.items():
        for text in filter(_VERB.search, names):
            denied = rng.choice(_OPENERS) + _VERB.sub(r"\1 not", text, count=1)
            yield denied, {idea: DENY}, _stage_of(corpus, (idea,), rng), "negated"
    for _ in range(MIXED):
        e, (text, idea) = rng.choice(corpus.stances), rng.choice(texts)
        if idea not in (*e.asserts, *e.denies):
            both = [e.text, text]
            rng.shuffle(both)
            labels = {**_labels(e.asserts, e.denies), idea: ASSERT}
            yield join(rng, both), labels, _stage_of(corpus, (idea,), rng), "mixed"
    for slots, template in read_templates() * TEMPLATED:
        ideas_of = dict(zip("XYZ", rng.sample(sorted(short), 3), strict=True))
        said = template.format(**{slot: rng.choice(short[idea]) for slot, idea in ideas_of.items()})
        stage = _stage_of(corpus, tuple(ideas_of.values()), rng)
        yield said, {ideas_of[slot]: label for slot, label in slots.items()}, stage, "template"


def _short_answers(corpus: Corpus) -> list[tuple[str, str]]:
    said = [(words, idea) for e in corpus.stances for idea, words in e.words.items()]
    return [(words, idea) for words, idea in said if len(words.split()) <= SHORT_ANSWER]


def _labels(asserts: Sequence[str], denies: Sequence[str]) -> dict[str, int]:
    return {**dict.fromkeys(denies, DENY), **dict.fromkeys(asserts, ASSERT)}


def read_templates() -> list[tuple[dict[str, int], str]]:
    lines = (Path(__file__).parent / "stance_templates.txt").read_text(encoding="utf-8").splitlines()
    code = {"+": ASSERT, "-": DENY, "?": NEITHER}
    pairs = [line.split(" | ", 1) for line in lines if line and not line.startswith("#")]
    return [({label[1]: code[label[0]] for label in head.split()}, text) for head, text in pairs]


def short_names(corpus: Corpus) -> dict[str, list[str]]:
    """Short ways to name each idea that hold no denying words of their own."""
    denying = {"negation", "rejection", "useless", "doubt"}
    out = {}
    for idea, texts in corpus.phrasings.items():
        plain = [
            text.rstrip(".!")
            for text in texts
            if len(text.split()) <= 9
            and "?" not in text
            and not denying & {cue.kind for cue in cues.find([word.form for word in words(text)])}
        ]
        out[idea] = [
            *(text.replace("{", "(").replace("}", ")") for text in plain),
            *[idea.replace("_", " ")] * 2,
        ]
    return out


def act_rows(all_folds: Sequence[Fold], general: General, rng: random.Random) -> Rows:
    rows = Rows()
    number = {name: k for k, name in enumerate(acts.CLASSES)}
    for fold in all_folds:
        corpus = fold.unseen
        stages = sorted(corpus.stage_ideas)
        texts = [(text, act, rng.choice(stages)) for act, of in corpus.acts.items() for text in of]
        texts += [(text, "mention", rng.choice(stages)) for text in corpus.mentions]
        texts += [
            (e.text, "contribution", _stage_of(corpus, (*e.asserts, *e.denies), rng)) for e in corpus.stances
        ]
        texts += [
            (text, "contribution", _stage_of(corpus, (idea,), rng)) for text, idea in _short_answers(corpus)
        ]
        for pressing in rng.sample(
            corpus.acts["manipulation"], min(PRESSED, len(corpus.acts["manipulation"]))
        ):
            text, _, stage = compose(rng, fold)
            both = [pressing, text]
            rng.shuffle(both)
            texts.append((join(rng, both), "manipulation", stage))
        for _ in range(250):
            text, _, stage = compose(rng, fold)
            texts.append((text, "contribution", stage))
        for text, act, stage in texts:
            reading = Reading(fold.model, fold.speller, text, stage, general)
            if reading.runs:
                rows.add(reading.act_values(), number[act], act)
    return rows
