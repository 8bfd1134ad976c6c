"""Textual's driver for the browser, for a process that must not outlive its server."""

from __future__ import annotations

import re

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp
from textual.theme import Theme

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class VisitDriver(WebDriver):
    """Ends the app when its input ends: the server was killed, and nobody can ever type again. And tells the
    page the colours of the theme, so that nothing frames a light screen in black."""

    def start_application_mode(self) -> None:
        super().start_application_mode()
        self._app.theme_changed_signal.subscribe(self._app, self._tell_colours)
        self._tell_colours(self._app.current_theme)

    def _tell_colours(self, theme: Theme) -> None:
        colours = {"background": theme.background, "surface": theme.surface, "words": theme.foreground}
        if all(COLOUR.fullmatch(colour or "") for colour in colours.values()):
            self.write_meta({"type": "colours", "colours": colours})

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())
