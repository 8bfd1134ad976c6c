"""What several tests share: a small complete case, and a session to walk through it."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis  # noqa: F401 - looked for at the end otherwise, when the app has frozen the heap for good
import pytest

from tutor.dialogue.key import Key
from tutor.scenario.reading import Source, read

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="session")
def tiny() -> Source:
    return read(CASES / "tiny.yaml")


@pytest.fixture(scope="session")
def key(tiny: Source) -> Key:
    return Key(tiny.scenario, "exploding")


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What TUTOR_CACHE_DIR names: runs are computed and readers fitted once for all tests of all workers. A
    run is replayed with its progress, so it looks the same; a test of a cache makes one of its own."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared-cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def run_cache(shared_cache: Path) -> Path:
    """The runs in it."""
    return shared_cache / "runs"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the folders of whoever runs it."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TUTOR_CACHE_DIR", str(shared_cache))
    monkeypatch.setenv("TUTOR_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("TERM", "xterm-256color")  # whatever the tests run in: the app has our colours
    for name in ("TUTOR_API_KEY", "OPENAI_API_KEY", "TUTOR_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)  # no test asks a model that somebody has set up
