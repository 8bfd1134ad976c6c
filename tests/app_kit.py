"""What the tests of the app share: a desk whose evidence is at hand, and eyes for the screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path

from textual.pilot import Pilot

from tutor.app.app import TutorApp
from tutor.app.case import CaseScreen
from tutor.app.openings import Opening
from tutor.app.prompt import Prompt
from tutor.consultant.protocols import Context
from tutor.conversation.desk import Desk
from tutor.dialogue.model import Act, Assessment, Claim, Move
from tutor.engine.records import (
    Card,
    CardItem,
    Exhibit,
    Failed,
    Figure,
    Finished,
    Line,
    Lines,
    Mark,
    Progress,
    Run,
    RunRequest,
)
from tutor.scenario.library import find
from tutor.store.database import Store

SNAPSHOTS = Path(__file__).parent / "snapshots"
CASES = SNAPSHOTS / "cases"
SMALL, LARGE = (80, 24), (200, 60)
PATIENCE = 60.0  # seconds; what comes at all comes sooner, but for a machine with much else to do

CURVES = Lines(
    x_label="epoch",
    y_label="loss",
    lines=(
        Line(name="training", x=(0, 1, 2, 3, 4), y=(0.7, 2.5, 40.0, None, None)),
        Line(name="validation", x=(0, 1, 2, 3, 4), y=(0.69, 3.0, 52.0, None, None)),
    ),
    y_scale="log",
    marks=(Mark(x=0, label="lowest validation loss"),),
)
CONFIG = Card(items=(CardItem(label="learning rate", value="3.0"), CardItem(label="optimizer", value="SGD")))
RUN = Run(
    request=RunRequest(engine="fraud", seed=1),
    facts={"config": {"learning_rate": 3.0, "transactions": 2000}},
    headline=(
        Figure(name="val_loss", label="validation loss", value=None, better="lower"),
        Figure(
            name="val_accuracy", label="validation accuracy", value=0.58, format="percent", better="higher"
        ),
    ),
    exhibits=(
        Exhibit(
            name="loss_curves", title="x", summary="Both losses leave the chart at epoch 3.", body=CURVES
        ),
        Exhibit(name="config_card", title="x", summary="How it was trained.", body=CONFIG),
    ),
    seconds=0.1,
)


def _run(request: RunRequest, rate: float) -> Run:
    """The run at hand; a smaller learning rate does better."""
    if rate >= 3.0:
        return RUN.model_copy(update={"request": request})
    loss, accuracy = RUN.headline
    headline = (
        loss.model_copy(update={"value": 0.2 + rate}),
        accuracy.model_copy(update={"value": 0.7 - rate}),
    )
    return RUN.model_copy(update={"request": request, "headline": headline})


class Prepared:
    """An engine with one run at hand. `hold` keeps it training; `fails` makes it give up."""

    def __init__(self) -> None:
        self.hold = False
        self.fails = ""
        self.closed = False
        self.stopped = 0  # runs whose reader left: where the real engine kills its child

    async def run(self, request: RunRequest) -> AsyncGenerator[Progress | Finished | Failed, None]:
        rate = float(request.settings.get("learning_rate", 3.0))
        try:
            for epoch in (1, 2):
                values = {"train_loss": rate / epoch, "val_loss": 1.2 * rate / epoch}
                yield Progress(done=epoch, total=4, values=values)
            while self.hold:
                await asyncio.sleep(0.01)
            if self.fails:
                yield Failed(message=self.fails)
            else:
                yield Finished(run=_run(request, rate))
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped += 1
            raise

    def warm_up(self, engine: str | None = None) -> None:
        return

    async def close(self) -> None:
        self.closed = True


class ByWord:
    """An assessor: a message that contains an idea's id asserts it; "hint" asks for one, "show X" for X."""

    name = "by word"

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def assess(self, text: str, context: Context) -> Assessment:
        if self.error is not None:
            raise self.error
        if "hint" in text:
            return Assessment(act=Act.HINT_REQUEST)
        if text.startswith("show "):
            return Assessment(act=Act.QUESTION, asks=f"exhibit:{text.split()[1]}")
        ideas = [i for i in context.session.key.scenario.ideas if i in text]
        return Assessment(act=Act.CONTRIBUTION, claims=tuple(Claim(idea=i, quote=i) for i in ideas))


class Naming:
    """A voice: names its move. `hold` makes it stop after the first word until it is let go."""

    name = "by word"

    def __init__(self) -> None:
        self.hold = False
        self.says: str | None = None

    async def speak(self, move: Move, context: Context) -> AsyncIterator[str]:
        yield f"My move: {move.kind}"
        while self.hold:
            await asyncio.sleep(0.01)
        yield self.says if self.says is not None else f" about *{move.target}*."


class Room:
    """A desk and the handles on its parts."""

    def __init__(self, tmp_path: Path, cases: Path = CASES) -> None:
        self.folder = tmp_path / "data"
        self.cases = cases
        self.engine, self.assessor, self.voice = Prepared(), ByWord(), Naming()
        self.desk: Desk | None = None

    def open_desk(self) -> Desk:
        async def assessor(source: object) -> ByWord:
            return self.assessor

        self.desk = Desk(
            library=find([self.cases]),
            store=Store(self.folder / "sessions.db"),
            engine=self.engine,
            assessor=assessor,
            voice=lambda source: self.voice,
        )
        return self.desk

    def app(self, opening: Opening | None = None) -> TutorApp:
        return TutorApp(self.open_desk, self.folder, opening)


async def until(pilot: Pilot[None], true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for something to become true on the screen."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < deadline, f"never came:\n{seen(pilot)}"
        await asyncio.sleep(0.01)
    await pilot.pause()


async def at_rest(pilot: Pilot[None]) -> None:
    """Waits until the screen stays as it is: a layout may lead to a scroll, and that to another layout."""
    before = ""
    while (now := seen(pilot)) != before:
        before = now
        await pilot.app.animator.wait_until_complete()
        await pilot.pause(0.05)


async def at_home(pilot: Pilot[None]) -> None:
    await until(
        pilot, lambda: pilot.app.screen.query("#cases") and pilot.app.screen.query_one("#cases").display
    )


async def seated(pilot: Pilot[None], seconds: float = PATIENCE) -> CaseScreen:
    """From the home screen into the case the highlight is on."""
    await at_home(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, CaseScreen) and pilot.app.screen.talk, seconds)
    screen = pilot.app.screen
    assert isinstance(screen, CaseScreen)
    await until(pilot, lambda: screen.query("SafeMarkdown.brief") and not screen.playing)
    return screen


async def say(pilot: Pilot[None], text: str) -> None:
    """Writes a message, sends it, and waits for the reply."""
    screen = pilot.app.screen
    assert isinstance(screen, CaseScreen)
    screen.query_one(Prompt).write(text)
    await pilot.press("enter")
    await until(pilot, lambda: not screen.playing)


def seen(pilot: Pilot[None]) -> str:
    """The characters on the screen."""
    app = pilot.app
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)


def assert_snapshot(name: str, text: str) -> None:
    """Compares with tests/snapshots/NAME.txt; UPDATE_SNAPSHOTS=1 writes it anew, for a person to look at."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text + "\n", encoding="utf-8")
    assert path.is_file(), f"{path} is missing; UPDATE_SNAPSHOTS=1 writes it"
    assert text + "\n" == path.read_text(encoding="utf-8")
