"""One row of the policy, and what several rules share. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutor.dialogue.model import Assessment, Move, MoveKind, Reason
from tutor.dialogue.session import Session

Choose = Callable[[Session, Assessment], Move | None]


@dataclass(frozen=True)
class Rule:
    """One row of the policy: when it applies, which moves it can give, and the function that does both."""

    when: str
    gives: tuple[MoveKind, ...]
    choose: Choose


def rule(when: str, *gives: MoveKind) -> Callable[[Choose], Rule]:
    return lambda choose: Rule(when, gives, choose)


LADDER: tuple[MoveKind, ...] = (MoveKind.PUMP, MoveKind.HINT, MoveKind.PROMPT, MoveKind.ASSERTION)


def exhibit_of(session: Session, idea: str | None) -> str | None:
    """The exhibit that speaks to an idea where it has its role."""
    if idea is None:
        return None
    placed = session.key.place(idea, session.stage)
    if placed is None:
        return None
    roles = session.key.roles(placed.stage)
    entry = roles.wrong.get(idea) or roles.plausible.get(idea) or roles.confirms.get(idea)
    return entry.exhibit if entry else None


def held(session: Session) -> str | None:
    """The misconception at issue: the latest of this stage, else the latest of any."""
    here = session.open_challenges()
    if here:
        return here[0]
    elsewhere = [(c.turn, i) for (_, i), c in session.challenges.items() if c.dropped is None]
    return max(elsewhere)[1] if elsewhere else None


def held_firm(session: Session, reason: Reason) -> Move:
    """Holding firm; its level counts how often the learner has pressed before."""
    pressed = sum(t.move is not None and t.move.kind is MoveKind.HOLD_FIRM for t in session.turns)
    target = held(session)
    exhibit = exhibit_of(session, target)
    return Move(kind=MoveKind.HOLD_FIRM, reason=reason, level=pressed, target=target, exhibit=exhibit)
