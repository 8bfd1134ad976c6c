"""The scorecard of the credit case and the policy around it: who is approved, refused or sent to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.covariance import EmpiricalCovariance
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tutor.engine.calibration import Recalibration, calibration_in_the_large
from tutor.engine.metrics import Floats, Values, both_classes
from tutor.engine.settings.credit import CreditSettings
from tutor.engine.simulate.credit_world import (
    FEATURES,
    HISTORY,
    INCOME,
    INQUIRIES,
    JOB,
    LATE,
    NEW,
    SELF_EMPLOYED,
    Batch,
)

SEGMENT_COLUMNS = (len(FEATURES), len(FEATURES) + 1)


def design(rows: Batch) -> Floats:
    """The columns a model may use, (n, 10): the features as seen, with counts, years and income in
    logarithms, then whether self-employed and whether new to credit."""
    z = np.column_stack([rows.seen, rows.segment == SELF_EMPLOYED, rows.segment == NEW])
    z[:, INCOME] = np.log(np.maximum(z[:, INCOME], 1.0))
    counts = [INQUIRIES, LATE, JOB, HISTORY]
    z[:, counts] = np.log1p(z[:, counts])
    return z


NO_SHIFT = Recalibration()


@dataclass(frozen=True)
class Scorecard:
    """A logistic regression on standardised columns; `shift` recalibrates its log-odds."""

    model: Pipeline
    columns: tuple[int, ...]
    fitted_on: str
    shift: Recalibration = NO_SHIFT

    def risk(self, rows: Batch) -> Floats:
        """The predicted probability of default, (n,)."""
        return self.shift(self.model.predict_proba(design(rows)[:, self.columns])[:, 1])


def fit(rows: Batch, columns: Sequence[int], fitted_on: str) -> Scorecard:
    """A scorecard fitted on those rows; ValueError where they hold no default or nothing else."""
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(design(rows)[:, columns], rows.default)
    return Scorecard(model, tuple(columns), fitted_on)


class Decision(NamedTuple):
    """Per applicant: the predicted risk, whether approved, whether a person decided."""

    risk: Floats
    approved: Values
    reviewed: Values


@dataclass(frozen=True)
class Unusual:
    """Applicants unlike the training data: squared Mahalanobis distance above its 99th percentile
    (Mahalanobis 1936; as an out-of-distribution score, Lee et al. 2018)."""

    scaler: StandardScaler
    covariance: EmpiricalCovariance
    limit: float

    def __call__(self, rows: Batch) -> Values:
        z = self.scaler.transform(design(rows)[:, : len(FEATURES)])
        found: Values = self.covariance.mahalanobis(z) > self.limit
        return found


def unusual(rows: Batch) -> Unusual:
    """The detector fitted on the training data."""
    x = design(rows)[:, : len(FEATURES)]
    scaler = StandardScaler().fit(x)
    z = scaler.transform(x)
    covariance = EmpiricalCovariance().fit(z)
    return Unusual(scaler, covariance, float(np.quantile(covariance.mahalanobis(z), 0.99)))


@dataclass(frozen=True)
class Policy:
    """What decides in a month."""

    scorecard: Scorecard
    cutoff: float
    review_band: float = 0.0
    unusual: Unusual | None = None

    def decide(self, month: Batch, rng: np.random.Generator) -> Decision:
        """A person who reviews a case judges its true risk with an error of 0.7 in log-odds (an assumption of
        this simulation) and approves under the same cutoff."""
        risk = self.scorecard.risk(month)
        approved = risk < self.cutoff
        # drawn in any case, so that no lever changes what comes after
        judged = expit(month.risk + 0.7 * rng.standard_normal(len(risk)))
        reviewed = np.abs(risk - self.cutoff) < self.review_band
        if self.unusual is not None:
            reviewed = reviewed | self.unusual(month)
        return Decision(risk, np.where(reviewed, judged < self.cutoff, approved), reviewed)


class Known(NamedTuple):
    """A past month and what was decided in it."""

    batch: Batch
    decision: Decision


def joined(parts: Sequence[Batch]) -> Batch:
    return Batch(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def with_outcomes(months: Sequence[Known]) -> Batch:
    """The approved loans alone, since nobody learns how a refused one would have gone."""
    return joined([m.batch.take(m.decision.approved) for m in months])


def retrained(old: Scorecard, rows: Batch, fitted_on: str) -> Scorecard:
    """A model with the old one's columns fitted on those rows; the old one where they show but one
    outcome."""
    return fit(rows, old.columns, fitted_on) if both_classes(rows.default) else old


def recalibrated(old: Scorecard, rows: Batch) -> Scorecard:
    """The same model, its log-odds moved so that the mean risk of those loans is what happened."""
    plain = replace(old, shift=NO_SHIFT)
    shift = calibration_in_the_large(rows.default, plain.risk(rows))
    return replace(old, shift=Recalibration(intercept=shift or 0.0))


def remedied(settings: CreditSettings, before: Policy, first: Batch, known: Sequence[Known]) -> Policy:
    """The policy from now on: the levers applied to the one before, with the months whose outcomes are
    known."""
    card, recent = before.scorecard, with_outcomes(known[-settings.window :])
    columns = [i for i in card.columns if i not in SEGMENT_COLUMNS and FEATURES[i] != settings.drop_feature]
    columns += SEGMENT_COLUMNS if settings.add_segment else ()
    if tuple(columns) != card.columns:
        card = fit(first, columns, "month 0")
    if settings.retrain == "recent":
        card = retrained(card, recent, f"the last {settings.window} months with known outcomes")
    elif settings.retrain == "everything":
        card = retrained(card, joined([first, with_outcomes(known)]), "everything since month 0")
    if settings.recalibrate:
        card = recalibrated(card, recent)
    return Policy(
        scorecard=card,
        cutoff=settings.new_cutoff or before.cutoff,
        review_band=settings.review_band,
        unusual=unusual(first) if settings.review_unusual else None,
    )
