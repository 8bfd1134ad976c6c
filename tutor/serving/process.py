"""One visit's process: the app itself, spoken to over pipes in Textual's protocol for the browser."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tutor.serving.memory import end, family

DRIVER = "tutor.serving.driver:VisitDriver"
GREETING = b"__GANGLION__\n"  # what Textual's driver says first


class AppProcess(AppService):
    """textual-serve's service of one app, started without a shell and stopped for certain.

    The library runs a shell command, prints what the app writes to stderr on the server's terminal, and waits
    for ever for an app that does not end. An empty value in `environment` takes a variable away from the app.
    """

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.downloads = DownloadManager()  # of this visit alone: a key opens nobody else's file
        super().__init__(
            " ".join(argv),
            write_bytes=write_bytes,
            write_str=write_str,
            close=close,
            download_manager=self.downloads,
        )
        self.argv = tuple(argv)
        self.environment = dict(environment)
        self.greeted = False
        self.last_words: deque[str] = deque(maxlen=40)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = {**self._build_environment(width, height), **self.environment, "TEXTUAL_DRIVER": DRIVER}
        self._process = process = await asyncio.create_subprocess_exec(
            *self.argv,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={name: value for name, value in environment.items() if value},
            start_new_session=True,  # Ctrl-C is for the server, which lets visits put things away
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Passes on what the app paints, until it ends."""
        process = self._process
        if process is None or process.stdout is None or process.stderr is None:
            raise RuntimeError("start() comes first")
        listening = asyncio.create_task(self._listen(process.stderr))
        try:
            with suppress(asyncio.IncompleteReadError, ValueError):
                while not self.greeted:
                    self.greeted = await process.stdout.readuntil(b"\n") == GREETING
                while True:
                    head = await process.stdout.readexactly(5)
                    payload = await process.stdout.readexactly(int.from_bytes(head[1:], "big"))
                    await self._pass_on(head[:1], payload)
        finally:
            await listening
            await self.remote_close()

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        while chunk := await stderr.read(4096):
            self.last_words.extend(chunk.decode(errors="replace").splitlines())

    async def _pass_on(self, kind: bytes, payload: bytes) -> None:
        # A browser that is gone must not stop the reading: an app that cannot write cannot end either.
        with suppress(ConnectionError, RuntimeError):
            if kind == b"D":
                await self.on_data(payload)
            elif kind == b"M":
                await self.on_meta(payload)
            elif kind == b"P":
                await self.on_packed(payload)

    async def on_meta(self, data: bytes) -> None:
        """What the app asks of the browser. Only plain links are opened."""
        meta = json.loads(data)
        if meta.get("type") == "open_url" and urlsplit(str(meta.get("url"))).scheme not in ("http", "https"):
            return
        if meta.get("type") == "colours":
            await self.remote_write_str(json.dumps(["colours", meta["colours"]]))
        elif meta.get("type") != "exit":  # the end of the process says that, with everything put away by then
            await super().on_meta(data)

    async def stop(self, grace: float = 5.0) -> None:
        """Asks the app to end, waits `grace` seconds, and kills what is left of it and of its children."""
        process = self._process
        if process is None:
            return
        relatives = await asyncio.to_thread(family, process.pid) if process.returncode is None else []
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        with suppress(ConnectionError):
            await self.send_meta({"type": "quit"})
        try:
            async with asyncio.timeout(grace):
                await process.wait()
        except TimeoutError:
            relatives += await asyncio.to_thread(family, process.pid)
        finally:
            end(relatives)
        await process.wait()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=1)
            self._task.cancel()

    async def ended_well(self) -> bool:
        """Whether the app ended by itself and without an error."""
        return self._process is not None and await self._process.wait() == 0
