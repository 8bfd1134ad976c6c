"""Every session on this computer: go on with it, write it down, remove it and bring it back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.app import helping
from tutor.app.keybar import KeyBar
from tutor.app.messages import SessionsRead, Written
from tutor.app.openings import Resume
from tutor.app.sheets import Sheet
from tutor.app.shelf import ago
from tutor.app.work import attempt
from tutor.app.writing_down import write_down
from tutor.conversation.desk import Desk
from tutor.errors import TutorError
from tutor.reports.review import count
from tutor.reports.standing import Standing, standing
from tutor.store.database import SessionRow

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

NONE_YET = "No session yet. Take a case, and it is kept here from its first message on."
CHANGED = "its case has changed since"
WHEN = 20  # cells for how long ago, and the date below it


class SessionList(OptionList):
    """One line a session."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.go_on", "Continue"),
        Binding("enter", "screen.debrief", "Debrief"),
        Binding("e", "screen.export", "Write it down", id="debrief.export"),
        Binding("x,delete", "screen.remove", "Remove", key_display="x", id="sessions.remove"),
    ]


class SessionsScreen(Screen[None]):
    """The sessions, the latest first."""

    app: TutorApp

    CSS_PATH = "debrief.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo", id="sessions.undo"),
        Binding("escape,h", "back", "Back"),
        Binding("f1", "help", "Help", id="help"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.rows: tuple[SessionRow, ...] = ()
        self.standings: dict[str, Standing] = {}  # by session, as far as they are known
        self.removed: list[str] = []  # in this visit, the latest last

    def compose(self) -> ComposeResult:
        with Vertical(id="page"), Vertical(id="column"):
            yield Static(Content("Your sessions"), classes="heading", markup=False)
            yield Static(Content("Reading your sessions …"), classes="small", markup=False)
            yield SessionList(markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(SessionList).focus()
        self._reread()

    def _reread(self) -> None:
        attempt(self, self._read(), "reading your sessions", self.app.journal, group="sessions")

    async def _read(self) -> None:
        rows = await asyncio.to_thread(self.desk.store.sessions)
        self.post_message(SessionsRead(rows, await asyncio.to_thread(_standings, self.desk, rows)))

    @on(SessionsRead)
    def _show(self, event: SessionsRead) -> None:
        listed = self.query_one(SessionList)
        place = listed.highlighted or 0
        self.rows, self.standings = event.rows, event.standings
        listed.clear_options()
        listed.add_options([Option(self._line(row), id=row.id) for row in self.rows])
        if self.rows:
            listed.highlighted = min(place, len(self.rows) - 1)
        told = count(len(self.rows), "session") if self.rows else NONE_YET
        self.query_one(".small", Static).update(Content(told))
        self.refresh_bindings()

    def _line(self, row: SessionRow) -> Content:
        source = self.desk.library.sources.get(row.scenario)
        title = " ".join((source.scenario.title if source is not None else row.scenario).split())
        planted = f"planted: {row.variant.replace('_', ' ')}" if row.finished else ""
        at = self.standings.get(row.id)
        date = f"{row.updated_at.astimezone():%Y-%m-%d %H:%M}"
        return Content.assemble(
            (ago(row.updated_at).ljust(WHEN), "$text-muted"),
            (title, "bold"),
            "\n",
            (date.ljust(WHEN), "$text-muted"),
            (" ".join(_state(row)), "$text-muted" if row.finished else "$case"),
            (f" · {at.words if at is not None else CHANGED}", "$text-muted"),
            "\n" + " " * WHEN if planted else "",
            (planted, "$text-muted"),
        )

    @property
    def row(self) -> SessionRow | None:
        """The session the highlight is on."""
        place = self.query_one(SessionList).highlighted if self.is_mounted else None
        return self.rows[place] if place is not None and place < len(self.rows) else None

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_go_on()

    # ------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        row = self.row
        known = row is not None and row.scenario in self.desk.library.sources
        possible = {
            "go_on": known and row is not None and not row.finished,
            "debrief": known and row is not None and row.finished,
            "export": known,
            "remove": row is not None,
            "undo": bool(self.removed),
        }
        return possible.get(action, True)

    def action_go_on(self) -> None:
        """Opens the session, or its debrief when it is over."""
        if self.row is not None and self.row.scenario in self.desk.library.sources:
            self.app.open_case(Resume(self.row.id), instead=True)

    def action_debrief(self) -> None:
        self.action_go_on()

    def action_remove(self) -> None:
        if self.row is not None:
            self.removed.append(self.row.id)
            attempt(self, self._set(self.row.id, removed=True), "removing it", self.app.journal)
            self.app.tell("Removed. u brings it back; so does “tutor sessions --restore”, for a month.")

    def action_undo(self) -> None:
        if self.removed:
            attempt(self, self._set(self.removed.pop(), removed=False), "bringing it back", self.app.journal)

    async def _set(self, identity: str, *, removed: bool) -> None:
        store = self.desk.store
        await asyncio.to_thread(store.remove if removed else store.restore, identity)
        await self._read()

    def action_export(self) -> None:
        if self.row is not None:
            attempt(self, self._export(self.row.id), "writing the session down", self.app.journal)

    async def _export(self, identity: str) -> None:
        reports = self.app.data_dir / "reports"
        self.post_message(Written(await write_down(self.desk, identity, reports, self.app.notes)))

    @on(Written)
    def _written(self, event: Written) -> None:
        self.app.hand_over(event.path)

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        self.app.push_screen(Sheet("Your sessions", helping.SESSIONS))


def _standings(desk: Desk, rows: tuple[SessionRow, ...]) -> dict[str, Standing]:
    """Opens every session: for a thread."""
    found: dict[str, Standing] = {}
    for row in rows:
        with suppress(TutorError):
            found[row.id] = standing(desk.resume(row.id).session)
    return found


def _state(row: SessionRow) -> tuple[str, str]:
    """A glyph and words for what became of it."""
    if not row.finished:
        return "▸", "going on"
    return ("◐", "ended early") if row.ended_early else ("✓", "finished")
