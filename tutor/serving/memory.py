"""What a visit costs, measured on its processes."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

MB = 2**20


@dataclass(frozen=True)
class Footprint:
    """Memory in bytes: of the app, and of the processes it started (the engine). A page that several
    processes share counts for each by its part (PSS) where the system tells, so that visits can be added."""

    app: int = 0
    engine: int = 0

    @property
    def whole(self) -> int:
        return self.app + self.engine


def footprint(pid: int) -> Footprint:
    """Of a visit's process, now; nothing when it is gone. Reads /proc: not for the event loop."""
    with suppress(psutil.Error):
        app = psutil.Process(pid)
        return Footprint(_used(app), sum(map(_used, app.children(recursive=True))))
    return Footprint()


def family(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it, as long as it is there to ask."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def end(processes: Iterable[psutil.Process]) -> None:
    """Kills what is still there of them; psutil never takes a later process of the same number for one."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


@dataclass
class Tally:
    """The most memory each visit took, and all together at any time."""

    peaks: dict[int, Footprint] = field(default_factory=dict)
    together: int = 0

    def note(self, now: dict[int, Footprint]) -> None:
        """Adds one measurement: footprints by the visits' numbers."""
        self.together = max(self.together, sum(f.whole for f in now.values()))
        for number, seen in now.items():
            before = self.peaks.get(number, Footprint())
            self.peaks[number] = Footprint(max(before.app, seen.app), max(before.engine, seen.engine))

    def says(self) -> str:
        """One line on memory per visitor."""
        measured = [peak for peak in self.peaks.values() if peak.whole]
        if not measured:
            return "memory per visitor: nothing measured yet"
        apps, engines = [p.app for p in measured], [p.engine for p in measured if p.engine]
        line = (
            f"memory per visitor, at most: median {statistics.median(apps) / MB:.0f} MB, "
            f"largest {max(apps) / MB:.0f} MB"
        )
        if engines:
            line += f"; while runs are computed {statistics.median(engines) / MB:.0f} MB more"
        return f"{line}; all together at most {self.together / MB:.0f} MB"


def _used(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.uss)
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
