"""The conversation so far. Stays at the end while it grows, unless the learner has scrolled up to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from tutor.app.bubbles import CASE, HEAVY, LAB, Flag, Note, Reply, Said
from tutor.app.growing import grown_into
from tutor.app.markdown import SafeMarkdown
from tutor.conversation import Conversation
from tutor.dialogue.events import Experimented
from tutor.dialogue.model import Move
from tutor.dialogue.session import Turn
from tutor.reports.filling import filled
from tutor.reports.history import Entry, Looked, Reached, Spoken, Tried

# Every widget costs on every layout, and a stream lays out ten times a second: a long session shows its end,
# and what came before it by pages.
PAGE = 8
MOST_GROWN = 2 * PAGE


class Transcript(VerticalScroll):
    """Brief, stages, turns and notes, oldest first."""

    DEFAULT_CSS = """
    Transcript {
        padding: 1 2 0 2;
        scrollbar-size-vertical: 1;
        & > .brief {
            margin: 0 0 1 0;
        }
        & > .you {
            color: $text-muted;
            margin: 0 0 1 0;
        }
        & > #earlier {
            margin: 0 0 1 0;
        }
    }
    """

    virtual_size = grown_into()

    def __init__(self) -> None:
        super().__init__(id="transcript")
        self._reply: Reply | None = None
        self._keeps_to_end = False
        self._flag: Flag | None = None  # only the last reply can be marked as unfair
        self._earlier: list[Entry] = []
        self._shown: list[tuple[Entry, list[Widget]]] = []
        self._opened_with: list[Widget] = []
        self._turning = False  # a page is being put before what is shown
        self._said: Said | None = None
        self._talk: Conversation | None = None

    @property
    def talk(self) -> Conversation:
        if self._talk is None:
            raise RuntimeError("the conversation has not begun")
        return self._talk

    # ------------------------------------------------------------ before the conversation

    async def introduce(self, you: str, summary: str) -> None:
        """What can be told before the evidence is there."""
        await self.remove_children()
        await self.mount(
            Static(Content(f"You are {you}."), classes="you", markup=False),
            Static(Content(summary), classes="intro", markup=False),
        )

    async def begin(self, talk: Conversation, past: Sequence[Entry]) -> None:
        """The brief and everything that has been said; of a long session the end, and a button for more."""
        self._talk = talk
        await self.query(".intro").remove()
        shown, self._earlier = list(past[-PAGE:]), list(past[:-PAGE])
        await self.mount(SafeMarkdown(filled(talk.scenario.brief, talk.run.facts), classes="brief"))
        if self._earlier:
            await self.mount(self._button())
        else:
            await self._open_with(None)
        self._shown = await self._mount_entries(shown)
        if past:
            self.call_after_refresh(self.keep_to_end)
        else:
            self.scroll_home(animate=False)

    def keep_to_end(self) -> None:
        """Stays at the end from now on. An anchor would push what is shorter than the room to its bottom, so
        it is dropped only where there is something to scroll, or once there is."""
        self._keeps_to_end = self.max_scroll_y == 0
        if self.max_scroll_y > 0:
            self.anchor()

    def watch_virtual_size(self) -> None:
        if self._keeps_to_end:
            self.call_after_refresh(self.keep_to_end)

    def on_resize(self) -> None:
        if self.is_anchored and self.max_scroll_y == 0:
            self.anchor(False)
            self._keeps_to_end = True
            self.scroll_home(animate=False)

    async def _open_with(self, before: Widget | None) -> None:
        self._opened_with = self._opening(next(iter(self.talk.scenario.stages)))
        await self.mount_all(self._opened_with, before=before)

    def _opening(self, stage: str) -> list[Widget]:
        scenario = self.talk.scenario
        ask = filled(scenario.stages[stage].ask, self.talk.run.facts)
        return [self._stage(stage), Reply(scenario.consultant.name, ask)]

    async def show_earlier(self, up: int = 0) -> None:
        """The page before what is shown. The reader stays where they are, or goes so many rows up."""
        if not self._earlier or self._turning:
            return
        self._turning = True
        self.release_anchor()
        below = self.max_scroll_y - self.scroll_y + up
        page, self._earlier = self._earlier[-PAGE:], self._earlier[:-PAGE]
        button = self.query_one("#earlier", Button)
        button.label = self._more()
        after = self._shown[0][1][0] if self._shown else None
        with self.app.batch_update():
            self._shown = [*await self._mount_entries(page, before=after), *self._shown]
            if not self._earlier:
                await self._open_with(button)
                await button.remove()
        self.call_after_refresh(self._stay, below)

    def _stay(self, below: float) -> None:
        self.scroll_to(y=self.max_scroll_y - below, animate=False)
        self._turning = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value <= 0 < old_value:
            self.call_later(self.show_earlier)

    def _more(self) -> str:
        return f"{len(self._earlier)} earlier entries"

    def _button(self) -> Button:
        return Button(self._more(), id="earlier", compact=True)

    async def _shorten(self) -> None:
        """Puts the oldest away behind the button, once there are many and the learner reads the end."""
        if len(self._shown) <= MOST_GROWN or self.max_scroll_y - self.scroll_y > self.size.height:
            return
        away, self._shown = self._shown[:-PAGE], self._shown[-PAGE:]
        self._earlier += [entry for entry, _ in away]
        gone = [*self._opened_with, *(widget for _, widgets in away for widget in widgets)]
        self._opened_with = []
        buttons = self.query("#earlier")
        if buttons:
            buttons.only_one(Button).label = self._more()
        else:
            await self.mount(self._button(), after=self.query_one(".brief"))
        await self.remove_children(gone)

    async def _mount_entries(
        self, entries: Sequence[Entry], before: Widget | None = None
    ) -> list[tuple[Entry, list[Widget]]]:
        turns = {turn.number: turn for turn in self.talk.session.turns}
        made = [(entry, self._widgets(entry, turns)) for entry in entries]
        await self.mount_all([w for _, widgets in made for w in widgets], before=before)
        for entry, widgets in made:
            for widget in widgets:
                if isinstance(widget, Reply) and isinstance(entry, Spoken):
                    await self._finish(widget, turns[entry.turn])
        return made

    def _widgets(self, entry: Entry, turns: Mapping[int, Turn]) -> list[Widget]:
        match entry:
            case Spoken():
                turn = turns[entry.turn]
                said: list[Widget] = [Said(turn.text)]
                if turn.reply is None:
                    return said
                return [*said, Reply(self.talk.scenario.consultant.name, turn.reply)]
            case Looked():
                return [self._looked(entry.exhibit)]
            case Tried():
                return [Note(f"{LAB} Lab  {entry.summary}", "lab")]
            case Reached():
                return [self._stage(entry.stage)]

    def _stage(self, stage: str) -> Note:
        stages = list(self.talk.scenario.stages)
        title = self.talk.scenario.stages[stage].title
        return Note(f"Stage {stages.index(stage) + 1} of {len(stages)}  ·  {title}", "stage")

    def _pointer(self, turn: Turn) -> tuple[str, str] | None:
        name = turn.move.exhibit if turn.move else None
        return (name, self.talk.scenario.exhibits[name].title) if name else None

    # ------------------------------------------------------------ one turn

    @property
    def listening(self) -> bool:
        """Whether a reply is under way."""
        return self._reply is not None

    async def said(self, text: str) -> None:
        """The learner's message is on disk."""
        self.keep_to_end()
        self._said = Said(text)
        await self.mount(self._said)

    async def listen(self) -> None:
        """The consultant reads."""
        if self._reply is None:
            self._reply = Reply(self.talk.scenario.consultant.name)
            await self.mount(self._reply)

    def moves(self, move: Move) -> None:
        if self._reply is not None:
            self._reply.moves(move)

    async def add(self, words: str) -> None:
        if self._reply is not None:
            await self._reply.add(words)

    def withdraw(self) -> None:
        """What was said of the reply does not count; other words follow."""
        if self._reply is not None:
            self._reply.withdraw()

    async def finish(self, turn: Turn) -> None:
        """The turn is whole."""
        reply, self._reply = self._reply, None
        if reply is not None:
            await self._finish(reply, turn)
            widgets: list[Widget] = [w for w in (self._said, reply) if w is not None]
            self._shown.append((Spoken(turn.number), widgets))
            self._said = None
        move = turn.move
        if move is not None and move.stage is not None and move.stage == self.talk.session.stage:
            await self._mount(Reached(move.stage), self._stage(move.stage))
        await self._shorten()

    async def _mount(self, entry: Entry, note: Note) -> None:
        self._shown.append((entry, [note]))
        await self.mount(note)

    async def _finish(self, reply: Reply, turn: Turn) -> None:
        await reply.finish(turn, self._pointer(turn))
        if self._flag is not None:
            await self._flag.remove()
            self._flag = None
        last = turn.number == len(self.talk.session.turns)
        if last and turn.disputed is None and turn.move is not None and turn.move.kind in HEAVY:
            self._flag = Flag()
            await reply.mount(self._flag)

    async def give_up(self) -> None:
        """No reply came."""
        reply, self._reply = self._reply, None
        if reply is not None:
            await reply.abandon()

    async def looked(self, exhibit: str) -> None:
        """An exhibit was taken out of the case file."""
        await self._mount(Looked(exhibit), self._looked(exhibit))

    def _looked(self, exhibit: str) -> Note:
        return Note(f"{CASE} You took “{self.talk.scenario.exhibits[exhibit].title}” out of the case file.")

    async def tried(self, event: Experimented) -> None:
        """An experiment is over."""
        await self._mount(Tried(event.summary), Note(f"{LAB} Lab  {event.summary}", "lab"))

    async def note(self, text: str, classes: str = "") -> None:
        await self.mount(Note(text, classes))
