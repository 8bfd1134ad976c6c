"""From a key to the painted screen in the worst hour of a long session, beside a bare Textual app and beside
well-known terminal chat apps where they are installed.

    python benchmarks/app.py [--turns 500] [--keys 100] [--rounds 3] [--at-most 50]
                             [--beside elia --beside /a/venv/bin/oterm]

Each program runs in a pseudo-terminal of 120x40, as it does for a person: a key is written to the terminal
and counts as painted when its character comes back. All take turns, round by round, so that a busy machine
slows all of them. In ours, a run streams at 20 updates a second and replies of 200 tokens stream at 100 a
second, one after another, in a session of that many turns; the others, and ours a second time, are idle.

Memory is the resident set of the process that draws, at the end. A step of the event loop is measured in
processor time, so that other programs do not count. Exit code 1 when the median of the rounds' 95th
percentiles is above --at-most milliseconds, a step takes more than 50, or the memory is above 150 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from terminal import Ended, Terminal, Typing

MOST_MEGABYTES = 150.0
LONGEST_STEP = 50.0  # ms of processor time
OTHERS = ("elia", "oterm")
READY = "READYTOTYPE"
BUSY = Path(__file__).with_name("busy.py")
BARE = f"""
from textual.app import App
from textual.widgets import TextArea

class Bare(App):
    def compose(self):
        yield TextArea(id="prompt", placeholder="{READY}")

Bare().run()
"""


@dataclass
class Program:
    """What is measured, and what came of it."""

    name: str
    command: list[str]
    ready: str = ""  # painted when it can be typed into; empty: after some seconds
    rounds: list[Typing] = field(default_factory=list)
    trouble: str = ""

    def measure(self, environment: dict[str, str], keys: int) -> None:
        """One round, in a fresh process."""
        terminal = Terminal(self.command, environment)
        try:
            if self.ready:
                terminal.wait_for(self.ready)
            else:
                terminal.settle()
            terminal.rest(1)
            self.rounds.append(terminal.keys(keys))
        except Ended as error:
            self.trouble = str(error)
        finally:
            terminal.end()

    @property
    def middle(self) -> float:
        """ms: the median of the rounds' medians."""
        return 1000 * statistics.median(statistics.median(r.seconds) for r in self.rounds)

    @property
    def late(self) -> float:
        """ms: the median of the rounds' 95th percentiles."""
        return 1000 * statistics.median(statistics.quantiles(r.seconds, n=20)[-1] for r in self.rounds)

    @property
    def megabytes(self) -> float:
        return max(r.megabytes for r in self.rounds)


def others(wanted: list[str]) -> list[Program]:
    """The chat apps that are here; says politely which are not."""
    found = []
    for name in wanted:
        path = shutil.which(name)
        if path is None:
            print(
                f"{name}: not installed, so no row for it. To have one: pip install it into an environment of"
            )
            print(f"    its own, and name the command: --beside /that/environment/bin/{Path(name).name}")
        else:
            found.append(Program(f"{Path(name).name}, idle", [path]))
    return found


def table(programs: list[Program]) -> None:
    print(f"{'key to paint, ms':<24}{'median':>8}{'p95':>8}{'p95, x bare':>13}{'memory, MB':>12}")
    bare = programs[0]
    for program in programs:
        if program.rounds:
            ratio = f"{program.late / bare.late:.1f}" if bare.rounds else ""
            print(
                f"{program.name:<24}{program.middle:>8.1f}{program.late:>8.1f}{ratio:>13}"
                f"{program.megabytes:>12.0f}"
            )
        if program.trouble:
            print(f"{program.name:<24}could not be measured: {program.trouble}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=500)
    parser.add_argument("--keys", type=int, default=100, help="in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-most", type=float, default=50.0, help="ms, the 95th percentile")
    parser.add_argument("--beside", action="append", metavar="COMMAND", help="default: elia and oterm")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = folder / "inside.json"
        environment = {
            "TUTOR_DATA_DIR": f"{name}/data",
            "TUTOR_CACHE_DIR": f"{name}/cache",
            "HOME": name,  # nobody's own settings, and nothing left behind
            "LANG": "C.UTF-8",
        }
        subprocess.run(
            [sys.executable, BUSY, "make", str(options.turns)], env={**os.environ, **environment}, check=True
        )
        bare = folder / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        ours = Program("this app, streaming", [sys.executable, str(BUSY), "run", str(report)], READY)
        quiet = [sys.executable, str(BUSY), "run", str(folder / "idle.json"), "quiet"]
        programs = [
            Program("bare Textual app, idle", [sys.executable, str(bare)], READY),
            ours,
            Program("this app, idle", quiet, READY),
            *others(options.beside or list(OTHERS)),
        ]
        for _ in range(options.rounds):
            for program in programs:
                if not program.trouble:
                    program.measure(environment, options.keys)
        table(programs)
        if not ours.rounds:
            return 1
        inside = json.loads(report.read_text(encoding="utf-8"))
    step = 1000 * inside["block"]
    keys = f"{options.rounds} rounds of {options.keys} keys"
    print(f"{options.turns} turns; {keys}; at most {options.at_most:g} ms")
    waited, opening_step = 1000 * inside["block_waited"], 1000 * inside["opening_block"]
    print(
        f"longest step of the event loop: {step:.0f} ms of processor time ({waited:.0f} ms with what else "
        f"the machine did), {opening_step:.0f} ms while the session opened"
    )
    print(
        f"opening the session: {1000 * inside['opening']:.0f} ms; {inside['widgets']} widgets on the screen; "
        f"{100 * inside['share']:.0f}% of one processor while it streams"
    )
    return int(ours.late > options.at_most or step > LONGEST_STEP or ours.megabytes > MOST_MEGABYTES)


if __name__ == "__main__":
    raise SystemExit(main())
