"""Where the program keeps things: the platform's folders, or those that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

NAME = "consultant-tutor"


def data_dir() -> Path:
    """Sessions, drafts, the app's own settings. TUTOR_DATA_DIR names another folder."""
    return Path(os.environ.get("TUTOR_DATA_DIR") or user_data_path(NAME, appauthor=False))


def cache_dir() -> Path:
    """What can be computed again. TUTOR_CACHE_DIR names another folder."""
    return Path(os.environ.get("TUTOR_CACHE_DIR") or user_cache_path(NAME, appauthor=False))


def scenarios_dir() -> Path:
    """The person's own cases. TUTOR_SCENARIOS_DIR names another folder."""
    return Path(os.environ.get("TUTOR_SCENARIOS_DIR") or data_dir() / "scenarios")
