"""The debrief in words: what each line of it says, and what sort of line it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tutor.app.filling import filled
from tutor.dialogue.debrief import Challenged, Debrief, Found, StageReport
from tutor.scenario.schema import Scenario

Sort = Literal["found", "missed", "challenged", "held", "remark"]

GLYPHS: dict[Sort, str] = {"found": "✓", "missed": "✗", "challenged": "▲", "held": "▲", "remark": "·"}


@dataclass(frozen=True)
class Line:
    """One line of a stage's review: a glyph's sort, a lead in a few words, the text, the learner's words."""

    sort: Sort
    lead: str
    text: str = ""
    quote: str = ""


@dataclass(frozen=True)
class StageReview:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Review:
    """Everything the debrief screen shows."""

    cause: str
    story: str
    complete: bool
    stages: tuple[StageReview, ...]
    unseen: tuple[str, ...]
    tally: str


def review(scenario: Scenario, report: Debrief, facts: Mapping[str, Any], messages: int) -> Review:
    """The review of a session."""
    variant = scenario.variants[report.variant]
    stages = enumerate(report.stages, start=1)
    met = sum(f.said is not None for s in report.stages for f in s.found)
    asked = sum(len(s.found) for s in report.stages)
    held = sum(len(s.challenged) for s in report.stages)
    dropped = sum(c.challenge.dropped is not None for s in report.stages for c in s.challenged)
    tally = [
        f"{met} of {asked} points made",
        f"{_count(messages, 'message')}",
        f"{_count(sum(s.hints for s in report.stages), 'hint')}",
        f"{_count(held, 'challenge')}" + (f", {dropped} settled" if held else ""),
        f"{_count(report.questions, 'question')}",
    ]
    return Review(
        cause=filled(variant.cause, facts),
        story=filled(variant.debrief, facts),
        complete=report.complete,
        stages=tuple(
            StageReview(
                f"{number}  {scenario.stages[stage.stage].title}",
                tuple(_lines(scenario, stage, facts)),
            )
            for number, stage in stages
        ),
        unseen=tuple(scenario.exhibits[name].title for name in report.never_opened),
        tally="  ·  ".join(tally),
    )


def _count(number: int, word: str) -> str:
    return f"{number}\u00a0{word}{'' if number == 1 else 's'}"


def _lines(scenario: Scenario, report: StageReport, facts: Mapping[str, Any]) -> Iterator[Line]:
    if not report.reached:
        yield Line("remark", "You ended before this stage.")
    for found in report.found:
        yield _found(scenario, found, facts)
    for challenged in report.challenged:
        yield _challenged(scenario, challenged)
    if report.hints:
        yield Line("remark", f"{_count(report.hints, 'hint')} on the way.")


def _found(scenario: Scenario, found: Found, facts: Mapping[str, Any]) -> Line:
    if found.said is not None and found.credit is not None:
        told = ", after being told" if found.told else ""
        early = "" if found.credit.grounded else ", without the evidence for it"
        lead = f"You said it in message {found.credit.turn}{told}{early}:"
        return Line("found", lead, quote=found.credit.quote)
    ideas = [scenario.ideas[name] for name in found.ideas]
    if len(ideas) == 1 and ideas[0].assertion:
        return Line("missed", "Missed:", filled(ideas[0].assertion, facts))
    lead = "Missed:" if len(ideas) == 1 else "Missed, any one of:"
    return Line("missed", lead, "\nor: ".join(idea.means for idea in ideas))


def _challenged(scenario: Scenario, item: Challenged) -> Line:
    challenge = item.challenge
    times = f" {challenge.times} times" if challenge.times > 1 else ""
    if challenge.dropped is None:
        return Line("held", f"Challenged{times}, and never dropped:", quote=challenge.quote)
    lead = f"Challenged{times}, and dropped in message {challenge.dropped}:"
    return Line("challenged", lead, quote=challenge.quote)
