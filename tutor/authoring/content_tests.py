"""The tests an author writes into a scenario: what a learner says, and how it must be taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tutor.conversation.conversation import clean, ground
from tutor.dialogue.events import Assessed, Replied, Said
from tutor.dialogue.key import Key
from tutor.dialogue.model import Assessment, Move
from tutor.dialogue.policy import next_move
from tutor.dialogue.session import Session, advance, at_stage, start
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source
from tutor.scenario.report import Report
from tutor.scenario.schema import ScriptedConversation, Taken


class Hearing(Protocol):
    """Reads a message said at a point of a session: the offline reader, or one that remembers."""

    def read(self, text: str, session: Session) -> Assessment: ...


def hear(reader: Hearing, session: Session, text: str) -> tuple[Session, Assessment, Move]:
    """A message taken as the program would take it: cleaned, read, grounded, and answered by the policy."""
    message = clean(text)
    number = session.next_turn
    session = advance(session, Said(turn=number, text=message))
    read = ground(reader.read(message, session), message, session.key.scenario)
    session = advance(session, Assessed(turn=number, assessment=read))
    return session, read, next_move(session)


def reply(session: Session, move: Move) -> Session:
    """The session after the consultant has made a move, in whatever words."""
    return advance(session, Replied(turn=len(session.turns), move=move, text=""))


def run_tests(source: Source, reader: Hearing) -> Iterator[Problem]:
    """A problem for every test that fails, at its line, saying what was expected and what came."""
    report = Report(source)
    for number, test in enumerate(source.scenario.tests):
        session = at_stage(Key(source.scenario, test.variant), test.stage)
        for part, wanted, came in _compared(test, *hear(reader, session, test.says)):
            message = f"says {test.says!r}: {part} should be {wanted}, is {came}"
            yield report.error(("tests", number, part), message)
    for number, script in enumerate(source.scenario.conversations):
        for turn, part, message in play(source, reader, script):
            yield report.error(("conversations", number, "turns", turn, part), message)


def play(source: Source, reader: Hearing, script: ScriptedConversation) -> Iterator[tuple[int, str, str]]:
    """What goes otherwise than scripted: (number of the turn, its key, message)."""
    session = start(Key(source.scenario, script.variant), seed=0)
    for number, turn in enumerate(script.turns):
        if session.finished:
            yield number, "says", f"says {turn.says!r}: the conversation has reached its debrief before this"
            return
        session, read, move = hear(reader, session, turn.says)
        for part, wanted, came in _compared(turn, session, read, move):
            yield number, part, f"turn {number + 1} says {turn.says!r}: {part} should be {wanted}, is {came}"
        session = reply(session, move)
        if turn.target is not None and turn.target != move.target:
            message = f"the {move.kind} should be about {turn.target}, is about {move.target or 'no idea'}"
            yield number, "target", f"turn {number + 1} says {turn.says!r}: {message}"
        if turn.stage is not None and turn.stage != session.stage:
            message = f"the stage after it should be {turn.stage}, is {session.stage}"
            yield number, "stage", f"turn {number + 1} says {turn.says!r}: {message}"


def _compared(test: Taken, session: Session, read: Assessment, move: Move) -> Iterator[tuple[str, str, str]]:
    """What a test expected and did not get: (key, wanted, came)."""
    if read.abstained and (test.claims or test.denies):
        perhaps = f" (perhaps {', '.join(read.candidates)})" if read.candidates else ""
        yield "says", "read with confidence", f"not understood{perhaps}"
        return
    came: dict[str, object] = {
        "claims": sorted(read.asserted()),
        "denies": sorted(read.denied()),
        "act": read.act,
        "verdict": session.turns[-1].verdict,
        "move": move.kind,
    }
    for part, found in came.items():
        wanted = getattr(test, part)
        if isinstance(wanted, tuple):
            wanted = sorted(wanted)
        if wanted is not None and wanted != found:
            yield part, _text(wanted), _text(found)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str(value)
