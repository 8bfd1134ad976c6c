"""The preferences on screen: what the app looks like, what Enter does, and which key does what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.app import helping
from tutor.app.keybar import KeyBar, key_name
from tutor.app.preferences import GLYPHS, KEYS
from tutor.app.sheets import Sheet
from tutor.app.themes import OWN, TERMINAL

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

PRESS = "press the new key (Esc: leave it)"
FIXED = "set in app.toml"


@dataclass(frozen=True)
class Choice:
    """A setting with a few values, each with its name for people."""

    name: str
    title: str
    values: tuple[tuple[object, str], ...]


CHOICES = (
    Choice("theme", "Colours", tuple((t.name, t.name) for t in (*OWN, TERMINAL))),
    Choice("enter_sends", "Enter in the prompt", ((True, "sends"), (False, "begins a line; Ctrl+J sends"))),
    Choice("reduced_motion", "Motion", ((False, "as usual"), (True, "nothing glides or blinks"))),
    Choice("glyphs", "Characters", tuple((g, g) for g in GLYPHS)),
)


def bindings() -> dict[str, Binding]:
    """Every binding that may have another key, by name; the first of a name stands for all."""
    from tutor.app.case import CaseScreen
    from tutor.app.debrief import DebriefScreen
    from tutor.app.home import HomeScreen
    from tutor.app.lab.levers import LeverList
    from tutor.app.lab.screen import LabScreen
    from tutor.app.sessions import SessionList, SessionsScreen

    found: dict[str, Binding] = {}
    for owner in (HomeScreen, CaseScreen, LabScreen, LeverList, DebriefScreen, SessionsScreen, SessionList):
        for binding in owner.BINDINGS:
            if isinstance(binding, Binding) and binding.id:
                found.setdefault(binding.id, binding)
    return found


class Settings(OptionList):
    """One line a setting or key. A key that is waited for goes to the screen, whatever it does elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.change(1)", "Change"),
        Binding("right", "screen.change(1)", show=False),
        Binding("left", "screen.change(-1)", show=False),
        Binding("backspace,delete", "screen.as_usual", "As usual", key_display="⌫"),
    ]

    async def _on_key(self, event: Key) -> None:
        if isinstance(self.screen, PreferencesScreen) and self.screen.awaits is not None:
            event.stop()
            event.prevent_default()
            self.screen.pressed(event.key)


class PreferencesScreen(Screen[None]):
    """Settings above, keys below; every change holds at once and is kept."""

    app: TutorApp

    CSS_PATH = "debrief.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("f1", "help", "Help", id="help"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.bindings = bindings()
        self.awaits: str | None = None  # the binding whose new key is being pressed

    def compose(self) -> ComposeResult:
        with Vertical(id="page"), Vertical(id="column"):
            yield Static(Content("Preferences"), classes="heading", markup=False)
            yield Static(Content("Kept on this computer, in your data folder."), classes="small")
            yield Settings(id="settings", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        listed = self.query_one(OptionList)
        listed.add_options(Option(line, id=name) for name, line in self._lines())
        listed.highlighted = 0
        listed.focus()

    def _lines(self) -> Iterator[tuple[str, Content]]:
        preferences = self.app.preferences
        for choice in CHOICES:
            value = self.app.theme if choice.name == "theme" else getattr(preferences, choice.name)
            shown = dict(choice.values).get(value, str(value))
            yield choice.name, self._line(choice.title, shown, choice.name in preferences.fixed)
        for name, binding in self.bindings.items():
            key = preferences.keys.get(name)
            bound = binding if key is None else replace(binding, key=key, key_display=None)
            shown = PRESS if name == self.awaits else key_name(self.app, bound)
            where = name.partition(".")[0].capitalize() if "." in name else "Everywhere"
            title = f"{where}: {binding.description or binding.action}"
            yield KEYS + name, self._line(title, shown, KEYS + name in preferences.fixed)

    def _line(self, title: str, value: str, fixed: bool) -> Content:
        return Content.assemble(
            title.ljust(30), (value, "bold"), (f"   {FIXED}" if fixed else "", "$text-muted")
        )

    def _redraw(self) -> None:
        listed = self.query_one(OptionList)
        for name, line in self._lines():
            listed.replace_option_prompt(name, line)
        self.refresh_bindings()

    @property
    def in_hand(self) -> str:
        option = self.query_one(OptionList).highlighted_option
        return option.id or "" if option else ""

    # ------------------------------------------------------------ changing

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_change(1)

    def action_change(self, step: int) -> None:
        """The next value of a setting, or the wish for another key."""
        name = self.in_hand
        if name in self.app.preferences.fixed:
            self.app.tell(f"This is {FIXED}, which is yours alone to change.", "warning")
        elif name.startswith(KEYS):
            self.awaits = name.removeprefix(KEYS)
            self._redraw()
        else:
            choice = next(c for c in CHOICES if c.name == name)
            values = [value for value, _ in choice.values]
            now = self.app.theme if name == "theme" else getattr(self.app.preferences, name)
            place = values.index(now) if now in values else -1
            self.app.prefer(name, values[(place + step) % len(values)])
            self._redraw()

    def pressed(self, key: str) -> None:
        """The key that was waited for."""
        name, self.awaits = self.awaits, None
        if name is not None and key != "escape":
            self._rebind(name, key)
        self._redraw()

    def _rebind(self, name: str, key: str) -> None:
        keys = self.app.preferences.keys
        screen = name.partition(".")[0]
        for other, binding in self.bindings.items():
            taken = keys.get(other, binding.key).split(",")
            if other != name and other.partition(".")[0] == screen and key in taken:
                self.app.tell(f"{key} already does “{binding.description or binding.action}”.", "warning")
                return
        if len(key) == 1 and screen == "case":
            self.app.tell("A letter is for writing: take a function key, or one with Ctrl.", "warning")
            return
        self.app.prefer("keys", {**keys, name: key})

    def action_as_usual(self) -> None:
        """A setting or a key as it is without any preference."""
        name = self.in_hand
        if name.startswith(KEYS):
            keys = dict(self.app.preferences.keys)
            keys.pop(name.removeprefix(KEYS), None)
            self.app.prefer("keys", keys)
        elif name:
            self.app.prefer(name, next(c for c in CHOICES if c.name == name).values[0][0])
        self._redraw()

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        self.app.push_screen(Sheet("Preferences", helping.PREFERENCES))
