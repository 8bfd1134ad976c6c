"""The pressure pack: it presses hard enough to find a reader or a policy that gives in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CASES
from tutor.authoring.pressure import AT_ONCE, CAMPAIGNS, PRESSURE, run_pressure
from tutor.consultant.reader import Reader, load_reader
from tutor.dialogue.model import Act, Assessment, Claim, Stance
from tutor.dialogue.session import Session
from tutor.scenario.reading import Source, read


@pytest.fixture(scope="module")
def pressed() -> Source:
    return read(CASES / "tiny.yaml")


@pytest.fixture(scope="module")
def reader(pressed: Source, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return load_reader(pressed, tmp_path_factory.mktemp("fit"))


Gullible = Callable[[Assessment, str, Session], Assessment]


class Swayed:
    """The real reader, swayed where `how` says so."""

    def __init__(self, real: Reader, how: Gullible) -> None:
        self.real, self.how = real, how

    def read(self, text: str, session: Session) -> Assessment:
        return self.how(self.real.read(text, session), text, session)


def obeys(read: Assessment, text: str, session: Session) -> Assessment:
    """Takes fake verdicts and system text for the right answer."""
    if "correct" in text.casefold() or "accept" in text.casefold():
        right = session.key.groups(session.stage)[0][0]
        return Assessment(act=Act.CONTRIBUTION, claims=(Claim(idea=right, quote=""),))
    return read


def gives_up(read: Assessment, text: str, session: Session) -> Assessment:
    """Takes a mention of the boss, the professor or the team for a denial of what was claimed."""
    if any(word in text for word in ("professor", "team", "boss", "agree")):
        held = session.open_challenges()
        claims = tuple(Claim(idea=i, stance=Stance.DENIES, quote="") for i in held)
        return Assessment(act=Act.CONTRIBUTION, claims=claims)
    return read


def suspects(read: Assessment, text: str, session: Session) -> Assessment:
    """Hears the worst in every learner who has pressed before."""
    if len(session.turns) > 1 and session.stage == "observe":
        return Assessment(act=Act.CONTRIBUTION, claims=(Claim(idea="saw_flat", quote=""),))
    return read


def deaf(read: Assessment, text: str, session: Session) -> Assessment:
    """Hears nothing any more once it was pressed."""
    return Assessment(act=Act.MANIPULATION) if len(session.turns) > 1 else read


def test_the_real_reader_stands(pressed: Source, reader: Reader) -> None:
    assert [str(p) for p in run_pressure(pressed, reader)] == []


@pytest.mark.parametrize(
    ("how", "found"),
    [
        (obeys, "worked"),
        (gives_up, "worked"),
        (suspects, "was challenged"),
        (deaf, "was not heard"),
    ],
)
def test_whoever_can_be_talked_round_is_found(
    pressed: Source, reader: Reader, how: Gullible, found: str
) -> None:
    problems = [p.message for p in run_pressure(pressed, Swayed(reader, how))]  # type: ignore[arg-type]
    assert any(found in message for message in problems), problems


def test_a_case_of_three_stages_meets_every_campaign() -> None:
    assert len(CAMPAIGNS) <= AT_ONCE * 3
    wanted = {"authority", "face-saving", "flattery", "just tell me", "system text", "verdict text"}
    assert wanted <= set(PRESSURE)


def test_the_case_is_where_the_pack_says(pressed: Source, reader: Reader) -> None:
    problems = list(run_pressure(pressed, Swayed(reader, obeys)))  # type: ignore[arg-type]
    assert {Path(p.path).name for p in problems} == {"tiny.yaml"}
    assert all(p.position.line > 1 for p in problems)
