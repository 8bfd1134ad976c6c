"""Opens the terminal app."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tutor.app.openings import Opening
    from tutor.conversation.desk import Desk


BROWSER_KEYS = {"case.notes": "f10"}  # Ctrl+N never reaches a page


def open_app(opening: Opening | None = None, *, offline: bool = False) -> None:
    """Runs the app until the learner leaves, on a case where one is named. ClickException where there is no
    terminal to draw on."""
    in_browser = "TEXTUAL_DRIVER" in os.environ  # the page is the terminal, and pipes lead to it
    if not (in_browser or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise click.ClickException("the app needs a terminal; in a pipe, use: tutor chat SCENARIO")
    from tutor import folders
    from tutor.app.app import TutorApp

    keys = BROWSER_KEYS if in_browser else {}
    app = TutorApp(partial(_desk, offline), folders.data_dir(), opening, keys)
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)


def _desk(offline: bool) -> Desk:
    # Imported when the app calls for it: before the first painted screen it would double the start.
    from tutor.cli.wiring import open_desk

    return open_desk(offline=offline)
