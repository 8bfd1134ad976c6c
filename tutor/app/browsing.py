"""The part of the case screen that is about evidence: the case file, its exhibits, the notebook."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.timer import Timer

from tutor.app.cards import CardIndex, page
from tutor.app.conversing import DRAFT_DELAY, Conversing
from tutor.app.messages import ExhibitOpened, ExhibitWanted, NewerNotes
from tutor.app.sheets import Sheet
from tutor.app.work import attempt
from tutor.conversation import Conversation
from tutor.conversation.desk import Desk
from tutor.reports.filling import filled
from tutor.scenario.cards import UnknownCardError, card, cards, of_scenario

ASIDE, NOTES = "keeping that", "keeping your notes"


class Browsing(Conversing):
    """A conversing screen with a case file that can be leafed through."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._notes_timer: Timer | None = None

    # ------------------------------------------------------------ exhibits

    @on(ExhibitWanted)
    def _wanted(self, event: ExhibitWanted) -> None:
        event.stop()
        if self.talk is not None and self.talk.session.available(event.name):
            attempt(self, self._look(self.talk, event.name), ASIDE, self.app.journal)

    async def _look(self, talk: Conversation, name: str) -> None:
        new = name not in talk.open_exhibits()
        await talk.look_at(name)
        self.post_message(ExhibitOpened(name, new))

    @on(ExhibitOpened)
    async def _opened(self, event: ExhibitOpened) -> None:
        self.file.notebook_open = False
        self.file.opened(event.name)
        self.turn_to_file()
        if event.new:
            await self.transcript.looked(event.name)
        self.refresh_bindings()

    def action_case_file(self, wanted: str = "") -> None:
        self.file.notebook_open = False
        self.turn_to_file()
        self.file.index.focus()
        if wanted and self.talk is not None:
            exhibits = self.talk.scenario.exhibits
            words = wanted.casefold()
            here = [n for n in exhibits if self.talk.session.available(n)]
            found = [n for n in here if words in n or words in exhibits[n].title.casefold()]
            if found:
                self.post_message(ExhibitWanted(found[0]))
            else:
                self.app.tell(f"No exhibit is called “{wanted[:60]}”.", "warning")
        self.refresh_bindings()

    def action_take_out(self) -> None:
        """Puts the exhibit in hand on the table."""
        if self.file.in_hand is not None:
            self.post_message(ExhibitWanted(self.file.in_hand))

    def action_widen(self) -> None:
        """The case file takes the whole room, as it does on a narrow screen; the prompt stays."""
        self.add_class("-whole", "-case-file")
        self.refresh_bindings()

    def action_narrow(self) -> None:
        """Case file and conversation side by side again."""
        self.remove_class("-whole", "-case-file")
        self.refresh_bindings()

    def action_conversation(self) -> None:
        self.remove_class("-case-file", "-whole")
        self.prompt.focus()
        self.refresh_bindings()

    def action_table(self) -> None:
        self.action_toggle_table()

    def action_chart(self) -> None:
        self.action_toggle_table()

    def action_toggle_table(self) -> None:
        self.file.as_table = not self.file.as_table
        self.refresh_bindings()

    def action_turn_page(self, step: int) -> None:
        self.file.turn_page(step)

    def action_slide(self, step: int) -> None:
        self.file.slide(step)

    def action_brief(self) -> None:
        if self.talk is not None:
            self.app.push_screen(
                Sheet(self.talk.scenario.title, filled(self.talk.scenario.brief, self.talk.run.facts))
            )

    def action_card(self, wanted: str = "") -> None:
        """One concept card, or the list of those of this case."""
        if self.talk is None:
            return
        if not wanted:
            self.app.push_screen(CardIndex(of_scenario(self.talk.scenario) or tuple(cards().values())))
            return
        try:
            self.app.push_screen(page(card(wanted)))
        except UnknownCardError as error:
            self.app.tell(str(error), "warning")

    @property
    def in_case_file(self) -> bool:
        """Whether the learner is with the evidence rather than with the conversation."""
        if self.one_column:
            return self.has_class("-case-file")
        return self.file.index.has_focus or self.file.notebook.notes.has_focus

    # ------------------------------------------------------------ the notebook

    def action_notes(self) -> None:
        """Opens the notebook, or puts it away."""
        if self.file.notebook_open:
            self.file.notebook_open = False
            self.action_conversation()
            return
        self.file.notebook_open = True
        self.turn_to_file()
        self.file.notebook.notes.focus()
        self.refresh_bindings()

    @on(NewerNotes)
    def _written(self, event: NewerNotes) -> None:
        event.stop()
        if self._notes_timer is not None:
            self._notes_timer.stop()
        self._notes_timer = self.set_timer(DRAFT_DELAY, self.keep_notes)

    def keep_notes(self) -> None:
        """Writes the notes to the disk."""
        if self.case is None or self._notes_timer is None:
            return
        self._notes_timer = None
        text = self.file.notebook.notes.text
        work = self.app.in_turn(partial(self.app.notes.write, self.case.identity, text))
        attempt(self, work, NOTES, self.app.journal, group="notes")
