"""Textual's driver for the browser, for a process that must not outlive its server."""

from __future__ import annotations

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class VisitDriver(WebDriver):
    """Ends the app when its input ends: the server was killed, and nobody can ever type again."""

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())
