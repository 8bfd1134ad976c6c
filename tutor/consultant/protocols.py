"""The two parts of a consultant: one reads the learner, one words the reply. Neither decides anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tutor.dialogue.model import Assessment, Move
from tutor.dialogue.session import Session
from tutor.engine.records import Run
from tutor.errors import TutorError


@dataclass(frozen=True)
class Context:
    """What both parts may look at. The session holds the sealed key: a Voice takes from it only what the move
    names."""

    session: Session
    run: Run

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.run.facts


class Assessor(Protocol):
    """Reads a learner's message into an act and claims."""

    name: str

    async def assess(self, text: str, context: Context) -> Assessment:
        """AssessorError when it cannot; the message is kept and can be tried again."""
        ...


class Voice(Protocol):
    """Words a move, piece by piece."""

    name: str

    def speak(self, move: Move, context: Context) -> AsyncIterator[str]: ...


class AssessorError(TutorError):
    """A message could not be read; says why in words for the learner."""
