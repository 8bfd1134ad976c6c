"""The part of the case screen that plays turns: a message goes out, the reply comes in, nothing gets lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Button, TextArea

from tutor.app import heap
from tutor.app.evidence.panel import CaseFile
from tutor.app.header import CaseHeader
from tutor.app.helping import LOST
from tutor.app.messages import FlagWanted, TurnOver, Updated
from tutor.app.prompt import Prompt
from tutor.app.sureness import Sureness
from tutor.app.transcript import Transcript
from tutor.app.work import attempt
from tutor.conversation import Answered, Conversation, Failed, Heard, Moving, Replaced, Update, Words
from tutor.conversation.desk import Case, Desk
from tutor.dialogue.model import MoveKind, Reason
from tutor.dialogue.session import Turn

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

TURN, DRAFT = "answering you", "keeping your draft"
DRAFT_DELAY = 0.3  # seconds of typing that a killed process may lose
CALM = 5.0  # seconds after which a learner who does not write is taken to read


class Conversing(Screen[None]):
    """A screen with a transcript, a prompt and, once it is opened, a conversation."""

    app: TutorApp

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.header, self.file = CaseHeader(), CaseFile()
        self.transcript, self.prompt = Transcript(), Prompt()
        self.sureness = Sureness()
        self.case: Case | None = None
        self.talk: Conversation | None = None
        self.playing = False
        self.heard = 0  # the last turn whose message is on screen
        self._in_flight = ""  # sent, and not yet known to be on disk
        self._draft_timer: Timer | None = None
        self._calm: Timer | None = None

    # ------------------------------------------------------------ the learner's words

    def say(self, text: str) -> None:
        """Sends a message."""
        if self.talk is not None:
            self._in_flight = text
            self.start(self._sent(self.talk, text, self.sureness.take()))

    @staticmethod
    async def _sent(talk: Conversation, text: str, sure: float | None) -> AsyncIterator[Update]:
        if sure is not None:
            await talk.estimate(sure)
        async for update in talk.say(text):
            yield update

    def start(self, updates: AsyncIterator[Update]) -> None:
        """Plays a turn in a worker."""
        self.playing = True
        attempt(self, self._play(updates), TURN, self.app.journal, group="turn")
        self.refresh_bindings()

    def stop_reply(self) -> None:
        """Cancels the turn; what was said of it is kept."""
        self.workers.cancel_group(self, "turn")

    async def _play(self, updates: AsyncIterator[Update]) -> None:
        stopped = False
        try:
            async for update in updates:
                self.post_message(Updated(update))
        except asyncio.CancelledError:
            stopped = True
            raise
        finally:
            self.post_message(TurnOver(stopped))

    @property
    def flaggable(self) -> int | None:
        """The turn whose reply can be marked as unfair: the last one that has a reply."""
        turns = self.talk.session.turns if self.talk is not None else ()
        return next((t.number for t in reversed(turns) if t.reply is not None), None)

    def action_unfair(self, why: str = "") -> None:
        if self.talk is not None and self.flaggable is not None:
            self.start(self.talk.dispute(self.flaggable, why))

    @on(FlagWanted)
    def action_flag(self) -> None:
        """Begins the mark in the prompt, so that a reason can follow it."""
        if not self.prompt.text.startswith("/unfair"):
            self.prompt.write(f"/unfair {self.prompt.text}")
        self.remove_class("-case-file", "-whole")
        self.prompt.focus()
        self.app.tell("Say what was unfair, if you like; Enter marks the last reply for the instructor.")

    def action_sure(self, said: str = "") -> None:
        percent = said.removesuffix("%").strip()
        if not percent and self.sureness.has_focus:
            self.sureness.step()
        elif not percent:
            self.sureness.focus()
        elif percent.isdecimal() and int(percent) <= 100:
            self.sureness.percent = int(percent)
        else:
            self.app.tell(
                "Say how sure you are in percent, as in /sure 80, or with F8 beside the prompt.", "warning"
            )

    @on(Sureness.Left)
    def _said_how_sure(self, event: Sureness.Left) -> None:
        event.stop()
        self.prompt.focus()

    # ------------------------------------------------------------ what comes back

    @on(Updated)
    async def _updated(self, event: Updated) -> None:
        transcript = self.transcript
        match event.update:
            case Heard(turn):
                self._in_flight = ""
                self.keep_draft()
                if turn.number > self.heard:
                    self.heard = turn.number
                    self.remember()
                    await transcript.said(turn.text)
                await transcript.listen()
            case Moving(move):
                transcript.moves(move)
            case Words(text):
                await transcript.add(text)
            case Replaced():
                transcript.withdraw()
            case Answered(turn):
                await transcript.finish(turn)
                await self._orient(turn)
                self.follow()
            case Failed(message, heard):
                await transcript.give_up()
                if heard:
                    await transcript.note(f"{message} Your message is kept; Ctrl+R asks again.", "trouble")
                else:
                    self.app.tell(message, "error")

    async def _orient(self, turn: Turn) -> None:
        """Says once what one can do here, to who is lost."""
        if turn.move is None or turn.move.reason is not Reason.OFF_TOPIC or self.talk is None:
            return
        reasons = [t.move.reason for t in self.talk.session.turns if t.move is not None]
        if reasons.count(Reason.OFF_TOPIC) == 1:
            await self.transcript.note(LOST)

    @on(TurnOver)
    async def _turn_over(self, event: TurnOver) -> None:
        self.playing = False
        self._tidy_later()
        transcript = self.transcript
        if self._in_flight:
            self.prompt.take_back(self._in_flight)
            self._in_flight = ""
        last = self.talk.session.last if self.talk else None
        if last is not None and last.move is not None and transcript.listening:
            await transcript.finish(last)  # stopped in mid-sentence: what was said is on disk
            self.follow()
        elif transcript.listening:
            await transcript.give_up()
            if event.stopped:
                await transcript.note("Stopped before a word was said. Ctrl+R asks for the reply.")
        self.refresh_bindings()

    def follow(self) -> None:
        """Everything that depends on the session follows it."""
        if self.talk is None or self.talk.session.last is None:
            return
        self.show_talk()
        fresh = set(self.file.follow(self.talk))
        move = self.talk.session.last.move
        if move is not None and move.exhibit and move.exhibit in self.talk.open_exhibits():
            self.file.opened(move.exhibit)
            if move.kind is MoveKind.SHOW_EXHIBIT:
                self.turn_to_file()
            if not self.one_column or self.has_class("-case-file"):
                fresh.discard(move.exhibit)
        if fresh:
            titles = (
                self.talk.scenario.exhibits[name].title
                for name in self.talk.scenario.exhibits
                if name in fresh
            )
            self.app.tell(f"New on the table: {', '.join(titles)}.")
        if self.talk.session.finished:
            self.close_case()
        self.refresh_bindings()

    def show_talk(self) -> None:
        """The header follows the session."""
        if self.talk is not None:
            self.header.show(self.talk)

    @property
    def one_column(self) -> bool:
        """Whether case file and conversation take each other's place."""
        return self.has_class("-narrow") or self.has_class("-whole")

    def turn_to_file(self) -> None:
        """In one column, the case file takes the transcript's place; side by side, both are there."""
        if self.one_column:
            self.add_class("-case-file")

    def close_case(self) -> None:
        """Nothing more is asked; the debrief is one key away."""
        self.query_one("#to-debrief", Button).display = True
        self.prompt.placeholder = "The case is closed. Enter opens the debrief."

    def remember(self) -> None:
        """The prompt's history follows the session."""
        if self.talk is not None:
            self.prompt.remember([turn.text for turn in self.talk.session.turns])

    # ------------------------------------------------------------ the draft on disk

    @on(TextArea.Changed, "#prompt")
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(DRAFT_DELAY, self.keep_draft)
        self._tidy_later()

    def _tidy_later(self) -> None:
        if self._calm is not None:
            self._calm.stop()
        self._calm = self.set_timer(CALM, self._tidy)

    def _tidy(self) -> None:
        if not self.playing:
            heap.tidy()

    def keep_draft(self) -> None:
        """Writes what is not yet in the session: words on their way to the disk, and words being typed."""
        if self.case is None:
            return
        unsent = "\n".join(filter(None, (self._in_flight, self.prompt.text)))
        work = self.app.in_turn(partial(self.app.drafts.write, self.case.identity, unsent))
        attempt(self, work, DRAFT, self.app.journal, group="draft")
