"""The world of the credit case: who applies, who would default, and five ways for that to go on after month
0."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from tutor.engine.metrics import Floats, Values
from tutor.engine.settings.credit import CreditSettings

FEATURES = (
    "income",
    "debt_ratio",
    "card_use",
    "inquiries",
    "late_payments",
    "job_years",
    "history_years",
    "bureau_score",
)
INCOME, DEBT, CARD, INQUIRIES, LATE, JOB, HISTORY, BUREAU = range(8)
SEGMENTS = ("salaried", "self-employed", "new to credit")
SELF_EMPLOYED, NEW = 1, 2

# `strength` 1 in each world's own unit: where defaults among approved loans triple at the default settings,
# by bisection over large samples. A run's own ratio strays by about 0.12, in the covariate world by 0.17: how
# it treats those new to credit depends on the few in its training data.
UNIT = {"none": 0.0, "covariate": 1.415, "prior": 1.150, "concept": 2.350, "pipeline": 0.800}


class Batch(NamedTuple):
    """One month's applicants, n rows: features as the model sees them and as they are (n, 8), segment (n,),
    whether each would default (n,), whether each was 30 days late early on (n,), and the true risk in
    log-odds (n,)."""

    seen: Floats
    real: Floats
    segment: Values
    default: Values
    late30: Values
    risk: Floats

    def take(self, rows: Values) -> Batch:
        return Batch(*(column[rows] for column in self))


def applicants(
    rng: np.random.Generator, n: int, share_new: float = 0.03, tilt: float = 0.0
) -> tuple[Floats, Values]:
    """Features and segments. `share_new` have no credit history; `tilt` moves everybody towards risky
    values."""
    segment = rng.choice(3, n, p=[(1 - share_new) * 0.72, (1 - share_new) * 0.28, share_new])
    new = segment == NEW
    solid = rng.standard_normal(n) - tilt

    def noise(scale: float) -> Floats:
        return scale * rng.standard_normal(n)

    x = np.empty((n, len(FEATURES)))
    x[:, INCOME] = np.exp(10.3 + 0.25 * solid + noise(0.35) - 0.35 * new)
    x[:, DEBT] = np.clip(0.32 - 0.05 * solid + noise(0.09), 0.01, 0.95)
    x[:, CARD] = expit(-0.6 - 0.8 * solid + noise(0.8))
    x[:, INQUIRIES] = rng.poisson(np.exp(0.1 - 0.35 * solid + 0.5 * new))
    x[:, LATE] = rng.poisson(np.exp(-1.0 - 0.6 * solid)) * ~new
    x[:, JOB] = rng.exponential(np.where(new, 0.8, 6.0))
    x[:, HISTORY] = np.where(new, 0.0, 2.0) + rng.exponential(np.where(new, 0.6, 8.0))
    # without a file the bureau answers with a neutral score
    x[:, BUREAU] = np.where(new, 690 + noise(10), 680 + 45 * solid + noise(25))
    return x, segment


def true_risk(x: Floats, segment: Values, drift: float = 0.0) -> Floats:
    """Log-odds of default. Those new to credit carry a risk that no column shows and that 3% of the rows are
    too few to teach. With `drift`, income and years in the job stop protecting the self-employed, and card
    use bites."""
    income = np.log(x[:, INCOME]) - 10.3
    card = x[:, CARD] - 0.38
    risk: Floats = (
        -3.65
        - 1.2 * income
        + 4.0 * (x[:, DEBT] - 0.32)
        + 2.6 * card
        + 0.22 * (x[:, INQUIRIES] - 1.2)
        + 0.55 * x[:, LATE]
        - 0.03 * x[:, JOB]
        - 0.02 * x[:, HISTORY]
        - 0.020 * (x[:, BUREAU] - 680)
        + 1.5 * (segment == NEW)
    )
    if drift:
        cushion = 1.0 + 0.8 * income + 1.5 * card + 0.03 * np.minimum(x[:, JOB], 15)
        risk = risk + (segment == SELF_EMPLOYED) * drift * cushion
    return risk


def amount(settings: CreditSettings, month: int) -> float:
    """How far the world has moved by that month, in its own unit."""
    if settings.shift == "none" or month < settings.onset:
        return 0.0
    progress = 1.0 if settings.shift == "pipeline" else min(1.0, (month - settings.onset + 1) / settings.ramp)
    return progress * settings.strength * UNIT[settings.shift]


def batch(settings: CreditSettings, month: int, rng: np.random.Generator, n: int) -> Batch:
    """The applicants of one month."""
    moved = amount(settings, month)
    drift = moved if settings.shift == "concept" else 0.0
    if settings.shift == "covariate":
        x, segment = applicants(rng, n, share_new=min(0.85, 0.03 + 0.45 * moved), tilt=0.2 * moved)
    elif settings.shift == "prior" and moved:
        x, segment = more_defaulters(rng, n, moved)
    else:
        x, segment = applicants(rng, n)
    risk = true_risk(x, segment, drift) + (moved if settings.shift == "prior" else 0.0)
    default = (rng.random(n) < expit(risk)).astype(int)
    late30 = (rng.random(n) < np.where(default == 1, 0.8, 0.02)).astype(int)
    seen = corrupted(settings, x, moved, rng) if settings.shift == "pipeline" and moved else x
    return Batch(seen, x, segment, default, late30, risk)


def more_defaulters(rng: np.random.Generator, n: int, moved: float) -> tuple[Floats, Values]:
    """Applicants of a world in which the odds of default are exp(moved) times as high for everybody, while
    what defaulters look like, and what others do, stays as it was: P(x) is reweighted by P(no default | x) +
    exp(moved) P(default | x), here by rejection sampling."""
    pool, segment = applicants(rng, math.ceil(1.1 * n * math.exp(moved)))
    chance = expit(true_risk(pool, segment))
    kept = rng.random(len(pool)) * math.exp(moved) < 1 + chance * math.expm1(moved)
    rows = np.flatnonzero(kept)[:n]
    if len(rows) < n:
        raise ValueError("the pool of applicants is too small")
    return pool[rows], segment[rows]


def corrupted(settings: CreditSettings, x: Floats, share: float, rng: np.random.Generator) -> Floats:
    """The features after the break of a feed, which reaches that share of the rows."""
    seen = x.copy()
    hit = rng.random(len(x)) < min(1.0, share)
    match settings.broken_feed:
        case "bureau_default":
            seen[hit, BUREAU] = 850.0
        case "bureau_frozen":
            seen[hit, BUREAU] = 680.0
        case "card_use_percent":
            seen[hit, CARD] /= 100
        case "income_yearly":
            seen[hit, INCOME] *= 12
    return seen
