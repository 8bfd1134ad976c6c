"""The tests an author writes into a scenario: what a learner says, and how it must be taken."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.consultant.reader import Reader
from tutor.conversation.conversation import clean, ground
from tutor.dialogue.events import Assessed, Said
from tutor.dialogue.key import Key
from tutor.dialogue.model import Assessment, Move
from tutor.dialogue.policy import next_move
from tutor.dialogue.session import Session, advance, at_stage
from tutor.scenario.checking import Report
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source
from tutor.scenario.schema import ContentTest


def hear(reader: Reader, session: Session, text: str) -> tuple[Session, Assessment, Move]:
    """A message taken as the program would take it: cleaned, read, grounded, and answered by the policy."""
    message = clean(text)
    number = session.next_turn
    session = advance(session, Said(turn=number, text=message))
    read = ground(reader.read(message, session), message, session.key.scenario)
    session = advance(session, Assessed(turn=number, assessment=read))
    return session, read, next_move(session)


def run_tests(source: Source, reader: Reader) -> Iterator[Problem]:
    """A problem for every test that fails, at its line, saying what was expected and what came."""
    report = Report(source)
    for number, test in enumerate(source.scenario.tests):
        for part, wanted, came in differences(source, reader, test):
            message = f"says {test.says!r}: {part} should be {wanted}, is {came}"
            yield report.error(("tests", number, part), message)


def differences(source: Source, reader: Reader, test: ContentTest) -> Iterator[tuple[str, str, str]]:
    """What a test expected and did not get: (key, wanted, came)."""
    session = at_stage(Key(source.scenario, test.variant), test.stage)
    session, read, move = hear(reader, session, test.says)
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
