"""What a bank can measure in one month of the credit case, and over several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from tutor.engine.calibration import calibration_in_the_large, platt
from tutor.engine.drift import Reference
from tutor.engine.metrics import Floats, Values, both_classes, roc_auc
from tutor.engine.simulate.credit_policy import Known, Scorecard
from tutor.engine.simulate.credit_world import SEGMENTS, Batch


@dataclass(frozen=True)
class Baseline:
    """Month 0 as the reference of all drift: the training rows and their bins, by feature and for the
    score."""

    rows: Batch
    features: tuple[Reference, ...]
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, rows: Batch) -> Baseline:
        references = tuple(Reference.of(column) for column in rows.seen.T)
        return cls(rows, references, rows.seen.mean(axis=0), rows.seen.std(axis=0))

    def score(self, scorecard: Scorecard) -> Reference:
        """The scores that a scorecard gives to the training rows."""
        return Reference.of(scorecard.risk(self.rows))


@dataclass(frozen=True)
class Month:
    """One month's figures. Those about defaults are of approved loans, and known only after the delay."""

    approval: float
    reviewed: float
    predicted: float
    default: float
    late30: float
    auc: float | None
    shift: float | None  # calibration intercept, in log-odds, slope held at one
    slope: float | None
    psi: tuple[float, ...]
    score_psi: float
    moved: tuple[float, ...]  # feature means, in standard deviations from month 0


def measure(month: Known, baseline: Baseline, score: Reference, outcomes: bool) -> Month:
    """The figures of one month; without `outcomes` those are left out that need them and cost time."""
    batch, (risk, approved, reviewed) = month
    default, predicted = batch.default[approved], risk[approved]
    both = outcomes and len(default) > 0 and both_classes(default)
    moved = (batch.seen.mean(axis=0) - baseline.mean) / baseline.spread
    return Month(
        approval=float(approved.mean()),
        reviewed=float(reviewed.mean()),
        predicted=mean(predicted),
        default=mean(default),
        late30=mean(batch.late30[approved]),
        auc=roc_auc(default, predicted) if both else None,
        shift=calibration_in_the_large(default, predicted) if both else None,
        slope=platt(default, predicted).slope if both else None,
        psi=tuple(
            reference.psi(column) for reference, column in zip(baseline.features, batch.seen.T, strict=True)
        ),
        score_psi=score.psi(risk),
        moved=tuple(moved.tolist()),
    )


def mean(values: Values) -> float:
    """The mean; 0 where nobody was approved."""
    return float(np.mean(values)) if len(values) else 0.0


@dataclass(frozen=True)
class Approved:
    """Approved loans of several months together."""

    risk: Floats
    default: Values
    segment: Values

    @classmethod
    def of(cls, months: Sequence[Known]) -> Approved:
        masks = [m.decision.approved for m in months]
        return cls(
            np.concatenate([m.decision.risk[a] for m, a in zip(months, masks, strict=True)]),
            np.concatenate([m.batch.default[a] for m, a in zip(months, masks, strict=True)]),
            np.concatenate([m.batch.segment[a] for m, a in zip(months, masks, strict=True)]),
        )

    @property
    def rate(self) -> float:
        """The default rate."""
        return mean(self.default)

    @cached_property
    def calibration(self) -> tuple[float, float]:
        """Calibration intercept, in log-odds with the slope held at one, and slope."""
        shift = calibration_in_the_large(self.default, self.risk)
        return (0.0, 1.0) if shift is None else (shift, platt(self.default, self.risk).slope)


@dataclass(frozen=True)
class Segment:
    """A segment in one stretch of months: its share of the applicants, its approval rate, its defaults."""

    share: float
    approval: float
    default: float
    loans: int


def segments(months: Sequence[Known]) -> dict[str, Segment]:
    """The segments over several months."""
    segment = np.concatenate([m.batch.segment for m in months])
    approved = np.concatenate([m.decision.approved for m in months])
    default = np.concatenate([m.batch.default for m in months])
    found = {}
    for index, name in enumerate(SEGMENTS):
        inside = segment == index
        loans = inside & approved
        found[name] = Segment(
            float(inside.mean()), mean(approved[inside]), mean(default[loans]), int(loans.sum())
        )
    return found


@dataclass(frozen=True)
class Profile:
    """Loans of one segment with about the same predicted risk, then and now."""

    segment: str
    low: float
    high: float
    loans_then: int
    then: float
    loans_now: int
    now: float


SMALLEST = 40  # loans on either side, for a profile to count


def same_profiles(then: Approved, now: Approved, bands: int = 3) -> tuple[Profile, ...]:
    """Matched profiles: per segment, bands of the predicted risk with equal counts then."""
    found = []
    for index, name in enumerate(SEGMENTS):
        before, after = then.segment == index, now.segment == index
        if before.sum() < bands * SMALLEST:
            continue
        edges = np.quantile(then.risk[before], np.linspace(0, 1, bands + 1))
        edges[0], edges[-1] = 0.0, 1.0
        for low, high in pairwise(edges.tolist()):
            a = before & (then.risk >= low) & (then.risk < high)
            b = after & (now.risk >= low) & (now.risk < high)
            if min(a.sum(), b.sum()) >= SMALLEST:
                found.append(
                    Profile(
                        segment=name,
                        low=low,
                        high=high,
                        loans_then=int(a.sum()),
                        then=mean(then.default[a]),
                        loans_now=int(b.sum()),
                        now=mean(now.default[b]),
                    )
                )
    return tuple(found)


def standardised_ratio(profiles: Sequence[Profile]) -> float | None:
    """How much more often the same profiles default now: direct standardisation to the mix of profiles then
    (the usual rate adjustment of epidemiology). Near 1 where only the mix has changed."""
    weights = [profile.loans_then for profile in profiles]
    then = sum(w * p.then for w, p in zip(weights, profiles, strict=True))
    now = sum(w * p.now for w, p in zip(weights, profiles, strict=True))
    return now / then if then else None
