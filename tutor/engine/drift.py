"""How far a sample has moved from a reference: population stability index and Kolmogorov-Smirnov."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tutor.engine.metrics import Floats, Values

PSI_SOME, PSI_LARGE = 0.10, 0.25  # Siddiqi's limits


def quantile_edges(reference: Values, bins: int = 10) -> Floats:
    """The inner edges of bins of equal count in a reference sample; fewer where values repeat."""
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    return np.unique(np.quantile(np.asarray(reference, dtype=float), inner))


@dataclass(frozen=True)
class Reference:
    """A reference sample, binned once, to compare many others with."""

    edges: Floats
    shares: Floats

    @classmethod
    def of(cls, sample: Values, bins: int = 10) -> Reference:
        edges = quantile_edges(sample, bins)
        return cls(edges, shares(sample, edges))

    def psi(self, current: Values) -> float:
        """Population stability index, sum of (q - p) ln(q / p) over the reference's quantile bins (Siddiqi
        2006, Credit Risk Scorecards: under 0.10 little change, 0.10-0.25 some, over 0.25 a large one)."""
        p, q = self.shares, shares(current, self.edges)
        return float(np.sum((q - p) * np.log(q / p)))


def shares(sample: Values, edges: Floats) -> Floats:
    """The share of a sample in each bin; an empty one counts as half a case, so that logarithms exist."""
    counts = np.bincount(np.searchsorted(edges, sample, side="right"), minlength=len(edges) + 1)
    found: Floats = np.maximum(counts, 0.5) / len(sample)
    return found


def psi(reference: Values, current: Values, bins: int = 10) -> float:
    """`Reference.psi` for a single comparison."""
    return Reference.of(reference, bins).psi(current)


def ks(reference: Values, current: Values) -> float:
    """The two-sample Kolmogorov-Smirnov statistic: the largest gap between the distribution functions."""
    return float(stats.ks_2samp(reference, current, method="asymp").statistic)
