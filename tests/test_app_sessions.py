"""What lies beside a case: the concept cards, and the list of sessions with its way back from a removal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets._collapsible import CollapsibleTitle

from tests.app_kit import CASES, LARGE, SMALL, Room, at_home, say, seated, seen, until
from tutor.app.bubbles import Note
from tutor.app.cards import CardIndex
from tutor.app.case import CaseScreen
from tutor.app.debrief import DebriefScreen
from tutor.app.helping import LOST
from tutor.app.prompt import Prompt
from tutor.app.sessions import SessionsScreen
from tutor.app.sheets import Sheet
from tutor.consultant.protocols import Context
from tutor.dialogue.model import Act, Assessment


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A room whose case has concept cards."""
    cases = tmp_path / "cases"
    cases.mkdir()
    text = (CASES / "tiny.yaml").read_text()
    cards = "minutes: 5\nconcepts: [learning_rate, overfitting]"
    (cases / "tiny.yaml").write_text(text.replace("minutes: 5", cards))
    return Room(tmp_path, cases)


async def leave(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+l")
    await at_home(pilot)


async def test_concept_cards_in_a_running_case_and_back_to_the_same_words(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        screen.query_one(Prompt).write("half a thought")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(pilot.app.screen, CardIndex))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sheet))
        assert "Learning the rows by heart" in seen(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, CardIndex)
        await pilot.press("escape")
        assert pilot.app.screen is screen
        assert screen.query_one(Prompt).text == "half a thought"
        screen.query_one(Prompt).write("/card learning rate")
        await pilot.press("enter")
        await until(pilot, lambda: "How long is a step?" in seen(pilot))


async def test_the_case_file_takes_the_whole_room_and_gives_it_back(room: Room) -> None:
    async with room.app().run_test(size=(120, 40)) as pilot:
        screen = await seated(pilot)
        assert "Your first case?" in " ".join(seen(pilot).split())
        await pilot.press("f2")
        beside = screen.file.size.width
        await pilot.press("enter")
        assert screen.file.size.width > 1.8 * beside
        assert not screen.transcript.display
        assert "Beside the talk" in seen(pilot)
        await pilot.press("a")
        assert screen.query_one(Prompt).text == "a", "the prompt stays within reach"
        await pilot.press("f2", "escape")
        assert (screen.transcript.display, screen.file.size.width) == (True, beside)


async def test_a_short_conversation_stays_where_it_is_and_a_long_one_follows(room: Room) -> None:
    async with room.app().run_test(size=(120, 50)) as pilot:
        screen = await seated(pilot)
        transcript = screen.transcript
        top = transcript.children[0].region.y
        await say(pilot, "saw_flat")
        assert (transcript.max_scroll_y, transcript.children[0].region.y) == (0, top)
        for _ in range(6):
            await say(pilot, "saw_flat")
        await until(pilot, lambda: transcript.max_scroll_y > 0)
        await until(pilot, lambda: transcript.scroll_y == transcript.max_scroll_y)
    async with room.app().run_test(size=(120, 200)) as pilot:
        screen = await seated(pilot)
        await pilot.pause(0.1)
        assert screen.transcript.scroll_y == 0, "what is shorter than the room begins at its top"


async def test_who_is_lost_is_told_once_what_can_be_done(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def strays(text: str, context: Context) -> Assessment:
        return Assessment(act=Act.OFF_TOPIC)

    monkeypatch.setattr(room.assessor, "assess", strays)
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        for text in ("hello, what do I do?", "nice weather"):
            await say(pilot, text)
        notes = [str(note.render()) for note in screen.query(Note)]
        assert notes.count(LOST) == 1


async def test_concept_cards_are_read_from_the_debrief(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        await say(pilot, "saw_flat")
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        offered = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        assert {"Another hidden cause", "Write it down", "Concept cards", "Preferences"} <= set(offered)
        await pilot.press("c", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sheet))
        assert "How long is a step?" in seen(pilot)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "▸ Further reading (2\u00a0cards)" in seen(pilot))
        assert "Learning the rows by heart" not in seen(pilot), "what was not missed is folded"
        await pilot.click(CollapsibleTitle)
        await until(pilot, lambda: "▤ Learning the rows by heart" in seen(pilot))


async def test_sessions_of_one_case_can_be_told_apart_and_the_last_debrief_stays(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        await seated(pilot)
        for text in ("saw_explosion", "too_fast", "slower"):
            await say(pilot, text)
        await leave(pilot)
        screen = await seated(pilot)
        await say(pilot, "saw_explosion")
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.talk)
        await leave(pilot)
        await until(pilot, lambda: "Continue" in seen(pilot))
        assert "d Last debrief" in seen(pilot), "also while the case is in progress again"
        await pilot.press("s")
        await until(pilot, lambda: "3 sessions" in seen(pilot).replace("\u00a0", " "))
        rows = seen(pilot).replace("\u00a0", " ").splitlines()
        dated = (re.fullmatch(r" +\d{4}-\d\d-\d\d \d\d:\d\d +(.*)", row) for row in rows)
        told = [found[1] for found in dated if found]
        assert told == [
            "▸ going on · stage 1 of 3 · 0 messages",
            "◐ ended early · stage 2 of 3 · 1 message",
            "✓ finished · stage 3 of 3 · 3 messages",
        ]
        assert sum(row.split() == ["planted:", "exploding"] for row in rows) == 2
        await pilot.press("escape")
        await at_home(pilot)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        assert "You ended this case early" in seen(pilot)


async def test_a_session_is_removed_brought_back_written_down_and_gone_on_with(room: Room) -> None:
    async with room.app().run_test(size=SMALL, notifications=True) as pilot:
        await at_home(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "No session yet" in seen(pilot))
        await pilot.press("escape")
        screen = await seated(pilot)
        await say(pilot, "saw_flat")
        assert screen.talk is not None
        identity = screen.talk.identity
        await leave(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "1 session" in seen(pilot).replace("\u00a0", " "))
        assert isinstance(pilot.app.screen, SessionsScreen)
        assert "going on" in seen(pilot)
        assert "exploding" not in seen(pilot), "a hidden cause stays hidden"
        await pilot.press("x")
        await until(pilot, lambda: "No session yet" in seen(pilot))
        assert room.desk is not None
        assert room.desk.store.sessions() == ()
        await pilot.press("u")
        await until(pilot, lambda: "going on" in seen(pilot))
        await pilot.press("e")
        await until(pilot, lambda: "Written to" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.talk)
        again = pilot.app.screen
        assert isinstance(again, CaseScreen)
        assert again.talk is not None
        assert (again.talk.identity, len(again.talk.session.turns)) == (identity, 1)
