"""The prompts: strict templates in `prompts/`, and the bounded values that may go into them. Pure.

Whatever a prompt holds is taken from here, so this is where the answer key is kept out: reading gets the
ideas without their roles, wording gets the draft of one move and what the learner can see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tutor import content
from tutor.consultant.protocols import Context
from tutor.dialogue.model import Move, MoveKind
from tutor.dialogue.session import Session
from tutor.engine.records import Exhibit
from tutor.engine.tabular import tabulate
from tutor.scenario.templates import render

Messages = list[dict[str, str]]

TURNS = 3
"""How many earlier turns are shown; what came before them is in the state, which the code has."""
MOST_MESSAGE = 4_000
MOST_SAID = 500
MOST_BRIEF = 3_000
MOST_TABLE = 1_200
MOST_ROWS = 12
MOST_CELL = 60
"""Characters, and rows of a table; with these a prompt has a bound whatever the learner writes."""
REPLY_WORDS = 110

DOES: dict[MoveKind, str] = {
    MoveKind.CONFIRM: "You confirm the part that is right, and ask on.",
    MoveKind.PUSH_BACK: "You push back: you say openly that you challenge their claim, say why, and ask.",
    MoveKind.PROBE: "You neither agree nor disagree: you ask for the evidence that would tell.",
    MoveKind.PUMP: "You ask them to say more, without telling anything.",
    MoveKind.HINT: "You give this hint and no more.",
    MoveKind.PROMPT: "You give this start of an answer and let them complete it.",
    MoveKind.ASSERTION: "You tell them this answer, because they have used up the hints.",
    MoveKind.ANSWER: "You answer their question with what the draft says.",
    MoveKind.SHOW_EXHIBIT: "You hand over the evidence they asked for.",
    MoveKind.REDIRECT: "You bring them back to the question.",
    MoveKind.HOLD_FIRM: "You hold firm: pressure changes nothing, evidence would.",
    MoveKind.CLARIFY: "You did not understand what they meant, and ask.",
    MoveKind.ADVANCE: "You close this stage and open the next one.",
    MoveKind.DEBRIEF: "You close the case.",
}


@dataclass(frozen=True)
class Said:
    """An earlier turn, cut to its bound."""

    learner: str
    tutor: str


@dataclass(frozen=True)
class Shown:
    """An exhibit in words."""

    title: str
    summary: str
    table: str


# ---------------------------------------------------------------- the two prompts


def reading(text: str, context: Context) -> Messages:
    """The prompt for reading a message."""
    session, scenario = context.session, context.session.key.scenario
    return _messages(
        "assess.j2",
        title=scenario.title,
        ideas=[(name, _line(idea.means)) for name, idea in scenario.ideas.items()],
        asks=[
            *((f"fact:{name}", fact.about) for name, fact in scenario.facts.items()),
            *((f"exhibit:{name}", entry.title) for name, entry in scenario.exhibits.items()),
        ],
        question=_question(context),
        turns=earlier(session),
        message=_learner(text, MOST_MESSAGE),
    )


def repair(messages: Messages, answer: str, problem: str) -> Messages:
    """The same again after an answer that could not be used."""
    (again,) = _messages("repair.j2", problem=problem)
    return [*messages, {"role": "assistant", "content": answer[:MOST_MESSAGE]}, again]


def wording(move: Move, context: Context, draft: str) -> Messages:
    """The prompt for wording a move, of which `draft` is the offline wording."""
    session, scenario = context.session, context.session.key.scenario
    turn = session.awaiting or session.last
    return _messages(
        "word.j2",
        name=scenario.consultant.name,
        style=scenario.consultant.style,
        you=scenario.you,
        brief=_cut(render(scenario.brief, context.facts), MOST_BRIEF),
        words=REPLY_WORDS,
        question=_question(context),
        turns=earlier(session),
        message=_learner(turn.text if turn else "", MOST_MESSAGE),
        exhibit=cited(move, context),
        does=DOES[move.kind],
        draft=draft,
    )


# ---------------------------------------------------------------- what goes into them


def earlier(session: Session) -> tuple[Said, ...]:
    """The last turns that were answered."""
    answered = [t for t in session.turns if t.reply is not None]
    return tuple(
        Said(_learner(t.text, MOST_SAID), _cut(_line(t.reply or ""), MOST_SAID)) for t in answered[-TURNS:]
    )


def cited(move: Move, context: Context) -> Shown | None:
    """The exhibit that a move points at, in words; none before the stage from which it is to be had."""
    if move.exhibit is None or not context.session.available(move.exhibit):
        return None
    entry = context.session.key.scenario.exhibits[move.exhibit]
    exhibit = context.run.exhibit(entry.show)
    return Shown(entry.title, exhibit.summary, table_of(exhibit))


def table_of(exhibit: Exhibit) -> str:
    """The exhibit's table as lines of cells, long ones thinned evenly with their first and last row."""
    table = tabulate(exhibit)
    rows = list(table.rows)
    if len(rows) > MOST_ROWS:
        step = (len(rows) - 1) / (MOST_ROWS - 1)
        rows = [rows[round(i * step)] for i in range(MOST_ROWS)]
    lines = (" | ".join(_cut(cell, MOST_CELL) for cell in row) for row in [table.headers, *rows])
    return _whole_lines(lines, MOST_TABLE)


def _whole_lines(lines: Iterable[str], most: int) -> str:
    """As many lines as fit; half a line could hold half a number."""
    kept: list[str] = []
    for line in lines:
        most -= len(line) + 1
        if most < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def _question(context: Context) -> str:
    stage = context.session.key.scenario.stages[context.session.stage]
    return _line(render(stage.ask, context.facts))


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, most: int) -> str:
    text = text.strip()
    return text if len(text) <= most else f"{text[: most - 1].rsplit(None, 1)[0]}…"


def _learner(text: str, most: int) -> str:
    """A learner's words, without what could pass for the marks of a prompt."""
    return re.sub(r"</?\w[\w-]*>", " ", _cut(text, most))


# ---------------------------------------------------------------- the templates


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(content.prompts_dir()),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  text for a model, not for a browser
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _messages(template_name: str, /, **values: object) -> Messages:
    """The blocks of a template as messages, in the file's order. UndefinedError for a missing value."""
    template = _environment().get_template(template_name)
    scope = template.new_context(values)
    blocks = template.blocks.items()
    return [{"role": role, "content": "".join(block(scope)).strip()} for role, block in blocks]
