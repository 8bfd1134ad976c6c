"""The app as a learner uses it, at both ends of the sizes it must work at."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.app_kit import (
    CASES,
    LARGE,
    SMALL,
    Room,
    assert_snapshot,
    at_home,
    at_rest,
    say,
    seated,
    seen,
    until,
)
from tutor.app.bubbles import Note, Reply, Said
from tutor.app.case import CaseScreen
from tutor.app.debrief import DebriefScreen
from tutor.app.evidence.drawing import Drawing
from tutor.app.evidence.panel import CaseFile
from tutor.app.helping import FIRST
from tutor.app.home import HomeScreen
from tutor.app.keybar import KeyBar
from tutor.app.prompt import Prompt
from tutor.app.sheets import Question, Sheet
from tutor.app.tally import Tally
from tutor.app.transcript import Transcript
from tutor.consultant.protocols import AssessorError
from tutor.dialogue.events import Said as SaidEvent
from tutor.dialogue.model import MoveKind
from tutor.store.database import StoreError


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def begin(room: Room) -> str:
    """A session in the store, for the screen to resume: variant and seed are then known."""
    desk = room.open_desk()
    identity = desk.take("tiny", seed=1).identity
    desk.store.close()
    return identity


def footer(pilot: object) -> list[str]:
    return [entry.does for entry in pilot.app.screen.query_one(KeyBar).entries]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_case_from_home_to_debrief_and_back(room: Room, size: tuple[int, int]) -> None:
    async with room.app().run_test(size=size, notifications=True) as pilot:
        screen = await seated(pilot)
        talk = screen.talk
        assert talk is not None
        assert screen.query_one(Prompt).has_focus
        assert "2,000 payments, a learning rate of 3.0" in " ".join(seen(pilot).split())
        await say(pilot, "I see saw_flat")
        reply = screen.query(Reply).last()
        assert reply.has_class("challenge")
        assert "▲ Challenge" in seen(pilot), "a challenge says so in words and by a sign"
        assert "My move: push_back" in seen(pilot)
        await say(pilot, "/hint")
        assert talk.session.turns[-1].text == "Can I have a hint?"
        assert "Hint" in seen(pilot)
        await say(pilot, "it is saw_explosion")
        assert talk.session.stage == "diagnose"
        assert "Stage 2 of 3" in " ".join(str(note.render()) for note in screen.query(Note))
        assert "2/3 Diagnose" in seen(pilot)
        await say(pilot, "too_fast")
        await say(pilot, "slower")
        assert talk.session.finished
        assert "Debrief" not in seen(pilot), "the last words can be read before the debrief"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        text = "\n".join(str(static.render()) for static in pilot.app.screen.query("Static"))
        assert "thirty times too high" in text
        assert "You said it in message 3: “saw_explosion”" in text
        assert "▲ Challenged, and dropped in message 3: “saw_flat”\n  You answered: “it is saw_expl" in text
        assert pilot.app.screen.query_one(Tally).facts[0] == "3 of 3 points made"
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        await until(pilot, lambda: "1 of 1 hidden causes found" in seen(pilot))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.talk)
        assert pilot.app.screen.talk.session.turns == ()  # type: ignore[attr-defined]
    assert room.engine.closed


async def test_resume_shows_everything_at_the_same_place(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        await say(pilot, "saw_explosion")
        await pilot.press("f2", "down", "enter")
        await until(pilot, lambda: screen.query_one(Drawing).exhibit is not None and "SGD" in seen(pilot))
        await pilot.press("escape")
        await say(pilot, "overfit")
        before = [str(w.render()) for w in screen.query("Said, Note")]
        before.remove(FIRST)
        replies = [r.query_one("SafeMarkdown").source for r in screen.query(Reply)]  # type: ignore[attr-defined]
    async with room.app().run_test(size=LARGE) as pilot:
        await at_home(pilot)
        await until(pilot, lambda: "Continue: stage 2 of 3, Diagnose · 2\u00a0messages" in seen(pilot))
        screen = await seated(pilot)
        assert [str(w.render()) for w in screen.query("Said, Note")] == before
        assert [r.query_one("SafeMarkdown").source for r in screen.query(Reply)] == replies  # type: ignore[attr-defined]
        assert screen.query(Reply).last().has_class("challenge")


async def test_a_message_without_reply_is_answered_on_resume(room: Room) -> None:
    identity = begin(room)
    desk = room.open_desk()
    desk.store.append(identity, SaidEvent(turn=1, text="saw_flat, I think"))
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        await until(pilot, lambda: screen.talk and screen.talk.session.awaiting is None)
        assert len(screen.query(Said)) == 1
        assert "My move: push_back" in seen(pilot)


async def test_a_long_session_shows_its_end_and_the_rest_on_request(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        talk = screen.talk
        assert talk is not None
        for number in range(45):
            async for _ in talk.say(f"message {number}"):
                pass
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert len(screen.query(Said)) == 8
        while screen.query("#earlier"):
            await turn_back(pilot, screen)
        assert len(screen.query(Said)) == 45
        numbers = [int(re.findall(r"message (\d+)", str(s.render()))[0]) for s in screen.query(Said)]
        assert numbers == list(range(45))


async def turn_back(pilot: Pilot[None], screen: CaseScreen) -> None:
    """Asks for the page before what is shown."""
    before = len(screen.query(Said))
    screen.query_one("#earlier").press()  # type: ignore[attr-defined]
    await until(pilot, lambda: len(screen.query(Said)) > before)


async def test_at_the_top_the_page_before_comes_by_itself_and_the_reader_stays(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        talk = screen.talk
        assert talk is not None
        for number in range(20):
            async for _ in talk.say(f"message {number}"):
                pass
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        assert "message 19" in seen(pilot)
        first = screen.query(Said).first()
        assert "message 12" in str(first.render())
        transcript = screen.transcript
        away = first.virtual_region.y  # from what is on top when the reader has scrolled up
        transcript.scroll_to(y=0, animate=False, immediate=True)
        await until(pilot, lambda: len(screen.query(Said)) == 16 and transcript.scroll_y > 0)
        assert first.virtual_region.y - transcript.scroll_y == away


async def test_words_that_come_leave_a_reader_who_scrolled_up_alone(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        for number in range(6):
            await say(pilot, f"message {number}")
        transcript = screen.transcript
        assert transcript.scroll_y == transcript.max_scroll_y > 0
        await pilot.press("pageup")
        await until(
            pilot, lambda: not transcript.is_scrolling and transcript.scroll_y < transcript.max_scroll_y
        )
        place, end = transcript.scroll_y, transcript.max_scroll_y
        await screen.transcript.listen()
        for _ in range(12):
            await transcript.add("words that come " * 5 + "\n\n")
            await asyncio.sleep(0.11)
        await until(pilot, lambda: transcript.max_scroll_y > end + 10)
        assert transcript.scroll_y == place
        transcript.scroll_end(animate=False, immediate=True)
        await transcript.add("the last of them " * 40)
        await until(pilot, lambda: transcript.scroll_y == transcript.max_scroll_y > end)


# ---------------------------------------------------------------- nothing typed is lost


async def test_the_draft_survives_the_process(room: Room) -> None:
    identity = begin(room)
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        screen.query_one(Prompt).write("half a sent")
        draft = room.folder / "drafts" / f"{identity}.txt"
        await until(pilot, draft.is_file)
        assert draft.read_text() == "half a sent", "on disk while the app runs: a kill would lose nothing"
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        assert screen.query_one(Prompt).text == "half a sent"
        await pilot.press("e", "n", "c", "e", "enter")
        await until(pilot, lambda: screen.talk and screen.talk.session.turns and not screen.playing)
        assert screen.talk is not None
        assert screen.talk.session.turns[0].text == "half a sentence"
        await until(pilot, lambda: not draft.exists())


async def test_words_on_their_way_to_the_disk_are_in_the_draft(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = begin(room)
    async with room.app().run_test(size=SMALL, notifications=True) as pilot:
        screen = await seated(pilot)
        assert screen.talk is not None
        full = asyncio.Event()

        def refuse(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(screen.desk.store, "append", refuse)
        screen.query_one(Prompt).write("saw_explosion, clearly")
        await pilot.press("enter")
        await until(pilot, lambda: not screen.playing)
        assert screen.query_one(Prompt).text == "saw_explosion, clearly", "it comes back"
        assert "the disk is full" in seen(pilot)
        assert not screen.query(Said)
        await until(pilot, (room.folder / "drafts" / f"{identity}.txt").is_file)
        monkeypatch.undo()
        full.set()
        await pilot.press("enter")
        await until(pilot, lambda: screen.talk and screen.talk.session.stage == "diagnose")


async def test_escape_stops_a_reply_and_keeps_what_was_said(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        room.voice.hold = True
        screen.query_one(Prompt).write("saw_flat")
        await pilot.press("enter")
        await until(pilot, lambda: "My move: push_back" in seen(pilot))
        assert "Stop" in footer(pilot)
        await pilot.press("t", "o", "o")
        assert screen.query_one(Prompt).text == "too", "the prompt is never locked"
        await pilot.press("enter")
        assert screen.query_one(Prompt).text == "too", "one at a time, and nothing is lost"
        await pilot.press("escape")
        await until(pilot, lambda: not screen.playing)
        assert screen.talk is not None
        turn = screen.talk.session.turns[-1]
        assert (turn.reply, turn.note) == ("My move: push_back", "stopped")
        assert "— stopped" in seen(pilot)
        assert "Stop" not in footer(pilot)


@pytest.mark.parametrize("error", [AssessorError("the assessor is out for lunch"), RuntimeError("boom [/x]")])
async def test_a_reply_that_fails_can_be_asked_for_again(room: Room, error: Exception) -> None:
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        screen = await seated(pilot)
        room.assessor.error = error
        await say(pilot, "saw_explosion")
        await until(pilot, lambda: "Ctrl+R" in seen(pilot))
        assert "Traceback" not in seen(pilot)
        assert "Retry" in footer(pilot)
        log = room.folder / "app.log"
        assert ("boom [/x]" in log.read_text()) if isinstance(error, RuntimeError) else not log.exists()
        room.assessor.error = None
        await pilot.press("ctrl+r")
        await until(pilot, lambda: screen.talk and screen.talk.session.stage == "diagnose")
        assert len(screen.query(Said)) == 1


# ---------------------------------------------------------------- the evidence


async def test_the_curve_is_drawn_while_it_trains_and_escape_goes_home(room: Room) -> None:
    room.engine.hold = True
    async with room.app().run_test(size=LARGE) as pilot:
        await at_home(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "epoch 2 of 4" in seen(pilot))
        assert "training loss" in seen(pilot)
        assert re.search("[\u2801-\u28ff]{3}", seen(pilot)), "braille"
        assert "You are an engineer with one plot" in seen(pilot)
        assert "Cancel" in footer(pilot)
        await pilot.press("o", "h", "enter")
        assert pilot.app.screen.query_one(Prompt).text == "oh"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_an_engine_that_fails_leads_home_with_the_reason(room: Room) -> None:
    room.engine.fails = "The process that computes the runs gave up."
    async with room.app().run_test(size=SMALL, notifications=True) as pilot:
        await at_home(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen) and "gave up" in seen(pilot))
        room.engine.fails = ""
        await seated(pilot)


async def test_exhibits_are_asked_for_in_words_or_taken_from_the_list(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert "○ The configuration" in seen(pilot)
        assert "SGD" not in seen(pilot)
        await say(pilot, "show config")
        assert "● The configuration" in seen(pilot)
        assert "SGD" in seen(pilot)
        assert screen.query_one(Prompt).has_focus
    room.folder = room.folder / "again"
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        await pilot.press("f2", "down")
        assert "Not on the table yet" in seen(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "SGD" in seen(pilot))
        assert screen.talk is not None
        assert screen.talk.session.opened == ("config",)
        assert "You took “The configuration” out of the case file." in seen(pilot)


async def test_chart_and_table_by_one_key(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert "Table" in footer(pilot)
        await pilot.press("f3")
        assert "left the chart" in seen(pilot)
        assert "Chart" in footer(pilot)
        await pilot.press("f3")
        assert "✕ leaves the chart at epoch 3" in seen(pilot)
        await say(pilot, "show config")
        assert not {"Chart", "Table"} & set(footer(pilot)), "a card has one face"
        assert screen.query_one(CaseFile).in_hand == "config"


async def test_one_column_swaps_by_one_key_and_typing_goes_to_the_prompt(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        assert not screen.query_one(CaseFile).display or screen.query_one(CaseFile).size.area == 0
        await pilot.press("f2")
        assert "● Loss by epoch" in seen(pilot)
        assert screen.query_one(Prompt).region.height > 0
        await pilot.press("x")
        assert screen.query_one(Prompt).text == "x"
        await pilot.press("f2")
        assert "● Loss by epoch" not in seen(pilot)
        assert screen.query_one(Prompt).has_focus
        await pilot.resize_terminal(160, 50)
        await until(pilot, lambda: "● Loss by epoch" in seen(pilot))
        assert "What do you see?" in seen(pilot)
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: "● Loss by epoch" not in seen(pilot))


# ---------------------------------------------------------------- the prompt, words and keys


async def test_new_lines_and_history(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        prompt = screen.query_one(Prompt)
        low = prompt.size.height
        await pilot.press("a", "ctrl+j", "b", "shift+enter", "c")
        assert prompt.text == "a\nb\nc"
        assert prompt.size.height == low + 2, "it grows"
        prompt.clear()
        await say(pilot, "first")
        await say(pilot, "second")
        await pilot.press("n", "e", "w", "up")
        assert prompt.text == "second"
        await pilot.press("up", "up")
        assert prompt.text == "first"
        await pilot.press("down", "down")
        assert prompt.text == "new"


async def test_words_for_commands(room: Room) -> None:
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        screen = await seated(pilot)
        await say(pilot, "/hnt")
        assert "Did you mean /hint?" in seen(pilot)
        assert screen.query_one(Prompt).text == "/hnt"
        assert screen.talk is not None
        assert not screen.talk.session.turns
        await say(pilot, "/brief")
        await until(pilot, lambda: isinstance(pilot.app.screen, Sheet))
        await pilot.press("escape")
        screen.query_one(Prompt).write("/evidence conf")
        await pilot.press("enter")
        await until(pilot, lambda: "SGD" in seen(pilot))
        await pilot.press("escape")
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert not screen.talk.session.finished, "Enter alone ends nothing"
        await say(pilot, "saw_explosion")
        screen.query_one(Prompt).write("/unfair I said it twice")
        await pilot.press("enter")
        await until(pilot, lambda: screen.talk and screen.talk.session.turns[0].disputed == "I said it twice")
        await until(pilot, lambda: not screen.playing)
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))


async def test_the_palette_has_what_can_be_done_now(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        titles = [command.title for command in pilot.app.get_system_commands(screen)]
        assert {"Ask for a hint", "Look at the case file", "End the case", "Go to the lab"} <= set(titles)
        assert "Open the debrief" not in titles
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Ask for a hint" in seen(pilot))


async def test_help_on_every_screen(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        await at_home(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: "hidden causes" in seen(pilot))
        await pilot.press("f1")
        screen = await seated(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: "Esc" in seen(pilot) or "case file" in seen(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is screen
        assert screen.query_one(Prompt).has_focus


async def test_mouse(room: Room) -> None:
    async with room.app().run_test(size=LARGE) as pilot:
        await at_home(pilot)
        cases = pilot.app.screen.query_one("#cases", OptionList)
        await pilot.click("#cases", offset=(5, 1))
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.talk)
        assert cases.highlighted == 0
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        await say(pilot, "saw_flat")
        await pilot.click("#index", offset=(5, 1))
        await until(pilot, lambda: "SGD" in seen(pilot))
        await pilot.click("Reply:last-of-type Pointer")
        await until(pilot, lambda: screen.query_one(CaseFile).in_hand == "curves")


# ---------------------------------------------------------------- text of others is only text

EVIL = "[b]X[/] [@click=app.quit]quit[/] [/nothing] \x1b[31mred\x1b]0;title\x07 \u202eback [a](javascript:1)"


async def test_nothing_written_by_others_is_obeyed(tmp_path: Path) -> None:
    source = (CASES / "tiny.yaml").read_text()
    yaml = source.replace("The model that goes off the chart", '"[bold]T[/] [@click=app.quit]x[/] red"')
    yaml = yaml.replace("title: The configuration,", 'title: "[/b] C [@click=app.quit]",')
    yaml = yaml.replace(
        "  {{ run.config.transactions | count }} payments", "  | a |\n  |---|\n  | [bad |\n\n  pay"
    )
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "tiny.yaml").write_text(yaml)
    room = Room(tmp_path, cases)
    room.voice.says = EVIL
    async with room.app().run_test(size=LARGE, notifications=True, tooltips=True) as pilot:
        await at_home(pilot)
        assert "[bold]T[/] [@click=app.quit]x[/]" in seen(pilot)
        screen = await seated(pilot)
        await say(pilot, f"saw_flat {EVIL}")
        await say(pilot, "/x[bold]y")
        pilot.app.tell(EVIL)  # type: ignore[attr-defined]
        await pilot.pause()
        text = seen(pilot)
        assert "[@click=app.quit]quit[/]" in text
        assert "[a](javascript:1)" in text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
        for strip in pilot.app.screen._compositor.render_strips(pilot.app.size):
            for segment in strip:
                assert segment.style is None or segment.style.link is None
                assert "@click" not in (segment.style.meta if segment.style else {})
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))


async def test_a_broken_file_is_a_problem_with_a_place(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "tiny.yaml").write_text((CASES / "tiny.yaml").read_text())
    (cases / "broken.yaml").write_text("format: 1\nid: [bold]\n")
    room = Room(tmp_path, cases)
    async with room.app().run_test(size=LARGE) as pilot:
        await at_home(pilot)
        told = str(pilot.app.screen.query_one("#problems").render())
        assert re.search(r"broken\.yaml:2:\d+: id: text is expected here, not \['bold'\]", told)
        assert "Files that cannot be read" in seen(pilot)
        assert "The model that goes off the chart" in seen(pilot)


async def test_a_mistake_in_the_text_of_a_case_is_shown_in_its_place(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    yaml = (CASES / "tiny.yaml").read_text().replace("run.config.transactions", "run.config.nonsense")
    yaml = yaml.replace("debrief: It was", "debrief: The {{ run.missing }} was")
    (cases / "tiny.yaml").write_text(yaml.replace("ask: What do you see?", 'ask: "{{ run.nothing }}"'))
    async with Room(tmp_path, cases).app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert "The case file has a mistake here" in screen.query_one("SafeMarkdown.brief").source  # type: ignore[attr-defined]
        await say(pilot, "saw_explosion")
        assert screen.talk is not None
        assert screen.talk.session.stage == "diagnose"
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        await until(pilot, lambda: "there is no value 'missing'" in " ".join(seen(pilot).split()))


async def test_a_desk_that_cannot_open_says_so(room: Room) -> None:
    room.folder.mkdir()
    (room.folder / "sessions.db").write_text("this is no database, whatever its name says" * 40)
    async with room.app().run_test(size=LARGE, notifications=True) as pilot:
        await until(pilot, lambda: "session store" in seen(pilot))
        assert isinstance(pilot.app.screen, HomeScreen)


# ---------------------------------------------------------------- as it was looked at


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_screens_as_they_were_looked_at(room: Room, size: tuple[int, int]) -> None:
    async with room.app().run_test(size=size) as pilot:
        name = f"{size[0]}x{size[1]}"
        await at_home(pilot)
        await at_rest(pilot)
        assert_snapshot(f"home_{name}", seen(pilot))
        screen = await seated(pilot)
        await say(pilot, "I see saw_flat, and [nothing] else")
        await say(pilot, "show config")
        await pilot.press("f6")
        screen.query_one(Prompt).cursor_blink = False
        transcript = screen.query_one(Transcript)
        await until(pilot, lambda: transcript.scroll_y == transcript.max_scroll_y)
        await at_rest(pilot)
        assert_snapshot(f"case_{name}", seen(pilot))
        assert screen.talk is not None
        assert screen.talk.session.turns[0].move is not None
        assert screen.talk.session.turns[0].move.kind is MoveKind.PUSH_BACK
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, DebriefScreen))
        await at_rest(pilot)
        assert_snapshot(f"debrief_{name}", seen(pilot))


async def test_a_session_that_grows_long_puts_its_beginning_away(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        for number in range(26):
            await say(pilot, f"message {number}")
        await until(pilot, lambda: len(screen.query(Said)) < 20)
        assert f"message {25}" in seen(pilot)
        while screen.query("#earlier"):
            await turn_back(pilot, screen)
        assert len(screen.query(Said)) == 26
        numbers = [int(re.findall(r"message (\d+)", str(s.render()))[0]) for s in screen.query(Said)]
        assert numbers == list(range(26))
        await say(pilot, "one more")
        await until(pilot, lambda: len(screen.query(Said)) == 8)
