"""The progress screen: what was played, what was met, what sits, and how sure against how right."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tutor.app import helping
from tutor.app.evidence.drawing import Drawing
from tutor.app.keybar import KeyBar
from tutor.app.messages import ProgressRead
from tutor.app.sheets import Sheet
from tutor.app.shelf import causes
from tutor.app.tally import Tally
from tutor.app.work import attempt
from tutor.conversation.desk import Desk
from tutor.dialogue.calibration import reliability_diagram
from tutor.dialogue.mastery import Mastery
from tutor.reports.progress import Progress, progress
from tutor.reports.review import count, sure

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

BAR = 20


class ProgressScreen(Screen[None]):
    """Over all sessions. Nothing here asks to be done."""

    app: TutorApp

    CSS_PATH = "debrief.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,h", "back", "Back"),
        Binding("f1", "help", "Help", id="help"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="page"), Vertical(id="column"):
            yield Static(Content("Your progress"), classes="heading", markup=False)
            yield Tally(["Reading your sessions …"])
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#page").focus()
        attempt(self, self._read(), "reading your sessions", self.app.journal)

    async def _read(self) -> None:
        found = await asyncio.to_thread(progress, self.desk, date.today())
        self.post_message(ProgressRead(found))

    @on(ProgressRead)
    async def _show(self, event: ProgressRead) -> None:
        found = event.progress
        column = self.query_one("#column")
        self.query_one(Tally).facts = totals(found)
        sections = [
            ("Cases", cases(found)),
            ("Concepts", concepts(found)),
            ("How sure, how right", own(found)),
        ]
        for title, text in sections:
            await column.mount(
                Static(Content(title), classes="stage", markup=False),
                Static(text, classes="line", markup=False),
            )
        diagram = reliability_diagram(found.estimates)
        if diagram is not None:
            drawing = Drawing()
            drawing.exhibit = diagram
            await column.mount(drawing)

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        self.app.push_screen(Sheet("Your progress", helping.PROGRESS))


def totals(found: Progress) -> tuple[str, ...]:
    """Everything counted."""
    if not found.sessions:
        return ("Nothing yet. It begins with the first case.",)
    early = f", {found.ended_early} ended early" if found.ended_early else ""
    told = [
        f"{count(found.finished, 'case')} finished{early}, of {found.sessions} begun",
        count(found.messages, "message"),
        count(found.hints, "hint"),
        count(found.challenges, "challenge") + (f", {found.dropped} dropped" if found.challenges else ""),
        count(found.experiments, "experiment"),
    ]
    if found.streak > 1:
        told.append(f"{found.streak} days in a row")
    return tuple(told)


def cases(found: Progress) -> Content:
    """Hidden causes by case: found, only told, and those not met, which stay nameless."""
    lines = []
    for case in found.cases:
        lines.append(Content.assemble((case.title, "bold")))
        dots = causes(len(case.found), len(case.told), case.variants)
        lines.append(Content.styled(f"  {dots}", "$case"))
        for word, names in (("found", case.found), ("told", case.told)):
            if names:
                lines.append(Content.styled(f"  {word}: {', '.join(names)}", "$text-muted"))
        lines.append(Content(""))
    return Content("\n").join(lines[:-1])


def concepts(found: Progress) -> Content:
    """How likely each concept is known, as a bar and in percent."""
    if not found.concepts:
        return Content.styled("A finished case shows which concepts sit.", "$text-muted")
    wide = max(len(title) for title, _ in found.concepts)
    return Content("\n").join(_concept(title.ljust(wide), item) for title, item in found.concepts)


def _concept(title: str, item: Mastery) -> Content:
    full = round(item.probability * BAR)
    return Content.assemble(
        f"{title}  ",
        ("█" * full, "$series-2"),
        ("·" * (BAR - full), "$axis"),
        f" {item.probability:4.0%}",
        ("  ✓ sits" if item.mastered else "", "$success"),
        (f"  {count(item.opportunities, 'time')} met", "$text-muted"),
    )


def own(found: Progress) -> Content:
    """The learner's calibration in a sentence."""
    told = sure(found.estimates)
    return (
        Content(told)
        if told
        else Content.styled("Say how sure you are (F8), and it stands here.", "$text-muted")
    )
