"""The visits that go on: at most so many, one a visitor, each with an end that says why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from aiohttp import WSMsgType, web

from tutor.serving import incoming
from tutor.serving.door import folder_of
from tutor.serving.memory import Footprint, Tally, footprint
from tutor.serving.process import AppProcess

HEARTBEAT = 15.0  # seconds after which a browser that does not answer is gone
MEASURED_EVERY = 5.0  # seconds between two looks at the memory


class Ending(Enum):
    """Why a visit ended: the close code of its WebSocket, and the sentence on the page's last screen."""

    LEFT = 4000, "You left. Everything is kept."
    IDLE = (
        4001,
        "Nothing was typed for a while, so this visit was ended. Everything is kept, unsent words too.",
    )
    ELSEWHERE = 4002, "The app is open in another tab or window of this browser. Everything is kept."
    FULL = 4003, "All seats are taken just now. Please try again in a few minutes."
    STOPPED = 4004, "The server was stopped. Everything is kept, unsent words too."
    BROKEN = 4005, "The app ended unexpectedly. What you wrote is kept."
    GONE = 1001, "The connection was lost."

    @property
    def code(self) -> int:
        return int(self.value[0])

    @property
    def says(self) -> str:
        return str(self.value[1])


@dataclass(frozen=True)
class Plan:
    """How visits are held. `environment` is what every app gets beside its own folder; an empty value takes a
    variable away. `most` visits at once; `idle` seconds without a key end one; `grace` seconds
    are for an app to put things away.
    `prepare` is a program that computes beforehand what all visits share."""

    argv: Sequence[str]
    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    most: int = 30
    idle: float = 1800.0
    grace: float = 5.0
    prepare: Sequence[str] = ()


class Visit:
    """One browser at one app."""

    def __init__(self, number: int, visitor: str, socket: web.WebSocketResponse, plan: Plan) -> None:
        self.number, self.visitor, self.socket, self.plan = number, visitor, socket, plan
        self.ending: Ending | None = None
        self.begun = self.last_typed = time.monotonic()
        self.over = asyncio.Event()
        own = folder_of(plan.root, visitor)
        self.process = AppProcess(
            plan.argv,
            {**plan.environment, "TUTOR_DATA_DIR": str(own), "TUTOR_CONFIG_DIR": str(own / "config")},
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=self._app_ended,
        )

    async def hold(self, width: int, height: int) -> None:
        """From the first paint to the end of the process; returns when nothing is left of it."""
        watching = asyncio.create_task(self._watch())
        try:
            await self.process.start(width, height)
            await self._listen()
        finally:
            watching.cancel()
            self.ending = self.ending or Ending.GONE
            try:
                await asyncio.shield(self.process.stop(self.plan.grace))
            finally:
                self.over.set()

    async def end(self, ending: Ending) -> None:
        """Ends the visit for this reason, unless it is ending already."""
        if self.ending is None:
            self.ending = ending
            with suppress(ConnectionError, RuntimeError):
                await self.socket.close(code=ending.code, message=ending.says.encode())

    async def _app_ended(self) -> None:
        await self.end(
            Ending.LEFT if self.process.greeted and await self.process.ended_well() else Ending.BROKEN
        )

    async def _watch(self) -> None:
        while (left := self.last_typed + self.plan.idle - time.monotonic()) > 0:
            await asyncio.sleep(left)
        await self.end(Ending.IDLE)

    async def _listen(self) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            match incoming.parse(message.data):
                case incoming.Typed(text):
                    self.last_typed = time.monotonic()
                    await self.process.send_bytes(text.encode(errors="replace"))
                case incoming.Resized(width, height):
                    await self.process.set_terminal_size(width, height)
                case incoming.Pinged(sent):
                    await self.socket.send_json(["pong", sent])
                case incoming.Focused(kind):
                    await (self.process.focus if kind == "focus" else self.process.blur)()
                case None:
                    pass


class Visits:
    """All visits of a server. `tell` gets a line when one begins or ends."""

    def __init__(self, plan: Plan, tell: Callable[[str], None]) -> None:
        self.plan, self.tell = plan, tell
        self.tally = Tally()
        self.begun = 0
        self.most_at_once = 0
        self.closed = False
        self._here: dict[str, Visit] = {}
        self._gates: dict[str, asyncio.Lock] = {}
        self._newest: dict[str, web.WebSocketResponse] = {}

    @property
    def here(self) -> tuple[Visit, ...]:
        return tuple(self._here.values())

    def has_room_for(self, visitor: str | None) -> bool:
        """Whether a visitor could come in now. Whoever is here already may: a new tab takes the old one's
        seat."""
        return not self.closed and (visitor in self._here or len(self._here) < self.plan.most)

    async def receive(self, visitor: str, socket: web.WebSocketResponse, width: int, height: int) -> None:
        """Holds a visit to its end on a WebSocket that is open. A visitor's earlier visit ends first, and is
        waited for: two apps never write one draft. Of several that wait, the newest comes in."""
        self._newest[visitor] = socket
        gate = self._gates.setdefault(visitor, asyncio.Lock())
        async with gate:
            if (before := self._here.get(visitor)) is not None:
                await before.end(Ending.ELSEWHERE)
                await before.over.wait()
            if (no := self._why_not(visitor, socket)) is not None:
                await socket.close(code=no.code, message=no.says.encode())
                return
            self.begun += 1
            visit = self._here[visitor] = Visit(self.begun, visitor, socket, self.plan)
        self.most_at_once = max(self.most_at_once, len(self._here))
        self.tell(f"visit {visit.number} began ({len(self._here)} of {self.plan.most})")
        try:
            await visit.hold(width, height)
        finally:
            del self._here[visitor]
            if visitor not in self._newest:
                self._gates.pop(visitor, None)
            self.tell(self._obituary(visit))

    def _why_not(self, visitor: str, socket: web.WebSocketResponse) -> Ending | None:
        if self._newest.get(visitor) is not socket:
            return Ending.ELSEWHERE
        del self._newest[visitor]
        if self.closed:
            return Ending.STOPPED
        return None if self.has_room_for(visitor) else Ending.FULL

    async def close(self) -> None:
        """Ends every visit and lets none begin."""
        self.closed = True
        visits = self.here
        await asyncio.gather(*(visit.end(Ending.STOPPED) for visit in visits))
        await asyncio.gather(*(visit.over.wait() for visit in visits))

    # ------------------------------------------------------------ memory

    async def measure(self) -> None:
        """Looks at the memory of every visit, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(MEASURED_EVERY)

    async def look(self) -> dict[int, Footprint]:
        """The memory of every visit now, by its number; it goes into the tally."""
        pids = {visit.number: pid for visit in self.here if (pid := visit.process.pid) is not None}
        seen = await asyncio.to_thread(lambda: {number: footprint(pid) for number, pid in pids.items()})
        self.tally.note(seen)
        return seen

    def _obituary(self, visit: Visit) -> str:
        peak = self.tally.peaks.get(visit.number, Footprint())
        memory = f", at most {peak.app / 2**20:.0f} MB" if peak.app else ""
        memory += f" and {peak.engine / 2**20:.0f} MB for runs" if peak.engine else ""
        minutes = (time.monotonic() - visit.begun) / 60
        why = (visit.ending or Ending.GONE).name.lower()
        return f"visit {visit.number} ended: {why}, after {minutes:.0f} min{memory} ({len(self._here)} here)"
