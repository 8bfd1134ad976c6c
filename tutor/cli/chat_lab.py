"""The lab, the notebook and the cards of `tutor chat`, in lines."""

from __future__ import annotations

import shlex
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import click

from tutor.app.drafts import Drafts
from tutor.cli.experiment import figures
from tutor.cli.printing import Printer, table_lines
from tutor.conversation import Conversation, lab
from tutor.conversation.evidence import Engine
from tutor.conversation.experimenting import Tried, experiment, pinned
from tutor.engine.records import Failed, Progress
from tutor.errors import TutorError
from tutor.reports.facts import facts_told
from tutor.scenario.cards import UnknownCardError, card, cards, of_scenario

EVERY = 3.0  # seconds between two lines about a run that is going
HOW = "Write /lab LEVER=VALUE to run the case again with a change, as in /lab {example}."


class Pace:
    """Says how far a run is, seldom enough to be read aloud."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if self._printer.as_json:
            self._printer.event("progress", **progress.model_dump(exclude={"kind"}))
        elif time.monotonic() - self._last > EVERY:
            self._last = time.monotonic()
            # Beside the conversation: what is said there does not depend on how fast a computer is.
            click.echo(f"(Training: {progress.unit} {progress.done} of {progress.total})", err=True)


class ChatLab:
    """What can be tried, noted and read beside the conversation."""

    def __init__(
        self,
        engine: Engine,
        talk: Conversation,
        printer: Printer,
        notes: Drafts,
        say: Callable[[str], Awaitable[None]],
    ) -> None:
        """`say` sends a message of the learner; `notes` are those the app keeps too."""
        self.engine, self.talk, self.printer = engine, talk, printer
        self._notes, self._say = notes, say

    async def lab(self, text: str) -> None:
        """The levers and the experiments so far, or one experiment."""
        if not self.talk.scenario.levers:
            self.printer.error("this case has no lab")
        elif not text:
            self._list()
        else:
            try:
                await self._run(text)
            except (TutorError, ValueError) as error:
                self.printer.error(str(error))

    def _list(self) -> None:
        levers = self.talk.scenario.levers
        rows = [
            f"- {name}: {lever.label or name.replace('_', ' ')}; {lab.allowed(lever)}"
            + (f"; costs {lever.hours:g} h" if lever.hours else "")
            for name, lever in levers.items()
        ]
        done = [f"- {i}: {e.summary}" for i, e in enumerate(self.talk.session.experiments, start=1)]
        first, lever = next(iter(levers.items()))
        how = HOW.format(example=f"{first}={lab.shown(lever.values[0])}")
        tried = ["Tried so far; /pin NUMBER puts one forward.\n\n" + "\n".join(done)] if done else []
        self.printer.event("lab", "\n\n".join([how, "\n".join(rows), *tried]), levers=list(levers))

    async def _run(self, text: str) -> None:
        changes = lab.parse(self.talk.scenario, shlex.split(text))
        pace = Pace(self.printer)
        async with aclosing(experiment(self.engine, self.talk, changes)) as messages:
            async for message in messages:
                match message:
                    case Progress():
                        pace(message)
                    case Failed():
                        self.printer.error(message.message)
                    case Tried():
                        self._tried(message)

    def _tried(self, tried: Tried) -> None:
        number = len(self.talk.session.experiments)
        event = tried.event
        self.printer.event(
            "experiment",
            f"Experiment {number}: {event.summary}. To put it forward: /pin {number}",
            number=number,
            **event.model_dump(mode="json", exclude={"kind"}),
        )
        if not self.printer.as_json:
            self.printer.lines(table_lines(figures(tried.comparison)))

    async def pin(self, text: str) -> None:
        """Puts an experiment into the conversation: the last one, or the one with that number."""
        done = self.talk.session.experiments
        number = int(text) if text.isdecimal() else len(done) if not text else 0
        if not 1 <= number <= len(done):
            self.printer.error("there is no such experiment; /lab lists them")
            return
        words = pinned(done[number - 1])
        self.printer.event("said", f"You: {words}")
        await self._say(words)

    async def notes(self, text: str) -> None:
        """What was found out and noted, or one more note."""
        kept = self._notes.read(self.talk.identity)
        if text:
            self._notes.write(self.talk.identity, f"{kept.rstrip()}\n{text}".lstrip())
            self.printer.event("noted", "(Noted.)")
            return
        facts = [
            f"- {about}: {answer}" for about, answer in facts_told(self.talk.session, self.talk.run.facts)
        ]
        found = "Found out:\n\n" + "\n".join(facts) if facts else "Nothing was asked yet."
        own = "Your notes:\n\n" + kept if kept else "You have no notes; /notes TEXT writes one."
        self.printer.event("notes", f"{found}\n\n{own}")

    async def card(self, name: str) -> None:
        """The concept cards of the case, or one of them."""
        if not name:
            rows = [f"- {c.name}: {c.title}" for c in of_scenario(self.talk.scenario) or cards().values()]
            self.printer.event("cards", "Write /card NAME to read one.\n\n" + "\n".join(rows))
            return
        try:
            found = card(name)
        except UnknownCardError as error:
            self.printer.error(str(error))
        else:
            self.printer.event("card", f"# {found.title}\n\n{found.text}", name=found.name)
