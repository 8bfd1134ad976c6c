"""What stands in the transcript. Who speaks shows by label, glyph and indent; colour only repeats it."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from tutor.app.growing import grown_into
from tutor.app.markdown import SafeMarkdown
from tutor.app.messages import ExhibitWanted, FlagWanted
from tutor.dialogue.model import Move, MoveKind
from tutor.dialogue.session import Turn
from tutor.reports.labels import label

CONSULTANT = "◆"
LEARNER = "▸"
CASE = "▤"
LAB = "⚗"

PAINT_EVERY = 0.1  # seconds: words come faster than anybody reads, and each painting lays out the screen
HEAVY = {MoveKind.PUSH_BACK, MoveKind.HOLD_FIRM}


class Said(Static):
    """The learner's message, as it was written."""

    DEFAULT_CSS = """
    Said {
        margin: 0 0 1 6;
        padding: 0 2 0 1;
        border-left: wide $learner;
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__(Content.assemble((f"{LEARNER} You\n", "bold $learner"), text), markup=False)


class Note(Static):
    """A line of the case itself: evidence taken out, a stage begun, a reply stopped."""

    DEFAULT_CSS = """
    Note {
        margin: 0 0 1 2;
        color: $text-muted;
        &.stage {
            margin: 1 0 1 0;
            color: $case;
            text-style: bold;
        }
        &.trouble {
            color: $text-warning;
        }
        &.lab {
            color: $foreground;
            border-left: wide $case;
            padding: 0 1;
        }
    }
    """

    def __init__(self, text: str, classes: str = "") -> None:
        super().__init__(Content(text), markup=False, classes=classes)


class Pointer(Static):
    """The exhibit a reply points at; a click shows it."""

    DEFAULT_CSS = """
    Pointer {
        width: auto;
        max-width: 100%;
        color: $case;
        &:hover {
            text-style: underline;
            pointer: pointer;
        }
    }
    """

    def __init__(self, name: str, title: str) -> None:
        super().__init__(Content(f"{CASE} {title}"), markup=False)
        self._exhibit = name

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(ExhibitWanted(self._exhibit))


class Flag(Static):
    """Under a challenge: a way to call it unfair."""

    DEFAULT_CSS = """
    Flag {
        width: auto;
        color: $text-muted;
        &:hover {
            text-style: underline;
            pointer: pointer;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__(Content("⚑ unfair? Ctrl+T"), markup=False)

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(FlagWanted())


class Reply(Vertical):
    """The consultant's words: streamed while they come, and what kind of move they make."""

    DEFAULT_CSS = """
    Reply {
        height: auto;
        margin: 0 4 1 0;
        padding: 0 1 0 1;
        border-left: wide $consultant;
        & > .who {
            color: $consultant;
            text-style: bold;
        }
        & Pointer {
            margin-top: 1;
        }
        & .remark {
            color: $text-muted;
        }
        &.challenge {
            border-left: outer $challenge;
            background: $surface;
            padding: 1 2 1 1;
            & > .who {
                color: $challenge;
            }
        }
    }
    """

    virtual_size = grown_into()

    def __init__(self, who: str, text: str | None = None) -> None:
        super().__init__()
        self._name = who
        self._who = Static(Content(f"{CONSULTANT} {who}"), classes="who", markup=False)
        self._words = SafeMarkdown(text)
        self._silent = text is None
        self._pending = ""  # words that came since the last painting
        self._painted = 0.0

    def compose(self) -> ComposeResult:
        yield self._who
        yield self._words

    def on_mount(self) -> None:
        if self._silent:
            self.mount(Static(Content("reads …"), classes="remark waiting", markup=False))

    def moves(self, move: Move) -> None:
        """Shows what kind of move this is."""
        named = label(move)
        heavy = move.kind in HEAVY
        self.set_class(heavy, "challenge")
        mark = "▲ " if heavy else ""
        self._who.update(Content(f"{CONSULTANT} {self._name}" + (f"  ·  {mark}{named}" if named else "")))

    async def add(self, words: str) -> None:
        """The next piece of the reply."""
        if self._silent:
            self._silent = False
            await self.query(".waiting").remove()
        self._pending += words
        now = time.monotonic()
        if now - self._painted >= PAINT_EVERY:
            self._painted = now
            words, self._pending = self._pending, ""
            self._words.append(words)

    def withdraw(self) -> None:
        """The words so far do not count."""
        self._pending = ""
        self._words.update("")

    async def finish(self, turn: Turn, pointer: tuple[str, str] | None) -> None:
        """The reply is whole and stored; what is on screen becomes what is on disk."""
        await self.query(".waiting").remove()
        self._pending = ""
        text = turn.reply or ""
        if self._words.source != text:
            self._words.update(text)
        if turn.move is not None:
            self.moves(turn.move)
        if turn.note:
            await self.mount(Static(Content(f"— {turn.note}"), classes="remark", markup=False))
        if turn.disputed is not None:
            await self.mount(Static(Content("⚑ you marked this as unfair"), classes="remark", markup=False))
        if pointer is not None:
            await self.mount(Pointer(*pointer))

    async def abandon(self) -> None:
        """Nothing was said."""
        await self.remove()
