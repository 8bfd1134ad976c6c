"""Opens the terminal app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.conversation.desk import Desk


def open_app() -> None:
    """Runs the app until it is left. What the desk needs is imported behind the first painted screen."""
    from tutor import settings
    from tutor.app.app import TutorApp

    found = settings.load()

    def desk() -> Desk:
        from tutor.cli.wiring import open_desk

        return open_desk(found)

    app = TutorApp(desk, found.data_dir)
    app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
