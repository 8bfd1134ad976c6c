"""A page laid over the screen: help, the brief, a question before something final."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tutor.app.keybar import KeyBar
from tutor.app.markdown import SafeMarkdown

SHEET = """
    {name} {{
        align: center middle;
        background: $background 70%;
        & > Vertical {{
            width: 80;
            max-width: 96%;
            height: auto;
            max-height: 90%;
            background: $surface;
            border-left: outer $case;
            padding: 1 3;
        }}
        & .heading {{
            color: $case;
            text-style: bold;
            height: auto;
            margin: 0 0 1 0;
        }}
        & VerticalScroll {{
            height: auto;
            scrollbar-size-vertical: 1;
            scrollbar-background: $surface;
        }}
        & Horizontal {{
            height: auto;
            margin: 1 0 0 0;
        }}
        & Button {{
            margin: 0 2 0 0;
        }}
    }}
"""


class Sheet(ModalScreen[None]):
    """Something to read. Esc, F1 or Enter puts it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,q", "close", "Close"),
    ]
    DEFAULT_CSS = SHEET.format(name="Sheet")

    def __init__(self, heading: str, markdown: str) -> None:
        super().__init__()
        self._heading = heading
        self._markdown = markdown

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(self._heading), classes="heading", markup=False)
            with VerticalScroll():
                yield SafeMarkdown(self._markdown)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)


class Question(ModalScreen[bool]):
    """Something to decide. The answer that changes nothing has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]
    DEFAULT_CSS = SHEET.format(name="Question")

    def __init__(self, heading: str, words: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._heading, self._words, self._yes, self._no = heading, words, yes, no

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(self._heading), classes="heading", markup=False)
            yield Static(Content(self._words), markup=False)
            with Horizontal():
                yield Button(Content(self._no), id="no", compact=True)
                yield Button(Content(self._yes), id="yes", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
