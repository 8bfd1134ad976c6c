"""Opens the terminal app."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tutor.app.openings import Opening
    from tutor.conversation.desk import Desk


def open_app(opening: Opening | None = None, *, offline: bool = False) -> None:
    """Runs the app until the learner leaves, on a case where one is named. ClickException where there is no
    terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("the app needs a terminal; in a pipe, use: tutor chat SCENARIO")
    from tutor import folders
    from tutor.app.app import TutorApp

    app = TutorApp(partial(_desk, offline), folders.data_dir(), opening)
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)


def _desk(offline: bool) -> Desk:
    # Imported when the app calls for it: before the first painted screen it would double the start.
    from tutor.cli.wiring import open_desk

    return open_desk(offline=offline)
