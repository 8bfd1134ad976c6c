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
_ENDS = frozenset(".!?;:")
_TELLING = frozenset("\"'?!:;,.-(")


def keys(marked: Marked, carried: Array, k: int, low: int, high: int) -> tuple[str, ...]:
    """Words and pairs of words before and after the words `low` to `high` of clause `k`, by where they stand:
    close by ("<", ">"), in the same sentence ("<<", ">>"), in the sentence before or after ("[", "]"). Marks
    of punctuation count as words."""
    forms = _masked(marked, carried)
    sentence = _sentence_of(marked)
    own = sentence[low]
    tokens: dict[str, list[str]] = {"[": [], "<<": [], "<": [], ">": [], ">>": [], "]": []}
    for at, form in enumerate(forms):
        away = sentence[at] - own
        if away == 0:
            zone = "<<" if at < low else ">>" if at >= high else ""
            near = "<" if low - _CLOSE <= at < low else ">" if high <= at < high + _CLOSE else ""
        else:
            zone, near = {-1: "[", 1: "]"}.get(away, ""), ""
        for name in (zone, near):
            if name:
                tokens[name] += _marks_before(marked, at)
                tokens[name].append(form)
    found: dict[str, None] = {}
    for zone, words in tokens.items():
        found.update(dict.fromkeys(f"{zone} {word}" for word in _singles(words)))
        found.update(dict.fromkeys(f"{zone} {a} {b}" for a, b in pairwise(words)))
    before = forms[low - 1] if low else "^"
    return (*found, f"opens {before}", f"ends {_end(marked, own, sentence)}")


def _sentence_of(marked: Marked) -> Sequence[int]:
    """The number of the sentence that each word stands in."""
    out, number = [], 0
    for clause in marked.text.clauses:
        out += [number] * (clause.last - clause.first)
        number += clause.closer in _ENDS
    return out


def _end(marked: Marked, own: int, sentence: Sequence[int]) -> str:
    last = max(at for at, number in enumerate(sentence) if number == own)
    return marked.text.clauses[marked.clause_of[last]].closer


def _marks_before(marked: Marked, at: int) -> list[str]:
    """Quotes and the like between a word and the one before it."""
    words, folded = marked.text.words, marked.text.folded
    begin = words[at - 1].end if at else 0
    return [mark for mark in folded[begin : words[at].start] if mark in _TELLING]


def _singles(words: Iterable[str]) -> Iterable[str]:
    return (word for word in words if word not in (IDEA, FIELD, NUMBER))


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
