"""How `tutor chat` begins: with the case, or, for who comes back, with where it stands."""

from __future__ import annotations

from tutor.cli.chat_words import AGAIN
from tutor.cli.printing import Printer
from tutor.conversation import Conversation
from tutor.dialogue.session import Turn
from tutor.reports.labels import label
from tutor.reports.recap import recap


def begin(talk: Conversation, printer: Printer, *, whole: bool) -> tuple[str, ...]:
    """Tells who is there and how things stand: a recap where something was said before, unless `whole`.
    Returns the exhibits that lie on the table."""
    consultant(talk, printer)
    turns = talk.session.turns
    if turns and not whole:
        _recap(talk, printer)
        if not printer.as_json and talk.question() not in (turns[-1].reply or ""):
            _ask(talk, printer)
        _again(talk, printer, turns[-1])
    else:
        printer.event("brief", talk.brief())
        for name in talk.open_exhibits():
            printer.exhibit(name, talk.exhibit(name))
        for turn in turns:
            _again(talk, printer, turn)
        if not turns or not printer.as_json:
            _ask(talk, printer)
    return talk.open_exhibits()


def consultant(talk: Conversation, printer: Printer) -> None:
    """Who reads and words, and what is sent where."""
    there = talk.consultant
    notice = there.notice or "Nothing is sent anywhere."
    printer.event("consultant", f"(Consultant: {there.name}. {notice})", name=there.name)


def _recap(talk: Conversation, printer: Printer) -> None:
    names = talk.open_exhibits()
    again = AGAIN.format(", ".join(names), talk.identity)
    text = f"{recap(talk.session, talk.run.facts)}\n\n{again}"
    printer.event("recap", text, stage=talk.session.stage, exhibits=names)


def _again(talk: Conversation, printer: Printer, turn: Turn) -> None:
    printer.event("said", f"You: {turn.text}", turn=turn.number)
    if turn.reply:
        named = label(turn.move) if turn.move else ""
        printer.say(talk.scenario.consultant.name, turn.reply, named, turn=turn.number)


def _ask(talk: Conversation, printer: Printer) -> None:
    stages = list(talk.scenario.stages)
    stage = talk.scenario.stages[talk.session.stage]
    number = stages.index(talk.session.stage) + 1
    printer.event("stage", f"(Stage {number} of {len(stages)}: {stage.title})", stage=talk.session.stage)
    printer.say(talk.scenario.consultant.name, talk.question())
