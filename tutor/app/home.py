"""The home screen: the cases, how far you are with each, and one obvious next step.

It paints before anything of the cases is read, so it imports nothing that reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.app.keybar import KeyBar
from tutor.app.messages import Shelved
from tutor.app.openings import Resume, Take

if TYPE_CHECKING:
    from tutor.app.app import TutorApp
    from tutor.app.shelf import CaseCard, Shelf

HEIGHTS = [(0, "-low"), (32, "-high")]
MOST_PROBLEMS = 12
CLAIM = "Real training runs that misbehave, and a consultant who pushes back."
NEW_HERE = "New here? Enter takes the case below, and F1 explains each screen."


class CaseList(OptionList):
    """The cases. Enter is named after what it does here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.resume", "Continue"),
        Binding("enter", "screen.take", "Take the case"),
        Binding("n", "screen.anew", "Begin anew"),
        Binding("d", "screen.last_debrief", "Last debrief"),
    ]


class HomeScreen(Screen[None]):
    """Where the learner chooses."""

    app: TutorApp

    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "app.progress", "Progress", id="home.progress"),
        Binding("s", "app.sessions", "Sessions", id="home.sessions"),
        Binding("c", "app.consultant", "Consultant", show=False, id="home.consultant"),
        Binding("o", "app.preferences", "Preferences", id="home.preferences"),
        Binding("t", "app.swap_theme", "Theme", show=False, id="home.theme"),
        Binding("f1", "help", "Help", id="help"),
        Binding("question_mark", "help", show=False),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.shelf: Shelf | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="page"), Vertical(id="column"):
            yield Static("The consulting room", id="name", markup=False)
            yield Static(CLAIM, id="claim", markup=False)
            yield Static("Opening the cases …", id="waiting", markup=False)
            yield CaseList(id="cases", markup=False)
            yield Static("", id="problems", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#cases").display = False
        self.query_one("#problems").display = False

    def on_screen_resume(self) -> None:
        self.app.reread()

    # ------------------------------------------------------------ what is on the shelf

    @on(Shelved)
    def shelved(self, event: Shelved) -> None:
        """The cases are read, or read again after one was played."""

        before = self.card
        shelf = self.shelf = event.shelf
        cases = self.query_one(CaseList)
        cases.clear_options()
        cases.add_options([Option(_card(c), id=c.scenario) for c in shelf.cards])
        names = [card.scenario for card in shelf.cards]
        cases.display = bool(names)
        if names:
            kept = before is not None and before.scenario in names and before.open is None
            cases.highlighted = names.index(before.scenario) if kept and before else shelf.next_step
            if self.focused is None:
                cases.focus()
        self.query_one("#claim", Static).update(NEW_HERE if shelf.first_time else CLAIM)
        self.query_one("#waiting", Static).display = not names
        self.query_one("#waiting", Static).update("No case was found.")
        self._show_problems(shelf.problems)
        self.show_consultant()
        self.refresh_bindings()

    def show_consultant(self) -> None:
        """Who will answer, beside the name of the house."""
        desk = self.app.desk
        by = (
            desk.online.label
            if desk is not None and desk.online is not None and desk.has_online
            else "offline"
        )
        text = Content.assemble("The consulting room", (f"   consultant: {by} (c changes it)", "$text-muted"))
        self.query_one("#name", Static).update(text)

    def _show_problems(self, found: tuple[str, ...]) -> None:
        problems = self.query_one("#problems", Static)
        problems.display = bool(found)
        more = len(found) - MOST_PROBLEMS
        lines = [*found[:MOST_PROBLEMS], *([f"… and {more} more"] if more > 0 else [])]
        heading = ("✗ Files that cannot be read\n", "bold $text-warning")
        problems.update(Content.assemble(heading, "\n".join(lines)))

    @property
    def card(self) -> CaseCard | None:
        """The case the highlight is on."""
        place = self.query_one(CaseList).highlighted
        if self.shelf is None or place is None or place >= len(self.shelf.cards):
            return None
        return self.shelf.cards[place]

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.card is not None:
            self.action_resume() if self.card.open else self.action_take()

    # ------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action not in {"take", "resume", "anew", "last_debrief"}:
            return True
        card = self.card if self.is_mounted else None
        possible = {
            "take": card is not None and card.open is None,
            "resume": card is not None and card.open is not None,
            "anew": card is not None and card.open is not None,
            "last_debrief": card is not None and card.last_over is not None,
        }
        return possible[action]

    def action_take(self) -> None:
        if self.card is not None:
            self.app.open_case(Take(self.card.scenario))

    def action_anew(self) -> None:
        self.action_take()

    def action_resume(self) -> None:
        if self.card is not None and self.card.open is not None:
            self.app.open_case(Resume(self.card.open.session))

    def action_last_debrief(self) -> None:
        if self.card is not None and self.card.last_over is not None:
            self.app.open_case(Resume(self.card.last_over))

    def action_help(self) -> None:
        from tutor.app import helping
        from tutor.app.sheets import Sheet

        self.app.push_screen(Sheet("The consulting room", helping.HOME))


def _card(card: CaseCard) -> Content:
    """What it is, how far you are, what happens in it, what you learned in it, and where you left it."""
    from tutor.app.shelf import learned_words, progress, waiting

    waits, learned = waiting(card), learned_words(card)
    lines = [
        Content(card.title).stylize("bold"),
        Content.styled(f"{card.level} · {card.minutes} min · {progress(card)}", "$text-muted"),
        Content(card.summary),
    ]
    if learned:
        lines.append(Content.styled(learned, "$text-success"))
    if waits:
        lines.append(Content.styled(f"▸ {waits}", "$case"))
    # The blank lines are part of the text: the list counts no vertical padding.
    return Content("\n").join([Content(""), *lines, Content("\u00a0")])
