"""The queue of experiments: one runs, the others wait.

It outlives the lab screen, so that a run goes on while the learner talks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum

from tutor.conversation import Conversation, lab
from tutor.conversation.evidence import Engine
from tutor.conversation.experimenting import Tried, affordable, experiment
from tutor.dialogue.events import Experimented
from tutor.engine.records import Failed, Progress, Run
from tutor.errors import TutorError
from tutor.scenario.schema import Setting


class State(StrEnum):
    """Where an experiment stands."""

    WAITS = "waits"
    RUNS = "runs"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass
class Trial:
    """One experiment on the bench: what it changes, and what has come of it so far."""

    number: int
    changes: Mapping[str, Setting]
    words: str
    hours: float = 0.0
    state: State = State.WAITS
    told: list[Progress] = field(default_factory=list)
    begun: float = 0.0
    event: Experimented | None = None
    run: Run | None = None
    trouble: str = ""

    @property
    def over(self) -> bool:
        return self.state not in (State.WAITS, State.RUNS)

    def seconds_left(self, now: float) -> float | None:
        """About how long it still takes, by the pace so far; None while nothing can be said."""
        if self.state is not State.RUNS or not self.told:
            return None
        last = self.told[-1]
        whole = [p for p in self.told if p.unit == last.unit]
        return (now - self.begun) * (last.total - last.done) / max(1, whole[-1].done)


class Bench:
    """The experiments of one session, oldest first."""

    def __init__(
        self,
        engine: Engine,
        talk: Conversation,
        baseline: Sequence[Progress],
        changed: Callable[[Trial], object],
    ) -> None:
        """`baseline` is what the run of the case told while it trained. `changed` is called, on the event
        loop, with every trial that has got further; it must return at once."""
        self.engine, self.talk = engine, talk
        self.baseline = tuple(baseline)
        self.trials: list[Trial] = []
        self._changed = changed
        for event in talk.session.experiments:
            kept = {n: v for n, v in event.changes.items() if n in talk.scenario.levers}
            words = lab.in_words(talk.scenario, kept)
            trial = Trial(len(self.trials) + 1, kept, words, event.hours, State.DONE, event=event)
            self.trials.append(trial)

    @property
    def running(self) -> Trial | None:
        return next((t for t in self.trials if t.state is State.RUNS), None)

    @property
    def waiting(self) -> tuple[Trial, ...]:
        return tuple(t for t in self.trials if t.state is State.WAITS)

    @property
    def reserved(self) -> float:
        """Hours that the experiments under way will cost."""
        return sum(t.hours for t in self.trials if not t.over)

    def add(self, changes: Mapping[str, Setting]) -> Trial:
        """Puts an experiment at the end of the queue. LabError when it is not allowed or costs too much."""
        scenario, left = self.talk.scenario, self.talk.session.hours_left()
        affordable(self.talk, changes)
        lab.check(scenario, self.talk.session.key.variant, changes)
        cost = lab.cost(scenario, changes)
        if left is not None and cost + self.reserved > left:
            raise lab.LabError(f"this costs {cost:g} hours; what waits here leaves {left - self.reserved:g}")
        trial = Trial(len(self.trials) + 1, changes, lab.in_words(scenario, changes), cost)
        self.trials.append(trial)
        return trial

    def cancel_waiting(self) -> None:
        """Takes everything that waits off the queue."""
        for trial in self.waiting:
            self._to(trial, State.CANCELLED)

    async def work(self) -> None:
        """Runs what waits, one after another, until nothing does. Cancelling it stops the run at once; the
        others wait on."""
        while waiting := self.waiting:
            await self._run(waiting[0])

    async def _run(self, trial: Trial) -> None:
        trial.begun = time.monotonic()
        self._to(trial, State.RUNS)
        try:
            async with aclosing(experiment(self.engine, self.talk, trial.changes)) as messages:
                async for message in messages:
                    self._hear(trial, message)
        except TutorError as error:
            self._fail(trial, str(error))
        finally:
            if not trial.over:
                self._to(trial, State.CANCELLED)

    def _hear(self, trial: Trial, message: Progress | Failed | Tried) -> None:
        match message:
            case Progress():
                trial.told.append(message)
                self._changed(trial)
            case Failed():
                self._fail(trial, message.message)
            case Tried():
                trial.event, trial.run = message.event, message.run
                self._to(trial, State.DONE)

    def _fail(self, trial: Trial, why: str) -> None:
        trial.trouble = why
        self._to(trial, State.FAILED)

    def _to(self, trial: Trial, state: State) -> None:
        trial.state = state
        self._changed(trial)
