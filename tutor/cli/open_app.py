"""Opens the terminal app."""

from __future__ import annotations

import sys

import click


def open_app() -> None:
    """Runs the app until the learner leaves. ClickException where there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("the app needs a terminal; in a pipe, use: tutor chat SCENARIO")
    from tutor import settings
    from tutor.app.app import TutorApp
    from tutor.cli.wiring import open_desk

    TutorApp(open_desk, settings.load().data_dir).run()
