"""How far a learner is over all sessions: cases, hidden causes, concepts, how sure against how right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tutor.conversation.desk import Desk
from tutor.dialogue.calibration import Estimate, estimates_of
from tutor.dialogue.debrief import debrief
from tutor.dialogue.mastery import Mastery, Opportunity, mastery, opportunities
from tutor.dialogue.session import Session
from tutor.errors import TutorError
from tutor.scenario.cards import cards
from tutor.scenario.schema import Scenario


@dataclass(frozen=True)
class CaseProgress:
    """One case: which of its hidden causes were found, and which were only told, in a case ended early."""

    title: str
    found: tuple[str, ...]
    told: tuple[str, ...]
    variants: int


@dataclass(frozen=True)
class Progress:
    """Everything the progress screen shows. A case that was ended early is not finished. `streak` counts days
    in a row, up to today or yesterday."""

    cases: tuple[CaseProgress, ...]
    sessions: int
    finished: int
    ended_early: int
    messages: int
    hints: int
    experiments: int
    challenges: int
    dropped: int
    estimates: tuple[Estimate, ...]
    concepts: tuple[tuple[str, Mastery], ...]
    streak: int


def progress(desk: Desk, today: date) -> Progress:
    """Reads every session of the learner: for a thread. A session whose case has changed counts by its row
    alone. Only sessions that are over tell their hidden cause, and only they count for concepts."""
    rows = desk.store.sessions()
    played: list[Session] = []
    for row in reversed(rows):
        try:
            played.append(desk.resume(row.id).session)
        except TutorError:
            continue
    over = [s for s in played if s.finished]
    reports = [debrief(s) for s in over]
    held = [c for r in reports for s in r.stages for c in s.challenged]
    shown: list[Opportunity] = []
    for session in over:
        shown += opportunities(session, concepts_of(session.key.scenario))
    titles = {name: card.title for name, card in cards().items()}
    return Progress(
        cases=tuple(_case(source.scenario, over) for source in desk.library.sources.values()),
        sessions=len(rows),
        finished=sum(row.finished and not row.ended_early for row in rows),
        ended_early=sum(row.ended_early for row in rows),
        messages=sum(len(s.turns) for s in played),
        hints=sum(s.hints for r in reports for s in r.stages),
        experiments=sum(len(s.experiments) for s in played),
        challenges=len(held),
        dropped=sum(c.challenge.dropped is not None for c in held),
        estimates=tuple(e for s in played for e in estimates_of(s)),
        concepts=tuple((titles.get(name, name), found) for name, found in mastery(shown).items()),
        streak=streak({row.updated_at.astimezone().date() for row in rows}, today),
    )


def concepts_of(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The concepts each idea of a case is about: the cards that name it, or the one it is taken from."""
    found: dict[str, tuple[str, ...]] = {}
    for name, idea in scenario.ideas.items():
        names = {name, idea.taken_from}
        found[name] = tuple(card.name for card in cards().values() if names & set(card.ideas))
    return found


def _case(scenario: Scenario, over: Iterable[Session]) -> CaseProgress:
    mine = [s for s in over if s.key.scenario.id == scenario.id]
    found = dict.fromkeys(s.key.variant for s in mine if not s.ended_early)
    told = dict.fromkeys(s.key.variant for s in mine if s.key.variant not in found)
    return CaseProgress(scenario.title, _named(found), _named(told), len(scenario.variants))


def _named(variants: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in variants)


def streak(days: set[date], today: date) -> int:
    """Days in a row on which something was done, up to today; a day that is not over breaks nothing."""
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count
