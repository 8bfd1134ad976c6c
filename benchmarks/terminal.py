"""A program in a pseudo-terminal of 120x40, timed from outside: what is written to it, what it paints."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import random
import re
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 90.0
LOST = 5.0  # seconds after which a key counts as lost
SETTLING = 8.0  # seconds until a program that says no word of its own is taken to be ready
ESCAPE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")
# Characters that occur in no reply, label or number: one that is painted can only be the one typed.
LETTERS = "äöüßéèêëñçøåæœþðłžšřůýąęółśźżćńďťňľĺŕǎǐǒǔ"


class Ended(Exception):
    """The program is gone, or never did what was waited for; the message says what it last painted."""


@dataclass(frozen=True)
class Typing:
    """What a round of typing showed."""

    seconds: tuple[float, ...]  # from each key to its painting
    megabytes: float  # resident set of the program at the end


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**os.environ, **environment, "TERM": "xterm-256color"})
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.seen = b""

    def read(self, seconds: float) -> bytes:
        """What comes within that time; empty when nothing does."""
        ready, _, _ = select.select([self.file], [], [], seconds)
        if not ready:
            return b""
        try:
            got = os.read(self.file, 1 << 16)
        except OSError:
            raise Ended(self._last("it ended")) from None
        self.seen = (self.seen + got)[-200_000:]
        return got

    def wait_for(self, text: str) -> None:
        """Until a text has been painted."""
        until = time.monotonic() + PATIENCE
        while text.encode() not in ESCAPE.sub(b"", self.seen):
            if time.monotonic() > until:
                raise Ended(self._last(f"{text!r} was never painted"))
            self.read(0.1)

    def settle(self) -> None:
        """Until it has painted something, and some seconds more. (Programs that blink never come to rest.)"""
        until = time.monotonic() + PATIENCE
        while not self.seen:
            if time.monotonic() > until:
                raise Ended(self._last("it never painted anything"))
            self.read(0.1)
        self.rest(SETTLING)

    def rest(self, seconds: float) -> None:
        """Reads on without looking."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def key(self, char: str) -> float:
        """Seconds until a typed character is painted."""
        out = b""
        begun = time.perf_counter()
        os.write(self.file, char.encode())
        while char.encode() not in ESCAPE.sub(b"", out):
            out += self.read(LOST)
            if time.perf_counter() - begun > LOST:
                return LOST
        return time.perf_counter() - begun

    def keys(self, number: int) -> Typing:
        """That many keys at uneven distances, so that they meet every phase of the program's own clocks."""
        uneven = random.Random(number)
        seconds = []
        for place in range(number):
            if place and place % len(LETTERS) == 0:
                for _ in LETTERS:
                    os.write(self.file, b"\x7f")
                    self.rest(0.02)
                self.rest(1)
            self.rest(uneven.uniform(0.03, 0.15))
            seconds.append(self.key(LETTERS[place % len(LETTERS)]))
            if seconds.count(LOST) > 2:
                raise Ended(self._last("it does not paint what is typed"))
        return Typing(tuple(seconds), self.megabytes())

    def megabytes(self) -> float:
        """Resident set of the program, without its children."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0

    def _last(self, why: str) -> str:
        return f"{why}; its last output: {ESCAPE.sub(b'', self.seen)[-600:].decode(errors='replace').strip()}"

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.file)
