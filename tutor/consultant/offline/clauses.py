"""A message cut into clauses, the spans an idea may fill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.consultant.offline.text import Word

MAX_CLAUSES = 120
LONGEST_SPAN = 4
"""An idea is looked for in runs of at most this many clauses (and in the whole window)."""
WINDOW = 12
"""A longer message is read in parts: the general models know messages of a few ideas, and nobody may hide an
idea in a flood of others."""

_STRONG = re.compile(r"[.!?;:\n]+(?=\s|$)|\n|\?|!|;|(?:\s-+\s)|\.\.+|…|=>|->(?=\s)")
_WEAK = re.compile(r"[,()/\"+]")
_NEEDS = {"weak": 1, "word": 2}
_SPLITTING_WORDS = frozenset((
    "and", "but", "or", "so", "because", "since", "while", "whereas", "however", "though", "although",
    "then", "plus", "instead", "rather", "yet", "nor", "therefore", "hence", "thus",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `first` up to (not including) `last`; what stood before it, and what closes it."""

    first: int
    last: int
    opener: str
    closer: str


def split(folded: str, words: Sequence[Word]) -> list[Clause]:
    """The clauses of a message, in order, each with at least one word."""
    if not words:
        return []
    cuts: list[tuple[int, str]] = []  # (index of the word a clause begins with, what stands before it)
    first = 0
    for at in range(1, len(words)):
        before, word = words[at - 1], words[at]
        gap = folded[before.end : word.start] if word.start >= before.end else ""
        if _STRONG.search(gap) or "\n" in gap:
            cuts.append((at, _mark(gap)))
            first = at
        elif (_WEAK.search(gap) or gap.strip() == "-") and at - first >= _NEEDS["weak"]:
            cuts.append((at, ","))
            first = at
        elif word.form == "but" and before.form in ("anything", "nothing", "all", "everything"):
            continue
        elif word.form in _SPLITTING_WORDS and at - first >= _NEEDS["word"] and len(words) - at >= 3:
            cuts.append((at, " "))
            first = at
    bounds = [0, *(at for at, _ in cuts), len(words)]
    marks = [mark for _, mark in cuts] + [_mark(folded[words[-1].end :])]
    clauses = []
    for k in range(len(bounds) - 1):
        begin, end = bounds[k], bounds[k + 1]
        clauses.append(Clause(begin, end, words[begin].form, marks[k]))
    if len(clauses) > MAX_CLAUSES:
        tail = clauses[MAX_CLAUSES - 1]
        clauses = [
            *clauses[: MAX_CLAUSES - 1],
            Clause(tail.first, clauses[-1].last, tail.opener, clauses[-1].closer),
        ]
    return clauses


def windows(clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """A long message in parts of up to WINDOW clauses each (first, after the last), cut where a sentence ends
    if one does in the later half of the part."""
    out, first = [], 0
    while len(clauses) - first > WINDOW:
        ends = range(first + WINDOW, first + WINDOW // 2 - 1, -1)
        last = next((end for end in ends if clauses[end - 1].closer in ".!?;:"), first + WINDOW)
        out.append((first, last))
        first = last
    return [*out, (first, len(clauses))]


def _mark(gap: str) -> str:
    for mark in "?!;:.":
        if mark in gap:
            return mark
    return "." if "\n" in gap else "-" if "-" in gap else "," if "," in gap else " "


def spans(first: int, last: int) -> list[tuple[int, int]]:
    """Runs of the clauses first to last (first, after the last), short ones first; all of them are always the
    last run."""
    count = last - first
    runs = [(a, a + n) for n in range(1, min(LONGEST_SPAN, count) + 1) for a in range(first, last - n + 1)]
    if count > LONGEST_SPAN:
        runs.append((first, last))
    return runs
