"""One session as a value that can be written down in any format. Pure.

A session that is not over keeps its seal: variant, seed, events and review are left out of its report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tutor.dialogue.calibration import estimates_of
from tutor.dialogue.events import Event, Experimented
from tutor.dialogue.session import Session, Turn
from tutor.engine.records import Exhibit, Run
from tutor.reports.facts import facts_told
from tutor.reports.filling import filled
from tutor.reports.history import Entry, Looked, Reached, Spoken, Tried, entries
from tutor.reports.labels import label
from tutor.reports.review import Review, review, sure
from tutor.scenario.schema import ExhibitEntry

Who = Literal["learner", "consultant", "lab", "case"]


@dataclass(frozen=True)
class Passage:
    """One thing said or done, in order. `label` names a consultant's move; `note` what went wrong."""

    who: Who
    text: str
    label: str = ""
    note: str = ""
    turn: int | None = None
    disputed: str | None = None


@dataclass(frozen=True)
class Report:
    """Everything there is to tell of a session. `facts` are what the learner found out by asking, `notes`
    what they wrote into their notebook."""

    session: str
    scenario: str
    title: str
    you: str
    consultant: str
    begun: datetime
    left: datetime
    finished: bool
    brief: str
    passages: tuple[Passage, ...]
    exhibits: tuple[Exhibit, ...]
    experiments: tuple[Experimented, ...]
    facts: tuple[tuple[str, str], ...]
    notes: str
    sure: str
    review: Review | None
    variant: str | None
    seed: int | None
    events: tuple[Event, ...]


def report(
    identity: str,
    session: Session,
    events: Iterable[Event],
    run: Run,
    begun: datetime,
    left: datetime,
    notes: str = "",
) -> Report:
    """The report of a session; `events` are those it was replayed from, `notes` the learner's own."""
    scenario, events = session.key.scenario, tuple(events)
    over = session.finished
    seen = [
        name
        for name, entry in scenario.exhibits.items()
        if session.available(name) and (entry.open == "at_start" or name in session.opened)
    ]
    turns = {turn.number: turn for turn in session.turns}
    first = next(iter(scenario.stages))
    opening = (
        Passage("case", f"Stage 1: {scenario.stages[first].title}"),
        Passage("consultant", filled(scenario.stages[first].ask, run.facts)),
    )
    return Report(
        session=identity,
        scenario=scenario.id,
        title=scenario.title,
        you=scenario.you,
        consultant=scenario.consultant.name,
        begun=begun,
        left=left,
        finished=over,
        brief=filled(scenario.brief, run.facts),
        passages=(*opening, *(p for e in entries(events) for p in _passages(e, session, turns))),
        exhibits=tuple(_titled(run, scenario.exhibits[name]) for name in seen),
        experiments=session.experiments,
        facts=facts_told(session, run.facts),
        notes=notes.strip(),
        sure=sure(estimates_of(session)) if over else "",
        review=review(session, run.facts) if over else None,
        variant=session.key.variant if over else None,
        seed=session.seed if over else None,
        events=events if over else (),
    )


def _titled(run: Run, entry: ExhibitEntry) -> Exhibit:
    return run.exhibit(entry.show).model_copy(update={"title": entry.title})


def _passages(entry: Entry, session: Session, turns: dict[int, Turn]) -> tuple[Passage, ...]:
    scenario = session.key.scenario
    match entry:
        case Spoken():
            turn = turns[entry.turn]
            said = Passage("learner", turn.text, turn=turn.number)
            if turn.reply is None or turn.move is None:
                return (said,)
            reply = Passage(
                "consultant", turn.reply, label(turn.move), turn.note, turn.number, disputed=turn.disputed
            )
            return (said, reply)
        case Looked():
            return (Passage("case", f"Looked at: {scenario.exhibits[entry.exhibit].title}"),)
        case Tried():
            return (Passage("lab", entry.summary),)
        case Reached():
            number = list(scenario.stages).index(entry.stage) + 1
            return (Passage("case", f"Stage {number}: {scenario.stages[entry.stage].title}"),)
