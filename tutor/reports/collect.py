"""Gathers what a report of a stored session needs: its events, and the run that its numbers come from."""

from __future__ import annotations

from contextlib import aclosing

from tutor.conversation.desk import Desk
from tutor.engine.records import Failed, Finished
from tutor.errors import TutorError
from tutor.reports.report import Report, report


async def collect(desk: Desk, identity: str, notes: str = "") -> Report:
    """The report of a session, with the learner's own notes. Its run comes out of the cache or is made again.
    TutorError for an unknown session, one whose case has changed, and a run that fails."""
    case = desk.resume(identity)
    row = next(r for r in desk.store.sessions() if r.id == identity)
    async with aclosing(desk.evidence(case)) as messages:
        async for message in messages:
            if isinstance(message, Failed):
                raise TutorError(message.message)
            if isinstance(message, Finished):
                events = desk.store.events(identity)
                return report(
                    identity, case.session, events, message.run, row.created_at, row.updated_at, notes
                )
    raise TutorError("the engine ended without a result")
