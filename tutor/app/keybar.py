"""The keys that work now, in one line. One widget instead of one a key: it follows every change of focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

GAP = 2


@dataclass(frozen=True)
class Entry:
    """A key, how it is written, and what it does."""

    key: str
    display: str
    does: str

    @property
    def width(self) -> int:
        return len(self.display) + 1 + len(self.does)


def key_name(app: App[Any], binding: Binding) -> str:
    """A key as people write it."""
    key = app.get_key_display(binding)
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key


def fitting(entries: Sequence[Entry], width: int) -> tuple[Entry, ...]:
    """The entries that fit whole. The last one always stays: it leads to all others."""
    kept = list(entries)
    while len(kept) > 2 and sum(e.width for e in kept) + GAP * (len(kept) - 1) > width:
        del kept[-2]
    return tuple(kept)


class KeyBar(Widget):
    """Shows, and with the mouse presses, the bindings that are active and meant to be shown."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        padding: 0 1;
        color: $footer-description-foreground;
        background: $footer-background;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        pointer: pointer;
    }
    """

    entries: reactive[tuple[Entry, ...]] = reactive(())

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[object]) -> None:
        if screen is self.screen and self.is_attached:
            self.entries = tuple(self._active())

    def _active(self) -> list[Entry]:
        found = [
            Entry(binding.key, key_name(self.app, binding), binding.description)
            for _, binding, enabled, _ in self.screen.active_bindings.values()
            if enabled and binding.show and binding.description
        ]
        palette = self.screen.active_bindings.get(self.app.COMMAND_PALETTE_BINDING)
        if palette is not None and not self.screen.is_modal:
            found.append(Entry(palette.binding.key, "^p", "More"))
        once = {entry.does: entry for entry in reversed(found)}
        return [entry for entry in found if once[entry.does] is entry]

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        for entry in fitting(self.entries, self.content_size.width):
            parts += [(entry.display, "bold $footer-key-foreground"), (f" {entry.does}" + " " * GAP, "")]
        return Content.assemble(*parts).rstrip()

    def on_click(self, event: Click) -> None:
        event.stop()
        left = self.styles.padding.left
        for entry in fitting(self.entries, self.content_size.width):
            if left <= event.x < left + entry.width:
                self.app.simulate_key(entry.key)
                return
            left += entry.width + GAP
