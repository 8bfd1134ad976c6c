"""What can happen in a session: the facts that are stored, and from which everything else is replayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from tutor.dialogue.model import Assessment, Move, Usage, Value
from tutor.engine.records import Figure


class Started(Value):
    """A case was taken; variant and seed reproduce its evidence exactly."""

    kind: Literal["started"] = "started"
    scenario: str
    variant: str
    seed: int


class Said(Value):
    """The learner sent a message. Stored before anything is done with it."""

    kind: Literal["said"] = "said"
    turn: int
    text: str


class Assessed(Value):
    """The message of a turn was read, by the assessor named in `by`."""

    kind: Literal["assessed"] = "assessed"
    turn: int
    assessment: Assessment
    by: str = "offline"


class Replied(Value):
    """The consultant made a move, in these words. `note` tells what went wrong on the way, if anything."""

    kind: Literal["replied"] = "replied"
    turn: int
    move: Move
    text: str
    by: str = "offline"
    note: str = ""


class Opened(Value):
    """The learner looked at an exhibit."""

    kind: Literal["opened"] = "opened"
    exhibit: str


class Experimented(Value):
    """The learner reran the case with changed levers; `figures` are the headline of that run."""

    kind: Literal["experimented"] = "experimented"
    changes: Mapping[str, bool | int | float | str]
    summary: str
    hours: float = 0.0
    figures: tuple[Figure, ...] = ()


class Disputed(Value):
    """The learner marked the reply of a turn as unfair; kept for the instructor."""

    kind: Literal["disputed"] = "disputed"
    turn: int
    reason: str = ""


class Estimated(Value):
    """The learner said how sure they are of the message of a turn: a probability of being right."""

    kind: Literal["estimated"] = "estimated"
    turn: int
    probability: float = Field(ge=0.0, le=1.0)


class Spent(Value):
    """A language model was asked for a turn."""

    kind: Literal["spent"] = "spent"
    usage: Usage


class Ended(Value):
    """The learner asked for the debrief before the last stage was done."""

    kind: Literal["ended"] = "ended"


Event = Annotated[
    Started | Said | Assessed | Replied | Opened | Experimented | Disputed | Estimated | Spent | Ended,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
