"""What comes over the line: server-sent events, and no more bytes than are bearable."""

from __future__ import annotations

import codecs
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any


async def events(response: Any) -> AsyncGenerator[str, None]:
    """The data of server-sent events, which for a chat is one line each. UnicodeDecodeError.

    Read here and not by the client's own iterator, because that leaves its inner iterators to the garbage
    collector when a reply is stopped.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    async with aclosing(response.aiter_bytes()) as pieces:
        async for piece in pieces:
            *lines, rest = (rest + decoder.decode(piece)).split("\n")
            for line in lines:
                if line.startswith("data:"):
                    yield line.removeprefix("data:").strip()
    if rest.startswith("data:"):
        yield rest.removeprefix("data:").strip()


def bounded(most: int) -> Callable[[Any], Awaitable[None]]:
    """A response hook: more bytes than `most` are an error, compressed ones too."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncGenerator[bytes, None]:
            size = 0
            async with aclosing(self._stream.__aiter__()) as pieces:
                async for piece in pieces:
                    size += len(piece)
                    if size > most:
                        raise ValueError("too long")
                    yield piece

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def hook(response: Any) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ValueError("compressed, though asked not to")
        response.stream = Bounded(response.stream)

    return hook
