"""The notebook in the case file: what was found out by asking, and the learner's own notes."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from tutor.app.messages import NewerNotes
from tutor.conversation import Conversation
from tutor.reports.facts import facts_told

NOTHING = "Nothing asked yet. Facts you are told are kept here, so that nobody asks twice."


class Notebook(Vertical):
    """Facts above, notes below."""

    DEFAULT_CSS = """
    Notebook {
        height: 1fr;
        margin: 1 1 1 0;
        & .small {
            color: $case;
            height: 1;
            margin: 0 1 0 1;
        }
        & VerticalScroll {
            height: auto;
            max-height: 50%;
            margin: 0 1 1 1;
            scrollbar-size-vertical: 1;
        }
        & TextArea {
            height: 1fr;
            min-height: 3;
            border: none;
            border-left: outer $border-blurred;
            background: $surface;
            padding: 0 1;
            &:focus {
                border: none;
                border-left: outer $learner;
            }
            & .text-area--placeholder {
                color: $text-muted;
            }
        }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="notebook")
        self.notes = TextArea(
            id="notes",
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="Your own notes. They stay with this case, and go into what you write down of it.",
        )

    def compose(self) -> ComposeResult:
        yield Static("Found out", classes="small", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(Content.styled(NOTHING, "$text-muted"), id="facts", markup=False)
        yield Static("Notes", classes="small", markup=False)
        yield self.notes

    def show(self, talk: Conversation) -> None:
        """The facts found so far."""
        lines = [
            Content.assemble(("✓ ", "$case"), (f"{about}: ", "bold"), answer)
            for about, answer in facts_told(talk.session, talk.run.facts)
        ]
        if lines:
            self.query_one("#facts", Static).update(Content("\n").join(lines))

    @on(TextArea.Changed)
    def _written(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(NewerNotes(self.notes.text))
