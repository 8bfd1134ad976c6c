"""The two parts of a consultant: one reads the learner, one words the reply. Neither decides anything."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from tutor.dialogue.model import Assessment, Move, Usage
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


@dataclass(frozen=True)
class SecondHand:
    """An assessment that another reader made in an assessor's place: who, and why."""

    assessment: Assessment
    by: str
    note: str


@dataclass(frozen=True)
class Instead:
    """What a voice said so far does not count; another one words the move from the beginning."""

    by: str
    note: str


class Probe(NamedTuple):
    """What a tiny call to a language model showed; `mend` says what to do when it cannot be used as it is."""

    found: str
    mend: str = ""


class Assessor(Protocol):
    """Reads a learner's message into an act and claims."""

    @property
    def name(self) -> str: ...

    async def assess(self, text: str, context: Context) -> Assessment | SecondHand:
        """AssessorError when it cannot; the message is kept and can be tried again."""
        ...


class Voice(Protocol):
    """Words a move, piece by piece."""

    @property
    def name(self) -> str: ...

    def speak(self, move: Move, context: Context) -> AsyncGenerator[str | Instead, None]: ...


def _nothing() -> Usage:
    return Usage()


@dataclass(frozen=True)
class Consultant:
    """An assessor and a voice that belong together.

    `notice` says what is sent where (empty: nothing leaves this computer), due before the first message;
    `spent` counts what it has asked of a language model so far.
    """

    assessor: Assessor
    voice: Voice
    notice: str = ""
    spent: Callable[[], Usage] = _nothing

    @property
    def name(self) -> str:
        """What the learner is shown."""
        return ", ".join(dict.fromkeys((self.assessor.name, self.voice.name)))


class AssessorError(TutorError):
    """A message could not be read; says why in words for the learner."""
