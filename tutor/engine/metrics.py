"""What is measured on scored cases: thin builders over scikit-learn and scipy, arrays in, plain values out.

Throughout, `y` holds the true classes, shape (n,), 1 for the positive class and 0 for the other; `score`
holds the model's scores, shape (n,), higher for the positive class (a probability wherever calibration is
measured). A case is flagged when `score >= threshold`. A value that does not exist (precision where nothing
is flagged) or is not finite comes out as None, so that it survives JSON.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from sklearn import metrics as sk

from tutor.engine.records import ConfusionMatrix, Line, Lines, Sweep, SweepPoint

Floats = npt.NDArray[np.float64]
Values = npt.NDArray[Any]

CURVE_POINTS = 200


def finite(value: float) -> float | None:
    """The value as a plain float, or None where it is NaN or infinite."""
    return float(value) if math.isfinite(value) else None


def both_classes(y: Values) -> bool:
    """Whether both classes occur, without which ranking metrics do not exist."""
    return bool(np.any(y)) and not bool(np.all(y))


# ---------------------------------------------------------------- decisions at a threshold


def confusion(
    y: Values, score: Values, threshold: float, *, positive: str = "positive", negative: str = "negative"
) -> ConfusionMatrix:
    """The confusion matrix at one threshold."""
    tn, fp, fn, tp = sk.confusion_matrix(y, score >= threshold, labels=[0, 1]).ravel().tolist()
    return ConfusionMatrix(
        positive=positive, negative=negative, threshold=float(threshold), tp=tp, fn=fn, fp=fp, tn=tn
    )


def rates(matrix: ConfusionMatrix | SweepPoint) -> dict[str, float | None]:
    """Accuracy, precision, recall, specificity, F1, balanced accuracy, the share of cases flagged, the base
    rate and the accuracy of the trivial rule that always names the commoner class."""
    cells = np.array([matrix.tp, matrix.fn, matrix.fp, matrix.tn], dtype=float)
    n = float(cells.sum())
    if n == 0:
        raise ValueError("a confusion matrix without cases has no rates")
    truth, flagged = np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0])
    precision, recall, f1, _ = sk.precision_recall_fscore_support(
        truth, flagged, labels=[0, 1], sample_weight=cells, zero_division=np.nan
    )
    base = (matrix.tp + matrix.fn) / n
    return {
        "accuracy": finite(sk.accuracy_score(truth, flagged, sample_weight=cells)),
        "precision": finite(precision[1]),
        "recall": finite(recall[1]),
        "specificity": finite(recall[0]),
        "f1": finite(f1[1]),
        "balanced_accuracy": finite((recall[0] + recall[1]) / 2),
        "flagged": (matrix.tp + matrix.fp) / n,
        "base_rate": base,
        "majority_accuracy": max(base, 1 - base),
    }


def threshold_grid(y: Values, score: Values, points: int = 80) -> Floats:
    """Thresholds worth trying, ascending, at most about `points`: score quantiles of *each* class, so that a
    rare one gets its share, rounded to three significant digits, with 'flag everybody' (0) and 'flag nobody'
    (1, or just above the highest score) at the ends."""
    classes = [score[y == c] for c in (0, 1) if np.any(y == c)]
    steps = np.linspace(0, 1, max(2, points // 2))
    spread = np.concatenate([np.quantile(values, steps) for values in classes])
    rounded = np.array([float(f"{v:.3g}") for v in spread])
    nobody = max(1.0, float(np.nextafter(np.max(score), np.inf)))
    return np.unique(np.concatenate([[0.0], rounded, [nobody]]))


def sweep(
    y: Values,
    score: Values,
    current: float,
    *,
    positive: str = "positive",
    negative: str = "negative",
    thresholds: Iterable[float] | None = None,
    cost_fn: float | None = None,
    cost_fp: float | None = None,
    cost_unit: str = "",
) -> Sweep:
    """Confusion matrices over thresholds (by default `threshold_grid`), `current` always among them.

    With both costs given, `cost` is the sum over the population of a missed positive (`cost_fn`) and of a
    false alarm (`cost_fp`) each.
    """
    grid = threshold_grid(y, score) if thresholds is None else np.asarray(list(thresholds), dtype=float)
    grid = np.unique(np.append(grid, current))
    positives, negatives = np.sort(score[y == 1]), np.sort(score[y == 0])
    missed = np.searchsorted(positives, grid, side="left")  # positives scored under each threshold
    passed = np.searchsorted(negatives, grid, side="left")
    priced = cost_fn is not None and cost_fp is not None
    points = []
    for threshold, fn, tn in zip(grid.tolist(), missed.tolist(), passed.tolist(), strict=True):
        fp = len(negatives) - tn
        cost = fn * (cost_fn or 0.0) + fp * (cost_fp or 0.0) if priced else None
        points.append(SweepPoint(threshold=threshold, tp=len(positives) - fn, fn=fn, fp=fp, tn=tn, cost=cost))
    return Sweep(
        positive=positive,
        negative=negative,
        points=tuple(points),
        current=float(current),
        cost_unit=cost_unit,
    )


def cheapest(swept: Sweep) -> SweepPoint:
    """The point of least cost; ValueError where the sweep carries no costs."""
    priced = [(point.cost, i) for i, point in enumerate(swept.points) if point.cost is not None]
    if not priced:
        raise ValueError("this sweep carries no costs")
    return swept.points[min(priced)[1]]


# ---------------------------------------------------------------- ranking


def roc_auc(y: Values, score: Values) -> float | None:
    """Area under the ROC curve; None where only one class occurs."""
    return finite(sk.roc_auc_score(y, score)) if both_classes(y) else None


def average_precision(y: Values, score: Values) -> float | None:
    """Average precision (the step-wise area under the precision-recall curve); None without positives."""
    return finite(sk.average_precision_score(y, score)) if np.any(y) else None


def thin(x: Values, y: Values, points: int = CURVE_POINTS) -> tuple[list[float], list[float]]:
    """At most `points` of a curve, evenly spaced along its length, both ends kept."""
    if len(x) <= points:
        return x.tolist(), y.tolist()
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    at = np.searchsorted(length, np.linspace(0, length[-1], points)).clip(0, len(x) - 1)
    at = np.unique(np.concatenate([[0], at, [len(x) - 1]]))[-points:]
    at[0] = 0
    return x[at].tolist(), y[at].tolist()


def roc_line(y: Values, score: Values, name: str = "model") -> Line:
    """The ROC curve: false positive rate against recall. ValueError where only one class occurs."""
    if not both_classes(y):
        raise ValueError("a ROC curve needs both classes")
    fpr, tpr, _ = sk.roc_curve(y, score)
    xs, ys = thin(fpr, tpr)
    return Line(name=name, x=tuple(xs), y=tuple(ys))


def pr_line(y: Values, score: Values, name: str = "model") -> Line:
    """The precision-recall curve, recall ascending. ValueError without positives."""
    if not np.any(y):
        raise ValueError("a precision-recall curve needs positives")
    precision, recall, _ = sk.precision_recall_curve(y, score)
    xs, ys = thin(recall[::-1], precision[::-1])
    return Line(name=name, x=tuple(xs), y=tuple(ys))


def roc(y: Values, score: Values, name: str = "model") -> Lines:
    """`roc_line` as a chart, with the diagonal of a ranking by chance."""
    return Lines(
        x_label="false positive rate", y_label="recall", lines=(roc_line(y, score, name),), diagonal=True
    )


def precision_recall(y: Values, score: Values, name: str = "model") -> Lines:
    """`pr_line` as a chart, with the base rate as the line that a ranking by chance keeps to."""
    base = float(np.mean(y))
    chance = Line(name="by chance (base rate)", x=(0.0, 1.0), y=(base, base))
    return Lines(x_label="recall", y_label="precision", lines=(pr_line(y, score, name), chance))


# ---------------------------------------------------------------- uncertainty


def interval(
    successes: int, trials: int, method: Literal["wilson", "exact"] = "wilson", confidence: float = 0.95
) -> tuple[float, float]:
    """A confidence interval for a proportion: Wilson's (1927), or "exact" (Clopper & Pearson 1934). (0, 1)
    where there are no trials."""
    if trials == 0:
        return (0.0, 1.0)
    found = stats.binomtest(successes, trials).proportion_ci(confidence_level=confidence, method=method)
    return (float(found.low), float(found.high))


def share_in_words(part: int, whole: int) -> str:
    """A share in words, for summaries: "12 of 340 (3.5%)"."""
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.1%})" if whole else "")
