"""The debrief in words: what each line of it says, and what sort of line it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tutor.dialogue.calibration import Estimate, brier
from tutor.dialogue.debrief import Challenged, Debrief, Found, StageReport, debrief
from tutor.dialogue.session import Session
from tutor.reports.filling import filled
from tutor.scenario.cards import Card, about, of_scenario
from tutor.scenario.schema import Scenario

Sort = Literal["found", "missed", "challenged", "held", "remark"]

GLYPHS: dict[Sort, str] = {"found": "✓", "missed": "✗", "challenged": "▲", "held": "▲", "remark": "·"}

EARLY = "You ended this case early, with {} of {} stages done. It does not count as finished."
MOST_ANSWER = 240  # characters of an answer that are quoted
FLAWLESS = "You made every point, without a hint and without a challenge: there is nothing you have to read."
HINTED = 2  # the rung of the ladder that says more than "go on"


@dataclass(frozen=True)
class Line:
    """One line of a stage's review: a glyph's sort, a lead in a few words, the text, the learner's words, and
    what they answered when these were challenged."""

    sort: Sort
    lead: str
    text: str = ""
    quote: str = ""
    answer: str = ""


@dataclass(frozen=True)
class StageReview:
    """What happened in one stage."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Review:
    """Everything that a debrief tells. `early` says that the case was ended before its last stage was done,
    and is empty otherwise. `read` are the names and titles of concept cards about what was missed, challenged
    or hinted at, `further` the other cards of the case; `flawless`: there was nothing of that kind."""

    variant: str
    seed: int
    cause: str
    story: str
    early: str
    stages: tuple[StageReview, ...]
    unseen: tuple[str, ...]
    tally: tuple[str, ...]
    experiments: tuple[str, ...]
    sure: str
    read: tuple[tuple[str, str], ...]
    further: tuple[tuple[str, str], ...]
    flawless: bool


def review(session: Session, facts: Mapping[str, Any]) -> Review:
    """The review of a session. It tells what was planted: only for a session that is over."""
    scenario, report = session.key.scenario, debrief(session)
    variant = scenario.variants[report.variant]
    done = [stage for stage in report.stages if stage.reached][:-1]
    trouble = _trouble(session, report)
    read = _named(about(trouble, scenario))
    return Review(
        variant=report.variant,
        seed=session.seed,
        cause=filled(variant.cause, facts),
        story=filled(variant.debrief, facts),
        early="" if report.complete else EARLY.format(len(done), len(report.stages)),
        stages=tuple(
            StageReview(
                f"{number}  {scenario.stages[stage.stage].title}",
                tuple(_lines(session, stage, facts)),
            )
            for number, stage in enumerate(report.stages, start=1)
        ),
        unseen=tuple(scenario.exhibits[name].title for name in report.never_opened),
        tally=_tally(session, report),
        experiments=tuple(event.summary for event in session.experiments),
        sure=sure(report.estimates),
        read=read,
        further=tuple(card for card in _named(of_scenario(scenario)) if card not in read),
        flawless=not trouble and not any(stage.hints for stage in report.stages),
    )


def _tally(session: Session, report: Debrief) -> tuple[str, ...]:
    met = sum(f.said is not None for s in report.stages for f in s.found)
    asked = sum(len(s.found) for s in report.stages)
    held = sum(len(s.challenged) for s in report.stages)
    dropped = sum(c.challenge.dropped is not None for s in report.stages for c in s.challenged)
    left = session.hours_left()
    told = [
        f"{met} of {asked} points made",
        count(len(session.turns), "message"),
        count(sum(s.hints for s in report.stages), "hint"),
        count(held, "challenge") + (f", {dropped} settled" if held else ""),
        count(report.questions, "question"),
        count(report.experiments, "experiment") if report.experiments else "",
        f"{session.hours_spent():g} h spent, {left:g} left" if left is not None else "",
        f"{report.disputes} marked as unfair" if report.disputes else "",
    ]
    return tuple(filter(None, told))


def sure(estimates: Sequence[Estimate]) -> str:
    """How sure the learner was against how right; empty where they never said."""
    score = brier(estimates)
    if score is None:
        return ""
    right = sum(e.right for e in estimates)
    mean = sum(e.probability for e in estimates) / len(estimates)
    return (
        f"{count(len(estimates), 'message')}, {mean:.0%} sure on average, {right} of them right; "
        f"Brier score {score:.2f} (0 is perfect, 0.25 is a coin)."
    )


def _trouble(session: Session, report: Debrief) -> tuple[str, ...]:
    """The ideas that were missed, then those that were challenged, then those that needed a hint."""
    missed = [idea for group in report.missed for idea in group]
    challenged = [c.idea for s in report.stages for c in s.challenged]
    hinted = [idea for (_, idea), rung in session.ladder.items() if rung >= HINTED]
    return tuple(dict.fromkeys([*missed, *challenged, *hinted]))


def _named(cards: Iterable[Card]) -> tuple[tuple[str, str], ...]:
    return tuple((card.name, card.title) for card in cards)


def count(number: int, word: str) -> str:
    """'1 hint', '2 hints', held together by a space that does not break."""
    return f"{number}\u00a0{word}{'' if number == 1 else 's'}"


def _lines(session: Session, report: StageReport, facts: Mapping[str, Any]) -> Iterator[Line]:
    if not report.reached:
        yield Line("remark", "You ended before this stage.")
    for found in report.found:
        yield _found(session.key.scenario, found, facts)
        yield from _alternatives(session, report.stage, found)
    for challenged in report.challenged:
        yield _challenged(session, challenged)
    if report.hints:
        yield Line("remark", f"{count(report.hints, 'hint')} on the way.")


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


def _alternatives(session: Session, stage: str, found: Found) -> Iterator[Line]:
    """The other ideas that were said where any one would have done: they were accepted, so they are told."""
    if found.credit is None:
        return
    others = (session.credits.get((stage, idea)) for idea in found.ideas if idea != found.said)
    told = {(found.credit.turn, found.credit.quote)}
    for credit in sorted(filter(None, others), key=lambda credit: credit.turn):
        if (credit.turn, credit.quote) not in told:
            told.add((credit.turn, credit.quote))
            yield Line("found", f"Accepted as well, in message {credit.turn}:", quote=credit.quote)


def _challenged(session: Session, item: Challenged) -> Line:
    challenge = item.challenge
    times = f" {challenge.times} times" if challenge.times > 1 else ""
    if challenge.dropped is None:
        answer = _message(session, challenge.turn + 1)
        return Line("held", f"Challenged{times}, and never dropped:", quote=challenge.quote, answer=answer)
    lead = f"Challenged{times}, and dropped in message {challenge.dropped}:"
    answer = _message(session, challenge.dropped)
    return Line("challenged", lead, quote=challenge.quote, answer=answer)


def _message(session: Session, number: int) -> str:
    """A message of the learner, shortened; nothing when there was none."""
    text = " ".join(session.turns[number - 1].text.split()) if number <= len(session.turns) else ""
    return text if len(text) <= MOST_ANSWER else text[: MOST_ANSWER - 1] + "…"
