"""One session being played: from a learner's message to the stored reply."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from functools import partial

from tutor.consultant.protocols import (
    Assessor,
    AssessorError,
    Consultant,
    Context,
    Instead,
    SecondHand,
    Voice,
)
from tutor.conversation.updates import Answered, Failed, Heard, Moving, Replaced, Update, Words, noted
from tutor.dialogue.events import (
    Assessed,
    Disputed,
    Ended,
    Estimated,
    Event,
    Experimented,
    Opened,
    Replied,
    Said,
    Spent,
)
from tutor.dialogue.model import Act, Assessment, Move
from tutor.dialogue.policy import next_move
from tutor.dialogue.session import Session, Turn, advance
from tutor.engine.records import Exhibit, Run
from tutor.scenario.cards import glossary
from tutor.scenario.schema import Scenario
from tutor.scenario.templates import render
from tutor.store.database import Store, StoreError

MAX_MESSAGE = 20_000
# Escape sequences, other controls, and characters that reorder text: never shown, so never stored.
_UNSAFE = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]"
    "|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def clean(text: str) -> str:
    """A message as it is kept: no terminal escapes, no control characters, no halves of characters, no outer
    white space."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class Conversation:
    """The turns of one session. `session` is always the replay of what is on disk."""

    def __init__(
        self,
        *,
        store: Store,
        identity: str,
        session: Session,
        run: Run,
        consultant: Consultant,
    ) -> None:
        self._store = store
        self.identity = identity
        self.session = session
        self.run = run
        self.consultant = consultant
        self._counted = consultant.spent()
        self._turn = asyncio.Lock()

    # ------------------------------------------------------------ views

    @property
    def assessor(self) -> Assessor:
        return self.consultant.assessor

    @property
    def voice(self) -> Voice:
        return self.consultant.voice

    @property
    def scenario(self) -> Scenario:
        return self.session.key.scenario

    @property
    def context(self) -> Context:
        return Context(self.session, self.run)

    def brief(self) -> str:
        """The case in Markdown, with the numbers of this run."""
        return render(self.scenario.brief, self.run.facts)

    def question(self) -> str:
        """What the present stage asks."""
        return render(self.scenario.stages[self.session.stage].ask, self.run.facts)

    def exhibit(self, name: str) -> Exhibit:
        """An exhibit under the scenario's title. KeyError for an unknown name."""
        entry = self.scenario.exhibits[name]
        return self.run.exhibit(entry.show).model_copy(update={"title": entry.title})

    def open_exhibits(self) -> tuple[str, ...]:
        """The exhibits on the table: those open from the start and those looked at."""
        entries = self.scenario.exhibits.items()
        return tuple(
            name
            for name, entry in entries
            if self.session.available(name) and (entry.open == "at_start" or name in self.session.opened)
        )

    def closed_exhibits(self) -> tuple[str, ...]:
        """What can be asked for now and is not on the table yet."""
        opened = self.open_exhibits()
        return tuple(n for n in self.scenario.exhibits if self.session.available(n) and n not in opened)

    # ------------------------------------------------------------ what a learner does

    async def say(self, text: str) -> AsyncGenerator[Update, None]:
        """Plays a turn. The message is stored before anything else happens to it."""
        message = clean(text)
        if not message:
            return
        if self.session.finished:
            yield Failed("This session is over; the debrief has the last word.", heard=False)
            return
        if len(message) > MAX_MESSAGE:
            yield Failed(f"That is {len(message):,} characters; {MAX_MESSAGE:,} is the limit.", heard=False)
            return
        async with self._turn:
            try:
                number = self.session.next_turn
                await self._record(Said(turn=number, text=message))
                stated = stated_confidence(message)
                if stated is not None:
                    await self._record(Estimated(turn=number, probability=stated))
            except StoreError as error:
                yield Failed(str(error), heard=False)
                return
            async with aclosing(self._answer()) as updates:
                async for update in updates:
                    yield update

    async def answer(self) -> AsyncGenerator[Update, None]:
        """Answers a message that was left without a reply: after a crash, a failure or a cancelled turn."""
        async with self._turn, aclosing(self._answer()) as updates:
            async for update in updates:
                yield update

    async def look_at(self, name: str) -> Exhibit:
        """Puts an exhibit on the table."""
        exhibit = self.exhibit(name)
        if not self.session.available(name):
            raise KeyError(name)
        if name not in self.session.opened:
            await self._record(Opened(exhibit=name))
        return exhibit

    async def note_experiment(self, experiment: Experimented) -> None:
        """Keeps an experiment of the lab with the session."""
        await self._record(experiment)

    async def dispute(self, turn: int, reason: str = "") -> AsyncGenerator[Update, None]:
        """Marks the reply of a turn as unfair. It is kept for the instructor, and the consultant says again
        what it rests on and what evidence would change it. No verdict changes."""
        why = clean(reason)[:MAX_MESSAGE]
        async with self._turn:
            try:
                number = self.session.next_turn
                await self._record(Disputed(turn=turn, reason=why))
                await self._record(Said(turn=number, text=why or "I find that unfair."))
                dispute = Assessment(act=Act.DISPUTE)
                await self._record(Assessed(turn=number, assessment=dispute, by="learner"))
            except StoreError as error:
                yield Failed(str(error), heard=False)
                return
            async with aclosing(self._answer()) as updates:
                async for update in updates:
                    yield update

    async def hand_over(self, consultant: Consultant) -> None:
        """Goes on with another consultant, from the next turn."""
        async with self._turn:
            self.consultant = consultant
            self._counted = consultant.spent()

    async def estimate(self, probability: float) -> None:
        """How sure the learner is of the message they are about to send: 0 to 1."""
        await self._record(Estimated(turn=self.session.next_turn, probability=probability))

    async def end(self) -> None:
        """Goes to the debrief before the last stage is done."""
        if not self.session.finished:
            await self._record(Ended())

    # ------------------------------------------------------------ one turn

    async def _record(self, event: Event) -> None:
        after = advance(self.session, event)
        append = partial(self._store.append, finished=after.finished, ended_early=after.ended_early)
        writing = asyncio.ensure_future(asyncio.to_thread(append, self.identity, event))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            # A cancelled turn must not leave the file and the session telling different stories.
            while not writing.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([writing])
            if writing.exception() is None:
                self.session = after
            raise
        self.session = after

    async def _answer(self) -> AsyncGenerator[Update, None]:
        turn = self.session.awaiting
        if turn is None:
            return
        yield Heard(turn)
        note = ""
        try:
            if turn.assessment is None:
                read = await self.assessor.assess(turn.text, self.context)
                if not isinstance(read, SecondHand):
                    read = SecondHand(read, self.assessor.name, "")
                note = read.note
                assessment = ground(read.assessment, turn.text, self.scenario)
                await self._record(Assessed(turn=turn.number, assessment=assessment, by=read.by))
            move = next_move(self.session)
            yield Moving(move)
            async with aclosing(self._speak(turn, move, note)) as updates:
                async for update in updates:
                    yield update
        except (AssessorError, StoreError) as error:
            yield Failed(str(error), heard=True)
        finally:
            await self._keep_count()

    async def _keep_count(self) -> None:
        """Stores what the turn has asked of a language model, also when it was stopped."""
        spent = self.consultant.spent()
        if spent != self._counted:
            usage, self._counted = spent - self._counted, spent
            # The reply counts, the bill does not: where it cannot be kept, the turn still stands.
            with suppress(StoreError):
                await self._record(Spent(usage=usage))

    async def _speak(self, turn: Turn, move: Move, note: str) -> AsyncGenerator[Update, None]:
        """Streams the reply and stores it; a reply that is stopped is stored as far as it was said. `note`
        tells what went wrong before."""
        spoken: list[str] = []
        by = self.voice.name
        instead, stopped = "", True
        try:
            async with aclosing(self.voice.speak(move, self.context)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Instead):
                        by, instead = piece.by, piece.note
                        spoken.clear()
                        yield Replaced(piece.note)
                        continue
                    spoken.append(piece)
                    yield Words(piece)
            stopped = False
        finally:
            if spoken or not stopped:  # stopped before a word was said, the reply can still be asked for
                why = noted(note, instead, stopped=stopped)
                text = "".join(spoken)
                await self._record(Replied(turn=turn.number, move=move, text=text, by=by, note=why))
            await self._keep_count()
        yield Answered(self.session.turns[turn.number - 1])


_SURE = re.compile(
    r"\b(?:(\d{1,3}) ?(?:%|percent|per cent) (?:sure|certain|confident)"
    r"|(?:sure|certain|confident|confidence)(?: is|:|,|\s)* ?(\d{1,3}) ?(?:%|percent|per cent))",
    re.IGNORECASE,
)


def stated_confidence(message: str) -> float | None:
    """How sure a message says it is ("80% sure"), as a probability; None where it does not say."""
    found = _SURE.search(message)
    percent = int(found[1] or found[2]) if found else None
    return percent / 100 if percent is not None and percent <= 100 else None


def ground(assessment: Assessment, text: str, scenario: Scenario) -> Assessment:
    """Keeps only claims about ideas that exist, with quotes that occur in the message, and targets of
    questions that the scenario has. What an assessor made up is dropped, whoever it was."""
    folded = " ".join(text.casefold().split())
    claims = tuple(
        claim
        for claim in assessment.claims
        if claim.idea in scenario.ideas and " ".join(claim.quote.casefold().split()) in folded
    )
    known = {f"fact:{name}" for name in scenario.facts} | {f"exhibit:{name}" for name in scenario.exhibits}
    known |= {f"term:{term.name}" for term in glossary().values()}
    targets = [t for t in (assessment.asks, *assessment.also) if t in known]
    candidates = tuple(i for i in assessment.candidates if i in scenario.ideas)
    return assessment.model_copy(
        update={
            "claims": claims,
            "candidates": candidates,
            "asks": next(iter(targets), None),
            "also": tuple(targets[1:]),
        }
    )
