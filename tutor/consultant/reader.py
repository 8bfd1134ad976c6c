"""The offline assessor at work in a session: what was just asked, and the fit found or made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.consultant.asked import AskedContext, AtHand
from tutor.consultant.material import corpus_of
from tutor.consultant.protocols import AssessorError, Context
from tutor.consultant.questions import read_with_questions
from tutor.dialogue.model import Act, Assessment, Reason
from tutor.dialogue.session import Session
from tutor.scenario.reading import Source

if TYPE_CHECKING:
    from tutor.consultant.offline.assessor import OfflineAssessor


class Reader:
    """Reads messages of one scenario offline. `name` is what the learner is shown."""

    name = "offline"

    def __init__(self, fitted: OfflineAssessor) -> None:
        self._fitted = fitted

    def read(self, text: str, session: Session) -> Assessment:
        """The assessment of a message said at this point of the session. Pure."""
        assess = partial(
            self._fitted.assess, stage=session.stage, asked=asked_in(session), at_hand=at_hand_in(session)
        )
        own = own_words(text, session)
        if not own:
            return Assessment(act=Act.CONTRIBUTION)
        return read_with_questions(own, session.key.scenario, assess)

    def likely(self, text: str, session: Session) -> Mapping[str, float]:
        """The ideas that a text may be about, with their probabilities; most ideas are in none."""
        return {found.idea: found.named for found in self._fitted.read(text, session.stage).found}

    async def assess(self, text: str, context: Context) -> Assessment:
        return await asyncio.to_thread(self.read, text, context.session)


def own_words(text: str, session: Session) -> str:
    """A message without the figures of experiments it puts forward: they are of another run than the one that
    is talked about, and no claim. Nothing is left of a message that only puts one forward."""
    for experiment in session.experiments:
        text = "" if text == f"I tried {experiment.summary}." else text
        text = text.replace(experiment.summary, experiment.summary.partition(":")[0])
    return text


def asked_in(session: Session) -> AskedContext | None:
    """What the consultant asked last: the move's candidates, or its target."""
    for turn in reversed(session.turns):
        if turn.move is not None:
            move = turn.move
            if move.reason is Reason.HELD:
                return None  # for or against is no choice between ideas
            ideas = move.candidates or ((move.target,) if move.target else ())
            return AskedContext(move.kind, ideas)
    return None


def at_hand_in(session: Session) -> AtHand:
    """Which exhibits came with earlier stages than the present one, and which come later."""
    key = session.key
    since = {f"exhibit:{name}": e.since or key.stages[0] for name, e in key.scenario.exhibits.items()}
    return AtHand(
        earlier=frozenset(name for name, stage in since.items() if key.is_later(session.stage, stage)),
        later=frozenset(name for name, stage in since.items() if key.is_later(stage, session.stage)),
    )


def load_reader(source: Source, cache_dir: Path) -> Reader:
    """The reader of a scenario; fitted in a child process the first time. AssessorError if that fails."""
    from tutor.consultant.offline import FitError, load_or_fit

    try:
        return Reader(load_or_fit(corpus_of(source), cache_dir))
    except (FitError, OSError) as error:
        raise _failed(error) from error


async def open_reader(source: Source, cache_dir: Path) -> Reader:
    """The same, without holding the event loop."""
    from tutor.consultant.offline import FitError, load_or_fit_async

    corpus = await asyncio.to_thread(corpus_of, source)
    try:
        return Reader(await load_or_fit_async(corpus, cache_dir))
    except (FitError, OSError) as error:
        raise _failed(error) from error


def _failed(error: Exception) -> AssessorError:
    lines = str(error).strip().splitlines()
    return AssessorError(f"the offline consultant could not be prepared: {lines[-1] if lines else error!r}")
