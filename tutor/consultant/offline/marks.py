"""Where the cues of a message stand to the words that carry an idea, and which of them an idea uses itself:
"the loss does *not move*" is no denial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline.cues import Cue
from tutor.consultant.offline.features import Text
from tutor.consultant.offline.linear import LinearReader

Array = npt.NDArray[Any]

PLACES = ("near", "before", "after_near", "after", "prev", "prev_joined", "next", "far_prev", "far_next")
BEHIND = frozenset({"after_near", "after", "next", "far_next"})
DENYING = frozenset({"negation", "rejection", "useless", "doubt"})
REACH = 5
"""Words a cue reaches, ahead or back, within its clause."""


@dataclass(frozen=True)
class Marked:
    """A text with the clause of every word; shared by all its candidates."""

    text: Text
    clause_of: tuple[int, ...]

    @property
    def cues(self) -> tuple[Cue, ...]:
        return self.text.cues

    @property
    def groups(self) -> tuple[tuple[int, int, str], ...]:
        return self.text.entries

    def names(self, at: int) -> list[str]:
        """What a word is called in `usual_cues`: by itself, then by the groups it stands in."""
        groups = [f"~{group}" for first, last, group in self.groups if first <= at < last]
        return [f"~ {self.text.stems[at]}", *groups]

    @classmethod
    def of(cls, text: Text) -> Marked:
        return cls(text, tuple(k for k, c in enumerate(text.clauses) for _ in range(c.first, c.last)))


def usual_cues(texts: Sequence[Text], reader: LinearReader, of: int) -> dict[str, float]:
    """How an idea's own phrasings use cues; shares between 0 and 1.

    "#kind": phrasings with such a cue; "phrase<" and "phrase>": with this cue phrase before (among) or
    after the
    words that carry the idea; "~word" and "~group": of the phrasings with this word or group of meaning,
    those
    where it stands within reach of a denying cue. "The loss does *not move*" makes "~move" high for that
    idea.
    """
    held: Counter[str] = Counter()
    words_held: Counter[str] = Counter()
    words_denied: Counter[str] = Counter()
    for text in texts:
        if not text.clauses:
            continue
        marked = Marked.of(text)
        k, low, high = core(reader.word_weights(text, marked.groups, of), text, (0, len(text.clauses)))
        found = {sided(cue, place(marked, cue, k, low, high)) for cue in marked.cues}
        held.update(found | {f"#{cue.kind}" for cue in marked.cues})
        within: set[int] = set()
        for cue in marked.cues:
            if cue.kind in DENYING:
                within.update((*ahead(marked, cue), *behind(marked, cue)))
        words_held.update({name for at in range(len(text.words)) for name in marked.names(at)})
        words_denied.update({name for at in within for name in marked.names(at)})
    shares = {name: count / len(texts) for name, count in held.items()}
    return (
        shares
        | {name: count / words_held[name] for name, count in words_denied.items()}
        | {name: 0.0 for name in words_held if name not in words_denied}
    )


def ahead(marked: Marked, cue: Cue) -> range:
    return range(cue.last, min(cue.last + REACH, marked.text.clauses[marked.clause_of[cue.first]].last))


def behind(marked: Marked, cue: Cue) -> range:
    return range(max(cue.first - REACH, marked.text.clauses[marked.clause_of[cue.first]].first), cue.first)


def news(marked: Marked, usual: Mapping[str, float], at: int) -> float:
    """How surprising a denial of this word is for the idea: 0 if its phrasings deny it themselves, 1 if
    never."""
    shares = [usual[name] for name in marked.names(at) if name in usual]
    return 1.0 - (shares[0] if shares else usual.get("#negation", 0.0))


def sided(cue: Cue, place: str) -> str:
    return cue.phrase + (">" if place in BEHIND else "<")


def core(carried: Array, text: Text, run: tuple[int, int]) -> tuple[int, int, int]:
    """The clause of a run that carries the idea most, and the words (first, after the last) that do."""

    def weight(k: int) -> float:
        clause = text.clauses[k]
        part = carried[clause.first : clause.last]
        return float(part.clip(min=0.0).sum() / np.sqrt(clause.last - clause.first + 2))

    k = max(range(*run), key=weight)
    clause = text.clauses[k]
    part = carried[clause.first : clause.last]
    hot = np.flatnonzero(part >= 0.45 * part.max()) if part.max() > 0 else np.array([0, len(part) - 1])
    return k, clause.first + int(hot[0]), clause.first + int(hot[-1]) + 1


def place(marked: Marked, cue: Cue, k: int, low: int, high: int) -> str:
    clauses = marked.text.clauses
    distance = marked.clause_of[cue.first] - k
    if distance == 0:
        if cue.last <= low + 1:
            return "near" if low - cue.last <= 2 else "before"
        if cue.first < high:
            return "near"
        return "after_near" if cue.first - high <= 3 else "after"
    if distance == -1:
        before = clauses[k - 1]
        joined = clauses[k].opener in ("and", "or", "nor") or (
            before.closer == "," and before.last - before.first <= 3
        )
        return "prev_joined" if joined else "prev"
    if distance == 1:
        return "next"
    return "far_prev" if distance < 0 else "far_next"
