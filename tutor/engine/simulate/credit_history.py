"""A credit model in production: fitted on month 0, deciding for 18 months in a world that may move, and six
more under whatever the lab changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tutor.engine import drift
from tutor.engine.records import Progress
from tutor.engine.settings.credit import AHEAD, MONTHS, CreditSettings
from tutor.engine.simulate.credit_months import (
    Approved,
    Baseline,
    Month,
    Profile,
    Segment,
    measure,
    same_profiles,
    segments,
)
from tutor.engine.simulate.credit_policy import (
    Known,
    Policy,
    Scorecard,
    fit,
    remedied,
    retrained,
    with_outcomes,
)
from tutor.engine.simulate.credit_world import FEATURES, Batch, batch


@dataclass(frozen=True)
class History:
    """All that happened: the months in production and those after, with what was decided and measured."""

    settings: CreditSettings
    baseline: Baseline
    test: Batch  # the offline test set, from month 0 like the training rows
    scorecards: tuple[Scorecard, ...]  # in use in each month
    months: tuple[Known, ...]
    figures: tuple[Month, ...]

    @property
    def known(self) -> int:
        """In how many months outcomes are known at the end of month 17."""
        return MONTHS - self.settings.outcome_delay

    @cached_property
    def then_months(self) -> range:
        return range(min(6, self.settings.onset))

    @cached_property
    def now_months(self) -> range:
        """The last three months with known outcomes."""
        return range(self.known - 3, self.known)

    @cached_property
    def then(self) -> Approved:
        return Approved.of([self.months[i] for i in self.then_months])

    @cached_property
    def now(self) -> Approved:
        return Approved.of([self.months[i] for i in self.now_months])

    @cached_property
    def ahead(self) -> Approved:
        return Approved.of(self.months[MONTHS:])

    @cached_property
    def segments_then(self) -> dict[str, Segment]:
        return segments([self.months[i] for i in self.then_months])

    @cached_property
    def segments_now(self) -> dict[str, Segment]:
        return segments([self.months[i] for i in self.now_months])

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        return same_profiles(self.then, self.now)

    @cached_property
    def ks(self) -> dict[str, float]:
        """Kolmogorov-Smirnov distance of month 17 from month 0, by feature and for the score."""
        last, first = self.months[MONTHS - 1].batch.seen, self.baseline.rows.seen
        found = {name: drift.ks(first[:, i], last[:, i]) for i, name in enumerate(FEATURES)}
        card = self.scorecards[MONTHS - 1]
        return found | {
            "score": drift.ks(card.risk(self.baseline.rows), card.risk(self.months[MONTHS - 1].batch))
        }

    @cached_property
    def psi(self) -> dict[str, float]:
        """Population stability index of month 17 against month 0, by feature and for the score."""
        last = self.figures[MONTHS - 1]
        return dict(zip(FEATURES, last.psi, strict=True)) | {"score": last.score_psi}

    def mean(self, name: str, months: range) -> float:
        """The mean over months of a figure of `Month`."""
        return float(np.mean([getattr(self.figures[i], name) for i in months]))


def live(settings: CreditSettings, seed: int) -> Iterator[Progress | History]:
    """Month by month, the history last."""

    def stream(*path: int) -> np.random.Generator:
        # each part of the world has its own numbers, so that no lever changes who applies
        return np.random.default_rng([seed, *path])

    first = batch(settings.model_copy(update={"shift": "none"}), 0, stream(0), settings.training_rows)
    test = batch(settings.model_copy(update={"shift": "none"}), 0, stream(1), 5000)
    baseline = Baseline.of(first)
    original = fit(first, range(len(FEATURES)), "month 0")
    policy = Policy(original, settings.cutoff)
    score = baseline.score(original)
    months: list[Known] = []
    figures: list[Month] = []
    cards: list[Scorecard] = []
    for month in range(MONTHS + AHEAD):
        known = months[: max(0, month - settings.outcome_delay)]
        before = policy.scorecard
        if month == MONTHS:
            policy = remedied(settings, policy, first, known)
        elif known and settings.retrain_every and month < MONTHS and month % settings.retrain_every == 0:
            recent = known[-settings.window :]
            span = f"months {len(known) - len(recent)} to {len(known) - 1}"
            policy = Policy(retrained(before, with_outcomes(recent), span), policy.cutoff)
        if policy.scorecard is not before:
            score = baseline.score(policy.scorecard)
        arrived = batch(settings, month, stream(2, month), settings.applicants)
        if settings.repair_feed and month >= MONTHS:
            arrived = arrived._replace(seen=arrived.real)
        months.append(Known(arrived, policy.decide(arrived, stream(3, month))))
        outcomes = month < MONTHS - settings.outcome_delay
        figures.append(measure(months[-1], baseline, score, outcomes))
        cards.append(policy.scorecard)
        seen = figures[-1]
        values: dict[str, float | None] = {"approval": seen.approval, "late30": seen.late30}
        if outcomes or month >= MONTHS:
            values["default"] = seen.default
        yield Progress(unit="month", done=month + 1, total=MONTHS + AHEAD, values=values)
    yield History(settings, baseline, test, tuple(cards), tuple(months), tuple(figures))
