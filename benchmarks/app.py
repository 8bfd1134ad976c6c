"""From a key to the painted screen, in the worst hour of a long session, beside a bare Textual app.

    python benchmarks/app.py [--turns 500] [--keys 200] [--at-most 50]

The app runs in a pseudo-terminal of 120x40, as it does for a learner: a key is written to the terminal, and
counts as painted when the character comes back. Meanwhile a run streams at 20 updates a second into an open
case and replies of 200 tokens stream at 100 a second, one after another, in a session of that many
turns. Memory is the resident set of the process that draws, at the end. Exit code 1 when the 95th percentile
is above --at-most milliseconds or the memory above 150 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

PATIENCE = 60.0
MOST_MEGABYTES = 150
TOKENS, UPDATES = 100, 20  # a second
WORDS = 200  # in a reply; the next message follows at once
BARE = """
from textual.app import App
from textual.widgets import TextArea

class Bare(App):
    def compose(self):
        yield TextArea(id="prompt", placeholder="READYTOTYPE")

Bare().run()
"""
READY = "READYTOTYPE"


# ------------------------------------------------------------ the program that is measured


def long_session(folder: Path, turns: int) -> None:
    """A session with so many turns, and words in both languages of a reply: text and Markdown."""
    from tutor.cli.wiring import open_desk
    from tutor.dialogue.events import Assessed, Replied, Said
    from tutor.dialogue.model import Act, Assessment, Move, MoveKind

    desk = open_desk(offline=True)
    identity = desk.take("fraud_training", variant="overfitting", seed=2).identity
    for turn in range(1, turns + 1):
        desk.store.append(
            identity, Said(turn=turn, text=f"Message {turn}: the validation loss climbs again.")
        )
        desk.store.append(identity, Assessed(turn=turn, assessment=Assessment(act=Act.VAGUE)))
        text = f"Look **closer** at epoch {turn}: what do you read off the `curve`?\n\n- its end\n- its turn"
        desk.store.append(identity, Replied(turn=turn, move=Move(kind=MoveKind.PUMP), text=text))
    desk.store.close()


def measured(folder: Path) -> None:
    """The app on that session, with an engine and a voice that never stop talking."""
    from tutor import folders
    from tutor.app.app import TutorApp
    from tutor.app.case import CaseScreen
    from tutor.app.openings import Resume
    from tutor.cli.wiring import open_desk
    from tutor.consultant.protocols import Consultant, Context
    from tutor.conversation.desk import Desk
    from tutor.dialogue.model import Act, Assessment, Move
    from tutor.engine.records import Failed, Finished, Progress, RunRequest

    class Talking:
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

    def desk() -> Desk:
        opened = open_desk(offline=True)
        opened.engine = Training(opened)

        async def consultant(source: object, *, offline: bool = False) -> Consultant:
            return Consultant(Talking(), Talking())

        opened.consultant = consultant  # type: ignore[method-assign]
        return opened

    store = open_desk(offline=True)
    (row,) = store.store.sessions()
    store.store.close()

    class Busy(TutorApp):
        def on_mount(self) -> None:
            super().on_mount()
            self.run_worker(self._work())

        async def _work(self) -> None:
            while not (isinstance(self.screen, CaseScreen) and self.screen.talk):
                await asyncio.sleep(0.05)
            screen = self.screen
            await asyncio.sleep(2)
            screen.action_lab()
            await asyncio.sleep(0.2)
            self.pop_screen()
            assert screen.bench is not None
            screen.bench.add({"dropout": 0.5})
            self.run_worker(screen.bench.work())
            self.run_worker(self._talk(screen))
            while len(screen.bench.trials[-1].told) < 5 or not screen.transcript.listening:
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            screen.prompt.placeholder = READY

        async def _talk(self, screen: CaseScreen) -> None:
            while True:
                if not screen.playing:
                    screen.say("And now?")
                await asyncio.sleep(0.05)

    Busy.CSS_PATH = [
        Path(sys.modules[TutorApp.__module__].__file__ or "").parent / n for n in TutorApp.CSS_PATH
    ]
    Busy(desk, folders.data_dir(), Resume(row.id)).run()


# ------------------------------------------------------------ the terminal around it


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**os.environ, **environment, "TERM": "xterm-256color"})
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.seen = b""

    def read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self.file], [], [], seconds)
        try:
            return os.read(self.file, 1 << 16) if ready else b""
        except OSError:
            raise SystemExit(f"the program ended:\n{self.seen[-3000:].decode(errors='replace')}") from None

    def wait_for(self, text: str) -> None:
        until = time.monotonic() + PATIENCE
        while text.encode() not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", self.seen):
            if time.monotonic() > until:
                raise SystemExit(f"{text!r} never came:\n{self.seen[-3000:].decode(errors='replace')}")
            self.seen = (self.seen + self.read(0.1))[-400_000:]

    def key(self, char: str) -> float:
        """Seconds until a typed character is painted."""
        begun = time.perf_counter()
        os.write(self.file, char.encode())
        out = b""
        while char.encode() not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", out):
            out += self.read(1.0)
            if time.perf_counter() - begun > 5:
                return 5.0
        return time.perf_counter() - begun

    def megabytes(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def end(self) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.file)


# Characters that occur in no reply, label or number, so that one on the screen can only be the one typed.
LETTERS = "äöüßéèêëñçøåæœþðłžšřůýąęółśźżćńďťňľĺŕǎǐǒǔ"


def typed(
    command: list[str], environment: dict[str, str], ready: str, keys: int
) -> tuple[list[float], float]:
    terminal = Terminal(command, environment)
    try:
        terminal.wait_for(ready)
        time.sleep(1)
        times = []
        for number in range(keys):
            while terminal.read(0.0):
                pass
            times.append(terminal.key(LETTERS[number % len(LETTERS)]))
            time.sleep(0.05)
            if number % len(LETTERS) == len(LETTERS) - 1:
                os.write(terminal.file, b"\x7f" * len(LETTERS))
                time.sleep(0.3)
        return times, terminal.megabytes()
    finally:
        terminal.end()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=500)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--at-most", type=float, default=50.0)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measured(options.inside)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            "TUTOR_DATA_DIR": f"{name}/data",
            "TUTOR_CACHE_DIR": f"{name}/cache",
            "LANG": "C.UTF-8",
        }
        os.environ.update(environment)
        long_session(folder, options.turns)
        bare = folder / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        rows = {}
        rows["bare app"] = typed([sys.executable, str(bare)], environment, READY, options.keys)
        command = [sys.executable, __file__, "--inside", name]
        rows["this app"] = typed(command, environment, READY, options.keys)
    worst = 0.0
    for label, (times, megabytes) in rows.items():
        p95 = 1000 * statistics.quantiles(times, n=20)[-1]
        worst = p95
        middle = 1000 * statistics.median(times)
        print(
            f"{label:<10} key to paint: median {middle:5.1f} ms, p95 {p95:5.1f} ms   "
            f"memory {megabytes:5.0f} MB"
        )
    print(f"{options.turns} turns, {TOKENS} tokens/s and {UPDATES} updates/s; at most {options.at_most:g} ms")
    return int(worst > options.at_most or rows["this app"][1] > MOST_MEGABYTES)


if __name__ == "__main__":
    raise SystemExit(main())
