"""`python -m tutor.cli.preparing`: computes before a class comes what is computed once for everybody: how
each case is read, and every run that a case can begin with. Ends when its stdin does."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

from tutor import settings
from tutor.cli.wiring import run_cache
from tutor.consultant.reader import load_reader
from tutor.conversation.evidence import guests, request_for
from tutor.engine.records import RunRequest
from tutor.engine.runner import run_all
from tutor.errors import TutorError
from tutor.scenario.library import Library, find


def main() -> None:
    """Fills the cache. What fails is told to whoever takes that case."""
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)  # whoever is here already comes first
    loaded = settings.load()
    library = find(loaded.scenarios)
    for source in library.sources.values():
        with suppress(TutorError, OSError):
            load_reader(source, loaded.cache_dir / "assessor")
    cache = run_cache(loaded.cache_dir)
    run_all([request for request in beginnings(library) if cache.get(request) is None], cache=cache)


def beginnings(library: Library) -> Iterator[RunRequest]:
    """Every run that a case may begin with: the seeds of each variant are a short list."""
    for source in library.sources.values():
        for name, variant in source.scenario.variants.items():
            for seed in variant.seeds:
                yield request_for(source.scenario, name, seed)
                yield from (RunRequest(engine=guest, seed=seed) for guest in guests(source.scenario))


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
