"""The case screen: the case file on one side, the conversation on the other."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Key, Paste
from textual.widgets import Button

from tutor.app import commands, heap, helping
from tutor.app.browsing import ASIDE
from tutor.app.bubbles import Note
from tutor.app.case_keys import KEYS
from tutor.app.consulting import Consulting
from tutor.app.conversing import TURN
from tutor.app.debrief import DebriefScreen
from tutor.app.keybar import KeyBar
from tutor.app.messages import (
    CaseTaken,
    Ended,
    Seated,
    Submitted,
    Trained,
    Trouble,
)
from tutor.app.openings import Opening, Resume, Take
from tutor.app.sheets import Question, Sheet
from tutor.app.work import attempt
from tutor.conversation import Conversation
from tutor.conversation.desk import Case, Desk
from tutor.dialogue.events import Event
from tutor.engine.records import Failed, Finished, Progress
from tutor.errors import TutorError
from tutor.reports.history import entries

OPENING = "opening the case"
WIDTHS = [(0, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (32, "-high")]
HINT = "Can I have a hint?"
UNREADY = "The evidence is still being made. Your words stay here until it is."


class CaseScreen(Consulting):
    """One session, from its first painted line to the debrief."""

    CSS_PATH = "case.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = KEYS

    def __init__(self, desk: Desk, opening: Opening) -> None:
        super().__init__(desk)
        self.opening = opening
        self._events: tuple[Event, ...] = ()
        self.first_time = False  # whether this is the learner's first case of all

    def compose(self) -> ComposeResult:
        yield self.header
        with Horizontal(id="room"):
            yield self.file
            with Vertical(id="conversation"):
                yield self.transcript
                yield Button("The case is closed: open the debrief", id="to-debrief", compact=True)
                with Horizontal(id="ask"):
                    yield self.prompt
                    yield self.sureness
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#to-debrief").display = False
        self.prompt.placeholder = "The evidence is being made. You can already write."
        self.prompt.focus()
        attempt(self, self._fill(), OPENING, self.app.journal, group="opening")

    def on_screen_resume(self) -> None:
        self.prompt.enter_sends = self.app.preferences.enter_sends
        self.prompt.cursor_blink = not self.app.preferences.reduced_motion

    # ------------------------------------------------------------ the case opens

    async def _fill(self) -> None:
        with heap.filling():
            await self._open()

    async def _open(self) -> None:
        case, events = await asyncio.to_thread(self._take)
        draft = await asyncio.to_thread(self.app.drafts.read, case.identity)
        notes = await asyncio.to_thread(self.app.notes.read, case.identity)
        self.post_message(CaseTaken(case, events, draft, notes))
        async with aclosing(self.desk.evidence(case)) as messages:
            async for message in messages:
                match message:
                    case Progress():
                        self.post_message(Trained(message))
                    case Failed():
                        raise TutorError(message.message)
                    case Finished():
                        self.post_message(Seated(await self.seat(case, message.run)))

    def _take(self) -> tuple[Case, tuple[Event, ...]]:
        match self.opening:
            case Take(scenario, variant, seed):
                self.first_time = not self.desk.store.sessions()
                return self.desk.take(scenario, variant=variant, seed=seed), ()
            case Resume(session):
                return self.desk.resume(session), self.desk.store.events(session)

    @on(CaseTaken)
    async def _taken(self, event: CaseTaken) -> None:
        self.case, self._events = event.case, event.events
        scenario = event.case.scenario
        self.header.introduce(scenario)
        await self.transcript.introduce(scenario.you, scenario.summary)
        if event.draft and not self.prompt.text:
            self.prompt.write(event.draft)
        if event.notes:
            self.file.notebook.notes.text = event.notes

    @on(Trained)
    def _trained(self, event: Trained) -> None:
        self.baseline.append(event.progress)
        self.file.trained(event.progress)

    @on(Seated)
    async def _seated(self, event: Seated) -> None:
        talk = self.talk = event.conversation
        if talk.session.finished:
            self.action_debrief()
            return
        self.heard = len(talk.session.turns)
        self.remember()
        self.prompt.placeholder = "What you think, and why"
        self.file.fill(talk)
        self.show_talk()
        await self.transcript.begin(talk, entries(self._events))
        if self.first_time:
            await self.transcript.mount(Note(helping.FIRST), before=0)
        self.begin()
        self.refresh_bindings()

    @on(Trouble)
    async def _trouble(self, event: Trouble) -> None:
        event.stop()
        self.app.tell(event.message, "error")
        if event.doing == OPENING:
            self.dismiss()
        elif event.doing == TURN and self.talk is not None and self.talk.session.awaiting is not None:
            await self.transcript.note("The reply is missing. Ctrl+R asks for it.", "trouble")

    # ------------------------------------------------------------ the prompt

    @on(Submitted)
    def _submitted(self, event: Submitted) -> None:
        event.stop()
        try:
            command = commands.parse(event.text)
        except commands.UnknownCommandError as error:
            self.app.tell(str(error), "warning")
            return
        if command is not None:
            self.prompt.clear()
            self.obey(*command)
        elif self.talk is None:
            self.app.tell(UNREADY)
        elif self.talk.session.finished:
            self.action_debrief()
        elif self.playing:
            self.app.tell("One at a time: Esc stops the reply. Your words stay here.")
        elif event.text.strip():
            self.prompt.clear()
            self.say(event.text.rstrip())

    def obey(self, command: commands.Command, argument: str = "") -> None:
        """Does what a command's word, or its entry in the palette, asks for."""
        action = getattr(self, f"action_{command.action}")
        if self.check_action(command.action, ()) is False:
            self.app.tell(f"/{command.word} can do nothing just now.", "warning")
        elif command.argument:
            action(argument)
        else:
            action()

    def on_key(self, event: Key) -> None:
        """What is typed beside the prompt goes into it, and Enter leads back to it."""
        if event.key == "enter" and self.focused is self.transcript:
            event.stop()
            self.prompt.focus()
        elif event.is_printable and event.character and not self.prompt.has_focus:
            event.stop()
            self.prompt.focus()
            self.prompt.insert(event.character)

    def on_paste(self, event: Paste) -> None:
        event.stop()
        self.prompt.focus()
        self.prompt.insert(event.text)

    # ------------------------------------------------------------ keys and words

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        talk = self.talk
        ready = talk is not None and not self.playing
        open_case = ready and talk is not None and not talk.session.finished
        drawn = talk is not None and self.file.has_drawing
        beside = self.in_case_file and not self.file.notebook_open
        possible: dict[str, bool] = {
            "stop": self.playing,
            "cancel": talk is None,
            "case_file": talk is not None and not beside,
            "conversation": talk is not None and self.in_case_file and not self.playing,
            "take_out": talk is not None and not self.file.in_hand_is_open,
            "widen": self.file.in_hand_is_open and not self.one_column,
            "narrow": self.file.in_hand_is_open and self.has_class("-whole"),
            "slide": self.file.slides,
            "table": drawn and not self.file.as_table,
            "chart": drawn and self.file.as_table,
            "toggle_table": drawn,
            "hint": open_case,
            "end": open_case,
            "retry": ready and talk is not None and talk.session.awaiting is not None,
            "brief": talk is not None,
            "card": talk is not None,
            "unfair": ready and self.flaggable is not None,
            "flag": ready and self.flaggable is not None,
            "lab": self.has_lab,
            "notes": talk is not None,
            "offline": self.by_model,
            "online": talk is not None and not self.by_model,
            "switch": talk is not None,
            "sure": talk is None or not talk.session.finished,
            "debrief": talk is not None and talk.session.finished,
        }
        return possible.get(action, True)

    def action_stop(self) -> None:
        self.stop_reply()

    def action_cancel(self) -> None:
        self.workers.cancel_group(self, "opening")
        self.dismiss()

    def action_leave(self) -> None:
        self.keep_draft()
        self.keep_notes()
        self.stop_reply()
        self.workers.cancel_group(self, "opening")
        self.dismiss()

    async def keep_unsent(self) -> None:
        """Writes the words that are younger than the timers; the app waits for that before it ends."""
        self.keep_draft()
        self.keep_notes()
        writing = [worker.wait() for worker in self.workers if worker.group in ("draft", "notes")]
        await asyncio.gather(*writing, return_exceptions=True)

    def action_help(self) -> None:
        chosen = self.app.preferences
        own = [b for b in self.BINDINGS if isinstance(b, Binding) and b.id in chosen.keys]
        moved = {b.action: chosen.keys[b.id].upper() for b in own if b.id is not None}
        self.app.push_screen(Sheet("The case", helping.case(moved, chosen.enter_sends)))

    def action_hint(self) -> None:
        self.say(HINT)

    def action_retry(self) -> None:
        if self.talk is not None:
            self.start(self.talk.answer())

    def action_scroll_conversation(self, pages: int) -> None:
        scroll = self.transcript.scroll_page_up if pages < 0 else self.transcript.scroll_page_down
        scroll()

    # ------------------------------------------------------------ the end

    def action_end(self) -> None:
        words = "The debrief tells you what was planted. This session cannot be gone on with afterwards."
        question = Question("End the case here?", words, yes="End it, show me", no="Keep going")
        self.app.push_screen(question, self._end_if)

    def _end_if(self, yes: bool | None) -> None:
        if yes and self.talk is not None:
            attempt(self, self._end(self.talk), ASIDE, self.app.journal)

    async def _end(self, talk: Conversation) -> None:
        await talk.end()
        self.post_message(Ended())

    @on(Ended)
    @on(Button.Pressed, "#to-debrief")
    def action_debrief(self) -> None:
        if self.talk is not None and self.talk.session.finished:
            self.keep_draft()
            self.keep_notes()
            self.app.switch_screen(DebriefScreen(self.desk, self.talk))

    @on(Button.Pressed, "#earlier")
    async def _earlier(self, event: Button.Pressed) -> None:
        event.stop()
        await self.transcript.show_earlier(self.transcript.size.height // 2)
