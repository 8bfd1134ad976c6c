"""The notebook in the case file: what was found out by asking, and the learner's own notes."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from tutor.app.messages import NewerNotes
from tutor.conversation import Conversation
from tutor.dialogue.model import MoveKind
from tutor.dialogue.session import Session
from tutor.reports.filling import filled

NOTHING = "Nothing asked yet. Facts you are told are kept here, so that nobody asks twice."


def facts_found(session: Session) -> tuple[str, ...]:
    """The facts the learner was told, in the order in which they first asked. Pure."""
    moves = [t.move for t in session.turns if t.move is not None and t.move.kind is MoveKind.ANSWER]
    names = [m.fact for m in moves if m.fact is not None and m.fact in session.key.scenario.facts]
    return tuple(dict.fromkeys(names))


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
            placeholder="Your own notes. They stay with this case; nobody else reads them.",
        )

    def compose(self) -> ComposeResult:
        yield Static("Found out", classes="small", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(Content.styled(NOTHING, "$text-muted"), id="facts", markup=False)
        yield Static("Notes", classes="small", markup=False)
        yield self.notes

    def show(self, talk: Conversation) -> None:
        """The facts found so far."""
        facts = talk.scenario.facts
        lines = [
            Content.assemble(
                ("✓ ", "$case"),
                (f"{facts[name].about}: ", "bold"),
                " ".join(filled(facts[name].answer, talk.run.facts).split()),
            )
            for name in facts_found(talk.session)
        ]
        if lines:
            self.query_one("#facts", Static).update(Content("\n").join(lines))

    @on(TextArea.Changed)
    def _written(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(NewerNotes(self.notes.text))
