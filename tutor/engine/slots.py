"""Turns at the processor for programs that know nothing of each other: a class on one server.

An engine's process takes more memory than the app it works for, and thirty of them at once take all there is
and are no faster. So each holds a slot, which is a lock on a file; the system gives it back when whoever held
it is killed.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

ASKED_EVERY = 0.2  # seconds


class Slots:
    """At most `count` slots are held at once, over all processes that name the same folder."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count

    async def take(self) -> FileLock:
        """Waits for a free slot; `release` it. OSError when the folder cannot be used."""
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            for number in range(self.count):
                slot = FileLock(self.folder / f"slot-{number}", thread_local=False)
                with suppress(Timeout):
                    slot.acquire(blocking=False)
                    return slot
            self._asking.touch()
            await asyncio.sleep(ASKED_EVERY)

    def wanted(self) -> bool:
        """Whether somebody is waiting for a slot now."""
        with suppress(OSError):
            return time.time() - self._asking.stat().st_mtime < 2 * ASKED_EVERY
        return False

    @property
    def _asking(self) -> Path:
        return self.folder / "asking"
