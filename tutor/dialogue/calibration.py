"""How sure a learner was against how right they were: the same questions we ask of a model. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.dialogue.model import MoveKind
from tutor.dialogue.session import Session
from tutor.engine.records import Exhibit, Line, Lines

BINS = 5
LEAST = 2  # estimates in all for which a diagram says anything


@dataclass(frozen=True)
class Estimate:
    """How sure the learner was of a message (0 to 1), and whether it was right."""

    turn: int
    probability: float
    right: bool


@dataclass(frozen=True)
class Bin:
    """Estimates of similar sureness: how many, how sure on average, which share was right."""

    count: int
    sure: float
    right: float


def estimates_of(session: Session) -> tuple[Estimate, ...]:
    """The estimates of messages that earned credit or were pushed back. The others tell nothing, nor does a
    pushback that the learner disputes: who was right there is for the instructor to say."""
    judged = dict.fromkeys((c.turn for c in session.credits.values()), True)
    pushed = [t for t in session.turns if t.move is not None and t.move.kind is MoveKind.PUSH_BACK]
    judged |= {t.number: False for t in pushed}
    for turn in pushed:
        if turn.disputed is not None:
            del judged[turn.number]
    return tuple(Estimate(n, p, judged[n]) for n, p in sorted(session.estimates.items()) if n in judged)


def brier(estimates: Sequence[Estimate]) -> float | None:
    """The mean squared distance between how sure and how right: 0 is perfect, 0.25 is what a coin earns.

    Source: Brier (1950), Verification of forecasts expressed in terms of probability.
    """
    if not estimates:
        return None
    return sum((e.probability - e.right) ** 2 for e in estimates) / len(estimates)


def bins(estimates: Sequence[Estimate]) -> tuple[Bin, ...]:
    """The estimates in bins of equal width, the empty ones left out."""
    filled: dict[int, list[Estimate]] = {}
    for estimate in estimates:
        filled.setdefault(min(int(estimate.probability * BINS), BINS - 1), []).append(estimate)
    return tuple(
        Bin(
            count=len(group),
            sure=sum(e.probability for e in group) / len(group),
            right=sum(e.right for e in group) / len(group),
        )
        for _, group in sorted(filled.items())
    )


def reliability_diagram(estimates: Sequence[Estimate]) -> Exhibit | None:
    """The learner's own reliability diagram; None below two estimates.

    Source: Murphy & Winkler (1977), Reliability of subjective probability forecasts.
    """
    if len(estimates) < LEAST:
        return None
    found = bins(estimates)
    sure = sum(e.probability for e in estimates) / len(estimates)
    right = sum(e.right for e in estimates) / len(estimates)
    told = f"Over {len(estimates)} messages you were {sure:.0%} sure on average, and {right:.0%} were right."
    line = Line(name="you", x=tuple(b.sure for b in found), y=tuple(b.right for b in found))
    return Exhibit(
        name="own_calibration",
        title="How sure, how right",
        summary=told,
        body=Lines(x_label="how sure you were", y_label="share that was right", lines=(line,), diagonal=True),
    )
