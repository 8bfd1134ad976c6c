"""A real HTTP server on loopback that plays a script: what a model, or the line to it, can do wrong."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MODEL = "test-model"


@dataclass(frozen=True)
class Asked:
    """One request. `number` counts the chat calls of its kind, from 1."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    number: int

    @property
    def reads(self) -> bool:
        """Whether a reading is asked for; else words."""
        return not self.body.get("stream")

    @property
    def prompt(self) -> str:
        return "\n".join(m["content"] for m in self.body["messages"])


class Wire:
    """The answering end of a connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def json(self, body: object, status: int = 200, **headers: str) -> None:
        await self.head(status, **headers)
        await self.send(json.dumps(body).encode())

    async def error(self, status: int, message: str = "secret words of the server", **more: Any) -> None:
        headers = more.pop("headers", {})
        await self.json({"error": {"message": message, "type": "x", **more}}, status, **headers)

    async def whole(self, text: str | None, finish: str = "stop", **message: Any) -> None:
        """A completion that is not streamed."""
        said = {"role": "assistant", "content": text, **message}
        choice = {"index": 0, "message": said, "finish_reason": finish}
        await self.json({"id": "1", "object": "chat.completion", "model": MODEL, "choices": [choice]})

    async def stream_head(self) -> None:
        await self.head(kind="text/event-stream")

    async def piece(self, text: str | None = None, finish: str | None = None, **delta: Any) -> None:
        said = {"content": text, **delta} if text is not None else delta
        choice = {"index": 0, "delta": said, "finish_reason": finish}
        data = {"id": "1", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}
        await self.send(f"data: {json.dumps(data)}\n\n".encode())

    async def words(self, pieces: Sequence[str], finish: str | None = "stop", pause: float = 0.0) -> None:
        """A stream."""
        await self.stream_head()
        for text in pieces:
            await self.piece(text)
            await asyncio.sleep(pause)
        if finish is not None:
            await self.piece(finish=finish)
            await self.send(b"data: [DONE]\n\n")

    def reset(self) -> None:
        """Breaks the connection with a TCP reset."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Script = Callable[[Asked, Wire], Awaitable[None]]


@dataclass
class LlmServer:
    """Answers chat calls by a script and lists one model. `asked` keeps every chat call."""

    script: Script
    models: Sequence[str] = (MODEL,)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def __aenter__(self) -> LlmServer:
        self._serving: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines if line)}
            raw = await reader.readexactly(int(headers.get("content-length", 0)))
            path = first.split()[1]
            wire = Wire(writer)
            if path == "/v1/models":
                await wire.json(
                    {"object": "list", "data": [{"id": m, "object": "model"} for m in self.models]}
                )
            elif not raw:
                await wire.error(404)
            else:
                body = json.loads(raw)
                kind = sum(bool(a.body.get("stream")) == bool(body.get("stream")) for a in self.asked)
                self.asked.append(Asked(path, headers, body, kind + 1))
                await self.script(self.asked[-1], wire)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
