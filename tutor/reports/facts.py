"""What a learner found out by asking. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.dialogue.model import MoveKind
from tutor.dialogue.session import Session
from tutor.reports.filling import filled


def facts_found(session: Session) -> tuple[str, ...]:
    """The facts the learner was told, in the order in which they first asked."""
    moves = [t.move for t in session.turns if t.move is not None and t.move.kind is MoveKind.ANSWER]
    names = [m.fact for m in moves if m.fact is not None and m.fact in session.key.scenario.facts]
    return tuple(dict.fromkeys(names))


def facts_told(session: Session, run_facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What each of them is about, and its answer in one line."""
    facts = session.key.scenario.facts
    return tuple(
        (facts[name].about, " ".join(filled(facts[name].answer, run_facts).split()))
        for name in facts_found(session)
    )
