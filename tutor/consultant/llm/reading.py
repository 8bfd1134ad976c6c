"""A model's reading of a message: its shape, and whether it can be believed. Pure.

A model may err, flatter or be told what to say. What it reports is therefore held against the message (every
quote must be there) and against the offline reader, which cannot be talked to: the model may see what the
offline reader only suspects, but not what it finds no trace of, and it may not unsay what that is sure of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from tutor.dialogue.model import Act, Assessment, Claim, Stance
from tutor.scenario.schema import LearnerAct, Scenario

Certainty = Literal["certain", "likely", "unsure"]
_CERTAINTY: Mapping[Certainty, float] = {"certain": 0.95, "likely": 0.75, "unsure": 0.4}

TRACE = 0.3
"""An idea that the offline reader gives less than this is not in the message."""
CLEAR = 0.6
"""What it takes where the offline reader sees no attempt at an answer at all."""
SURE = 0.85
"""A claim of the offline reader that a model may not unsay or turn round."""
MOST_ANSWER = 50_000
"""Characters of an answer that are looked at."""
TRIES = 20
"""Braces at which the JSON of an answer may begin."""


class Reported(BaseModel):
    """One claim as a model reports it; `idea` is one of the scenario's ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    idea: str
    stance: Literal["asserts", "denies"]
    certainty: Certainty
    quote: str


class Report(BaseModel):
    """A whole reading as a model reports it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: LearnerAct
    claims: tuple[Reported, ...]
    asks: str | None


class Unusable(ValueError):
    """A report that cannot be used; the message says why, for the model to mend."""


@lru_cache(maxsize=16)
def _shape(ideas: tuple[str, ...], asks: tuple[str, ...]) -> type[Report]:
    idea: Any = Literal[ideas]
    claim: Any = create_model("Claim", __base__=Reported, idea=(idea, ...))
    asked: Any = Literal[asks] if asks else str
    return create_model("Reading", __base__=Report, claims=(tuple[claim, ...], ...), asks=(asked | None, ...))


def shape(scenario: Scenario) -> type[Report]:
    """The report's model for one scenario: only its own ids are allowed."""
    asks = (*(f"fact:{f}" for f in scenario.facts), *(f"exhibit:{e}" for e in scenario.exhibits))
    return _shape(tuple(scenario.ideas), asks)


def schema(scenario: Scenario) -> dict[str, Any]:
    """The JSON Schema of the report, in the strict form that servers want: every key required, no others."""
    return shape(scenario).model_json_schema()


def parse(answer: str, scenario: Scenario) -> Report:
    """The report in a model's answer, alone or inside other text. Unusable."""
    try:
        return shape(scenario).model_validate(_json_in(answer))
    except ValidationError as error:
        first = error.errors()[0]
        raise Unusable(f"at {'.'.join(map(str, first['loc'])) or 'the top'}: {first['msg'][:200]}") from error


def _json_in(answer: str) -> Any:
    """The last JSON object of an answer that begins on the outermost level."""
    if len(answer) > MOST_ANSWER:
        raise Unusable("it was far too long")
    decoder = json.JSONDecoder()
    found: Any = None
    at = answer.find("{")
    for _ in range(TRIES):
        if at < 0:
            break
        try:
            found, end = decoder.raw_decode(answer, at)
        except (json.JSONDecodeError, RecursionError):
            end = at + 1
        at = answer.find("{", end)
    if not isinstance(found, dict):
        raise Unusable("there was no JSON object in it")
    return found


# ---------------------------------------------------------------- against the message


def quoted_from(text: str, quote: str) -> str | None:
    """The place in a message that a quote stands for, whatever it did to case, spaces and marks; None if its
    words do not stand there in that order."""
    words = re.findall(r"\w+", quote)
    if not words:
        return None
    found = re.search(r"\W+".join(map(re.escape, words)), text, re.IGNORECASE)
    return found[0] if found and not _inside_word(text, found.start(), found.end()) else None


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return (before.isalnum() and text[start].isalnum()) or (after.isalnum() and text[end - 1].isalnum())


def grounded(report: Report, text: str) -> Report:
    """The report with its quotes as they stand in the message. Unusable for words the learner never wrote."""
    claims = []
    for claim in report.claims:
        quote = quoted_from(text, claim.quote)
        if quote is None:
            raise Unusable("a quote does not stand in the message; copy the learner's own words")
        claims.append(claim.model_copy(update={"quote": quote}))
    return report.model_copy(update={"claims": tuple(claims)})


# ---------------------------------------------------------------- against the offline reader

_GIVES_AWAY = frozenset({Act.HINT_REQUEST, Act.GIVE_UP})


def settled(report: Report, offline: Assessment, likely: Mapping[str, float]) -> Assessment | None:
    """What the two readers agree on; None where the model unsays what the offline reader is sure of.

    `likely`: how probable the offline reader finds each idea in the message.
    """
    act = Act(report.act)
    sure = {c.idea: c.stance for c in offline.claims if c.confidence >= SURE}
    told = {c.idea: Stance(c.stance) for c in report.claims if c.certainty != "unsure"}
    if offline.act is Act.CONTRIBUTION and any(told.get(i) is not s for i, s in sure.items()):
        return None
    if act in _GIVES_AWAY and offline.act not in _GIVES_AWAY:
        return None
    if offline.act is Act.MANIPULATION and act is not Act.MANIPULATION:
        return None
    floor = TRACE if offline.act is Act.CONTRIBUTION else CLEAR
    kept = [c for c in report.claims if c.idea in sure or likely.get(c.idea, 0.0) >= floor]
    firm = tuple(_claim(c) for c in kept if c.certainty != "unsure")
    if act is not Act.CONTRIBUTION:
        asks = report.asks if act is Act.QUESTION else None
        claims = offline.claims if offline.act is act else ()
        return Assessment(act=act, confidence=0.9, claims=claims, asks=asks)
    if firm:
        return Assessment(act=act, claims=firm, confidence=min(c.confidence for c in firm))
    seen = [*(c.idea for c in kept), *offline.candidates]
    return Assessment(act=act, confidence=0.4, abstained=True, candidates=tuple(dict.fromkeys(seen)))


def _claim(claim: Reported) -> Claim:
    return Claim(
        idea=claim.idea,
        stance=Stance(claim.stance),
        confidence=_CERTAINTY[claim.certainty],
        quote=claim.quote,
    )
