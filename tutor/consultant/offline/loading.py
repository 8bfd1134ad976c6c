"""A fitted assessor from the cache, or from a child process that fits it (scikit-learn never enters the
caller)."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.consultant.corpus import Corpus

if TYPE_CHECKING:
    from tutor.consultant.offline.assessor import OfflineAssessor

_DECIDING = {".py", ".txt", ".json", ".npz"}


class FitError(RuntimeError):
    """The child process could not fit the corpus; the message is the end of what it wrote to stderr."""


@cache
def reader_version() -> str:
    """A digest of all that decides a fit and how it is read: source, tables, libraries."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for source in sorted(p for p in package.rglob("*") if p.suffix in _DECIDING):
        digest.update(source.relative_to(package).as_posix().encode() + b"\0" + source.read_bytes())
    for library in ("numpy", "scipy", "scikit-learn"):
        digest.update(f"{library}={metadata.version(library)}\n".encode())
    return digest.hexdigest()


def cache_key(corpus: Corpus) -> str:
    """Names a fit: the corpus, and the reader that learns from it."""
    return hashlib.sha256(f"{reader_version()} {corpus.digest()}".encode()).hexdigest()[:32]


def load_or_fit(corpus: Corpus, cache_dir: Path) -> OfflineAssessor:
    """The assessor for a corpus. Blocks for about two seconds the first time. Raises FitError."""
    target = _target(corpus, cache_dir)
    found = _load(target)
    if found is not None:
        return found
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        _command(target),
        input=corpus.model_dump_json().encode(),
        capture_output=True,
        env=_environment(),
        check=False,
    )
    return _fitted(target, done.returncode, done.stderr)


async def load_or_fit_async(corpus: Corpus, cache_dir: Path) -> OfflineAssessor:
    """The same without blocking the event loop; the child is killed if the task is cancelled."""
    target = _target(corpus, cache_dir)
    found = await asyncio.to_thread(_load, target)
    if found is not None:
        return found
    child = await asyncio.create_subprocess_exec(
        *_command(target),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
    )
    try:
        _, stderr = await child.communicate(corpus.model_dump_json().encode())
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        raise
    return await asyncio.to_thread(_fitted, target, child.returncode or 0, stderr)


def write_atomically(target: Path, raw: bytes) -> None:
    """All of the file or none of it, whoever else writes the same one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _target(corpus: Corpus, cache_dir: Path) -> Path:
    return Path(cache_dir) / f"assessor-{cache_key(corpus)}.npz"


def _load(target: Path) -> OfflineAssessor | None:
    from tutor.consultant.offline.assessor import OfflineAssessor
    from tutor.consultant.offline.model import FittedModel, ModelFileError

    try:
        return OfflineAssessor(FittedModel.from_bytes(target.read_bytes()))
    except (OSError, ModelFileError):
        return None


def _command(target: Path) -> list[str]:
    return [sys.executable, "-m", "tutor.consultant.offline", str(target)]


def _environment() -> dict[str, str]:
    """The caller's, with one thread for linear algebra: the fit is small, and others share the cores."""
    return {**os.environ, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}


def _fitted(target: Path, status: int, stderr: bytes) -> OfflineAssessor:
    found = _load(target) if status == 0 else None
    if found is None:
        raise FitError(
            stderr.decode(errors="replace").strip()[-500:] or f"the fit ended with status {status}"
        )
    return found
