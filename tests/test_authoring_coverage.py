"""Coverage: what the table says of an idea, and what the robot learner finds that a eye would miss."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.test_chat import tutor
from tutor.authoring.content_tests import play
from tutor.authoring.coverage import rows
from tutor.authoring.robot import Log, findings, play_all
from tutor.authoring.starting import Wish, create
from tutor.consultant.reader import Reader, open_reader
from tutor.dialogue.model import Assessment
from tutor.dialogue.session import Session
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source, read
from tutor.scenario.schema import ScriptedConversation

# A second way to be right, with a ladder of hints that nobody is ever led up, for `add_dropout` stands behind
# `early_stopping`.
HINTS = "  add_dropout: {from: add_dropout, hints: [What if units stayed at home?, Some by lot., Use ___.]}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("covered")


@pytest.fixture(scope="module")
def source(folder: Path) -> Source:
    path, _ = create(Wish("covered"), folder)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  add_dropout: {from: add_dropout}\n", HINTS), encoding="utf-8")
    return read(path)


@pytest.fixture(scope="module")
def reader(source: Source, shared_cache: Path) -> Reader:
    return asyncio.run(open_reader(source, shared_cache / "assessor"))


@pytest.fixture(scope="module")
def log(source: Source, reader: Reader) -> Log:
    return play_all(source, reader, plays=15, seed=1)


def test_the_table(source: Source) -> None:
    by_name = {row.idea: row for row in rows(source)}
    assert by_name["overfitting"].roles == ("w.", "E.")
    assert by_name["overfitting"].tested == 2
    assert by_name["not_enough_data"].roles == ("p.", "p.")
    assert (by_name["underfitting"].wrong, by_name["underfitting"].pushbacks) == (2, 2)
    assert (by_name["overfitting"].wrong, by_name["overfitting"].pushbacks) == (1, 0)
    assert by_name["early_stopping"].hints == 4
    assert by_name["lr_too_high"].phrasings > 20


def found(source: Source, log: Log) -> list[Problem]:
    return sorted(findings(source, log))


def test_the_robot_finishes_every_stage_and_hears_nearly_every_line(source: Source, log: Log) -> None:
    assert not [p for p in found(source, log) if p.severity == "error"]
    assert set(log.finished) == {(v, s) for v in source.scenario.variants for s in source.scenario.stages}
    own = ("variants", "learned_by_heart", "stages", "diagnose", "wrong", "lr_too_high", "because")
    assert own in log.reached
    assert ("ideas", "overfitting", "hints", 0) in log.reached
    (dead,) = (p for p in found(source, log) if "nobody is led up" in p.message)
    assert "'add_dropout'" in dead.message
    assert dead.position.line == 1 + HINTS_LINE(source)


def HINTS_LINE(source: Source) -> int:  # noqa: N802
    return source.path.read_text(encoding="utf-8").splitlines().index(HINTS.rstrip("\n"))


def test_the_same_seed_gives_the_same_plays(source: Source, reader: Reader) -> None:
    first, second = (play_all(source, reader, plays=3, seed=7) for _ in range(2))
    assert first == second
    assert first != play_all(source, reader, plays=3, seed=8)


class DeafTo:
    """The reader, deaf to one idea: as it is for an idea that no phrasing of the file gets across."""

    def __init__(self, idea: str, reader: Reader) -> None:
        self.idea, self.reader = idea, reader

    def read(self, text: str, session: Session) -> Assessment:
        heard = self.reader.read(text, session)
        return heard.model_copy(update={"claims": tuple(c for c in heard.claims if c.idea != self.idea)})


def test_a_stage_nobody_can_finish_is_an_error(source: Source, reader: Reader) -> None:
    log = play_all(source, DeafTo("overfitting", reader), plays=2, seed=1)
    errors = [p for p in found(source, log) if p.severity == "error"]
    assert [p.message for p in errors] == [
        "none of 10 plays finished the stage 'diagnose' of learned_by_heart",
        "none of 10 plays finished the stage 'remedy' of learned_by_heart",
    ]


def test_a_conversation_that_goes_otherwise_is_told_by_line(source: Source, reader: Reader) -> None:
    (script,) = source.scenario.conversations
    assert list(play(source, reader, script)) == []
    data = script.model_dump(mode="json")
    data["turns"][0]["target"] = "underfitting"
    data["turns"][1]["move"] = "debrief"
    data["turns"].append(data["turns"][-1])
    failures = list(play(source, reader, ScriptedConversation.model_validate(data)))
    assert [(turn, part) for turn, part, _ in failures] == [(0, "target"), (1, "move"), (4, "says")]
    assert "should be about underfitting, is about lr_too_high" in failures[0][2]
    assert "reached its debrief before this" in failures[2][2]


def test_the_command(source: Source) -> None:
    done = tutor("coverage", str(source.path), "--plays", "2")
    assert done.returncode == 0, done.stderr
    assert "Variants: 1 steps_too_long, 2 learned_by_heart." in done.stdout
    assert "4 plays" in done.stderr
