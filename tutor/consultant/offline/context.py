"""The words around an idea, as written: how learners mark a stance in ways that no list of cues foresees.

The words that carry the idea are left out, and so are numbers and the field's own words: what remains
("my boss swears _ and i do not follow him") is the same whatever the subject. Which of these words count, and
for what, is learned (benchmarks/train_reader.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy.typing as npt

from tutor.consultant.offline.marks import Marked

Array = npt.NDArray[Any]

IDEA, FIELD, NUMBER = "_", "~", "#"
_CARRIES = 0.4
"""A word carries the idea if it speaks for it so much, against the word that speaks for it most."""
_CLOSE = 4


def keys(marked: Marked, carried: Array, k: int, low: int, high: int) -> tuple[str, ...]:
    """Words and pairs of words before and after the words `low` to `high` of clause `k`, by where they stand:
    close by ("<", ">"), in the same clause or the one beside it ("<<", ">>"), anywhere else ("...")."""
    text = marked.text
    forms = _masked(marked, carried)
    first, last = text.clauses[max(0, k - 1)].first, text.clauses[min(len(text.clauses) - 1, k + 1)].last
    here, end = text.clauses[k].first, text.clauses[k].last
    zones = {
        "<": forms[max(here, low - _CLOSE) : low],
        ">": forms[high : min(end, high + _CLOSE)],
        "<<": forms[first:low],
        ">>": forms[high:last],
        "...": [*forms[:first], ".", *forms[last:]],
    }
    found: dict[str, None] = {}
    for zone, words in zones.items():
        found.update(dict.fromkeys(f"{zone} {word}" for word in _singles(words)))
        found.update(dict.fromkeys(f"{zone} {a} {b}" for a, b in pairwise(words)))
    return tuple(found)


def _singles(words: Iterable[str]) -> Iterable[str]:
    return (word for word in words if word not in (IDEA, FIELD, NUMBER, "."))


def _masked(marked: Marked, carried: Array) -> Sequence[str]:
    text = marked.text
    out = [NUMBER if stem[0].isdigit() else stem for stem in text.stems]
    for a, b, _ in marked.groups:
        out[a:b] = [FIELD] * (b - a)
    for cue in marked.cues:
        out[cue.first : cue.last] = text.stems[cue.first : cue.last]
    most = float(carried.max(initial=0.0))
    for at, weight in enumerate(carried.tolist()):
        if most > 0 and weight >= _CARRIES * most:
            out[at] = IDEA
    return out
