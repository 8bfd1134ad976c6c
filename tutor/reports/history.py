"""A session's events as the transcript shows them, in order. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutor.dialogue.events import Event, Experimented, Opened, Replied, Said
from tutor.dialogue.model import MoveKind


@dataclass(frozen=True)
class Spoken:
    """A turn, by its number: the learner's message and the reply to it."""

    turn: int


@dataclass(frozen=True)
class Looked:
    """An exhibit was taken out of the case file."""

    exhibit: str


@dataclass(frozen=True)
class Tried:
    """An experiment in the lab."""

    summary: str


@dataclass(frozen=True)
class Reached:
    """A stage began."""

    stage: str


Entry = Spoken | Looked | Tried | Reached


def entries(events: Iterable[Event]) -> tuple[Entry, ...]:
    """What happened, oldest first."""
    found: list[Entry] = []
    looked: set[str] = set()
    for event in events:
        match event:
            case Said():
                found.append(Spoken(event.turn))
            case Opened() if event.exhibit not in looked:
                looked.add(event.exhibit)
                found.append(Looked(event.exhibit))
            case Experimented():
                found.append(Tried(event.summary))
            case Replied() if event.move.kind is MoveKind.ADVANCE and event.move.stage:
                found.append(Reached(event.move.stage))
            case _:
                pass
    return tuple(found)
