"""Puts the parts together: which store, which engine, which consultant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tutor import settings as settings_module
from tutor.consultant.protocols import Voice
from tutor.consultant.reader import Reader
from tutor.conversation.desk import Desk, Online
from tutor.engine.cache import Cache
from tutor.scenario.library import Library, find
from tutor.scenario.reading import Source
from tutor.settings import Settings
from tutor.store.database import Store

if TYPE_CHECKING:
    from tutor.engine.slots import Slots

CACHE_BYTES = 200 * 2**20


def run_cache(cache_dir: Path) -> Cache:
    """The cache of runs that every command and the app share."""
    return Cache(cache_dir / "runs", CACHE_BYTES)


def open_desk(
    settings: Settings | None = None, library: Library | None = None, *, offline: bool = False
) -> Desk:
    """A desk on the learner's own store. With `offline` nothing that could open a connection is even loaded,
    whatever is set up. StoreError when the store cannot be opened, SettingsError when a setting is wrong."""
    from tutor.engine.runner import Runner

    settings = settings or settings_module.load()

    async def reader(source: Source) -> Reader:
        from tutor.consultant.reader import open_reader

        return await open_reader(source, settings.cache_dir / "assessor")

    def voice(source: Source) -> Voice:
        from tutor.consultant.voice import OfflineVoice

        return OfflineVoice()

    return Desk(
        library=library or find(settings.scenarios),
        store=Store(settings.store_path),
        engine=Runner(run_cache(settings.cache_dir), rest=settings.engine_rest, slots=_slots(settings)),
        assessor=reader,
        voice=voice,
        online=None if offline else _online(settings, reader),
    )


def _slots(settings: Settings) -> Slots | None:
    if settings.engines is None:
        return None
    from tutor.engine.slots import Slots

    return Slots(settings.cache_dir / "engines", settings.engines)


def _online(settings: Settings, reader: Callable[[Source], Awaitable[Reader]]) -> Online:
    from tutor.consultant.llm import consultant

    return consultant.Online(settings.llm, reader, ready=settings.online)
