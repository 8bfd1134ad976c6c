"""What can be filled in for a move: the learner's words, the idea, the evidence and the case. Pure.

From the sealed key only what the move names is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from tutor.consultant.offers import bold, on_the_table, plain, still_lacking, to_ask_for
from tutor.consultant.prose import (
    cardinal,
    clause,
    flat,
    gist,
    is_question,
    lower_first,
    normalised,
    ordinal,
    quoted,
    sentences,
    widened,
)
from tutor.consultant.protocols import Context
from tutor.dialogue.asides import OWN, rank
from tutor.dialogue.model import Claim, Move, MoveKind, Reason
from tutor.dialogue.session import Turn
from tutor.scenario.cards import glossary
from tutor.scenario.schema import StageRoles
from tutor.scenario.templates import render

WHOLE = 10  # words of a message that is quoted whole
HINTS = {MoveKind.PUMP: 0, MoveKind.HINT: 1, MoveKind.PROMPT: 2}
_GAP = re.compile(r"_{2,}|\.{3}|…")
_OPENER = re.compile(r"^(so|now|then),?\s+")


class Material:
    """What can be filled in for one move."""

    def __init__(
        self,
        move: Move,
        context: Context,
        proper: frozenset[str],
        turn: Turn | None,
        before: tuple[Turn, ...],
    ) -> None:
        self.move, self.context, self.turn, self.before = move, context, turn, before
        self.proper = proper
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
            **self._leans_on(),
            **dict(zip(("tried", "outcome"), (self._tried or "").split(": ", 1), strict=False)),
        }

    def _leans_on(self) -> dict[str, str | None]:
        who = rank(self.turn.text) if self.turn else None
        return {"own_rank": who} if who == OWN else {"says_who": who}

    @cached_property
    def _tried(self) -> str | None:
        """The experiment that the message puts forward, in one line."""
        text = self.turn.text if self.turn else ""
        return next((e.summary for e in self.session.experiments if e.summary in text), None)

    def _claims(self) -> tuple[Claim, ...]:
        return self.turn.assessment.claims if self.turn and self.turn.assessment else ()

    def _quote(self, idea: str | None) -> str | None:
        """The learner's words for an idea of this message, or its name where they wrote no word. An
        experiment is quoted by what was changed, not by what came of it."""
        claim = next((c for c in self._claims() if c.idea == idea), None)
        if claim is None or self.turn is None:
            return None
        if self._tried is not None and claim.quote in f"I tried {self._tried}.":
            return quoted(self._tried.partition(":")[0])
        others = [c.quote for c in self._claims() if c.idea != idea and c.quote]
        if not others and len(self.turn.text.split()) <= WHOLE and (said := quoted(self.turn.text)):
            return said
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
        idea, step = self.scenario.ideas[target], HINTS.get(self.move.kind)
        if step is not None and step < len(idea.hints):
            hint = flat(render(idea.hints[step], self.facts))
            return {"hint": hint, "gap": hint if _GAP.search(hint) else None}
        if self.move.kind is MoveKind.ASSERTION:
            return {"assertion": flat(render(idea.assertion or idea.means, self.facts))}
        return {}

    # ------------------------------------------------------------ the evidence and the case

    def _of_the_evidence(self) -> dict[str, str | None]:
        name, shows = self.move.exhibit, self.move.shows
        handed = {"handed": bold(self.scenario.exhibits[shows].title)} if shows else {}
        if name is None:
            return {**handed}
        entry = self.scenario.exhibits[name]
        summary = flat(self.context.run.exhibit(entry.show).summary)
        return {
            **handed,
            "exhibit": bold(entry.title),
            "summary": summary,
            "summary_clause": clause(summary, self.proper),
            "say": flat(render(entry.say, self.facts)) if entry.say else None,
        }

    def _of_the_case(self) -> dict[str, str | None]:
        stage = self.scenario.stages[self.session.stage]
        number = self.session.key.stages.index(self.session.stage) + 1
        total = len(self.scenario.stages)
        found: dict[str, str | None] = {
            "stage": _topic(stage.title),
            "which_stage": ordinal(number),
            "stages": cardinal(total),
            "question": self._question(stage.ask),
            "ask_again": flat(render(stage.ask, self.facts)),
            "why": flat(render(stage.why, self.facts)) if stage.why else None,
            "left": still_lacking(self.session),
            "you": clause(self.scenario.you, self.proper),
            "name": self.scenario.consultant.name,
            "table": on_the_table(self.session),
            "can_ask": to_ask_for(self.session, self.before, self.proper),
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
        return found | self._of_the_question()

    def _of_the_question(self) -> dict[str, str | None]:
        """What a question asked for besides: the meaning of words, another fact, more than is answered."""
        found: dict[str, str | None] = {}
        if self.move.terms:
            known = glossary()
            meanings = [flat(known[name.casefold()].means) for name in self.move.terms]
            found["meaning"] = " ".join(meanings)
            found["meaning_clause"] = "; ".join(clause(m, self.proper) for m in meanings)
        if self.move.also:
            fact = self.scenario.facts[self.move.also[0]]
            found["also_about"] = clause(fact.about, self.proper)
            found["also_clause"] = clause(render(fact.answer, self.facts), self.proper)
        if self.move.unmet:
            found["unmet"] = cardinal(self.move.unmet)
        return found

    def _question(self, ask: str) -> str:
        """The last question of a text, to follow a colon."""
        said = sentences(flat(render(ask, self.facts)))
        question = next((s for s in reversed(said) if is_question(s)), said[-1])
        return _OPENER.sub("", lower_first(question, self.proper))


def _topic(title: str) -> str | None:
    """The title of a stage inside a sentence; none where it is a question itself."""
    return None if is_question(title) else plain(title)
