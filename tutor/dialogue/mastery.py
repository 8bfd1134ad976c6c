"""How likely it is that a learner has mastered a concept, from the points of cases they did and did not make.

Bayesian knowledge tracing. A concept is either known or not; each opportunity to apply it shows something of
which (a known one slips, an unknown one is guessed), and may teach it.

Source: Corbett & Anderson (1995), Knowledge tracing: modeling the acquisition of procedural knowledge. The
parameters are not fitted: there is no population to fit them to. They stay within the bounds under which the
model cannot degenerate (Baker, Corbett & Aleven 2008: guess below 0.3, slip below 0.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tutor.dialogue.debrief import debrief
from tutor.dialogue.session import Session

MASTERED = 0.95  # where tutors that use the model stop drilling


@dataclass(frozen=True)
class Parameters:
    """Probabilities: known before the first opportunity, learnt at each one, slipped, guessed."""

    known: float = 0.15
    learn: float = 0.20
    slip: float = 0.08
    guess: float = 0.15


@dataclass(frozen=True)
class Opportunity:
    """One point of a case that was there to be made, and whether the learner made it without being told."""

    concept: str
    right: bool


@dataclass(frozen=True)
class Mastery:
    """The probability that a concept is known, after so many opportunities to apply it."""

    concept: str
    probability: float
    opportunities: int

    @property
    def mastered(self) -> bool:
        return self.probability >= MASTERED


PARAMETERS = Parameters()


def trace(known: float, right: bool, given: Parameters = PARAMETERS) -> float:
    """The probability that the concept is known after one more opportunity: Bayes' rule for what was seen,
    then the chance of learning from it."""
    if right:
        evidence = known * (1 - given.slip)
        posterior = evidence / (evidence + (1 - known) * given.guess)
    else:
        evidence = known * given.slip
        posterior = evidence / (evidence + (1 - known) * (1 - given.guess))
    return posterior + (1 - posterior) * given.learn


def mastery(opportunities: Iterable[Opportunity], given: Parameters = PARAMETERS) -> dict[str, Mastery]:
    """Every concept met, in the order of first meeting; opportunities oldest first."""
    found: dict[str, Mastery] = {}
    for item in opportunities:
        before = found.get(item.concept, Mastery(item.concept, given.known, 0))
        probability = trace(before.probability, item.right, given)
        found[item.concept] = Mastery(item.concept, probability, before.opportunities + 1)
    return found


def opportunities(session: Session, about: dict[str, tuple[str, ...]]) -> tuple[Opportunity, ...]:
    """What a session showed. `about` names the concepts of each idea; an idea without any counts for none.

    Each expectation of a stage that was reached is one opportunity for every concept it is about: right when
    the learner said it before the consultant had to tell it, wrong otherwise. A misconception that was put
    forward is one more, and wrong.
    """
    report, found = debrief(session), []
    for stage in report.stages:
        if not stage.reached:
            continue
        for point in stage.found:
            concepts = dict.fromkeys(c for idea in point.ideas for c in about.get(idea, ()))
            right = point.said is not None and not point.told
            found += [Opportunity(concept, right) for concept in concepts]
        for item in stage.challenged:
            found += [Opportunity(concept, False) for concept in about.get(item.idea, ())]
    return tuple(found)
