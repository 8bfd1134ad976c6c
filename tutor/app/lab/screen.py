"""The lab screen: the levers, the curve over the run as it was, and every experiment of the session."""

from __future__ import annotations

import textwrap
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import DataTable, ProgressBar, Static

from tutor.app import helping
from tutor.app.evidence.drawing import LiveCurve
from tutor.app.keybar import KeyBar
from tutor.app.lab.bench import Bench, State, Trial
from tutor.app.lab.dials import Dials
from tutor.app.lab.levers import Levers
from tutor.app.lab.overlay import overlay
from tutor.app.lab.table import fit, sheet
from tutor.app.messages import LeversTurned, RunWanted, StopWanted
from tutor.app.sheets import Sheet
from tutor.conversation.experimenting import pinned
from tutor.conversation.lab import LabError

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

WIDTHS = [(0, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (32, "-high")]
AROUND_TABLE = 6  # cells beside the table
EMPTY = "Change one thing, press Enter, and see what it does to the run. One change at a time tells the most."


@dataclass(frozen=True)
class Pinned:
    """An experiment to put forward; `send` at once, or first into the prompt."""

    words: str
    send: bool


class LabScreen(Screen[Pinned | None]):
    """Where remedies are tried instead of believed."""

    app: TutorApp

    CSS_PATH = "lab.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel the run"),
        Binding("escape", "back", "Back"),
        Binding("p", "pin(False)", "Pin it", id="lab.pin"),
        Binding("s", "pin(True)", "Say it", id="lab.say"),
        Binding("c", "clear", "Reset", id="lab.clear"),
        Binding("tab", "app.focus_next", "Levers/runs", show=False),
        Binding("f1", "help", "Help", id="help"),
        Binding("f9", "back", show=False, id="case.lab"),
    ]

    def __init__(self, bench: Bench, title: str, owner: MessagePump) -> None:
        """`owner` hears what is wanted: its workers go on when this screen is left."""
        super().__init__()
        self.bench = bench
        self._title = title
        self._owner = owner
        self.levers = Levers(Dials(bench.talk.scenario))
        self.table: DataTable[Text] = DataTable(id="trials", cursor_type="row", zebra_stripes=False)

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield Static(Content(f"Lab  ·  {self._title}"), id="title", markup=False)
            yield Static("", id="hours", markup=False)
        with Horizontal(id="work"):
            yield self.levers
            with Vertical(id="result"):
                yield LiveCurve()
                with Horizontal(id="pace"):
                    yield ProgressBar(total=None, show_eta=False, show_percentage=False)
                    yield Static("", id="told", markup=False)
                yield Static(Content(EMPTY), id="outcome", markup=False)
        yield self.table
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#pace").display = False
        self._fill()
        self._plan()

    # ------------------------------------------------------------ what is shown

    @property
    def selected(self) -> Trial | None:
        """The experiment the cursor is on."""
        row = self.table.cursor_row - 1
        return self.bench.trials[row] if 0 <= row < len(self.bench.trials) else None

    def follow(self, trial: Trial) -> None:
        """An experiment has got further."""
        if trial.state is State.RUNS and trial.told:
            self._progress(trial)
            if trial is self.selected:
                self._draw(trial)
            return
        self._fill(trial)
        self._plan()
        if trial.over and self.bench.running is None:
            self.query_one("#pace").display = False
        self.refresh_bindings()

    def _fill(self, show: Trial | None = None) -> None:
        """The table anew, the cursor on `show` (or where it was)."""
        row = show.number if show is not None else self.table.cursor_row
        scenario = self.bench.talk.scenario
        found = sheet(self.bench.talk.run.headline, self.bench.trials, clock=scenario.clock is not None)
        fitted = fit(found, self.app.size.width - AROUND_TABLE)
        self.table.clear(columns=True)
        for header, width, right in zip(fitted.headers, fitted.widths, fitted.numeric, strict=True):
            lines = (textwrap.wrap(header, max(1, width)) or [""])[:2]
            self.table.add_column(
                Text("\n".join(line.rjust(width) if right else line for line in lines)), width=width
            )
        self.table.header_height = 2
        for cells in fitted.rows:
            sides = ("right" if right else "left" for right in fitted.numeric)
            self.table.add_row(*(Text(c, justify=s) for c, s in zip(cells, sides, strict=True)))  # type: ignore[arg-type]
        self.table.move_cursor(row=min(row, len(found.rows) - 1))
        self._draw(self.selected)

    def on_resize(self) -> None:
        self._fill()

    def _draw(self, trial: Trial | None) -> None:
        chart, outcome = self.query_one(LiveCurve), self.query_one("#outcome", Static)
        found = None
        if trial is not None:
            found = overlay(self.bench.baseline, trial.told, self.bench.talk.run, trial.run)
        elif self.bench.baseline:
            found = overlay((), self.bench.baseline, self.bench.talk.run, None)
        chart.under = found[1] if found else ()
        chart.body = (found[0], found[2]) if found else None
        outcome.update(Content(_outcome(trial)))

    def _progress(self, trial: Trial) -> None:
        last = trial.told[-1]
        self.query_one("#pace").display = True
        self.query_one(ProgressBar).update(total=last.total, progress=last.done)
        left = trial.seconds_left(time.monotonic())
        told = [f"{last.unit} {last.done}/{last.total}"]
        if left is not None and left >= 0.5:
            told.append(f"{left:.0f} s left")
        if self.bench.waiting:
            told.append(f"{len(self.bench.waiting)} in line")
        self.query_one("#told", Static).update(Content(" · ".join(told)))

    @on(LeversTurned)
    def _plan(self) -> None:
        dials, left = self.levers.dials, self.bench.talk.session.hours_left()
        hours = "" if left is None else f"{left:g} h left"
        if self.bench.reserved:
            hours += f", {self.bench.reserved:g} h under way"
        self.query_one("#hours", Static).update(Content(hours))
        if not dials.changes:
            self.levers.plan(Content.styled("Nothing is changed yet.", "$text-muted"))
        else:
            cost = f"  costs {dials.cost:g} h" if left is not None else ""
            self.levers.plan(Content.assemble((dials.words, "bold"), (cost, "$text-muted")))
        if self.bench.running is not None and self.bench.running.told:
            self._progress(self.bench.running)
        self.refresh_bindings()

    @on(DataTable.RowHighlighted)
    def _chosen(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._draw(self.selected)
        self.refresh_bindings()

    # ------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        done = self.is_mounted and self.selected is not None and self.selected.event is not None
        possible: dict[str, bool] = {
            "cancel": self.bench.running is not None,
            "run": bool(self.levers.dials.changes),
            "as_it_is": self.levers.in_hand in self.levers.dials.changes,
            "clear": bool(self.levers.dials.changes),
            "pin": done,
        }
        return possible.get(action, True)

    def action_turn(self, step: int) -> None:
        self.levers.turn(step)

    def action_as_it_is(self) -> None:
        self.levers.reset()

    def action_clear(self) -> None:
        self.levers.set(self.levers.dials.reset())

    def action_run(self) -> None:
        try:
            trial = self.bench.add(self.levers.dials.changes)
        except LabError as error:
            self.app.tell(str(error), "warning")
            return
        self._fill(self.bench.running or trial)
        self._plan()
        self._owner.post_message(RunWanted())

    def action_cancel(self) -> None:
        self._owner.post_message(StopWanted())

    def action_pin(self, send: bool) -> None:
        trial = self.selected
        if trial is not None and trial.event is not None:
            self.dismiss(Pinned(pinned(trial.event), send))

    def action_back(self) -> None:
        self.dismiss(None)

    def action_help(self) -> None:
        self.app.push_screen(Sheet("The lab", helping.LAB))


def _outcome(trial: Trial | None) -> str:
    if trial is None:
        return EMPTY
    match trial.state:
        case State.DONE if trial.event is not None:
            return f"{trial.number}  {trial.event.summary}."
        case State.FAILED:
            return f"{trial.number}  {trial.words}: {trial.trouble}"
        case State.CANCELLED:
            return f"{trial.number}  {trial.words}: cancelled. Nothing of it counts."
        case _:
            return f"{trial.number}  {trial.words}"
