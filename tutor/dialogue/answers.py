"""The rule for questions: what a word means, facts and exhibits, several at once if asked so. Pure."""

from __future__ import annotations

from tutor.dialogue.model import Assessment, Move, MoveKind, Reason
from tutor.dialogue.rule import rule
from tutor.dialogue.session import Session

MOST_FACTS = 2
MOST_TERMS = 3
"""How many things of a kind one reply answers; the rest is to be asked for again."""


@rule("always", MoveKind.ANSWER, MoveKind.SHOW_EXHIBIT)
def answer(session: Session, assessment: Assessment) -> Move:
    """The first thing asked for decides the move; the others come along."""
    terms, facts, exhibits = (_asked(assessment, kind) for kind in ("term", "fact", "exhibit"))
    ready = tuple(e for e in exhibits if session.available(e))
    if terms:
        return Move(
            kind=MoveKind.ANSWER,
            reason=Reason.DEFINED,
            terms=terms[:MOST_TERMS],
            also=facts[:1],
            shows=next(iter(ready), None),
            unmet=_beyond(terms, MOST_TERMS) + _beyond(facts, 1) + _beyond(ready, 1),
        )
    if facts:
        return Move(
            kind=MoveKind.ANSWER,
            fact=facts[0],
            also=facts[1:MOST_FACTS],
            shows=next(iter(ready), None),
            unmet=_beyond(facts, MOST_FACTS) + _beyond(ready, 1),
        )
    if ready:
        shows = next(iter(ready[1:]), None)
        return Move(kind=MoveKind.SHOW_EXHIBIT, exhibit=ready[0], shows=shows, unmet=_beyond(ready, 2))
    if exhibits:
        return Move(kind=MoveKind.ANSWER, reason=Reason.NOT_YET, exhibit=exhibits[0])
    return Move(kind=MoveKind.ANSWER, reason=Reason.UNANSWERABLE)


def _asked(assessment: Assessment, kind: str) -> tuple[str, ...]:
    """What a question asks for of one kind, by name."""
    pairs = (target.partition(":") for target in (assessment.asks, *assessment.also) if target is not None)
    return tuple(name for of, _, name in pairs if of == kind)


def _beyond(asked: tuple[str, ...], most: int) -> int:
    return max(0, len(asked) - most)
