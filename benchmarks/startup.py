"""Time from starting the process to the first painted screen, beside a bare Textual app, in a real terminal.

    python benchmarks/startup.py [--runs 9] [--at-most 1.5]

Both programs run in tmux at 120x40, by turns, so that a busy machine slows both. A screen counts as painted
when its text can be read off the terminal. Exit code 1 when the ratio of the medians is above --at-most.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
from textual.app import App
from textual.widgets import Footer, Static

class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Static("A bare Textual app")
        yield Footer()

Bare().run()
"""
SIZE = ("-x", "120", "-y", "40")
PATIENCE = 30.0


def tmux(socket: str, *words: str) -> str:
    done = subprocess.run(["tmux", "-L", socket, *words], capture_output=True, text=True, check=False)
    return done.stdout


def painted(command: list[str], texts: tuple[str, ...], environment: dict[str, str]) -> list[float]:
    """Seconds until each text is on the screen. RuntimeError when one does not come."""
    socket = f"startup-{os.getpid()}-{time.monotonic_ns()}"  # a server that is ending takes no sessions
    assignments = [f"{name}={value}" for name, value in environment.items()]
    begun = time.perf_counter()
    tmux(socket, "-f", "/dev/null", "new-session", "-d", *SIZE, shlex.join(["env", *assignments, *command]))
    try:
        found: list[float] = []
        while len(found) < len(texts):
            screen = tmux(socket, "capture-pane", "-p")
            now = time.perf_counter() - begun
            while len(found) < len(texts) and texts[len(found)] in screen:
                found.append(now)
            if now > PATIENCE:
                raise RuntimeError(
                    f"{texts[len(found)]!r} was not painted within {PATIENCE:.0f} s:\n{screen}"
                )
        return found
    finally:
        tmux(socket, "kill-server")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--at-most", type=float, default=1.5)
    parser.add_argument("command", nargs="*", help="the program (default: python -m tutor)")
    options = parser.parse_args()
    if shutil.which("tmux") is None:
        parser.error("tmux is needed")
    command = options.command or [sys.executable, "-m", "tutor"]
    bare: list[float] = []
    first: list[float] = []
    listed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bare.py"
        program.write_text(BARE, encoding="utf-8")
        environment = {"TUTOR_DATA_DIR": f"{folder}/data", "TUTOR_CACHE_DIR": f"{folder}/cache"}
        for run in range(options.runs + 1):
            times = painted([sys.executable, str(program)], ("A bare Textual app",), {})
            ours = painted(command, ("The consulting room", "beginner"), environment)
            if run:  # the first fills the caches of the file system
                bare += times
                first.append(ours[0])
                listed.append(ours[1])
    ratio = statistics.median(first) / statistics.median(bare)
    for name, values in (("bare app", bare), ("first screen", first), ("cases listed", listed)):
        low, high = min(values), max(values)
        middle = statistics.median(values)
        print(f"{name:<14}{1000 * middle:6.0f} ms   ({1000 * low:.0f} to {1000 * high:.0f})")
    print(f"ratio of the first screen to the bare app: {ratio:.2f} (at most {options.at_most})")
    return int(ratio > options.at_most)


if __name__ == "__main__":
    raise SystemExit(main())
