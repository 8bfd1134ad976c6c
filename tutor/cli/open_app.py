"""Opens the terminal app."""

from __future__ import annotations


def open_app() -> None:
    raise NotImplementedError
