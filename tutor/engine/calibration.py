"""Whether a probability means what it says, and how to repair it: reliability, ECE, Brier, Platt,
temperature.

`y` holds the outcomes, shape (n,), 0 or 1; `probability` the model's, shape (n,), in [0, 1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize
from scipy.special import expit, logit
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression

from tutor.engine.metrics import Floats, Values, both_classes, finite
from tutor.engine.records import Line, Lines


@dataclass(frozen=True)
class Reliability:
    """Per non-empty bin of predicted probability: the mean prediction, the observed rate and the cases in
    it."""

    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    counts: tuple[int, ...]

    def line(self, name: str = "model") -> Line:
        return Line(name=name, x=self.predicted, y=self.observed)


def reliability(
    y: Values, probability: Values, bins: int = 10, strategy: Literal["uniform", "quantile"] = "uniform"
) -> Reliability:
    """The reliability diagram (DeGroot & Fienberg 1983), by scikit-learn's `calibration_curve`. Bins of equal
    width, or of equal count ("quantile", which a rare class needs)."""
    observed, predicted = calibration_curve(y, probability, n_bins=bins, strategy=strategy)
    steps = np.linspace(0, 1, bins + 1)
    edges = np.quantile(probability, steps) if strategy == "quantile" else steps
    counts = np.bincount(np.searchsorted(edges[1:-1], probability), minlength=bins)
    return Reliability(
        tuple(predicted.tolist()), tuple(observed.tolist()), tuple(counts[counts > 0].tolist())
    )


def reliability_diagram(
    y: Values,
    probability: Values,
    bins: int = 10,
    strategy: Literal["uniform", "quantile"] = "uniform",
    name: str = "observed rate",
) -> Lines:
    """`reliability` as a chart: the diagonal is perfect calibration, the second line how the cases spread."""
    found = reliability(y, probability, bins, strategy)
    n = sum(found.counts)
    share = Line(name="share of cases in the bin", x=found.predicted, y=tuple(c / n for c in found.counts))
    return Lines(
        x_label="predicted probability",
        y_label="observed rate",
        lines=(found.line(name), share),
        diagonal=True,
    )


def expected_calibration_error(
    y: Values, probability: Values, bins: int = 10, strategy: Literal["uniform", "quantile"] = "uniform"
) -> float:
    """ECE: the mean over cases of |observed rate - mean prediction| in their bin (Naeini, Cooper & Hauskrecht
    2015; Guo et al. 2017, eq. 3). With a rare positive class nearly every case falls into the lowest bin of
    equal width, and the figure says little."""
    found = reliability(y, probability, bins, strategy)
    gaps = np.abs(np.subtract(found.observed, found.predicted))
    return float(np.average(gaps, weights=found.counts))


def brier(y: Values, probability: Values) -> float:
    """Brier score: the mean squared difference between probability and outcome (Brier 1950)."""
    return float(sk.brier_score_loss(y, probability))


def log_odds(probability: Values) -> Floats:
    """The log-odds of probabilities, kept finite at 0 and 1."""
    odds: Floats = logit(np.clip(probability, 1e-12, 1 - 1e-12))
    return odds


@dataclass(frozen=True)
class Recalibration:
    """A map of probabilities that is linear in log-odds: logit(p') = slope * logit(p) + intercept. Order is
    kept as long as the slope is positive, so no ranking metric changes."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, probability: Values) -> Floats:
        mapped: Floats = expit(self.slope * log_odds(probability) + self.intercept)
        return mapped


def platt(y: Values, probability: Values) -> Recalibration:
    """Platt scaling (Platt 1999): an unpenalised logistic regression of the outcome on the log-odds, fitted
    on cases held out for it; his smoothing of the targets is left out. The two numbers are also the
    calibration slope and intercept of Cox (1958). ValueError where only one class occurs."""
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8).fit(
        log_odds(probability)[:, None], y
    )
    return Recalibration(slope=float(fit.coef_[0, 0]), intercept=float(fit.intercept_[0]))


def temperature(y: Values, probability: Values) -> Recalibration:
    """Temperature scaling (Guo et al. 2017): one number T > 0 divides the log-odds, chosen to minimise the
    negative log-likelihood on cases held out for it. T is `1 / slope`, searched in [1/e^4, e^4]."""
    z, sign = log_odds(probability), 2.0 * np.asarray(y) - 1.0

    def loss(log_t: float) -> float:
        return float(np.mean(np.logaddexp(0.0, -sign * z * math.exp(-log_t))))

    best = optimize.minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded", options={"xatol": 1e-6})
    return Recalibration(slope=math.exp(-float(best.x)))


def calibration_in_the_large(y: Values, probability: Values) -> float | None:
    """The shift in log-odds that makes the mean prediction equal the observed rate (Cox 1958, slope held at
    one): above 0 the model predicts too little. None where only one class occurs."""
    if not both_classes(y):
        return None
    z, rate = log_odds(probability), float(np.mean(y))
    return finite(optimize.brentq(lambda shift: float(np.mean(expit(z + shift))) - rate, -60.0, 60.0))
