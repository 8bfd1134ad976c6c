"""How far a sample has moved from a reference: population stability index and Kolmogorov-Smirnov."""

from __future__ import annotations

import numpy as np
from scipy import stats

from tutor.engine.metrics import Floats, Values

PSI_SOME, PSI_LARGE = 0.10, 0.25  # Siddiqi's limits


def quantile_edges(reference: Values, bins: int = 10) -> Floats:
    """The inner edges of bins of equal count in a reference sample; fewer where values repeat."""
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    return np.unique(np.quantile(np.asarray(reference, dtype=float), inner))


def psi(reference: Values, current: Values, bins: int = 10) -> float:
    """Population stability index, sum of (q - p) ln(q / p) over the reference's quantile bins (Siddiqi 2006,
    Credit Risk Scorecards: under 0.10 little change, 0.10-0.25 some, over 0.25 a large one). An empty bin
    counts as half a case, so that the logarithm exists."""
    edges = quantile_edges(reference, bins)
    p, q = (
        np.maximum(np.bincount(np.searchsorted(edges, sample, side="right"), minlength=len(edges) + 1), 0.5)
        / len(sample)
        for sample in (reference, current)
    )
    return float(np.sum((q - p) * np.log(q / p)))


def ks(reference: Values, current: Values) -> float:
    """The two-sample Kolmogorov-Smirnov statistic: the largest gap between the distribution functions."""
    return float(stats.ks_2samp(reference, current, method="asymp").statistic)
