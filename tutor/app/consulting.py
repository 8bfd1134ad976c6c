"""The part of the case screen that is about who answers: asked for at first, shown, switched, set up."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual import on

from tutor.app.agreed import agree, agreed
from tutor.app.experimenting import Experimenting
from tutor.app.language_model import ModelScreen
from tutor.app.messages import HandedOver
from tutor.app.sheets import Question
from tutor.app.work import attempt
from tutor.conversation import Conversation
from tutor.conversation.desk import Case, Online
from tutor.conversation.spending import briefly
from tutor.engine.records import Run

SWITCH = "changing the consultant"


class Consulting(Experimenting):
    """A screen whose consultant may be a language model, once the learner knows what is sent where."""

    @property
    def model(self) -> Online | None:
        """The language model, if one is set up and may be asked."""
        return self.desk.online if self.desk.has_online else None

    @property
    def by_model(self) -> bool:
        """Whether a language model takes part in the turns."""
        return self.talk is not None and bool(self.talk.consultant.notice)

    async def seat(self, case: Case, run: Run) -> Conversation:
        """Sits down with the language model where the learner agreed to it, else offline."""
        return await self.desk.sit_down(case, run, offline=not await self._has_agreed())

    async def _has_agreed(self) -> bool:
        online = self.model
        if online is None:
            return True
        return online.settings.url in await asyncio.to_thread(agreed, self.app.data_dir)

    def begin(self) -> None:
        """The first turn may come: what is sent where is settled before."""
        if self.model is not None and not self.by_model:
            self._ask()
        else:
            self._catch_up()

    def _catch_up(self) -> None:
        """Answers a message that was left without a reply."""
        if self.talk is not None and self.talk.session.awaiting is not None and not self.playing:
            self.start(self.talk.answer())

    # ------------------------------------------------------------ what is sent where

    def _ask(self) -> None:
        online = self.model
        if online is not None:
            words = f"{online.notice}\n\nCtrl+O changes it at any time. You are asked once for each server."
            question = Question("Who answers?", words, yes="Use the model", no="Stay offline")
            self.app.push_screen(question, self._asked)

    def _asked(self, yes: bool | None) -> None:
        if yes:
            self._change(offline=False, agreed_now=True)
        else:
            self._catch_up()

    # ------------------------------------------------------------ switching

    def action_offline(self) -> None:
        """From now on nothing is sent."""
        if self.by_model:
            self._change(offline=True)
        else:
            self.app.tell("The consultant is offline: nothing is sent.")

    def action_online(self) -> None:
        """From now on the language model reads and words."""
        if self.model is None and self.app.sealed_off:
            self.app.tell(self.app.sealed_off, "warning")
        elif self.model is None:
            self.app.tell("No language model is set up yet.")
            self.action_consultant()
        elif not self.by_model:
            attempt(self, self._go_online(), SWITCH, self.app.journal, group="consultant")

    def action_switch(self) -> None:
        self.action_offline() if self.by_model else self.action_online()

    async def _go_online(self) -> None:
        if await self._has_agreed():
            await self._hand_over(offline=False)
        else:
            self.app.call_later(self._ask)

    def _change(self, *, offline: bool, agreed_now: bool = False) -> None:
        work = self._hand_over(offline=offline, agreed_now=agreed_now)
        attempt(self, work, SWITCH, self.app.journal, group="consultant")

    async def _hand_over(self, *, offline: bool, agreed_now: bool = False) -> None:
        talk, online = self.talk, self.desk.online
        if talk is None or self.case is None:
            return
        if agreed_now and online is not None:
            with suppress(OSError):  # then the question comes again, and that is all
                await asyncio.to_thread(agree, self.app.data_dir, online.settings.url)
        spent = talk.session.spent
        await talk.hand_over(await self.desk.consultant(self.case.source, offline=offline, spent=spent))
        self.post_message(HandedOver())

    @on(HandedOver)
    def _handed_over(self, event: HandedOver) -> None:
        event.stop()
        if self.talk is not None:
            self.show_talk()
            where = "" if self.by_model else ": nothing is sent"
            self.app.tell(f"The consultant is now {self.talk.consultant.name}{where}.")
            self._catch_up()
        self.refresh_bindings()

    def show_talk(self) -> None:
        """The header tells who answers, and what that has used."""
        if self.talk is not None:
            online = self.desk.online
            self.header.spent = briefly(self.talk.session.spent, online.settings) if online else ""
            self.header.show(self.talk)

    # ------------------------------------------------------------ setting it up

    def action_consultant(self) -> None:
        if self.desk.online is None or self.app.sealed_off:
            self.app.tell(self.app.sealed_off, "warning")
        else:
            spent = self.talk.session.spent if self.talk is not None else None
            in_use = self.talk.consultant.name if self.talk is not None else ""
            self.app.push_screen(ModelScreen(self.desk.online, in_use, spent), self._set_up)

    def _set_up(self, changed: bool | None) -> None:
        if not changed or self.talk is None:
            return
        if self.model is None:
            self._change(offline=True)
        else:
            attempt(self, self._go_online(), SWITCH, self.app.journal, group="consultant")
