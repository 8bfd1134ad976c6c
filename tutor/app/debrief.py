"""The debrief: the seal is off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Collapsible, Static

from tutor.app import helping
from tutor.app.cards import CardIndex, page
from tutor.app.evidence.drawing import Drawing
from tutor.app.keybar import KeyBar
from tutor.app.markdown import SafeMarkdown
from tutor.app.messages import Calibrated, Written
from tutor.app.openings import Take
from tutor.app.sheets import Sheet
from tutor.app.tally import Tally
from tutor.app.work import attempt
from tutor.app.writing_down import write_down
from tutor.conversation import Conversation
from tutor.conversation.desk import Desk
from tutor.dialogue.calibration import reliability_diagram
from tutor.reports.review import FLAWLESS, GLYPHS, Line, Review, Sort, count, review
from tutor.scenario.cards import card

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

STYLES: dict[Sort, str] = {
    "found": "bold $success",
    "missed": "bold $case",
    "challenged": "bold $challenge",
    "held": "bold $challenge",
    "remark": "$text-muted",
}
WORTH_READING, FURTHER = "Worth reading now", "Further reading"


class DebriefScreen(Screen[None]):
    """What was planted, and the session stage by stage in the learner's own words."""

    app: TutorApp

    CSS_PATH = "debrief.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "Another hidden cause", id="debrief.again"),
        Binding("c", "card", "Concept cards", id="debrief.card"),
        Binding("e", "export", "Write it down", id="debrief.export"),
        Binding("p", "app.progress", "Progress", id="home.progress"),
        Binding("h,escape", "home", "Home"),
        Binding("f1", "help", "Help", id="help"),
    ]

    def __init__(self, desk: Desk, talk: Conversation) -> None:
        super().__init__()
        self.desk = desk
        self.talk = talk
        self.review = review(talk.session, talk.run.facts)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page"), Vertical(id="column"):
            yield from self._page(self.review)
            with Horizontal(id="next"):
                yield Button("Play it with another hidden cause", id="again", compact=True)
                yield Button("Write it down", id="export", compact=True)
                yield Button("Home", id="home", compact=True)
        yield KeyBar()

    def _page(self, shown: Review) -> ComposeResult:
        yield Static(Content(f"Debrief  ·  {self.talk.scenario.title}"), classes="heading", markup=False)
        if shown.early:
            yield Static(Content(shown.early), classes="early", markup=False)
        yield Static(Content("What was planted"), classes="small", markup=False)
        yield Static(Content(shown.cause), classes="cause", markup=False)
        yield SafeMarkdown(shown.story, classes="story")
        yield Tally(shown.tally)
        for stage in shown.stages:
            yield Static(Content(stage.title), classes="stage", markup=False)
            for line in stage.lines:
                yield Static(_line(line), classes="line", markup=False)
        yield from _section("Experiments", shown.experiments, "⚗")
        yield from _section("Evidence you never asked for", shown.unseen, "○")
        yield Static(Content("How sure, how right"), classes="stage", markup=False)
        told = shown.sure or "You never said how sure you were. F8 says it, beside the prompt."
        yield Static(Content(told), classes="line", id="sure", markup=False)
        if shown.read or shown.flawless:
            yield Static(Content(WORTH_READING), classes="stage", markup=False)
        if shown.flawless:
            yield Static(Content(FLAWLESS), classes="line", markup=False)
        yield from _cards(shown.read)
        if shown.further:
            folded = f"{FURTHER} ({count(len(shown.further), 'card')})"
            with Collapsible(title=folded, collapsed_symbol="▸", expanded_symbol="▾"):
                yield from _cards(shown.further)

    def on_mount(self) -> None:
        self.query_one("#page").focus()
        attempt(self, self._calibrate(), "reading your sessions", self.app.journal)

    async def _calibrate(self) -> None:
        diagram = reliability_diagram(await asyncio.to_thread(self.desk.estimates))
        if diagram is not None:
            self.post_message(Calibrated(diagram))

    @on(Calibrated)
    async def _calibrated(self, event: Calibrated) -> None:
        drawing = Drawing()
        drawing.exhibit = event.diagram
        summary = Static(Content(f"Over all sessions: {event.diagram.summary}"), classes="line", markup=False)
        await self.query_one("#column").mount(summary, drawing, after=self.query_one("#sure"))

    # ------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self.review.read or self.review.further) if action == "card" else True

    @on(Button.Pressed, "#again")
    def action_again(self) -> None:
        self.app.open_case(Take(self.talk.scenario.id), instead=True)

    @on(Button.Pressed, "#home")
    def action_home(self) -> None:
        self.dismiss()

    def action_card(self) -> None:
        shown = self.review.read or self.review.further
        heading = WORTH_READING if self.review.read else FURTHER
        self.app.push_screen(CardIndex([card(name) for name, _ in shown], heading))

    @on(Button.Pressed, ".card")
    def _card_pressed(self, event: Button.Pressed) -> None:
        if event.button.name:
            self.app.push_screen(page(card(event.button.name)))

    @on(Button.Pressed, "#export")
    def action_export(self) -> None:
        attempt(self, self._export(), "writing the session down", self.app.journal)

    async def _export(self) -> None:
        reports = self.app.data_dir / "reports"
        page = await write_down(self.desk, self.talk.identity, reports, self.app.notes)
        self.post_message(Written(page))

    @on(Written)
    def _written(self, event: Written) -> None:
        self.app.hand_over(event.path)

    def action_help(self) -> None:
        self.app.push_screen(Sheet("The debrief", helping.DEBRIEF))


def _cards(cards: tuple[tuple[str, str], ...]) -> ComposeResult:
    for name, title in cards:
        yield Button(Content(f"▤ {title}"), name=name, classes="card", compact=True)


def _section(title: str, items: tuple[str, ...], glyph: str) -> ComposeResult:
    if items:
        yield Static(Content(title), classes="stage", markup=False)
        text = "\n".join(f"{glyph} {item}" for item in items)
        yield Static(Content(text), classes="line", markup=False)


def _line(line: Line) -> Content:
    """Glyph and lead, then the text or the quoted words."""
    quote = f"“{' '.join(line.quote.split())}”" if line.quote else ""
    answer: list[str | tuple[str, str]] = []
    if line.answer:
        answer = [("\n  You answered: ", "$text-muted"), (f"“{line.answer}”", "italic")]
    return Content.assemble(
        (f"{GLYPHS[line.sort]} {line.lead}", STYLES[line.sort]),
        f" {line.text}" if line.text else "",
        (f" {quote}", "italic") if quote else "",
        *answer,
    )
