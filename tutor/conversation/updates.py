"""What happens while a turn is played: heard, moving, words (perhaps replaced), answered; or failed."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.dialogue.model import Move
from tutor.dialogue.session import Turn


@dataclass(frozen=True)
class Heard:
    """The learner's message is on disk."""

    turn: Turn


@dataclass(frozen=True)
class Moving:
    """The message is read and the consultant's move is decided; the words follow."""

    move: Move


@dataclass(frozen=True)
class Words:
    """A piece of the reply (Markdown)."""

    text: str


@dataclass(frozen=True)
class Replaced:
    """The words so far are withdrawn, for the reason in `note`; other words for the same move follow."""

    note: str


@dataclass(frozen=True)
class Answered:
    """The turn is complete and on disk."""

    turn: Turn


@dataclass(frozen=True)
class Failed:
    """The turn could not be completed; the learner's words are kept. `heard`: whether they are on disk."""

    message: str
    heard: bool


Update = Heard | Moving | Words | Replaced | Answered | Failed


def noted(reading: str, wording: str, *, stopped: bool) -> str:
    """What is told of a reply: why it was read or worded offline, and whether it was stopped."""
    same = reading == wording
    told = {"offline": reading if same else "", "read offline": "" if same else reading}
    told["worded offline"] = "" if same else wording
    notes = [f"{how}: {why}" for how, why in told.items() if why]
    return "; ".join([*notes, "stopped"] if stopped else notes)
