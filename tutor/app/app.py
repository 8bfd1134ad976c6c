"""The app: opens the desk behind the first painted screen, and moves between screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.theme import Theme

from tutor.app import heap, preferences
from tutor.app.drafts import Drafts
from tutor.app.home import HomeScreen
from tutor.app.inert import Inert
from tutor.app.messages import Shelved, Trouble
from tutor.app.openings import Opening
from tutor.app.themes import LAMPLIGHT, OWN, TERMINAL, lent
from tutor.app.work import Journal, attempt

if TYPE_CHECKING:
    from tutor.app.shelf import Shelf
    from tutor.conversation.desk import Desk


class Unexpected(Exception):
    """A failure nobody foresaw, as the learner reads it."""

    def __init__(self, error: Exception, log: Path) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.log = log

    def __rich__(self) -> Text:
        words = f"The app had to stop ({type(self.__cause__).__name__}). Session and draft are kept."
        return Text(f"{words} Details are in {self.log}")


class TutorApp(App[None]):
    """The terminal app."""

    TITLE = "tutor"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "home.tcss"]
    COMMAND_PALETTE_DISPLAY = "^p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        data_dir: Path,
        opening: Opening | None = None,
        keys: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`open_desk` is called once, in a thread, after the first screen is painted; what it imports costs
        the learner nothing before. Drafts, notes, the log and the preferences are kept in `data_dir`. With an
        `opening`, the app goes straight to that case. `keys` replace the usual ones, and give way to the
        learner's own."""
        super().__init__()
        self._opening = opening
        self.data_dir = data_dir
        self.preferences = preferences.load(data_dir)
        self._open_desk = open_desk
        self.drafts = Drafts(data_dir / "drafts")
        self.notes = Drafts(data_dir / "notes")
        self.journal = Journal(data_dir / "app.log")
        self.desk: Desk | None = None
        self._given_keys = keys
        self._writing = asyncio.Lock()
        self._known: dict[str, frozenset[str]] = {}  # what was learned, by session
        for theme in (*OWN, TERMINAL):
            self.register_theme(theme)
        known = self.preferences.theme in self.available_themes
        # Where there are sixteen colours, the terminal's own are better than our nearest.
        usual = TERMINAL if self.console.color_system == "standard" else LAMPLIGHT
        self.theme = self.preferences.theme if known else usual.name
        self._obey_preferences()

    def _obey_preferences(self) -> None:
        wanted = self.preferences
        self._gates: list[LineFilter] = [Inert()]
        if wanted.ascii:
            from tutor.app.plainly import Plainly

            self._gates.append(Plainly())
        self.animation_level = "none" if wanted.reduced_motion else "full"
        self.set_keymap({**self._given_keys, **wanted.keys})

    def prefer(self, name: str, value: object) -> None:
        """Sets a preference, now and for the next start."""
        if name == "theme":
            self.theme = str(value)
            return
        setting: dict[str, Any] = {name: value}
        self.preferences = replace(self.preferences, **setting)
        self._obey_preferences()
        self._keep(name, value)
        self.screen.refresh(layout=True)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return lent(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*self._gates, *super().get_line_filters()]

    def get_default_screen(self) -> Screen[None]:
        return HomeScreen()

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        for problem in self.preferences.problems:
            self.tell(problem, "warning")

    def _begin(self) -> None:
        attempt(self, self._open(), "opening the cases", self.journal, group="desk")

    async def on_exit_app(self) -> None:
        """However the app is ended, nothing in a prompt is lost."""
        for screen in self.screen_stack:
            if (keep := getattr(screen, "keep_unsent", None)) is not None:
                await keep()

    async def on_unmount(self) -> None:
        if self.desk is not None:
            await self.desk.close()

    # ------------------------------------------------------------ the desk

    async def _open(self) -> None:
        with heap.filling():
            self.desk = desk = await asyncio.to_thread(self._open_desk)
            self._home.post_message(Shelved(await asyncio.to_thread(_read, desk, self._known)))
            # What the next key needs is imported before that key is pressed.
            await asyncio.to_thread(import_module, "tutor.app.case")
        if self._opening is not None:
            self.open_case(self._opening)
        desk.engine.warm_up()

    async def _reread(self, desk: Desk) -> None:
        self._home.post_message(Shelved(await asyncio.to_thread(_read, desk, self._known)))

    @property
    def _home(self) -> HomeScreen:
        home = self.screen_stack[0]
        if not isinstance(home, HomeScreen):
            raise TypeError("the first screen is not the home screen")
        return home

    def open_case(self, opening: Opening, *, instead: bool = False) -> None:
        """Shows a case; `instead` of the screen that is on top."""
        from tutor.app.case import CaseScreen

        if self.desk is None:
            return
        screen = CaseScreen(self.desk, opening)
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def reread(self) -> None:
        """Reads anew how far the learner is."""
        if self.desk is not None:
            attempt(self, self._reread(self.desk), "reading the cases", self.journal, group="desk")

    # ------------------------------------------------------------ telling

    def _handle_exception(self, error: Exception) -> None:
        """What no worker caught ends the app, with a sentence instead of a traceback."""
        self.journal.record("running", error)
        unexpected = Unexpected(error, self.journal.path)
        unexpected.__cause__ = error
        super()._handle_exception(unexpected)

    def tell(self, message: str, severity: SeverityLevel = "information") -> None:
        """A notification in plain text."""
        self.notify(message, severity=severity, markup=False, timeout=12 if severity == "error" else 6)

    def hand_over(self, page: Path) -> None:
        """A session that was written down: where it is, or in a browser the file itself."""
        if self.is_web:
            self.deliver_text(page)
        else:
            self.tell(f"Written to {page} (and .md and .json beside it).")

    def copy_to_clipboard(self, text: str) -> None:
        """Copies, through the terminal (OSC 52): it works over SSH too."""
        super().copy_to_clipboard(text)
        self.tell("Copied.")

    @on(Trouble)
    def _trouble(self, event: Trouble) -> None:
        self.tell(event.message, "error")

    # ------------------------------------------------------------ themes and the palette

    def action_swap_theme(self) -> None:
        """The next of our three: lamplight, paper, the terminal's own colours."""
        ours = [theme.name for theme in (*OWN, TERMINAL)]
        here = ours.index(self.theme) if self.theme in ours else -1
        self.theme = ours[(here + 1) % len(ours)]

    def _keep_theme(self, theme: Theme) -> None:
        self._keep("theme", theme.name)

    def _keep(self, name: str, value: object) -> None:
        work = self.in_turn(partial(preferences.choose, self.data_dir, name, value))
        attempt(self, work, "keeping what you prefer", self.journal, group="preferences")

    async def in_turn(self, write: Callable[[], None]) -> None:
        """Writes small files in a thread, one after another: what was written last is what stays."""
        async with self._writing:
            await asyncio.to_thread(write)

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        names = ", ".join(sorted(b.description or b.action for b in clashed_bindings))
        self.tell(f"Two things now share a key; without one: {names}.", "warning")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        from tutor.app.commands import COMMANDS

        obey = getattr(screen, "obey", None)
        if obey is not None:
            for command in COMMANDS:
                if screen.check_action(command.action, ()) is not False:
                    yield SystemCommand(command.title, command.says, lambda c=command: obey(c))
        else:
            yield from self._keys_as_commands(screen)
            yield SystemCommand("The consultant", "Set up a language model", self.action_consultant)
        yield SystemCommand("Light, dark, or the terminal's own", "Change the theme", self.action_swap_theme)
        yield SystemCommand("Your progress", "Over all sessions", self.action_progress)
        yield SystemCommand("Your sessions", "Go on with one, write it down, remove it", self.action_sessions)
        yield SystemCommand("Preferences", "Colours, keys, what Enter does", self.action_preferences)
        yield SystemCommand("Concept cards", "All of them", self.action_cards)
        yield from super().get_system_commands(screen)

    @property
    def sealed_off(self) -> str:
        """Why no language model can be set up in here; '' where it can."""
        if self.is_web:  # its key and its settings belong to somebody else
            return "Whoever runs this server chooses the consultant."
        if self.desk is not None and self.desk.online is None:
            return "The app was started with --offline: no connection may be opened."
        return ""

    def action_consultant(self) -> None:
        """Sets the language model up, outside a case."""
        from tutor.app.language_model import ModelScreen

        if self.desk is not None and self.desk.online is not None and not self.sealed_off:
            self.push_screen(ModelScreen(self.desk.online, "", None), lambda _: self._home.show_consultant())
        elif self.desk is not None:
            self.tell(self.sealed_off, "warning")

    def _keys_as_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key that does something on a screen, as an entry of the palette."""
        for node, binding, enabled, _ in screen.active_bindings.values():
            if enabled and binding.description and not binding.action.startswith("app.") and node is not self:
                run = partial(self.run_action, binding.action, node)
                yield SystemCommand(binding.description, f"On this screen: {binding.key}", run)

    def action_progress(self) -> None:
        from tutor.app.progress import ProgressScreen

        if self.desk is not None:
            self.push_screen(ProgressScreen(self.desk))

    def action_sessions(self) -> None:
        from tutor.app.sessions import SessionsScreen

        if self.desk is not None:
            self.push_screen(SessionsScreen(self.desk))

    def action_preferences(self) -> None:
        from tutor.app.preferring import PreferencesScreen

        self.push_screen(PreferencesScreen())

    def action_cards(self) -> None:
        from tutor.app.cards import CardIndex
        from tutor.scenario.cards import cards

        self.push_screen(CardIndex(tuple(cards().values())))


def _read(desk: Desk, known: dict[str, frozenset[str]]) -> Shelf:
    from tutor.app.shelf import shelf

    return shelf(desk, known)
