"""The script behind `tutor mock-llm`: the offline readers of all cases, opened when first needed."""

from __future__ import annotations

import threading
from pathlib import Path

from tutor.consultant.llm.mock import Script
from tutor.consultant.reader import Reader, load_reader
from tutor.dialogue.key import Key
from tutor.dialogue.model import Assessment
from tutor.dialogue.session import at_stage
from tutor.scenario.library import Library


def script_of(library: Library, cache_dir: Path) -> Script:
    """The scripted consultant for the cases of a library. What it reads depends on no variant."""
    readers: dict[str, Reader] = {}
    opening = threading.Lock()

    def read(name: str, message: str, stage: str) -> Assessment:
        source = library.get(name)
        with opening:
            if name not in readers:
                readers[name] = load_reader(source, cache_dir / "assessor")
        key = Key(source.scenario, next(iter(source.scenario.variants)))
        return readers[name].read(message, at_stage(key, stage or key.stages[0]))

    return Script(library, read)
