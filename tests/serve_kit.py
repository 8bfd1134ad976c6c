"""What the tests of the server share: a real server on loopback, and a browser's side of its WebSocket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, web

from tutor.cli import serving
from tutor.serving.door import Door
from tutor.serving.server import Site
from tutor.serving.visits import Visits

TOKEN = "a-token-of-the-tests-0123456789"
PATIENCE = 60.0
ESCAPES = re.compile(r"\x1b\[[0-9;?$]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b.")


class Served:
    """A server that runs, and what it told."""

    def __init__(self, visits: Visits, door: Door, told: list[str]) -> None:
        self.visits, self.door, self.told = visits, door, told
        self.origin = f"http://127.0.0.1:{door.port}"

    @property
    def root(self) -> Path:
        return self.visits.plan.root


@asynccontextmanager
async def served(root: Path, **changes: object) -> AsyncIterator[Served]:
    """The real site on a free port of loopback, with the real app behind it unless `argv` is changed."""
    plan = replace(serving.plan(root, 30, 30, llm=False), **changes)  # type: ignore[arg-type]
    told: list[str] = []
    visits = Visits(plan, told.append)
    site = Site(Door(TOKEN, 0), visits)
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.door = Door(TOKEN, runner.addresses[0][1])
    try:
        yield Served(visits, site.door, told)
    finally:
        await visits.close()
        await runner.cleanup()


class Browser:
    """Cookies, pages, and at most one open visit, which is read all the time as a browser does: whoever does
    not read answers no heartbeat, and is gone for the server."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.socket: ClientWebSocketResponse | None = None
        self.painted = ""
        self.told: list[str] = []
        self._news = asyncio.Condition()
        self._reading: asyncio.Task[str] | None = None

    async def come_in(self) -> None:
        async with self.http.get(f"{self.origin}/?token={TOKEN}") as answer:
            assert answer.status == 200
        async with self.http.get(f"{self.origin}/") as answer:
            assert answer.status == 200, await answer.text()

    async def open(self) -> None:
        if self.socket is not None:
            await self.socket.close()
            await self._read_out
        self.painted = ""
        address = f"{self.origin}/ws?width=100&height=30"
        self.socket = await self.http.ws_connect(address, headers={"Origin": self.origin})
        self._reading = asyncio.create_task(self._read(self.socket))

    async def _read(self, socket: ClientWebSocketResponse) -> str:
        """Takes in what the server sends until it closes: the sentence it closes with."""
        try:
            while (message := await socket.receive()).type in (WSMsgType.BINARY, WSMsgType.TEXT):
                if message.type is WSMsgType.BINARY:
                    self.painted += ESCAPES.sub("", message.data.decode())
                else:
                    self.told.append(message.data)
                    self.painted += message.data
                async with self._news:
                    self._news.notify_all()
            return str(message.extra or "")
        finally:
            async with self._news:
                self._news.notify_all()

    async def sees(self, *words: str) -> None:
        """Waits until all these words have been painted."""

        def painted() -> bool:
            return all(word in self.painted for word in words)

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: painted() or self._read_out.done())
        assert painted(), f"closed: {self._socket.close_code}; painted {self.painted[-500:]}"

    async def type(self, *keys: str) -> None:
        for key in keys:
            await self._socket.send_json(["stdin", key])
            await asyncio.sleep(0.05)

    async def closed(self) -> tuple[int | None, str]:
        """Waits for the server to close: the code and the sentence."""
        async with asyncio.timeout(PATIENCE):
            says = await self._read_out
        return self._socket.close_code, says

    async def away(self) -> None:
        """Hangs up without a goodbye. The reading ends by that and is not cancelled: it is what gives the
        connection back, and a connection that is not given back is a warning whenever it is collected."""
        await self.http.close()
        if self._reading is not None:
            await self._reading

    @property
    def _socket(self) -> ClientWebSocketResponse:
        assert self.socket is not None
        return self.socket

    @property
    def _read_out(self) -> asyncio.Task[str]:
        assert self._reading is not None
        return self._reading


@asynccontextmanager
async def browser(origin: str) -> AsyncIterator[Browser]:
    one = Browser(origin)
    try:
        yield one
    finally:
        await one.away()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.05)


def relatives(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def engines(pid: int) -> list[psutil.Process]:
    """The processes that compute for the visits of a server."""
    apps = [child for child in psutil.Process(pid).children() if "--offline" in child.cmdline()]
    return [child for app in apps for child in app.children()]


def all_gone(processes: list[psutil.Process]) -> bool:
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
