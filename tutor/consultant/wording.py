"""The consultant's words for a move, without a language model. Pure: the same session, the same words.

What is said comes from the scenario's author, the run and the learner; the phrase bank (prompts/wording.yaml)
joins it. From the sealed key only what the move names is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from tutor.consultant.phrasebook import Chooser, Phrasebook, phrasebook
from tutor.consultant.prose import (
    cardinal,
    clause,
    flat,
    gist,
    is_question,
    joined,
    lower_first,
    normalised,
    ordinal,
    quoted,
    sentences,
    widened,
)
from tutor.consultant.protocols import Context
from tutor.dialogue.asides import rank
from tutor.dialogue.model import Claim, Move, MoveKind, Reason
from tutor.dialogue.session import Session, Turn
from tutor.scenario.schema import StageRoles
from tutor.scenario.templates import render

_HINTS = {MoveKind.PUMP: 0, MoveKind.HINT: 1, MoveKind.PROMPT: 2}
PROPOSED = {
    "possible": "sound",
    "return": "sound_again",
}  # parts for proposals in the place of those for claims
OFFERS = 3  # how many things to ask for are named at once
RECENT = 4  # replies within which nothing long is said again
_GAP = re.compile(r"_{2,}|\.{3}|…")
_OPENER = re.compile(r"^(so|now|then),?\s+")


def compose(move: Move, context: Context) -> str:
    """The move in words: a few sentences of Markdown with *emphasis* and **bold** at most, and at most one
    question of the consultant's own, at the end. No sentence of it was said before in the session.
    RenderError when a template of the scenario names what the run lacks."""
    book = phrasebook()
    turn, before = _now(context.session)
    entry = entry_of(book, move)
    chooser = Chooser(
        book=book,
        entry=entry,
        seed=context.session.seed,
        round=sum(t.move is not None and entry_of(book, t.move) == entry for t in before),
        said=frozenset(normalised(s) for t in before if t.reply for s in sentences(t.reply)),
        recent=" ".join(normalised(t.reply) for t in before[-RECENT:] if t.reply),
        values=Material(move, context, book, turn, before).values(),
        own=context.session.key.scenario.consultant.phrases,
        instead=PROPOSED if _is_proposal(move, context) else {},
    )
    return chooser.reply()


def _is_proposal(move: Move, context: Context) -> bool:
    """Whether the idea is something to do, measure or watch, and no claim about what is the case."""
    if move.target is None:
        return False
    return context.session.key.scenario.ideas[move.target].kind not in ("observation", "diagnosis")


def entry_of(book: Phrasebook, move: Move) -> str:
    """The bank's entry for a move: `kind`, `kind.reason`, and `.level` once it was said before."""
    key = move.kind.value if move.reason is Reason.PLAIN else f"{move.kind.value}.{move.reason.value}"
    ladder = move.kind in _HINTS or move.kind is MoveKind.ASSERTION  # its level is the rung, not a repetition
    return book.wording(key, 0 if ladder else move.level)


def _now(session: Session) -> tuple[Turn | None, tuple[Turn, ...]]:
    """The turn to answer and those before it."""
    turn = session.awaiting or session.last
    return turn, tuple(t for t in session.turns if turn is not None and t.number < turn.number)


class Material:
    """What can be filled in for one move."""

    def __init__(
        self, move: Move, context: Context, book: Phrasebook, turn: Turn | None, before: tuple[Turn, ...]
    ) -> None:
        self.move, self.context, self.turn, self.before = move, context, turn, before
        self.proper = book.proper
        self.session, self.facts = context.session, context.facts
        self.scenario = context.session.key.scenario

    def values(self) -> Mapping[str, str]:
        """All names that have a value in this turn."""
        found = {
            **self._of_the_message(),
            **self._of_the_idea(),
            **self._of_the_evidence(),
            **self._of_the_case(),
        }
        return {name: value for name, value in found.items() if value}

    # ------------------------------------------------------------ the learner's words

    def _of_the_message(self) -> dict[str, str | None]:
        number = self.turn.number if self.turn else 1
        level, quote = self.move.level + 1, self._quote(self.move.target)
        return {
            "words": quoted(self.turn.text) if self.turn else None,
            "quote": quote,
            "right": self._right(quote),
            "earlier": self._earlier(),
            "nth": ordinal(number),
            "nth_count": cardinal(number) if number > 1 else None,
            "times": ordinal(level),
            "times_count": cardinal(level),
            "count": cardinal(len(self.move.candidates)) if self.move.candidates else None,
            "says_who": rank(self.turn.text) if self.turn else None,
        }

    def _claims(self) -> tuple[Claim, ...]:
        return self.turn.assessment.claims if self.turn and self.turn.assessment else ()

    def _quote(self, idea: str | None) -> str | None:
        """The learner's words for an idea of this message, or its name where they wrote no word."""
        claim = next((c for c in self._claims() if c.idea == idea), None)
        if claim is None or self.turn is None:
            return None
        others = [c.quote for c in self._claims() if c.idea != idea and c.quote]
        whole = widened(claim.quote, self.turn.text, others)
        if len(whole.split()) < 2 <= len(self.turn.text.split()) and (name := self._naming(idea)):
            return name  # one word out of a sentence is not what they said
        return quoted(whole) or quoted(self.turn.text) or self._naming(idea)

    def _right(self, quote: str | None) -> str | None:
        """A right idea in the learner's words; by its name where right and wrong stand in the same words."""
        if not self.move.acknowledged:
            return None
        idea = self.move.acknowledged[0]
        own = self._quote(idea)
        a, b = normalised(own or ""), normalised(quote or "")
        shared = bool(a and b) and (a in b or b in a)
        return self._naming(idea) if shared or not own else own

    def _earlier(self) -> str | None:
        idea = self._subject
        if idea is None:
            return None
        kept = self.session.challenge(idea) or self.session.credit(idea)
        now = self.turn.number if self.turn else 0
        return (quoted(kept.quote) or self._naming(idea)) if kept and kept.turn < now else None

    # ------------------------------------------------------------ the idea and its roles

    @cached_property
    def _subject(self) -> str | None:
        """The idea that is talked about: the target, or what was said early for the stage to come."""
        if self.move.kind is MoveKind.ADVANCE and self.move.candidates:
            return self.move.candidates[0]
        return self.move.target

    @cached_property
    def _spoken(self) -> frozenset[str]:
        turns = (*self.before, self.turn) if self.turn else self.before
        return frozenset(c.idea for t in turns if t.assessment for c in t.assessment.claims)

    def _naming(self, idea: str | None) -> str | None:
        """An idea as a noun phrase; only one that the learner has named."""
        if idea not in self._spoken:
            return None
        known = self.scenario.ideas[idea]
        return (
            clause(known.short.split(",")[0], self.proper)
            if known.short
            else f"*{gist(known.means, self.proper)}*"
        )

    def _of_the_idea(self) -> dict[str, str | None]:
        target, facts = self.move.target, self.facts
        readings = [gist(self.scenario.ideas[i].means, self.proper) for i in self.move.candidates]
        clarify = readings if self.move.kind is MoveKind.CLARIFY else []
        found: dict[str, str | None] = {
            "idea": self._naming(self._subject),
            **dict(zip(("first", "second"), clarify, strict=False)),
        }
        roles = self._roles(target)
        if target is None or roles is None:
            return found
        if (wrong := roles.wrong.get(target)) is not None:
            because = flat(render(wrong.because, facts))
            *body, last = sentences(because)
            found["error"] = clause(render(wrong.error, facts), self.proper)
            found["against"] = self._naming(target)
            again = flat(render(wrong.again, facts)) if wrong.again else ""
            found["again" if is_question(again) else "again_plain"] = again
            found["closing"] = last if body and is_question(last) else None
            found["because"] = " ".join(body) if found["closing"] else because
        if (plausible := roles.plausible.get(target)) is not None:
            found["ask"] = flat(render(plausible.ask, facts))
            found["reminder"] = self._question(plausible.ask)
        if (confirmed := roles.confirms.get(target)) is not None:
            found["confirms"] = flat(render(confirmed.because, facts))
        return found | self._of_the_ladder(target)

    def _roles(self, idea: str | None) -> StageRoles | None:
        placed = self.session.key.place(idea, self.session.stage) if idea else None
        return self.session.key.roles(placed.stage) if placed else None

    def _of_the_ladder(self, target: str) -> dict[str, str | None]:
        if self.move.reason is not Reason.PLAIN:
            return {}
        idea, step = self.scenario.ideas[target], _HINTS.get(self.move.kind)
        if step is not None and step < len(idea.hints):
            hint = flat(render(idea.hints[step], self.facts))
            return {"hint": hint, "gap": hint if _GAP.search(hint) else None}
        if self.move.kind is MoveKind.ASSERTION:
            return {"assertion": flat(render(idea.assertion or idea.means, self.facts))}
        return {}

    # ------------------------------------------------------------ the evidence and the case

    def _of_the_evidence(self) -> dict[str, str | None]:
        name = self.move.exhibit
        if name is None:
            return {}
        entry = self.scenario.exhibits[name]
        summary = flat(self.context.run.exhibit(entry.show).summary)
        return {
            "exhibit": _bold(entry.title),
            "summary": summary,
            "summary_clause": clause(summary, self.proper),
            "say": flat(render(entry.say, self.facts)) if entry.say else None,
        }

    def _of_the_case(self) -> dict[str, str | None]:
        stage = self.scenario.stages[self.session.stage]
        number = self.session.key.stages.index(self.session.stage) + 1
        total = len(self.scenario.stages)
        left, said = len(self.session.open_groups()), bool(self.session.said())
        found: dict[str, str | None] = {
            "stage": _topic(stage.title),
            "which_stage": ordinal(number),
            "stages": cardinal(total),
            "question": self._question(stage.ask),
            "ask_again": flat(render(stage.ask, self.facts)),
            "left": f"{cardinal(left)} {'more ' * said}{'point' if left == 1 else 'points'}"
            if left
            else None,
            "you": clause(self.scenario.you, self.proper),
            "name": self.scenario.consultant.name,
            "table": self._table(),
            "can_ask": self._can_ask(),
        }
        if self.move.stage is not None:
            following = self.scenario.stages[self.move.stage]
            found["next_stage"] = _topic(following.title)
            found["next_ask"] = flat(render(following.ask, self.facts))
        if self.move.reason is Reason.OUT_OF_TIME and self.scenario.clock is not None:
            found["consequence"] = flat(render(self.scenario.clock.out_of_time, self.facts))
        if self.move.fact is not None:
            fact = self.scenario.facts[self.move.fact]
            found["about"] = clause(fact.about, self.proper)
            answer = flat(render(fact.answer, self.facts))
            found |= {"answer": answer, "answer_clause": clause(answer, self.proper)}
        return found

    def _question(self, ask: str) -> str:
        """The last question of a text, to follow a colon."""
        said = sentences(flat(render(ask, self.facts)))
        question = next((s for s in reversed(said) if is_question(s)), said[-1])
        return _OPENER.sub("", lower_first(question, self.proper))

    def _table(self) -> str | None:
        """The exhibits put on the table last."""
        at_start = [n for n, e in self.scenario.exhibits.items() if e.open == "at_start"]
        there = [n for n in _unique([*at_start, *self.session.opened]) if self.session.available(n)]
        return joined([_bold(self.scenario.exhibits[n].title) for n in there[-OFFERS:]], "and") or None

    def _can_ask(self) -> str | None:
        """A few things the file does tell, those not asked for yet first, others each time."""
        asked = {t.move.fact for t in self.before if t.move}
        offers = [
            *(clause(f.about, self.proper) for name, f in self.scenario.facts.items() if name not in asked),
            *(
                _bold(e.title)
                for name, e in self.scenario.exhibits.items()
                if e.open == "on_request" and self.session.available(name) and name not in self.session.opened
            ),
        ]
        offers = offers or [
            _bold(e.title) for n, e in self.scenario.exhibits.items() if self.session.available(n)
        ]
        if not offers:
            return None
        start = self.session.seed + OFFERS * len(self.before)
        turned = offers[start % len(offers) :] + offers[: start % len(offers)]
        return joined(_unique(turned)[:OFFERS])


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _topic(title: str) -> str | None:
    """The title of a stage inside a sentence; none where it is a question itself."""
    return None if is_question(title) else _plain(title)


def _plain(title: str) -> str:
    return " ".join(title.replace("*", "").split()).rstrip(".?")


def _bold(title: str) -> str:
    return f"**{_plain(title)}**"
