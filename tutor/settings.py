"""Where things are kept on this computer. Environment variables win over the platform's folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from tutor import content

NAME = "consultant-tutor"


@dataclass(frozen=True)
class Settings:
    """The folders in use. `scenarios` are searched in order."""

    data_dir: Path
    cache_dir: Path
    scenarios: tuple[Path, ...]

    @property
    def store_path(self) -> Path:
        return self.data_dir / "sessions.db"


def load() -> Settings:
    """TUTOR_DATA_DIR and TUTOR_CACHE_DIR name folders other than the platform's."""
    data = Path(os.environ.get("TUTOR_DATA_DIR") or user_data_path(NAME, appauthor=False))
    cache = Path(os.environ.get("TUTOR_CACHE_DIR") or user_cache_path(NAME, appauthor=False))
    return Settings(
        data_dir=data,
        cache_dir=cache,
        scenarios=(content.scenarios_dir(), data / "scenarios", Path("scenarios")),
    )
