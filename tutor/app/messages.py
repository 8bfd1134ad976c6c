"""What workers tell the screens, and what widgets ask of them. Only `@on` handlers act on these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from tutor.app.lab.bench import Trial
    from tutor.app.shelf import Shelf
    from tutor.conversation import Conversation, Update
    from tutor.conversation.desk import Case
    from tutor.dialogue.events import Event
    from tutor.engine import records
    from tutor.reports.progress import Progress
    from tutor.reports.standing import Standing
    from tutor.store.database import SessionRow


@dataclass
class Trouble(Message):
    """Something failed in a worker; `message` is for the learner."""

    doing: str
    message: str


@dataclass
class Shelved(Message):
    """The cases and how far the learner is with each are known."""

    shelf: Shelf


@dataclass
class CaseTaken(Message):
    """A session was begun or found again; its evidence is being made."""

    case: Case
    events: tuple[Event, ...]
    draft: str
    notes: str


@dataclass
class Trained(Message):
    """The run got so far."""

    progress: records.Progress


@dataclass
class Seated(Message):
    """The evidence is there; the conversation can go on."""

    conversation: Conversation


@dataclass
class Updated(Message):
    """A turn went on."""

    update: Update


@dataclass
class TurnOver(Message):
    """The worker of a turn has ended, however it ended."""

    stopped: bool


@dataclass
class Submitted(Message):
    """The learner pressed Enter in the prompt."""

    text: str


@dataclass
class ExhibitWanted(Message):
    """The learner wants to see an exhibit."""

    name: str


@dataclass
class ExhibitOpened(Message):
    """An exhibit was put on the table; `new`: it was not there before."""

    name: str
    new: bool


@dataclass
class HandedOver(Message):
    """Another consultant takes over from the next turn."""


@dataclass
class ModelsListed(Message):
    """The server told the names of its models."""

    names: tuple[str, ...]


@dataclass
class Examined(Message):
    """A tiny call to a language model is over; `fine`: it can be used as it is."""

    words: str
    fine: bool


@dataclass
class SetUp(Message):
    """The settings of the language model are on disk and in use."""


@dataclass
class Ended(Message):
    """The learner's wish for the debrief is on disk."""


@dataclass
class LeversTurned(Message):
    """A lever of the lab was set to something else."""


@dataclass
class RunWanted(Message):
    """An experiment was put into the queue."""


@dataclass
class StopWanted(Message):
    """The experiment that runs is to be cancelled."""


@dataclass
class TrialChanged(Message):
    """An experiment has got further."""

    trial: Trial


@dataclass
class NewerNotes(Message):
    """The learner wrote into the notebook."""

    text: str


@dataclass
class FlagWanted(Message):
    """The learner finds the last reply unfair."""


@dataclass
class ProgressRead(Message):
    """What the learner has done so far is known."""

    progress: Progress


@dataclass
class SessionsRead(Message):
    """The sessions in the store are known, and where each stands that can still be read."""

    rows: tuple[SessionRow, ...]
    standings: dict[str, Standing]


@dataclass
class Written(Message):
    """A report is on disk."""

    path: Path


@dataclass
class Calibrated(Message):
    """The learner's own reliability diagram is drawn from all sessions."""

    diagram: records.Exhibit
