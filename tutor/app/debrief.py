"""The debrief: the seal is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static

from tutor.app import helping
from tutor.app.keybar import KeyBar
from tutor.app.markdown import SafeMarkdown
from tutor.app.openings import Take
from tutor.app.review import GLYPHS, Line, Review, Sort, review
from tutor.app.sheets import Sheet
from tutor.conversation import Conversation
from tutor.conversation.desk import Desk
from tutor.dialogue.debrief import debrief

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

STYLES: dict[Sort, str] = {
    "found": "bold $success",
    "missed": "bold $case",
    "challenged": "bold $challenge",
    "held": "bold $challenge",
    "remark": "$text-muted",
}


class DebriefScreen(Screen[None]):
    """What was planted, and the session stage by stage in the learner's own words."""

    app: TutorApp

    CSS_PATH = "debrief.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "Another hidden cause"),
        Binding("h,escape", "home", "Home"),
        Binding("f1", "help", "Help"),
    ]

    def __init__(self, desk: Desk, talk: Conversation) -> None:
        super().__init__()
        self.desk = desk
        self.talk = talk

    def compose(self) -> ComposeResult:
        session = self.talk.session
        shown = review(self.talk.scenario, debrief(session), self.talk.run.facts, len(session.turns))
        with VerticalScroll(id="page"), Vertical(id="column"):
            yield from self._page(shown)
            with Horizontal(id="next"):
                yield Button("Play it with another hidden cause", id="again", compact=True)
                yield Button("Home", id="home", compact=True)
        yield KeyBar()

    def _page(self, shown: Review) -> ComposeResult:
        yield Static(Content(f"Debrief  ·  {self.talk.scenario.title}"), classes="heading", markup=False)
        yield Static(Content("What was planted"), classes="small", markup=False)
        yield Static(Content(shown.cause), classes="cause", markup=False)
        yield SafeMarkdown(shown.story, classes="story")
        yield Static(Content(shown.tally), classes="tally", markup=False)
        if not shown.complete:
            yield Static(
                Content("You ended the case before its last stage was done."), classes="tally", markup=False
            )
        for stage in shown.stages:
            yield Static(Content(stage.title), classes="stage", markup=False)
            for line in stage.lines:
                yield Static(_line(line), classes="line", markup=False)
        if shown.unseen:
            yield Static(Content("Evidence you never asked for"), classes="stage", markup=False)
            yield Static(
                Content("\n".join(f"○ {title}" for title in shown.unseen)), classes="line", markup=False
            )

    def on_mount(self) -> None:
        self.query_one("#page").focus()

    @on(Button.Pressed, "#again")
    def action_again(self) -> None:
        self.app.open_case(Take(self.talk.scenario.id), instead=True)

    @on(Button.Pressed, "#home")
    def action_home(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        self.app.push_screen(Sheet("The debrief", helping.DEBRIEF))


def _line(line: Line) -> Content:
    """Glyph and lead, then the text or the quoted words."""
    quote = f"“{' '.join(line.quote.split())}”" if line.quote else ""
    return Content.assemble(
        (f"{GLYPHS[line.sort]} {line.lead}", STYLES[line.sort]),
        f" {line.text}" if line.text else "",
        (f" {quote}", "italic") if quote else "",
    )
