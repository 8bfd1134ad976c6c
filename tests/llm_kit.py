"""What the tests of the language model share: a small case on a real store, run and reader, and a server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import CASES
from tests.llm_server import Asked, LlmServer, Script, Wire
from tutor.cli.mocking import script_of
from tutor.consultant.llm.consultant import Online
from tutor.consultant.llm.mock import Script as Scripted
from tutor.consultant.reader import Reader, open_reader
from tutor.consultant.voice import OfflineVoice
from tutor.conversation import Conversation, Update
from tutor.conversation.desk import Desk
from tutor.dialogue.session import Turn
from tutor.engine.cache import Cache
from tutor.engine.records import Finished
from tutor.engine.runner import Runner
from tutor.scenario.library import Library, find
from tutor.scenario.reading import Source
from tutor.settings import Llm
from tutor.store.database import Store

WRONG, RIGHT = "The loss does not move.", "The loss goes off to infinity."
ANSWERING: dict[str, object] = {"retries": 1, "rest_seconds": 0.0}
"""For a server that answers: the usual times, which a busy machine does not use up."""
HASTY: dict[str, object] = {
    **ANSWERING,
    "connect_seconds": 0.5,
    "first_word_seconds": 0.3,
    "pause_seconds": 0.3,
    "call_seconds": 4.0,
}
"""For a server that is silent, floods or drips: the bounds are met soon."""


def scripted(cache: Path, library: Library | None = None) -> Scripted:
    return script_of(library or find([CASES]), cache)


class Honest:
    """A script that answers as the scripted consultant does, but for the calls that `reading` or `wording`
    play in its place."""

    def __init__(
        self, scripted: Scripted, reading: Script | None = None, wording: Script | None = None
    ) -> None:
        self.scripted = scripted
        self.reading = reading
        self.wording = wording

    async def __call__(self, asked: Asked, wire: Wire) -> None:
        own = self.reading if asked.reads else self.wording
        if own is not None:
            await own(asked, wire)
            return
        form = (asked.body.get("response_format") or {}).get("json_schema") or {}
        answer = await asyncio.to_thread(self.scripted.answer, asked.body["messages"], form.get("schema"))
        if asked.reads:
            await wire.whole(answer)
        else:
            await wire.words(re.findall(r"\s*\S+", answer))


@asynccontextmanager
async def desk_of(
    tmp_path: Path, cache: Path, settings: Llm, library: Library | None = None, *, ready: bool = True
) -> AsyncIterator[Desk]:
    """A desk with the online consultant of the settings."""

    async def reader(source: Source) -> Reader:
        return await open_reader(source, cache / "assessor")

    desk = Desk(
        library=library or find([CASES]),
        store=Store(tmp_path / "sessions.db"),
        engine=Runner(Cache(cache / "runs", 10**8)),
        assessor=reader,
        voice=lambda source: OfflineVoice(),
        online=Online(settings, reader, ready=ready),
    )
    try:
        yield desk
    finally:
        await desk.close()


@asynccontextmanager
async def talking(
    tmp_path: Path,
    cache: Path,
    script: Script,
    *,
    case: str = "tiny",
    variant: str = "exploding",
    **settings: object,
) -> AsyncIterator[tuple[Conversation, LlmServer]]:
    """A conversation through a server that plays the script."""
    async with LlmServer(script) as server:
        llm = Llm.model_validate({"base_url": server.url, "model": "test-model", **ANSWERING, **settings})
        async with desk_of(tmp_path, cache, llm) as desk:
            yield await sit(desk, case, variant), server


async def sit(desk: Desk, case: str, variant: str) -> Conversation:
    taken = desk.take(case, variant=variant)
    messages = [m async for m in desk.evidence(taken)]
    assert isinstance(messages[-1], Finished)
    return await desk.sit_down(taken, messages[-1].run)


async def say(talk: Conversation, text: str) -> tuple[Turn, list[Update]]:
    updates = [u async for u in talk.say(text)]
    last = talk.session.last
    assert last is not None
    return last, updates
