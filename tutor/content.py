"""Where scenarios and prompts are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    shipped = _PACKAGE / "_content" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def scenarios_dir() -> Path:
    """The folder of the scenarios that come with the program."""
    return _folder("scenarios")


def prompts_dir() -> Path:
    """The folder of the wording and prompt templates."""
    return _folder("prompts")
