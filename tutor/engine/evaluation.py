"""One scored population, looked at from every side: facts and exhibits for a classifier in use.

Any engine with outcomes and scores can show the same evidence. Every summary is computed from the numbers of
its exhibit; it describes and leaves the diagnosis to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tutor.engine import metrics
from tutor.engine.calibration import (
    brier,
    expected_calibration_error,
    platt,
    reliability_diagram,
    temperature,
)
from tutor.engine.metrics import Floats, Values, share_in_words
from tutor.engine.records import (
    Body,
    Card,
    CardItem,
    Column,
    ConfusionMatrix,
    Exhibit,
    Sweep,
    SweepPoint,
    Table,
)

METRICS = (
    ("accuracy", "Accuracy"),
    ("majority_accuracy", "Accuracy of always naming the commoner class"),
    ("precision", "Precision"),
    ("recall", "Recall (sensitivity)"),
    ("specificity", "Specificity"),
    ("f1", "F1"),
    ("balanced_accuracy", "Balanced accuracy"),
    ("roc_auc", "ROC-AUC"),
    ("average_precision", "Average precision (PR-AUC)"),
    ("ece", "Expected calibration error, bins of equal width"),
    ("ece_equal_counts", "Expected calibration error, bins of equal count"),
    ("brier", "Brier score"),
)


@dataclass(frozen=True)
class Words:
    """How a population is spoken of: the two classes as adjectives or verbs ("ill", "healthy"), what flagging
    a case does ("called for a test"), and the unit of cost."""

    positive: str
    negative: str
    flagged: str
    cost_unit: str


@dataclass(frozen=True)
class Evaluation:
    """Outcomes `y` (n,) and probabilities `score` (n,) of a population, judged at a threshold; `held_out_*`
    are further cases to fit recalibrations on; `cost_fn`, `cost_fp` price a missed positive and a false
    alarm."""

    y: Values
    score: Floats
    threshold: float
    held_out_y: Values
    held_out_score: Floats
    words: Words
    cost_fn: float
    cost_fp: float

    @cached_property
    def matrix(self) -> ConfusionMatrix:
        return metrics.confusion(
            self.y, self.score, self.threshold, positive=self.words.positive, negative=self.words.negative
        )

    @cached_property
    def swept(self) -> Sweep:
        return metrics.sweep(
            self.y,
            self.score,
            self.threshold,
            positive=self.words.positive,
            negative=self.words.negative,
            cost_fn=self.cost_fn,
            cost_fp=self.cost_fp,
            cost_unit=self.words.cost_unit,
        )

    @cached_property
    def scores(self) -> dict[str, Floats]:
        """The scores as they are and after each recalibration."""
        by_platt = platt(self.held_out_y, self.held_out_score)
        by_temperature = temperature(self.held_out_y, self.held_out_score)
        return {
            "as_is": self.score,
            "platt": by_platt(self.score),
            "temperature": by_temperature(self.score),
        }

    @cached_property
    def measured(self) -> dict[str, float | None]:
        """Every metric of `METRICS`, the base rate and the share flagged."""
        return metrics.rates(self.matrix) | {
            "roc_auc": metrics.roc_auc(self.y, self.score),
            "average_precision": metrics.average_precision(self.y, self.score),
            "ece": expected_calibration_error(self.y, self.score),
            "ece_equal_counts": expected_calibration_error(self.y, self.score, strategy="quantile"),
            "brier": brier(self.y, self.score),
        }

    @cached_property
    def costs(self) -> dict[str, SweepPoint]:
        """The threshold in use, the cheapest one, and the two that need no model."""
        points = self.swept.points
        used = next(point for point in points if point.threshold == self.swept.current)
        return {
            "in use": used,
            "cheapest": metrics.cheapest(self.swept),
            "flag everybody": points[0],
            "flag nobody": points[-1],
        }

    def facts(self) -> dict[str, Any]:
        """Counts, metrics, costs, calibration and the interval of the recall, as nested plain values."""
        m = self.matrix
        low, high = metrics.interval(m.tp, m.tp + m.fn)
        used, best = self.costs["in use"], self.costs["cheapest"]
        return self.measured | {
            "cases": len(self.y),
            "positives": m.tp + m.fn,
            "negatives": m.fp + m.tn,
            "counts": {"tp": m.tp, "fn": m.fn, "fp": m.fp, "tn": m.tn},
            "threshold": self.threshold,
            "recall_interval": {"low": low, "high": high},
            "cost": {
                "per_missed_positive": self.cost_fn,
                "per_false_alarm": self.cost_fp,
                "now": used.cost,
                "least": best.cost,
                "cheapest_threshold": best.threshold,
                "accuracy_at_cheapest": (best.tp + best.tn) / len(self.y),
            },
            "ece_by": {
                name: expected_calibration_error(self.y, score) for name, score in self.scores.items()
            },
            "brier_by": {name: brier(self.y, score) for name, score in self.scores.items()},
        }

    def exhibits(self, prefix: str) -> tuple[Exhibit, ...]:
        """The exhibits, each named `prefix` and its kind: `a_confusion_matrix`, ..."""
        build = (
            self._confusion_matrix,
            self._metrics,
            self._base_rates,
            self._threshold_sweep,
            self._precision_recall,
            self._roc,
            self._reliability,
            self._reliability_platt,
            self._reliability_temperature,
            self._costs,
        )
        found = []
        for make in build:
            title, summary, body = make()
            name = prefix + make.__name__.removeprefix("_")
            found.append(Exhibit(name=name, title=title, summary=summary, body=body))
        return tuple(found)

    def _confusion_matrix(self) -> tuple[str, str, Body]:
        m, w = self.matrix, self.words
        summary = (
            f"At threshold {m.threshold:.3g}, {share_in_words(m.tp + m.fp, len(self.y))} are {w.flagged}: "
            f"{m.tp:,} of the {m.tp + m.fn:,} {w.positive} and {m.fp:,} of the {m.fp + m.tn:,} {w.negative}."
        )
        return "Confusion matrix", summary, m

    def _metrics(self) -> tuple[str, str, Body]:
        columns = (Column(title="Metric"), Column(title="Value", format="significant"))
        rows = tuple((label, self.measured[name]) for name, label in METRICS)
        summary = (
            f"Accuracy is {self.measured['accuracy']:.1%}; always naming the commoner class scores "
            f"{self.measured['majority_accuracy']:.1%}."
        )
        return "Metrics", summary, Table(columns=columns, rows=rows)

    def _base_rates(self) -> tuple[str, str, Body]:
        m, w = self.matrix, self.words
        n = len(self.y)
        items = (
            CardItem(label=w.positive, value=share_in_words(m.tp + m.fn, n)),
            CardItem(label=w.negative, value=share_in_words(m.fp + m.tn, n)),
        )
        return "Base rates", f"{share_in_words(m.tp + m.fn, n)} cases are {w.positive}.", Card(items=items)

    def _threshold_sweep(self) -> tuple[str, str, Body]:
        first, last = self.swept.points[0], self.swept.points[-1]
        summary = (
            f"From {first.threshold:.3g} to {last.threshold:.3g} the {self.words.positive} that are "
            f"{self.words.flagged} go from {first.tp:,} to {last.tp:,}, the {self.words.negative} from "
            f"{first.fp:,} to {last.fp:,}; the one in use is {self.threshold:.3g}."
        )
        return "Threshold sweep", summary, self.swept

    def _precision_recall(self) -> tuple[str, str, Body]:
        summary = (
            f"Average precision is {self.measured['average_precision']:.3f}; a ranking by chance would reach "
            f"the base rate, {self.measured['base_rate']:.3g}."
        )
        return "Precision-recall curve", summary, metrics.precision_recall(self.y, self.score)

    def _roc(self) -> tuple[str, str, Body]:
        summary = f"ROC-AUC is {self.measured['roc_auc']:.3f}; a ranking by chance has 0.5."
        return "ROC curve", summary, metrics.roc(self.y, self.score)

    def _calibrated(self, which: str, title: str) -> tuple[str, str, Body]:
        score = self.scores[which]
        rare = min(self.measured["base_rate"] or 0.0, 1 - (self.measured["base_rate"] or 0.0)) < 0.02
        summary = (
            f"The mean prediction is {np.mean(score):.3g} and the observed rate {np.mean(self.y):.3g}; the "
            f"expected calibration error is {expected_calibration_error(self.y, score):.4f}."
        )
        return title, summary, reliability_diagram(self.y, score, strategy="quantile" if rare else "uniform")

    def _reliability(self) -> tuple[str, str, Body]:
        return self._calibrated("as_is", "Reliability diagram")

    def _reliability_platt(self) -> tuple[str, str, Body]:
        return self._calibrated("platt", "Reliability after Platt scaling")

    def _reliability_temperature(self) -> tuple[str, str, Body]:
        return self._calibrated("temperature", "Reliability after temperature scaling")

    def _costs(self) -> tuple[str, str, Body]:
        unit = self.words.cost_unit
        rows = tuple(
            (name, p.threshold, p.fn, p.fp, p.cost, (p.tp + p.tn) / len(self.y))
            for name, p in self.costs.items()
        )
        used, best = self.costs["in use"], self.costs["cheapest"]
        summary = (
            f"Priced at {self.cost_fn:,.0f} ({self.words.positive} not {self.words.flagged}) and "
            f"{self.cost_fp:,.0f} {unit} ({self.words.negative} {self.words.flagged}), the errors "
            f"cost {used.cost:,.0f} at this threshold, {best.cost:,.0f} at the best, {best.threshold:.3g}."
        )
        columns = (
            Column(title="Threshold"),
            Column(title="at", format="significant"),
            Column(title="Missed positives", format="integer"),
            Column(title="False alarms", format="integer"),
            Column(title=f"Cost ({unit})", format="integer"),
            Column(title="Accuracy", format="percent"),
        )
        return "Costs", summary, Table(columns=columns, rows=rows)
