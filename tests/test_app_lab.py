"""The lab: levers, runs that queue and can be cancelled, the table, and evidence one made oneself."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from tests.app_kit import CASES, LARGE, RUN, SMALL, Room, say, seated, seen, until
from tutor.app.case import CaseScreen
from tutor.app.evidence.drawing import LiveCurve
from tutor.app.keybar import KeyBar
from tutor.app.lab.bench import State, Trial
from tutor.app.lab.dials import Dials
from tutor.app.lab.overlay import overlay
from tutor.app.lab.screen import LabScreen
from tutor.app.lab.table import sheet
from tutor.app.prompt import Prompt
from tutor.conversation.lab import LabError
from tutor.dialogue.events import EVENT, Experimented
from tutor.engine.records import Line, Lines, Progress
from tutor.scenario.reading import read


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def timed(tmp_path: Path) -> Room:
    """The same case with three hours on its clock."""
    cases = tmp_path / "cases"
    cases.mkdir()
    clock = "clock: {hours: 3, runs_in: [remedy], out_of_time: The hours are gone.}\n"
    text = (CASES / "tiny.yaml").read_text().replace("engine: fraud\n", f"engine: fraud\n{clock}")
    (cases / "tiny.yaml").write_text(text)
    return Room(tmp_path, cases)


async def in_lab(pilot: Pilot[None]) -> tuple[CaseScreen, LabScreen]:
    case = await seated(pilot)
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(pilot.app.screen, LabScreen))
    lab = pilot.app.screen
    assert isinstance(lab, LabScreen)
    return case, lab


def keys(pilot: Pilot[None]) -> set[str]:
    return {entry.does for entry in pilot.app.screen.query_one(KeyBar).entries}


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_an_experiment_from_the_lever_to_the_argument(room: Room, size: tuple[int, int]) -> None:
    async with room.app().run_test(size=size, notifications=True) as pilot:
        case, lab = await in_lab(pilot)
        assert "as it is" in seen(pilot)
        prompts = " ".join(str(o.prompt) for o in lab.levers.list.options)
        assert "3" not in prompts, "what a lever is set to now would tell the fault"
        assert "Run" not in keys(pilot), "nothing is changed yet"
        await pilot.press("right")
        await pilot.press("right")
        assert lab.levers.dials.changes == {"learning_rate": 0.1}
        await pilot.press("enter")
        await until(pilot, lambda: lab.bench.trials and lab.bench.trials[0].state is State.DONE)
        text = seen(pilot)
        assert "validation accuracy 58.0% → 60.0%" in str(lab.query_one("#outcome").render())
        assert "60.0% ▲" in text
        chart = lab.query_one(LiveCurve)
        assert chart.body is not None
        assert [line.name for line in chart.under] == ["training loss", "validation loss"]
        assert chart.body[0].lines[0].y == (0.1, 0.05)
        assert chart.under[0].y == (3.0, 1.5)
        assert "as it was" in text
        await pilot.press("p")
        await until(pilot, lambda: pilot.app.screen is case)
        words = "I tried learning rate 0.1: validation loss is now 0.300; validation accuracy 58.0% → 60.0%."
        assert case.query_one(Prompt).text == f"{words} ", "it can be gone on with before it is sent"
        assert case.talk is not None
        (kept,) = case.talk.session.experiments
        assert kept.changes == {"learning_rate": 0.1}
        await pilot.press("enter")
        await until(pilot, lambda: not case.playing and case.talk and case.talk.session.turns)
        assert case.talk.session.turns[0].text == words
    async with room.app().run_test(size=LARGE) as pilot:
        case = await seated(pilot)
        assert "Lab  learning rate 0.1: validation loss" in " ".join(seen(pilot).split()).replace(
            "Lab ", "Lab  "
        )
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabScreen))
        assert "60.0% ▲" in seen(pilot), "the table of the session is there again"


async def test_experiments_queue_and_escape_cancels_the_one_that_runs(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        case, lab = await in_lab(pilot)
        room.engine.hold = True
        for _ in range(2):
            await pilot.press("right", "enter")
        await until(pilot, lambda: "epoch 2/4" in seen(pilot))
        assert "1 in line" in seen(pilot)
        assert [t.state for t in lab.bench.trials] == [State.RUNS, State.WAITS]
        assert "Cancel the run" in keys(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: lab.bench.trials[1].state is State.RUNS)
        assert lab.bench.trials[0].state is State.CANCELLED
        assert room.engine.stopped == 1, "the reader left, so the engine kills its child"
        assert "cancelled" in seen(pilot)
        room.engine.hold = False
        await until(pilot, lambda: lab.bench.trials[1].state is State.DONE)
        assert case.talk is not None
        assert [dict(e.changes) for e in case.talk.session.experiments] == [{"learning_rate": 0.1}]
        assert "Cancel the run" not in keys(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is case)


async def test_a_run_goes_on_while_the_learner_talks(room: Room) -> None:
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        case, lab = await in_lab(pilot)
        room.engine.hold = True
        await pilot.press("right", "enter")
        await until(pilot, lambda: lab.bench.running and lab.bench.running.told)
        await pilot.press("f9")
        await until(pilot, lambda: pilot.app.screen is case)
        await say(pilot, "saw_explosion")
        room.engine.hold = False
        await until(pilot, lambda: "The lab is done" in seen(pilot))
        assert case.talk is not None
        assert len(case.talk.session.experiments) == 1
        assert "Lab  learning rate 0.01" in seen(pilot)


async def test_leaving_the_case_stops_what_runs(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        _, lab = await in_lab(pilot)
        room.engine.hold = True
        await pilot.press("right", "enter")
        await until(pilot, lambda: lab.bench.running and lab.bench.running.told)
        await pilot.press("f9", "ctrl+l")
        await until(pilot, lambda: room.engine.stopped == 1)


async def test_values_are_written_too_and_refused_in_words(room: Room) -> None:
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        _, lab = await in_lab(pilot)
        await pilot.press("0", ".", "5", "enter")
        assert lab.levers.dials.changes == {"learning_rate": 0.5}, "a number between is allowed"
        await pilot.press("9", "enter")
        assert "'9' is not allowed" in seen(pilot)
        assert lab.query_one(Input).value == "9", "it can be mended"
        await pilot.press("escape", "backspace")
        assert not lab.levers.dials.changes
        await pilot.press("down", "left")
        assert lab.levers.dials.changes == {"shuffle_labels": False}
        await pilot.press("c")
        assert not lab.levers.dials.changes


async def test_an_engine_that_fails_is_told_and_costs_nothing(timed: Room) -> None:
    async with timed.app().run_test(size=LARGE, notifications=True) as pilot:
        case, lab = await in_lab(pilot)
        timed.engine.fails = "The process that computes the runs gave up."
        await pilot.press("right", "enter")
        await until(pilot, lambda: lab.bench.trials[0].state is State.FAILED)
        assert "gave up" in seen(pilot)
        assert case.talk is not None
        assert case.talk.session.hours_left() == 3


async def test_the_clock_runs_in_the_lab(timed: Room) -> None:
    async with timed.app().run_test(size=LARGE, notifications=True) as pilot:
        case, lab = await in_lab(pilot)
        assert "3 h left" in seen(pilot)
        await pilot.press("right")
        assert "costs 2 h" in seen(pilot)
        timed.engine.hold = True
        await pilot.press("enter")
        await pilot.press("right", "enter")
        assert "this costs 2 hours; what waits here leaves 1" in " ".join(seen(pilot).split())
        timed.engine.hold = False
        await until(pilot, lambda: lab.bench.trials[0].state is State.DONE)
        assert "1 h left" in seen(pilot)
        await pilot.press("enter")
        assert "this costs 2 hours, and 1 are left" in " ".join(seen(pilot).split())
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is case)
        assert "1 h left" in seen(pilot), "the header has the clock"


async def test_by_mouse(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        _, lab = await in_lab(pilot)
        await pilot.click("#lever-list", offset=(5, 1))
        assert lab.levers.dials.changes == {"shuffle_labels": False}
        assert isinstance(lab.query_one(DataTable).row_count, int)


# ---------------------------------------------------------------- the pure parts


def test_dials_turn_through_as_it_is() -> None:
    dials = Dials(read(CASES / "tiny.yaml").scenario)
    assert dials.shown("learning_rate") == "as it is"
    seen_values = []
    for _ in range(5):
        dials = dials.turned("learning_rate", 1)
        seen_values.append(dials.shown("learning_rate"))
    assert seen_values == ["0.01", "0.1", "1", "3", "as it is"]
    assert dials.turned("learning_rate", -1).changes == {"learning_rate": 3.0}
    both = dials.turned("shuffle_labels", 1).turned("learning_rate", 1)
    assert list(both.changes) == ["learning_rate", "shuffle_labels"], "in the order of the case"
    assert both.cost == 3
    with pytest.raises(LabError, match=r"allowed: 0\.01, 0\.1"):
        dials.typed("learning_rate", "a lot")


def test_the_overlay_takes_what_both_runs_told() -> None:
    def told(factor: float, count: int) -> list[Progress]:
        return [Progress(done=i, total=9, values={"train_loss": factor / i}) for i in range(1, count + 1)]

    found = overlay(told(1.0, 9), told(2.0, 3), RUN, None)
    assert found is not None
    body, under, until_x = found
    assert (len(body.lines[0].x), len(under[0].x), until_x) == (3, 9, 9.0)
    assert overlay((), [], RUN, None) is None
    moved = Lines(x_label="epoch", y_label="loss", lines=(Line(name="training", x=(0, 1), y=(1, 0.5)),))
    first = RUN.exhibits[0]
    after = RUN.model_copy(update={"exhibits": (first.model_copy(update={"body": moved}),)})
    found = overlay((), [], RUN, after)
    assert found is not None
    assert [line.name for line in found[1]] == ["training"], "only what both have"
    assert overlay((), [], RUN, RUN) is None, "nothing moved: there is no curve to show it"


def test_the_table_puts_first_what_moved() -> None:
    moved = RUN.headline[1].model_copy(update={"value": 0.4})
    event = Experimented(changes={}, summary="x", figures=(RUN.headline[0], moved))
    trials = [
        Trial(1, {}, "first", 2.0, State.DONE, event=event),
        Trial(2, {}, "second", 1.0, State.WAITS),
    ]
    table = sheet(RUN.headline, trials, clock=True)
    assert table.headers == ("", "what was changed", "hours", "validation accuracy")
    assert table.rows[1] == ("1", "first", "2", "40.0% ▼")
    assert table.rows[2] == ("2", "second", "1", "waits")


def test_experiments_of_older_sessions_still_read() -> None:
    old = '{"kind": "experimented", "changes": {"dropout": 0.3}, "summary": "dropout 0.3", "hours": 1.0}'
    event = EVENT.validate_json(old)
    assert isinstance(event, Experimented)
    assert event.figures == ()
