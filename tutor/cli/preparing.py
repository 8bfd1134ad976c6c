"""`python -m tutor.cli.preparing`: fits the readers of all cases before a class comes, so that
thirty learners do not each wait for what is computed once. Ends when its stdin does."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

from tutor import settings
from tutor.consultant.reader import load_reader
from tutor.errors import TutorError
from tutor.scenario.library import find


def main() -> None:
    """Fits the offline reader of every case into the cache. What fails is told to whoever takes that case."""
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)  # whoever is here already comes first
    loaded = settings.load()
    library = find(loaded.scenarios)
    for source in library.sources.values():
        with suppress(TutorError, OSError):
            load_reader(source, loaded.cache_dir / "assessor")


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
