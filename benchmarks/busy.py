"""The app in the worst hour of a long session: a run that never ends streams into an open case, and a reply
follows every reply. Run by benchmarks/app.py; tells what only the inside can know in a file.

    python benchmarks/busy.py make TURNS        a session of that many turns, in TUTOR_DATA_DIR
    python benchmarks/busy.py run FILE [quiet]  the app on it; figures of the inside go to FILE, as JSON
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio import events
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tutor import folders
from tutor.app.app import TutorApp
from tutor.app.case import CaseScreen
from tutor.app.openings import Resume
from tutor.cli.wiring import open_desk
from tutor.consultant.protocols import Consultant, Context
from tutor.conversation.desk import Desk
from tutor.dialogue.events import Assessed, Replied, Said
from tutor.dialogue.model import Act, Assessment, Move, MoveKind
from tutor.engine.records import Failed, Finished, Progress, RunRequest

TOKENS, UPDATES = 100, 20  # a second
WORDS = 200  # in a reply; the next message follows at once
READY = "READYTOTYPE"


@dataclass
class Inside:
    """What the process itself measures."""

    opening: float = 0.0  # seconds from the call to the painted end of the conversation
    opening_block: float = 0.0  # processor seconds of the longest step of the event loop meanwhile
    block: float = 0.0  # the same, from then on
    block_waited: float = 0.0  # wall seconds of the longest step: with what other processes took
    widgets: int = 0  # on the screen's map
    share: float = 0.0  # of one processor, while it streams


class Watched(events.Handle):
    """A step of the event loop that is timed."""

    __slots__ = ()
    longest = 0.0
    longest_waited = 0.0

    def _run(self) -> None:
        begun, wall = time.thread_time(), time.perf_counter()
        super()._run()
        Watched.longest = max(Watched.longest, time.thread_time() - begun)
        Watched.longest_waited = max(Watched.longest_waited, time.perf_counter() - wall)

    @classmethod
    def take(cls) -> tuple[float, float]:
        """The longest step since the last call: processor seconds, wall seconds."""
        found = cls.longest, cls.longest_waited
        cls.longest = cls.longest_waited = 0.0
        return found


async def make(turns: int) -> None:
    """A session with so many turns; the replies are text and Markdown. Its evidence is made, as it was when
    the session began."""
    desk = open_desk(offline=True)
    case = desk.take("fraud_training", variant="overfitting", seed=2)
    identity = case.identity
    async for _ in desk.evidence(case):
        pass
    for turn in range(1, turns + 1):
        said = f"Message {turn}: the validation loss climbs again."
        text = f"Look **closer** at epoch {turn}: what do you read off the `curve`?\n\n- its end\n- its turn"
        desk.store.append(identity, Said(turn=turn, text=said))
        desk.store.append(identity, Assessed(turn=turn, assessment=Assessment(act=Act.VAGUE)))
        desk.store.append(identity, Replied(turn=turn, move=Move(kind=MoveKind.PUMP), text=text))
    await desk.close()


class Talking:
    """Assessor and voice that take their time."""

    name = "talking"

    async def assess(self, text: str, context: Context) -> Assessment:
        return Assessment(act=Act.VAGUE)

    async def speak(self, move: Move, context: Context) -> AsyncIterator[str]:
        for number in range(1, WORDS + 1):
            await asyncio.sleep(1 / TOKENS)
            yield f"word{number} " if number % 40 else "**and so on**.\n\n"


class Training:
    """The real engine for the case itself; for an experiment, one that trains for ever."""

    def __init__(self, desk: Desk) -> None:
        self.real = desk.engine

    async def run(self, request: RunRequest) -> AsyncGenerator[Progress | Finished | Failed, None]:
        if "dropout" not in request.settings:
            async for message in self.real.run(request):
                yield message
            return
        for epoch in range(1, 1_000_000):
            await asyncio.sleep(1 / UPDATES)
            values = {"train_loss": 1 / epoch, "val_loss": 1 / epoch + 0.1}
            yield Progress(done=epoch % 400 + 1, total=400, values=values)

    def warm_up(self, engine: str | None = None) -> None:
        self.real.warm_up(engine)

    async def close(self) -> None:
        await self.real.close()


def talking_desk() -> Desk:
    opened = open_desk(offline=True)
    opened.engine = Training(opened)

    async def consultant(source: object, **settings: object) -> Consultant:
        return Consultant(Talking(), Talking())

    opened.consultant = consultant  # type: ignore[method-assign]
    return opened


class Busy(TutorApp):
    """The app, with somebody in it who never stops."""

    def __init__(self, session: str, report: Path, *, quiet: bool) -> None:
        super().__init__(talking_desk, folders.data_dir(), Resume(session))
        self.report, self.quiet, self.inside = report, quiet, Inside()

    def on_mount(self) -> None:
        super().on_mount()
        events.Handle = Watched  # type: ignore[misc]
        self.run_worker(self._work())

    async def _work(self) -> None:
        begun = 0.0
        while not (isinstance(self.screen, CaseScreen) and self.screen.talk):
            begun = begun or (time.perf_counter() if isinstance(self.screen, CaseScreen) else 0.0)
            await asyncio.sleep(0.01)
        screen = self.screen
        while not screen.transcript.query("Reply"):
            await asyncio.sleep(0.01)
        painted = asyncio.Event()
        screen.call_after_refresh(painted.set)
        await painted.wait()
        self.inside.opening = time.perf_counter() - begun
        self.inside.opening_block, _ = Watched.take()
        await asyncio.sleep(1)
        if not self.quiet:
            await self._make_busy(screen)
        screen.prompt.clear()  # what was typed in an earlier round
        await asyncio.sleep(1)
        self.report.unlink(missing_ok=True)
        self.run_worker(self._watch(screen))
        while not self.report.exists():  # before anybody types
            await asyncio.sleep(0.05)
        screen.prompt.placeholder = READY

    async def _make_busy(self, screen: CaseScreen) -> None:
        screen.action_lab()
        await asyncio.sleep(0.2)
        self.pop_screen()
        assert screen.bench is not None
        screen.bench.add({"dropout": 0.5})
        self.run_worker(screen.bench.work())
        self.run_worker(self._talk(screen))
        while len(screen.bench.trials[-1].told) < 5 or not screen.transcript.listening:
            await asyncio.sleep(0.05)

    async def _talk(self, screen: CaseScreen) -> None:
        while True:
            if not screen.playing:
                screen.say("And now?")
            await asyncio.sleep(0.05)

    async def _watch(self, screen: CaseScreen) -> None:
        Watched.take()
        began, used = time.perf_counter(), time.process_time()
        while True:
            await asyncio.sleep(0.5)
            found = self.inside
            found.share = (time.process_time() - used) / (time.perf_counter() - began)
            found.widgets = len(screen._compositor.full_map)
            block, waited = Watched.take()
            found.block, found.block_waited = max(found.block, block), max(found.block_waited, waited)
            draft = self.report.with_suffix(".new")
            draft.write_text(json.dumps(asdict(found)), encoding="utf-8")
            draft.replace(self.report)  # the process is ended in mid-step


def run(report: Path, *, quiet: bool) -> None:
    desk = open_desk(offline=True)
    (row,) = desk.store.sessions()
    desk.store.close()
    base = Path(sys.modules[TutorApp.__module__].__file__ or "").parent
    Busy.CSS_PATH = [base / name for name in TutorApp.CSS_PATH]
    Busy(row.id, report, quiet=quiet).run()


if __name__ == "__main__":
    if sys.argv[1] == "make":
        asyncio.run(make(int(sys.argv[2])))
    else:
        run(Path(sys.argv[2]), quiet="quiet" in sys.argv[3:])
