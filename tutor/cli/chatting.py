"""The loop behind `tutor chat`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import click

from tutor import folders
from tutor.app.drafts import Drafts
from tutor.cli.chat_lab import ChatLab, Pace
from tutor.cli.chat_opening import begin, consultant
from tutor.cli.chat_words import HELP, HINT, LOST
from tutor.cli.printing import Printer
from tutor.conversation import Answered, Conversation, Failed, Moving, Update
from tutor.conversation.desk import Case, Desk
from tutor.conversation.spending import in_words
from tutor.dialogue.calibration import reliability_diagram
from tutor.dialogue.model import MoveKind, Reason
from tutor.dialogue.session import Turn
from tutor.engine.records import Failed as RunFailed
from tutor.engine.records import Finished, Progress, Run
from tutor.errors import TutorError
from tutor.reports.labels import label
from tutor.reports.markdown import review_text
from tutor.reports.review import review
from tutor.scenario.reading import Source


class Quit(Exception):
    """The learner leaves; the session stays."""


async def play(desk: Desk, case: Case, *, as_json: bool, whole: bool = False) -> None:
    """Plays a case until the debrief, /quit or the end of the input. `whole`: all that was said is told
    again, where a recap would do."""
    printer = Printer(as_json)
    try:
        conversation = await _sit_down(desk, case, printer)
        await Chat(desk, conversation, case.source, printer).play(whole)
        diagram = reliability_diagram(desk.estimates()) if conversation.session.finished else None
        if diagram is not None:
            printer.exhibit(diagram.name, diagram)
    finally:
        await desk.close()


async def _sit_down(desk: Desk, case: Case, printer: Printer) -> Conversation:
    scenario = case.scenario
    printer.event(
        "case", f"{scenario.title}\n\nYou are {scenario.you}.", session=case.identity, id=scenario.id
    )
    run: Run | None = None
    pace = Pace(printer)
    async with aclosing(desk.evidence(case)) as messages:
        async for message in messages:
            if isinstance(message, Progress):
                pace(message)
            elif isinstance(message, RunFailed):
                raise TutorError(message.message)
            elif isinstance(message, Finished):
                run = message.run
    if run is None:
        raise TutorError("the engine ended without a result")
    return await desk.sit_down(case, run)


class Chat:
    """One learner at a terminal or a pipe."""

    def __init__(self, desk: Desk, conversation: Conversation, source: Source, printer: Printer) -> None:
        self.desk = desk
        self.source = source
        self.talk = conversation
        self.printer = printer
        self.shown: set[str] = set()
        self.hours_left = conversation.session.hours_left()
        notes = Drafts(folders.data_dir() / "notes")
        bench = ChatLab(desk.engine, conversation, printer, notes, self.say)
        self.commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "/hint": self._hint,
            "/evidence": self._evidence,
            "/brief": self._brief,
            "/card": bench.card,
            "/lab": bench.lab,
            "/pin": bench.pin,
            "/notes": bench.notes,
            "/retry": self._retry,
            "/unfair": self._unfair,
            "/sure": self._sure,
            "/offline": self._offline,
            "/online": self._online,
            "/end": self._end,
            "/debrief": self._end,
            "/quit": self._quit,
            "/home": self._quit,
            "/help": self._help,
        }

    async def play(self, whole: bool = False) -> None:
        self.shown.update(begin(self.talk, self.printer, whole=whole))
        try:
            await self._turn(self.talk.answer())
            while not self.talk.session.finished:
                line = await _next_line()
                if line is None:
                    raise Quit
                await self.take(line)
        except Quit:
            self.printer.event(
                "left",
                f"Your session is kept. Go on with: tutor chat --resume {self.talk.identity}",
                session=self.talk.identity,
            )
            return
        finally:
            self._used()
        shown = review(self.talk.session, self.talk.run.facts)
        text = review_text(self.talk.scenario.title, shown)
        self.printer.event("debrief", text, variant=shown.variant)

    def _used(self) -> None:
        used = in_words(self.talk.session.spent, self.desk.online.settings) if self.desk.online else ""
        if used:
            self.printer.event("usage", f"(The language model: {used}.)")

    async def take(self, line: str) -> None:
        """One line of the learner: a command or a message."""
        word, _, rest = line.strip().partition(" ")
        if word.startswith("/"):
            command = self.commands.get(word)
            if command is None:
                self.printer.error(f"there is no command {word}; /help lists them")
            else:
                await command(rest.strip())
        else:
            await self.say(line)

    async def say(self, text: str) -> None:
        await self._turn(self.talk.say(text))

    def _show(self, name: str) -> None:
        self.shown.add(name)
        self.printer.exhibit(name, self.talk.exhibit(name))

    # ------------------------------------------------------------ a turn

    async def _turn(self, updates: AsyncIterator[Update]) -> None:
        stage = self.talk.session.stage
        async for update in updates:
            match update:
                case Moving() if self.printer.as_json:
                    turn = self.talk.session.awaiting
                    self.printer.event(
                        "move",
                        **update.move.model_dump(mode="json"),
                        verdict=turn.verdict if turn else None,
                    )
                case Answered():
                    turn = update.turn
                    name = self.talk.scenario.consultant.name
                    named = label(turn.move) if turn.move else ""
                    self.printer.say(name, turn.reply or "", named, turn=turn.number)
                    self._orient(turn)
                    if turn.note:
                        self.printer.event("note", f"({turn.note})", turn=turn.number, by=turn.by)
                    self._after(stage)
                case Failed():
                    self.printer.error(update.message)
                case _:
                    pass

    def _orient(self, turn: Turn) -> None:
        """Says what one can do here, to who is lost."""
        if turn.move is not None and turn.move.reason is Reason.OFF_TOPIC:
            self.printer.event("lost", LOST)

    def _after(self, stage: str) -> None:
        move = self.talk.session.turns[-1].move
        if move and move.kind is MoveKind.SHOW_EXHIBIT and move.exhibit:
            self._show(move.exhibit)
        for name in self.talk.open_exhibits():
            if name not in self.shown:
                self._show(name)
        if self.talk.session.stage != stage and not self.talk.session.finished:
            stages = list(self.talk.scenario.stages)
            now = self.talk.session.stage
            title = self.talk.scenario.stages[now].title
            self.printer.event(
                "stage", f"(Stage {stages.index(now) + 1} of {len(stages)}: {title})", stage=now
            )
        left = self.talk.session.hours_left()
        if left is not None and left != self.hours_left:
            self.hours_left = left
            self.printer.event("clock", f"({left:g} hours left)", hours_left=left)

    # ------------------------------------------------------------ commands

    async def _hint(self, _: str) -> None:
        await self.say(HINT)

    async def _retry(self, _: str) -> None:
        await self._turn(self.talk.answer())

    async def _evidence(self, name: str) -> None:
        exhibits = self.talk.scenario.exhibits
        if not name:
            opened = self.talk.open_exhibits()
            here = [n for n in exhibits if self.talk.session.available(n)]
            rows = [f"{n}: {exhibits[n].title}{' (open)' if n in opened else ''}" for n in here]
            names = "\n".join(f"- {row}" for row in rows)
            self.printer.event("evidence", f"Ask for any of these, or write /evidence NAME.\n\n{names}")
        elif name not in exhibits or not self.talk.session.available(name):
            self.printer.error(f"there is no exhibit {name!r}; /evidence lists them")
        else:
            await self.talk.look_at(name)
            self._show(name)

    async def _brief(self, _: str) -> None:
        self.printer.event("brief", self.talk.brief())

    async def _unfair(self, why: str) -> None:
        answered = [t for t in self.talk.session.turns if t.reply is not None]
        if not answered:
            self.printer.error("there is no reply to mark yet")
            return
        self.printer.event("disputed", "(Noted for the instructor.)", turn=answered[-1].number)
        await self._turn(self.talk.dispute(answered[-1].number, why))

    async def _sure(self, text: str) -> None:
        percent = text.removesuffix("%").strip()
        if not percent.isdecimal() or int(percent) > 100:
            self.printer.error("say how sure you are from 0 to 100, as in: /sure 80")
            return
        await self.talk.estimate(int(percent) / 100)
        self.printer.event("estimated", f"({percent}% sure of your next message.)", percent=int(percent))

    async def _offline(self, _: str) -> None:
        if self.talk.consultant.notice:
            await self.talk.hand_over(await self.desk.consultant(self.source, offline=True))
        consultant(self.talk, self.printer)

    async def _online(self, _: str) -> None:
        if self.desk.online is None:
            self.printer.error("this was started with --offline: no connection may be opened")
            return
        if not self.desk.has_online:
            self.printer.error("no language model is set up; 'tutor config' shows how")
            return
        if not self.talk.consultant.notice:
            spent = self.talk.session.spent
            await self.talk.hand_over(await self.desk.consultant(self.source, spent=spent))
        consultant(self.talk, self.printer)

    async def _end(self, _: str) -> None:
        await self.talk.end()

    async def _quit(self, _: str) -> None:
        raise Quit

    async def _help(self, _: str) -> None:
        self.printer.event("help", HELP)


async def _next_line() -> str | None:
    """The next line of the input, read off the event loop; None at its end. Bytes that are no UTF-8 become
    question marks."""
    if sys.stdin.isatty():
        click.echo("> ", nl=False)
    line = await asyncio.to_thread(sys.stdin.readline)
    return line.encode("utf-8", "replace").decode().removesuffix("\n") if line else None
