"""`tutor preview --watch`: the app on a file; on saving, the same turns are played again on its new words."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.test_chat import tutor
from tutor import settings
from tutor.app.case import CaseScreen
from tutor.authoring.rehearsal import rehearse, stamp
from tutor.authoring.starting import Wish, create
from tutor.cli.previewing import PreviewApp, library_of
from tutor.cli.wiring import open_desk
from tutor.dialogue.events import Replied, Said
from tutor.dialogue.model import MoveKind
from tutor.settings import Settings

WRONG = "It is overfitting, the model memorised the training data."
OLD, NEW = "Which of its rows did it memorise?", "So which of the rows would it know by heart?"


@pytest.fixture(scope="module")
def cache(shared_cache: Path) -> Path:
    return shared_cache


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path, _ = create(Wish("mine"), tmp_path / "cases")
    return path


@pytest.fixture
def own(cache: Path, tmp_path: Path) -> Settings:
    return replace(settings.load(), data_dir=tmp_path / "preview", cache_dir=cache)


def save(path: Path, text: str) -> None:
    """As an editor saves: and never within the same tick of the clock."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


async def until(pilot: Pilot[None], true: Callable[[], bool], seconds: float = 60) -> None:
    for _ in range(int(seconds / 0.05)):
        await pilot.pause(0.05)
        if true():
            return
    raise AssertionError("it never came about")


def reply(app: PreviewApp, number: int = 1) -> str:
    screen = app.screen
    turns = screen.talk.session.turns if isinstance(screen, CaseScreen) and screen.talk else ()
    return (turns[number - 1].reply or "") if len(turns) >= number else ""


async def test_saving_plays_the_same_turns_on_the_new_words(case: Path, own: Settings) -> None:
    app = PreviewApp(case, own, variant="steps_too_long", seed=2, watch=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CaseScreen) and app.screen.talk is not None)
        first = app.screen
        assert isinstance(first, CaseScreen)
        first.say(WRONG)
        await until(pilot, lambda: OLD in reply(app) and not first.playing)
        text = case.read_text(encoding="utf-8")

        save(case, text.replace("engine: fraud", "engine: fruad"))
        await until(pilot, lambda: any("did you mean 'fraud'" in n.message for n in app._notifications))
        assert app.screen is first

        save(case, text.replace(OLD, NEW))
        await until(pilot, lambda: NEW in reply(app))
        screen = app.screen
        assert isinstance(screen, CaseScreen)
        assert screen is not first
        assert screen.talk is not None
        session = screen.talk.session
        assert [t.text for t in session.turns] == [WRONG]
        assert (session.key.variant, session.seed, session.stage) == ("steps_too_long", 2, "diagnose")
        await until(pilot, lambda: not screen.playing)


async def test_a_rehearsal_goes_as_far_as_before_and_no_further(case: Path, own: Settings) -> None:
    desk = open_desk(own, library_of(case), offline=True)
    try:
        said = (
            WRONG,
            "The learning rate is too high.",
            "No. It is not overfitting.",
            "Lower the learning rate.",
            "And one more thing.",
        )
        events = [Said(turn=n, text=text) for n, text in enumerate(said, 1)]
        identity = await rehearse(desk, "mine", events, variant="steps_too_long", seed=1)
        stored = await asyncio.to_thread(desk.store.events, identity)
        moves = [e.move.kind for e in stored if isinstance(e, Replied)]
        assert moves == [MoveKind.PUSH_BACK, MoveKind.PROBE, MoveKind.ADVANCE, MoveKind.DEBRIEF]
    finally:
        await desk.close()


def test_what_counts_as_saved(case: Path) -> None:
    before = stamp(case)
    save(case.with_name("mine.phrasings.yaml"), "format: 1\n")
    assert stamp(case) != before
    (case.parent / "concepts").mkdir()
    between = stamp(case)
    (case.parent / "concepts" / "own.yaml").write_text("x", encoding="utf-8")
    assert stamp(case) != between


def test_mistakes_before_anything_opens(case: Path) -> None:
    assert "needs a terminal" in tutor("preview", str(case)).stderr
    assert "did you mean 'steps_too_long'" in tutor("preview", str(case), "--variant", "steps_to_long").stderr
    case.write_text("format: [", encoding="utf-8")
    done = tutor("preview", str(case))
    assert done.returncode == 1
    assert "mine.yaml:2:1: not valid YAML" in done.stderr
