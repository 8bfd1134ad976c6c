"""Ideas whose phrasings are too much alike to be told apart, found by leaving each phrasing out in turn.

Regularised least squares on tf-idf of words and letter groups, the kind of reader the consultant uses. Its
leave-one-out answers have a closed form, so nothing is fitted n times (Rifkin & Lippert, 2007, Notes on
regularized least squares, section 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tutor.dialogue.key import Key
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source
from tutor.scenario.report import Report
from tutor.scenario.yaml_reader import PathKey

Matrix = NDArray[np.float64]

RIDGE = 0.3
TWINS = 0.82  # cosine similarity from which two phrasings count as the same words
SHORT = 0.9  # the same for phrasings of a few words, which may differ in the one that counts
FEW_WORDS = 6
CONFUSED = 1 / 2  # share of an idea's phrasings that go to one other idea


@dataclass(frozen=True)
class Phrasing:
    """One way to say an idea, and where it stands."""

    idea: str
    text: str
    loc: PathKey
    beside: bool  # in the phrasings file


def phrasings_of(source: Source) -> tuple[Phrasing, ...]:
    """All phrasings of a scenario, each text once."""
    found: dict[str, Phrasing] = {}
    for name, idea in source.scenario.ideas.items():
        for number, text in enumerate(idea.phrasings):
            found.setdefault(text, Phrasing(name, text, ("ideas", name, "phrasings", number), False))
        for number, text in enumerate(source.phrasings.phrasings.get(name, ())):
            found.setdefault(text, Phrasing(name, text, ("phrasings", name, number), True))
    return tuple(found.values())


def confusable(source: Source) -> Iterator[Problem]:
    """Warnings for twins (two phrasings in almost the same words) and for ideas that are mistaken for each
    other. Only ideas that are judged differently somewhere count: the others may be confused without harm."""
    known = phrasings_of(source)
    rivals = _rivals(source)
    if len(known) < 2 or not rivals:
        return
    report, table = Report(source), _vectors([p.text for p in known])
    similar = table @ table.T
    for i, j in np.argwhere(np.triu(similar >= TWINS, k=1)):
        one, twin = known[int(i)], known[int(j)]
        short = min(len(one.text.split()), len(twin.text.split())) < FEW_WORDS
        if frozenset((one.idea, twin.idea)) in rivals and similar[i, j] >= (SHORT if short else TWINS):
            yield _warn(
                report, twin, f"almost the words of {one.idea!r} ({_place(report, one)}: {one.text!r})"
            )
    guesses = _left_out(similar, [p.idea for p in known])
    for name in source.scenario.ideas:
        own = [n for n, p in enumerate(known) if p.idea == name]
        for other in source.scenario.ideas:
            taken = [known[n] for n in own if guesses[n] == other]
            if frozenset((name, other)) in rivals and len(taken) >= max(3, CONFUSED * len(own)):
                first = next(p for p in known if p.idea == other)
                message = (
                    f"{len(taken)} of {len(own)} phrasings of {name!r} sound like {other!r} "
                    f"({_place(report, first)}), which is judged differently; such as {taken[0].text!r}"
                )
                yield _warn(report, taken[0], message)


def _rivals(source: Source) -> set[frozenset[str]]:
    """The pairs of ideas with different roles in some stage of some variant."""
    pairs: set[frozenset[str]] = set()
    for variant in source.scenario.variants:
        key = Key(source.scenario, variant)
        for stage in key.stages:
            roles = {idea: key.role(idea, stage) for idea in source.scenario.ideas}
            pairs |= {frozenset((a, b)) for a, b in combinations(roles, 2) if roles[a] is not roles[b]}
    return pairs


def _vectors(texts: list[str]) -> Matrix:
    """Rows of unit length: tf-idf of words and pairs of words, and of groups of letters, in equal parts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    blocks = [part.fit_transform(texts).toarray() for part in (words, letters)]
    joined: Matrix = np.hstack(blocks) / np.sqrt(2.0)
    return joined


def _left_out(similar: Matrix, ideas: list[str]) -> list[str]:
    """For each phrasing, the idea it would be read as if it had not been learned from."""
    classes = list(dict.fromkeys(ideas))
    target = np.array([[1.0 if idea == c else 0.0 for c in classes] for idea in ideas])
    inverse = np.linalg.inv(similar + RIDGE * np.eye(len(ideas)))
    scores = target - (inverse @ target) / np.diag(inverse)[:, None]
    return [classes[n] for n in scores.argmax(axis=1)]


def _place(report: Report, phrasing: Phrasing) -> str:
    found = _warn(report, phrasing, "")
    return f"{found.path}:{found.position.line}"


def _warn(report: Report, phrasing: Phrasing, message: str) -> Problem:
    problem = report.beside if phrasing.beside else report.warning
    found = problem(phrasing.loc, message)
    return Problem(found.path, found.position, found.message, "warning")
