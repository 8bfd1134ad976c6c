"""Finished runs on disk, by content: the same request to the same engine is computed once.

An entry holds the whole stream of a run, so that a run from the cache still draws its curve epoch by epoch.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tutor.engine.levers import resolve_request
from tutor.engine.records import Finished, Message, Progress, RunRequest

STREAM: TypeAdapter[tuple[Message, ...]] = TypeAdapter(tuple[Message, ...])


@cache
def engine_version() -> str:
    """A digest of all that decides a run's numbers: this package's source, its libraries, the processor."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode() + b"\0" + source.read_bytes())
    for library in ("torch", "numpy", "scipy", "scikit-learn"):
        digest.update(f"{library}={metadata.version(library)}\n".encode())
    digest.update(f"{platform.machine()} {platform.python_version()}".encode())
    return digest.hexdigest()


class Cache:
    """Runs under `directory`, made when first needed; the least recently used go at `limit` bytes.

    A cache may fail (disk full, no permission, torn files) unnoticed: the run is then computed.
    """

    def __init__(self, directory: Path, limit: int = 64 * 2**20) -> None:
        self.directory = directory
        self.limit = limit

    def path(self, request: RunRequest) -> Path:
        """Where a request's run is kept. A setting left out and one at its default make the same request.
        RequestError when it cannot be run at all."""
        settings = resolve_request(request).model_dump(mode="json")
        key = json.dumps([engine_version(), request.engine, settings, request.seed], sort_keys=True)
        return self.directory / f"{hashlib.sha256(key.encode()).hexdigest()}.json"

    def get(self, request: RunRequest) -> tuple[Progress | Finished, ...] | None:
        """The stream of a finished run, `Finished` last; None when it is not here or cannot be read."""
        path = self.path(request)
        try:
            stream = STREAM.validate_json(path.read_bytes())
            os.utime(path)
        except (OSError, ValidationError):
            return None
        match stream:
            case (*progress, Finished(run=run)):
                known = tuple(step for step in progress if isinstance(step, Progress))
                return (*known, Finished(run=run.model_copy(update={"request": request})))
            case _:
                return None

    def put(self, request: RunRequest, stream: Sequence[Progress | Finished]) -> None:
        """Keep a finished run. Readers see the old entry or the new one, never half of it."""
        with suppress(OSError):
            self.directory.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.directory, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(STREAM.dump_json(tuple(stream)))
                os.replace(temporary, self.path(request))
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            self.trim()

    def trim(self) -> None:
        """Remove the least recently used entries until the rest fits."""
        entries = []
        for path in self.directory.glob("*.*"):
            with suppress(OSError):  # another process may be trimming too
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        size = sum(entry[1] for entry in entries)
        for _, freed, path in sorted(entries):
            if size <= self.limit:
                break
            path.unlink(missing_ok=True)
            size -= freed
