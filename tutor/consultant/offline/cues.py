"""Where a message marks that its writer stands behind an idea or does not: negation, doubt, hearsay,
hypothesis.

Trigger phrases with look-alikes that switch them off, as in NegEx (Chapman et al., 2001) and ConText
(Harkema et al., 2009); the phrases are in `english/cues.txt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tutor.consultant.offline.text import read_table, words

_ANY = "anyword"
_LOOKALIKE = "lookalike"
_OWN = "own"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words `first` up to `last` belong to cue class `kind`; `phrase` is the entry they match."""

    first: int
    last: int
    kind: str
    phrase: str


@cache
def kinds() -> tuple[str, ...]:
    return tuple(kind for kind in read_table("cues.txt") if kind != _LOOKALIKE)


@cache
def _triggers() -> dict[str, dict[str, tuple[tuple[tuple[str, ...], str], ...]]]:
    """First word of a phrase -> second word ("" if there is none) -> phrases and their kinds."""
    triggers: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
    for kind, line in read_table("cues.txt").items():
        for phrase in line.split(","):
            forms = tuple(word.form for word in words(phrase.replace("*", _ANY)))
            if forms:
                second = forms[1] if len(forms) > 1 else ""
                triggers.setdefault(forms[0], {}).setdefault(second, []).append((forms, kind))
    return {
        first: {second: tuple(found) for second, found in seconds.items()}
        for first, seconds in triggers.items()
    }


@cache
def words_used() -> frozenset[str]:
    """Every word of every cue phrase."""
    return frozenset(
        word for seconds in _triggers().values() for found in seconds.values() for p, _ in found for word in p
    )


def find(forms: Sequence[str]) -> list[Cue]:
    """All cues in a run of words, without those inside a look-alike ("not only", "no doubt") or inside a
    longer mark of one's own opinion ("if you ask me")."""
    triggers = _triggers()
    found = [
        Cue(at, at + len(phrase), kind, " ".join(phrase))
        for at, form in enumerate(forms)
        if (seconds := triggers.get(form)) is not None
        for second in ("", *forms[at + 1 : at + 2], _ANY)
        for phrase, kind in seconds.get(second, ())
        if _matches(phrase, forms, at)
    ]
    return [cue for cue in found if cue.kind != _LOOKALIKE and not any(_hides(other, cue) for other in found)]


def _hides(one: Cue, other: Cue) -> bool:
    if not (one.first <= other.first and other.last <= one.last):
        return False
    longer = one.last - one.first > other.last - other.first
    if one.kind == _LOOKALIKE:
        return longer or _ANY not in one.phrase.split()  # "not good enough" is more than "not * enough"
    return one.kind == _OWN and longer


def _matches(phrase: tuple[str, ...], forms: Sequence[str], at: int) -> bool:
    there = tuple(forms[at : at + len(phrase)])
    if _ANY not in phrase:
        return there == phrase
    return len(there) == len(phrase) and all(
        want in (_ANY, is_) for want, is_ in zip(phrase, there, strict=True)
    )
