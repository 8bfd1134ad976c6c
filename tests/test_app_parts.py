"""The pure parts behind the screens, the real parts behind the protocols, and what a start may import."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from tests.app_kit import LARGE, at_home, say, seated, seen, until
from tutor.app.app import TutorApp
from tutor.app.case import CaseScreen
from tutor.app.commands import COMMANDS, UnknownCommandError, parse
from tutor.app.drafts import Drafts
from tutor.app.home import HomeScreen
from tutor.app.inert import Inert
from tutor.app.prompt import Prompt
from tutor.app.shelf import ago
from tutor.app.work import MOST_LOG, Journal
from tutor.cli.wiring import open_desk
from tutor.conversation.desk import Desk
from tutor.dialogue.key import Key
from tutor.dialogue.model import MoveKind
from tutor.settings import Settings

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def test_commands_are_words_after_a_slash() -> None:
    for command in COMMANDS:
        assert parse(f"  /{command.word.upper()}  some words ") == (command, "some words")
        assert hasattr(CaseScreen, f"action_{command.action}")
    assert parse("hint, please: 1/2 or /end?") is None
    assert parse("/end\nof the line") is None
    with pytest.raises(UnknownCommandError, match="Did you mean /evidence"):
        parse("/evidnce")


def test_drafts_come_back_as_they_were(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    assert drafts.read("abc") == ""
    drafts.write("abc", "é — two\nlines")
    assert Drafts(tmp_path / "drafts").read("abc") == "é — two\nlines"
    assert [p.name for p in drafts.folder.iterdir()] == ["abc.txt"], "nothing half-written is left"
    drafts.write("abc", "\ud800")
    assert drafts.read("abc") == "?", "a lone surrogate is no reason to lose the rest"
    drafts.write("abc", "")
    drafts.write("abc", "")
    assert not list(drafts.folder.iterdir())
    (drafts.folder / "bad.txt").write_bytes(b"\xff\xfe\xff")
    assert drafts.read("bad") == ""


def test_the_log_keeps_tracebacks_and_its_size(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "app.log")
    journal.record("testing", ValueError("of no account"))
    assert "while testing" in journal.path.read_text()
    assert "ValueError: of no account" in journal.path.read_text()
    journal.path.write_text("x" * (MOST_LOG + 1))
    journal.record("testing", ValueError("again"))
    assert journal.path.stat().st_size < 1000
    Journal(tmp_path / "app.log" / "below a file").record("testing", ValueError("unwritable"))


def test_time_in_words() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    spans = {
        5: "just now",
        70: "1 minute ago",
        7300: "2 hours ago",
        90_000: "1 day ago",
        200_000: "2 days ago",
    }
    assert {s: ago(now - timedelta(seconds=s), now) for s in spans} == spans


def test_the_last_gate_leaves_text_and_takes_orders() -> None:
    gate = Inert()
    plain = [Segment("naïve 日本 ▁▂ ⠿", None)]
    assert gate.apply(plain, Color(0, 0, 0)) == plain
    (dirty,) = gate.apply([Segment("a\x1b[31m\x9b\u202eb\u2066\x07")], Color(0, 0, 0))
    assert dirty.text == "a[31mb"


# ---------------------------------------------------------------- on real parts


@pytest.fixture
def settings(tmp_path: Path, shared_cache: Path) -> Settings:
    return Settings(tmp_path / "data", shared_cache, (SCENARIOS,))


async def test_a_case_on_the_real_engine_reader_and_voice(settings: Settings) -> None:
    """Trained in a child process, read by the offline reader, worded by the offline voice."""
    desks: list[Desk] = []

    def desk() -> Desk:
        desks.append(open_desk(settings))
        return desks[-1]

    first = open_desk(settings)
    case = first.take("fraud_training", variant="overfitting", seed=2)
    source, key = case.source, Key(case.scenario, "overfitting")
    async with TutorApp(desk, settings.data_dir).run_test(size=LARGE) as pilot:
        screen = await seated(pilot, seconds=120)
        assert screen.talk is not None
        assert "Training and validation loss" in seen(pilot)
        (observed,) = key.groups("observe")
        await say(pilot, source.phrasings.phrasings[observed[0]][0])
        assert screen.talk.session.stage == "diagnose"
        await say(pilot, source.phrasings.phrasings["underfitting"][0])
        moves = [turn.move.kind for turn in screen.talk.session.turns if turn.move]
        assert moves == [MoveKind.ADVANCE, MoveKind.PUSH_BACK]
        assert screen.query("Reply").last().has_class("challenge")
        screen.query_one(Prompt).write("/end")
        await pilot.press("enter", "y")
        await until(pilot, lambda: "What was planted" in seen(pilot))


async def test_the_labels_of_a_batch_are_seen_without_scrolling(settings: Settings) -> None:
    def desk() -> Desk:
        return open_desk(settings)

    first = desk()
    first.take("fraud_training", variant="scrambled_labels")
    first.store.close()
    async with TutorApp(desk, settings.data_dir).run_test(size=(100, 30)) as pilot:
        screen = await seated(pilot, seconds=120)
        screen.query_one(Prompt).write("/evidence batch")
        await pilot.press("enter")
        await until(pilot, lambda: re.search(r"payment +label in", seen(pilot)))
        rows = re.findall(r" P\d{6} +(?:fraud|legitimate) +(?:fraud|legitimate)", seen(pilot))
        assert len(rows) == 16, "every payment with both of its labels"


async def test_a_real_run_can_be_cancelled(settings: Settings, tmp_path: Path) -> None:
    fresh = Settings(settings.data_dir, tmp_path / "empty cache", (SCENARIOS,))
    async with TutorApp(lambda: open_desk(fresh), fresh.data_dir).run_test(size=LARGE) as pilot:
        await at_home(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.case)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        await asyncio.sleep(0.2)
        assert not (fresh.data_dir / "app.log").exists()
