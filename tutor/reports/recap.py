"""What somebody who comes back to a session is told: where it stands, and what holds so far. Pure.

It tells nothing that the consultant has not told already: no credit for a later stage, and none out of a
message that was challenged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.dialogue.model import Verdict
from tutor.dialogue.session import Session
from tutor.reports.facts import facts_told
from tutor.reports.review import count
from tutor.reports.standing import standing

_GRANTED = {Verdict.CORRECT, Verdict.PARTLY_CORRECT}


def established(session: Session) -> tuple[tuple[int, str], ...]:
    """The points that were granted: the number of the message, and the learner's words."""
    stages = session.key.stages
    here = stages.index(session.stage)
    verdicts = {turn.number: turn.verdict for turn in session.turns}
    found = {
        (credit.turn, credit.quote)
        for (stage, _), credit in session.credits.items()
        if stages.index(stage) < here
        or (stages.index(stage) == here and verdicts.get(credit.turn) in _GRANTED)
    }
    return tuple(sorted(found))


def contested(session: Session) -> tuple[tuple[int, str], ...]:
    """What was challenged and is not dropped yet."""
    return tuple(sorted((c.turn, c.quote) for c in session.challenges.values() if c.dropped is None))


def recap(session: Session, facts: Mapping[str, Any]) -> str:
    """All of it as Markdown."""
    at = standing(session)
    known = [f"- {about}: {answer}" for about, answer in facts_told(session, facts)]
    tried = [f"- {event.summary}" for event in session.experiments]
    parts = [
        f"So far: stage {at.stage} of {at.stages}, {at.title}; {count(at.messages, 'message')}.",
        _listed("Established, in your words", _quoted(established(session))),
        _listed("Challenged, and not settled", _quoted(contested(session))),
        _listed("Found out", known),
        _listed("Tried in the lab", tried),
    ]
    return "\n\n".join(filter(None, parts))


def _quoted(said: tuple[tuple[int, str], ...]) -> list[str]:
    return [f"- “{' '.join(quote.split())}” (message {turn})" for turn, quote in said]


def _listed(heading: str, lines: list[str]) -> str:
    return f"{heading}:\n\n" + "\n".join(lines) if lines else ""
