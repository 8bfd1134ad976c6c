"""The part of the case screen that runs experiments: they go on while the learner talks."""

from __future__ import annotations

from textual import on

from tutor.app.browsing import Browsing
from tutor.app.lab.bench import Bench, State, Trial
from tutor.app.lab.screen import LabScreen, Pinned
from tutor.app.messages import RunWanted, StopWanted, TrialChanged
from tutor.app.work import attempt
from tutor.conversation.desk import Desk
from tutor.engine.records import Progress

LAB = "running your experiment"


class Experimenting(Browsing):
    """A browsing screen with a lab behind it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.baseline: list[Progress] = []  # what the run of the case told while it trained
        self.bench: Bench | None = None

    @property
    def has_lab(self) -> bool:
        """Whether this case has levers, and a session to keep experiments with."""
        talk = self.talk
        return talk is not None and bool(talk.scenario.levers) and not talk.session.finished

    def action_lab(self) -> None:
        if self.talk is None:
            return
        if self.bench is None:
            self.bench = Bench(self.desk.engine, self.talk, self.baseline, self._tell)
        self.app.push_screen(LabScreen(self.bench, self.talk.scenario.title, self), self._back)

    def _tell(self, trial: Trial) -> None:
        self.post_message(TrialChanged(trial))

    @on(RunWanted)
    def _run(self, event: RunWanted) -> None:
        event.stop()
        if self.bench is not None and self.bench.running is None and self.bench.waiting:
            attempt(self, self.bench.work(), LAB, self.app.journal, group="lab")

    @on(StopWanted)
    def _stop(self, event: StopWanted) -> None:
        event.stop()
        self.workers.cancel_group(self, "lab")

    @on(TrialChanged)
    async def _changed(self, event: TrialChanged) -> None:
        event.stop()
        trial = event.trial
        if isinstance(self.app.screen, LabScreen):
            self.app.screen.follow(trial)
        if trial.state is State.DONE and trial.event is not None and self.talk is not None:
            self.show_talk()
            await self.transcript.tried(trial.event)
            if self.app.screen is self:
                self.app.tell(f"The lab is done: {trial.event.summary}.")
        elif trial.state is State.CANCELLED:
            self._run(RunWanted())  # the next one, if any waits
        elif trial.state is State.FAILED and self.app.screen is self:
            self.app.tell(trial.trouble, "error")

    def _back(self, pinned: Pinned | None) -> None:
        self.prompt.focus()
        if pinned is None:
            return
        if pinned.send and not self.playing and self.has_lab:
            self.say(pinned.words)
        else:
            self.prompt.add(pinned.words)
