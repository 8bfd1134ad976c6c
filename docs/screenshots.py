"""Draws the pictures in docs/screenshots: a real case, played by this script on the real parts.

    python docs/screenshots.py           # all of them: three sizes, both themes, as SVG
    python docs/screenshots.py --check   # says which are out of date, from one size and theme

Runs are drawn from a fixed seed; what changes between machines is the last digit of a number, so that the
check compares words and no numbers.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tutor import content
from tutor.app.app import TutorApp
from tutor.app.case import CaseScreen
from tutor.app.lab.screen import LabScreen
from tutor.app.progress import ProgressScreen
from tutor.app.prompt import Prompt
from tutor.app.themes import OWN
from tutor.cli.wiring import open_desk
from tutor.settings import Settings

TARGET = Path(__file__).parent / "screenshots"
PATIENCE = 120.0
SIZES = ((80, 24), (120, 40), (200, 60))
CASE, VARIANT, SEED = "fraud_training", "overfitting", 2
SAID = (
    ("Training loss keeps falling while validation loss turns and climbs.", "60"),
    ("The learning rate is far too high.", "80"),
    ("What is the learning rate?", ""),
)
REST = (
    "Not the learning rate. The network is overfitting: validation climbs while training falls on.",
    "Early stopping, and weight decay against the large network, since it has few rows.",
    "Plot validation next to training loss and alert when the gap grows.",
    "Compare every model with a trivial baseline.",
)
NOTES = "Turns around epoch 5.\nAsk: how many payments, how many weights?"
EXPERIMENTS = (("dropout", 3), ("weight_decay", 3), ("patience", 3))  # lever, steps to the right


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)
    await pilot.pause()


async def play(folder: Path, cache: Path, size: tuple[int, int], theme: str, target: Path) -> None:
    """Takes the pictures of one size and theme."""
    settings = Settings(folder, cache, (content.scenarios_dir(),))
    desk = open_desk(settings)
    desk.take(CASE, variant=VARIANT, seed=SEED)
    desk.store.close()
    app = TutorApp(lambda: open_desk(settings), folder)
    async with app.run_test(size=size) as pilot:
        app.theme = theme

        async def picture(name: str) -> None:
            await pilot.pause(0.3)
            file = target / f"{name}-{size[0]}x{size[1]}-{theme}.svg"
            file.write_text(app.export_screenshot(title="tutor"), encoding="utf-8")

        await until(pilot, lambda: app.screen.query_one("#cases").display)
        await picture("home")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CaseScreen) and app.screen.talk)
        screen = app.screen
        assert isinstance(screen, CaseScreen)
        screen.query_one(Prompt).cursor_blink = False
        await until(pilot, lambda: screen.query("SafeMarkdown.brief"))
        await picture("brief")
        for text, sure in SAID:
            screen.query_one(Prompt).write(text)
            if sure:
                await pilot.press("f8", *sure, "enter")
            await pilot.press("enter")
            await until(pilot, lambda: not screen.playing)
            if sure == SAID[1][1]:
                await picture("challenge")
        await pilot.press("f2")
        await picture("evidence")
        await pilot.press("escape", "ctrl+n")
        screen.file.notebook.notes.cursor_blink = False
        screen.file.notebook.notes.text = NOTES
        await picture("notebook")
        await pilot.press("ctrl+n", "f9")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        lab = app.screen
        assert isinstance(lab, LabScreen)
        for lever, steps in EXPERIMENTS:
            lab.levers.list.highlighted = lab.levers.dials.names.index(lever)
            await pilot.press(*["right"] * steps, "enter")
        await until(pilot, lambda: len(lab.bench.trials) == len(EXPERIMENTS) and lab.bench.trials[-1].over)
        await picture("lab")
        await pilot.press("escape")
        for text in REST:
            screen.query_one(Prompt).write(text)
            await pilot.press("enter")
            await until(pilot, lambda: not screen.playing)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query(".cause"))
        await picture("debrief")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, ProgressScreen) and app.screen.query(".stage"))
        await picture("progress")
        await pilot.press("escape", "h", "o")
        await until(pilot, lambda: app.screen.query("#settings"))
        await picture("preferences")


def words(picture: str) -> list[str]:
    """The words in a picture, without numbers and drawing."""
    text = " ".join(re.findall(r">([^<>]+)</text>", picture))
    return re.findall(r"[^\W\d_]{2,}", html.unescape(text))


def check(taken: Path) -> bool:
    """Compares new pictures with the stored ones; whether all say the same."""
    stale = []
    for new in sorted(taken.glob("*.svg")):
        old = TARGET / new.name
        stored = old.read_text(encoding="utf-8") if old.is_file() else ""
        if words(stored) != words(new.read_text(encoding="utf-8")):
            stale.append(new.name)
    for name in stale:
        sys.stderr.write(f"{name} is out of date; python docs/screenshots.py draws all of them again\n")
    return not stale


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    checking = "--check" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder) / "taken" if checking else TARGET
        taken.mkdir(exist_ok=True)
        for size in SIZES[:1] if checking else SIZES:
            for theme in OWN[:1] if checking else OWN:
                name = f"{size[0]}-{theme.name}"
                asyncio.run(play(Path(folder) / name, Path(folder) / "cache", size, theme.name, taken))
        if checking and not check(taken):
            sys.exit(1)


if __name__ == "__main__":
    main()
