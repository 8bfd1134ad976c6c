"""The notebook, how sure one is, what is unfair, the debrief's own parts, and the progress screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.app_kit import CASES, LARGE, SMALL, Room, at_home, say, seated, seen, until
from tutor.app.bubbles import Flag
from tutor.app.case import CaseScreen
from tutor.app.debrief import DebriefScreen
from tutor.app.evidence.drawing import Drawing
from tutor.app.evidence.panel import CaseFile
from tutor.app.openings import Take
from tutor.app.progress import ProgressScreen
from tutor.app.prompt import Prompt
from tutor.app.sheets import Sheet
from tutor.app.sureness import Sureness
from tutor.consultant.protocols import Context
from tutor.dialogue.model import Act, Assessment


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def ended(pilot: Pilot[None], screen: CaseScreen) -> DebriefScreen:
    screen.query_one(Prompt).write("/end")
    await pilot.press("enter", "y")
    await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
    debrief = pilot.app.screen
    assert isinstance(debrief, DebriefScreen)
    return debrief


# ---------------------------------------------------------------- the notebook


async def test_facts_are_kept_and_notes_survive_the_process(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asks(text: str, context: Context) -> Assessment:
        return Assessment(act=Act.QUESTION, asks="fact:learning_rate")

    monkeypatch.setattr(room.assessor, "assess", asks)
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        await pilot.press("ctrl+n")
        assert "Nothing asked yet" in seen(pilot)
        await pilot.press("m", "y", "space", "n", "o", "t", "e")
        assert screen.query_one(Prompt).text == "", "what is typed here stays here"
        assert screen.case is not None
        path = room.folder / "notes" / f"{screen.case.identity}.txt"
        await until(pilot, lambda: path.is_file() and path.read_text() == "my note")
        await pilot.press("ctrl+n")
        assert screen.query_one(Prompt).has_focus
        await say(pilot, "which one?")
        await say(pilot, "which one was it again?")
        await pilot.press("ctrl+n")
        assert seen(pilot).count("✓ the learning rate: The learning rate is 3.0.") == 1
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        await pilot.press("ctrl+n")
        assert "my note" in seen(pilot)
        assert "The learning rate is 3.0." in seen(pilot)
        await pilot.press("f2")
        assert "● Loss by epoch" in seen(pilot), "the case file comes back"


async def test_what_belongs_to_a_later_stage_is_not_listed_before(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    text = (CASES / "tiny.yaml").read_text()
    text = text.replace("title: The configuration,", "title: The configuration, since: diagnose,")
    text = text.replace("stages:\n  observe:", "stages:\n  observe:", 1)
    (cases / "tiny.yaml").write_text(text)
    room = Room(tmp_path, cases)
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        screen = await seated(pilot)
        assert "The configuration" not in seen(pilot)
        screen.query_one(Prompt).write("/evidence conf")
        await pilot.press("enter")
        assert "No exhibit is called" in seen(pilot)
        screen.query_one(Prompt).clear()
        screen.query_one(Prompt).focus()
        await say(pilot, "saw_explosion")
        assert "○ The configuration" in seen(pilot)
        assert screen.query_one(CaseFile).in_hand == "curves", "what was in hand stays in hand"


# ---------------------------------------------------------------- how sure, and unfair


async def test_how_sure_by_key_by_word_and_by_mouse(room: Room) -> None:
    async with room.app().run_test(size=SMALL, notifications=True) as pilot:
        screen = await seated(pilot)
        assert screen.talk is not None
        assert "how sure?" in seen(pilot)
        screen.query_one(Prompt).write("saw_flat 50")
        await pilot.press("f8")
        assert "how sure?   – %" in seen(pilot)
        assert "0-9 Percent" in seen(pilot), "what the keys do now is said"
        await pilot.press("6", "0")
        assert "how sure?  60 %" in seen(pilot)
        await pilot.press("enter")
        assert "60 % sure" in seen(pilot)
        assert screen.focused is screen.query_one(Prompt)
        assert screen.query_one(Prompt).text == "saw_flat 50", "digits go where the focus is"
        await pilot.press("f8", "9", "escape")
        assert "60 % sure" in seen(pilot), "Escape leaves it as it was"
        await pilot.press("enter")
        await until(pilot, lambda: not screen.playing)
        assert screen.talk.session.estimates == {1: 0.6}
        assert "how sure?" in seen(pilot), "each message is said anew"
        screen.query_one(Prompt).write("/sure 85%")
        await pilot.press("enter")
        assert "85 % sure" in seen(pilot)
        await pilot.click(Sureness)
        assert "90 % sure" in seen(pilot)
        await pilot.press("f8", "f8", "f8")
        assert "how sure?   – %" in seen(pilot), "after the last step it is unsaid"
        await pilot.press("1", "0", "0", "7", "backspace", "up", "a")
        assert (screen.sureness.percent, screen.query_one(Prompt).text) == (50, "a"), (
            "letters are the message"
        )
        screen.sureness.percent = None
        screen.query_one(Prompt).write("/sure of it")
        await pilot.press("enter")
        assert "in percent" in seen(pilot)
        await say(pilot, "I am 95% sure: saw_explosion")
        assert screen.talk.session.estimates == {1: 0.6, 2: 0.95}
        debrief = await ended(pilot, screen)
        told = str(debrief.query_one("#sure").render()).replace("\u00a0", " ")
        assert told.startswith("2 messages, 77% sure on average, 1 of them right; Brier score 0.18")
        await until(pilot, lambda: debrief.query(Drawing))
        assert debrief.query_one(Drawing).exhibit is not None


async def test_unfair_by_key_keeps_what_was_being_written(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert not screen.query(Flag)
        await say(pilot, "saw_flat")
        assert "⚑ unfair?" in seen(pilot)
        await say(pilot, "saw_flat again")
        assert len(screen.query(Flag)) == 1, "only the last reply can be marked"
        screen.query_one(Prompt).write("it is flat at the start")
        await pilot.press("ctrl+t")
        assert screen.query_one(Prompt).text == "/unfair it is flat at the start"
        await pilot.press("enter")
        await until(pilot, lambda: screen.talk and screen.talk.session.turns[1].disputed)
        await until(pilot, lambda: not screen.playing)
        assert screen.talk is not None
        assert screen.talk.session.turns[1].disputed == "it is flat at the start"


# ---------------------------------------------------------------- the debrief and the progress


async def test_the_debrief_writes_down_and_leads_to_progress(room: Room) -> None:
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        screen = await seated(pilot)
        await say(pilot, "saw_explosion")
        debrief = await ended(pilot, screen)
        await pilot.press("e")
        await until(pilot, lambda: "Written to" in seen(pilot))
        files = sorted(path.suffix for path in (room.folder / "reports").iterdir())
        assert files == [".html", ".json", ".md"]
        (path,) = (room.folder / "reports").glob("*.json")
        assert json.loads(path.read_text())["variant"] == "exploding"
        await pilot.press("p")
        early = "0 cases finished, 1 ended early, of 1 begun"
        await until(pilot, lambda: early in seen(pilot).replace("\u00a0", " "))
        assert "told: exploding" in seen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is debrief)


async def test_progress_before_anything_was_played(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        await at_home(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "It begins with the first case" in seen(pilot))
        assert isinstance(pilot.app.screen, ProgressScreen)
        assert "exploding" not in seen(pilot), "a cause that was not met has no name"
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sheet))


async def test_the_app_opens_on_a_case(room: Room) -> None:
    app = room.app(Take("tiny", "exploding", 2))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.talk)
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        assert screen.talk is not None
        assert screen.talk.session.seed == 2
        await pilot.press("ctrl+l")
        await at_home(pilot)


async def test_a_case_that_does_not_exist_leads_home(room: Room) -> None:
    async with room.app(Take("tiny", "exploded")).run_test(size=LARGE, notifications=True) as pilot:
        await until(pilot, lambda: "did you mean" in seen(pilot))
        await at_home(pilot)
