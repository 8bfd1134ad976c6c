"""A message as the stance network reads it: word after word, seen from one idea.

The words that carry the idea are marked, and those that carry another one; a cue of stance keeps its kind, a
mark of punctuation its place. Long messages are cut to a window around the idea.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import tanh
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline import cues, vectors
from tutor.consultant.offline.marks import Marked

Array = npt.NDArray[Any]

LONGEST = 48
"""Words and marks that are read, at most."""
PUNCTUATION = '"?!:;,.-()'
_PLAIN = ("core", "clause", "field", "carries", "carries another", "distance", "before", "number")
_NEAR = 8.0
"""Words away from the idea where its nearness has mostly worn off."""
_STRONGEST = 1.5


@cache
def channels() -> tuple[str, ...]:
    """What is known of each step beside its word vector."""
    return (*_PLAIN, *cues.kinds(), *PUNCTUATION)


@cache
def _position() -> dict[str, int]:
    return {name: k for k, name in enumerate(channels())}


@dataclass(frozen=True)
class Steps:
    """`words`: (steps,) rows of the table of word vectors (0: none); `known`: (steps, channels)."""

    words: Array
    known: Array


def steps(marked: Marked, carried: Array, other: Array, low: int, high: int) -> Steps:
    """The steps of a text for the idea that the words `low` to `high` carry.

    `carried`: how much each word (words,) speaks for this idea; `other`: for the likeliest of the others.
    """
    text, at, row = marked.text, _position(), vectors.rows()
    most = max(float(carried.max(initial=0.0)), 1e-6)
    own = (np.clip(carried, 0.0, None) / most).tolist()
    others = (np.clip(other, 0.0, _STRONGEST * most) / most).tolist()
    field = {w for first, last, _ in marked.groups for w in range(first, last)}
    cued = {w: cue.kind for cue in marked.cues for w in range(cue.first, cue.last)}
    clause = text.clauses[marked.clause_of[low]]
    words: list[int] = []
    known: list[list[float]] = []
    core = 0

    def add(word: int, away: int) -> list[float]:
        values = [0.0] * len(at)
        values[at["distance"]] = tanh(away / _NEAR)
        values[at["before"]] = float(away < 0)
        words.append(word)
        known.append(values)
        return values

    end = 0
    for w, word in enumerate(text.words):
        away = w - low if w < low else max(0, w - high + 1)
        for mark in _marks(text.folded, end, word.start):
            add(0, away)[at[mark]] = 1.0
        if w == low:
            core = len(words)
        number = word.form[0].isdigit()
        values = add(0 if number else row.get(word.form, 0), away)
        values[: len(_PLAIN)] = (
            low <= w < high, clause.first <= w < clause.last, w in field, own[w], others[w],
            values[at["distance"]], values[at["before"]], number,
        )  # fmt: skip
        if w in cued:
            values[at[cued[w]]] = 1.0
        end = word.end
    for mark in _marks(text.folded, end, len(text.folded)):
        add(0, len(text.words) - high + 1)[at[mark]] = 1.0
    first = max(0, min(core - LONGEST // 2, len(words) - LONGEST))
    window = slice(first, first + LONGEST)
    return Steps(np.array(words[window], dtype=int), np.array(known[window], dtype=np.float32))


def _marks(folded: str, start: int, end: int) -> Sequence[str]:
    return [mark for mark in folded[start:end] if mark in PUNCTUATION]
