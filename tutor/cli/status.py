"""One line on standard error that says what is being done; nothing where no terminal listens."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Say = Callable[[str], object]


def silent(_text: str) -> None:
    """Says nothing."""


@contextmanager
def status() -> Iterator[Say]:
    """A line that each text replaces, and that is gone at the end."""
    if not sys.stderr.isatty():
        yield silent
        return

    def say(text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        click.echo(f"{text[:width]:<{width}}\r", err=True, nl=False)

    try:
        yield say
    finally:
        say("")
