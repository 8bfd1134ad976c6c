"""The figures of a fraud run: facts for texts and signatures, headline figures for comparing runs."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import expit, xlogy

from tutor.engine import metrics
from tutor.engine.exhibits import finite
from tutor.engine.records import Figure
from tutor.engine.settings.fraud import MIN_FRAUDS, FraudSettings
from tutor.engine.simulate.fraud_data import LEAKY_COLUMN, Floats, Table
from tutor.engine.training import Epoch, Step, Stopped

LOW_THRESHOLD = 0.05
SHOWN = 8  # payments of each label in the batch shown
Correlations = list[tuple[str, float]]


@dataclass(frozen=True)
class TrainedRun:
    """Everything measured in one run. `log_odds` by table row, NaN where the network gives no number;
    `weight_change` is the length of the change of all weights, relative to their length before."""

    settings: FraudSettings
    table: Table
    steps: tuple[Step, ...]
    epochs: tuple[Epoch, ...]
    stopped: Stopped
    log_odds: Floats
    weight_change: float


class Part(NamedTuple):
    """One part of the data: labels, and the probability of fraud (0 where the network gives no number)."""

    name: str
    y: Floats
    log_odds: Floats
    probability: Floats

    @property
    def silent(self) -> bool:
        """Whether the network gives no number for some of the payments."""
        return bool(np.isnan(self.log_odds).any())


def part_of(run: TrainedRun, name: str) -> Part:
    """The named part of the data as the finished model sees it."""
    rows = run.table.parts[name]
    log_odds = run.log_odds[rows]
    return Part(name, run.table.labels[rows], log_odds, np.nan_to_num(expit(log_odds), nan=0.0))


def facts_of(run: TrainedRun, parts: dict[str, Part]) -> dict[str, Any]:
    settings, table, stopped = run.settings, run.table, run.stopped
    labels = table.labels[: settings.transactions]
    ledger = table.ledger[: settings.transactions]
    gone = next((s for s in run.steps if not math.isfinite(s.loss)), None)
    low = metrics.rates(
        metrics.confusion(parts["validation"].y, parts["validation"].probability, LOW_THRESHOLD)
    )
    few = parts["validation"].y.sum() < MIN_FRAUDS or parts["validation"].silent
    shown = shown_rows(table)
    return {
        "config": settings.model_dump(mode="json"),
        "network": "-".join(str(n) for n in (len(table.names), *[settings.width] * settings.layers, 1)),
        "inputs": len(table.names),
        "parameters": settings.parameters,
        "examples": settings.transactions,
        "frauds": int(labels.sum()),
        "fraud_rate": float(labels.mean()),
        "steps_per_epoch": math.ceil(len(table.parts["train"]) / settings.batch_size),
        "steps_run": stopped.step,
        "epochs_run": stopped.epoch,
        "stopped": stopped.reason,
        "weights_of_epoch": stopped.weights_of_epoch,
        "first_nonfinite_step": gone.step if gone else None,
        "first_nonfinite_epoch": gone.epoch if gone else None,
        "loss": loss_facts(run),
        "reference": {"ln2": math.log(2), "base_rate_entropy": entropy(parts["train"].y.mean())},
        "gradients": gradient_facts(run.steps),
        "weight_change": finite(run.weight_change),
        "labels": {
            "agree": float((labels == ledger).mean()),
            "fraud_confirmed": float(ledger[labels > 0].mean()) if labels.any() else None,
        },
        "low_threshold": {
            "threshold": LOW_THRESHOLD,
            "recall": None if few else low["recall"],
            "precision": None if few else low["precision"],
            "flagged": low["flagged"],
        },
        "batch": {"rows": len(shown), "mismatches": mismatches(table, shown)},
        "features": feature_facts(table, label_correlations(table)),
        **{name: part_facts(one, settings.threshold) for name, one in parts.items()},
    }


def entropy(rate: float) -> float:
    """Cross-entropy of always predicting the base rate, in nats."""
    return float(-(xlogy(rate, rate) + xlogy(1 - rate, 1 - rate)))


def loss_facts(run: TrainedRun) -> dict[str, float | int | None]:
    first, last = run.epochs[0].scores, run.epochs[-1].scores
    final = run.epochs[run.stopped.weights_of_epoch].scores
    after = [e for e in run.epochs[1:] if math.isfinite(e.scores["val_loss"])]
    best = min(after, key=lambda e: e.scores["val_loss"], default=None)
    finite_steps = [s for s in run.steps if math.isfinite(s.loss)]
    largest = max(finite_steps, key=lambda s: s.loss, default=None)
    last_epoch = [s.loss for s in run.steps if s.epoch == run.stopped.epoch]
    return {
        "initial_train": finite(first["train_loss"]),
        "initial_validation": finite(first["val_loss"]),
        "first_epoch_train": finite(run.epochs[1].scores["train_loss"]),
        "first_epoch_validation": finite(run.epochs[1].scores["val_loss"]),
        "train": finite(final["train_loss"]),
        "validation": finite(final["val_loss"]),
        "best_validation": best.scores["val_loss"] if best else None,
        "best_epoch": best.epoch if best else None,
        "train_at_best": finite(best.scores["train_loss"]) if best else None,
        "gap": finite(final["val_loss"] - final["train_loss"]),
        "rise": finite(last["val_loss"] - best.scores["val_loss"]) if best else None,
        "drop": finite(1 - final["train_loss"] / first["train_loss"]) if first["train_loss"] else None,
        "first_step": finite(run.steps[0].loss),
        "largest_step": largest.loss if largest else None,
        "largest_step_at": largest.step if largest else None,
        "median_last_epoch": finite(statistics.median(last_epoch))
        if run.stopped.reason != "not_finite"
        else None,
    }


def gradient_facts(steps: tuple[Step, ...]) -> dict[str, float | None]:
    norms = [s.gradient_norm for s in steps]
    known = [v for v in norms if math.isfinite(v)]
    first, second, third, *_ = [*(finite(v) for v in norms[:3]), None, None, None]
    return {
        "first": first,
        "second": second,
        "third": third,
        "median": statistics.median(known) if known else None,
        "largest": max(known, default=None),
    }


def part_facts(one: Part, threshold: float) -> dict[str, Any]:
    """Metrics of one part at the threshold: none where the network gives no numbers, and recall and precision
    only where there are frauds enough."""
    matrix = metrics.confusion(one.y, one.probability, threshold)
    frauds, legitimate = matrix.tp + matrix.fn, matrix.fp + matrix.tn
    counts = {
        "rows": len(one.y),
        "frauds": frauds,
        "enough_frauds": frauds >= MIN_FRAUDS,
        "majority_accuracy": legitimate / len(one.y),
        "tp": matrix.tp,
        "fn": matrix.fn,
        "fp": matrix.fp,
        "tn": matrix.tn,
    }
    if one.silent:
        return counts | dict.fromkeys(MODEL_METRICS)
    rates = metrics.rates(matrix)
    enough = frauds >= MIN_FRAUDS
    against = (1 - 2 * one.y) * one.log_odds
    return counts | {
        "cross_entropy": finite(float(np.logaddexp(0, against).mean())),
        "accuracy": rates["accuracy"],
        "recall": rates["recall"] if enough else None,
        "precision": rates["precision"] if enough else None,
        "auc": metrics.roc_auc(one.y, one.probability),
        "average_precision": metrics.average_precision(one.y, one.probability) if enough else None,
    }


MODEL_METRICS = ("cross_entropy", "accuracy", "recall", "precision", "auc", "average_precision")


Format = Literal["integer", "decimal", "percent", "significant"]
Better = Literal["higher", "lower", "neither"]
HEADLINE: tuple[tuple[str, str, str, str, Format, Better], ...] = (
    ("train_loss", "training loss", "loss", "train", "significant", "lower"),
    ("val_loss", "validation loss", "loss", "validation", "significant", "lower"),
    ("val_accuracy", "validation accuracy", "validation", "accuracy", "percent", "higher"),
    ("val_recall", "validation recall", "validation", "recall", "percent", "higher"),
    ("val_precision", "validation precision", "validation", "precision", "percent", "higher"),
    ("val_auc", "validation AUC", "validation", "auc", "decimal", "higher"),
    ("production_loss", "production loss", "production", "cross_entropy", "significant", "lower"),
    ("production_recall", "production recall", "production", "recall", "percent", "higher"),
)


def headline(facts: dict[str, Any]) -> tuple[Figure, ...]:
    """The figures by which two runs are compared."""
    return tuple(
        Figure(name=name, label=label, value=facts[group][key], format=form, better=better)
        for name, label, group, key, form, better in HEADLINE
    )


# ---------------------------------------------------------------- the data


def shown_rows(table: Table) -> list[int]:
    """The first training payments of each label, in the order of the table."""
    train = table.parts["train"]
    labels = table.labels[train]
    return sorted(int(row) for value in (1, 0) for row in train[labels == value][:SHOWN])


def mismatches(table: Table, rows: list[int]) -> int:
    return int((table.labels[rows] != table.ledger[rows]).sum())


def label_correlations(table: Table) -> Correlations:
    """Each feature's Pearson correlation with the training label over the training rows, strongest first; 0
    for a feature that is the same everywhere."""
    train = table.parts["train"]
    x, y = table.inputs[train], table.labels[train]
    x, y = x - x.mean(axis=0), y - y.mean()
    length = np.sqrt((x**2).sum(axis=0) * (y**2).sum())
    values = np.divide(x.T @ y, length, out=np.zeros(len(length)), where=length > 0)
    return sorted(zip(table.names, values.tolist(), strict=True), key=lambda pair: -abs(pair[1]))


def feature_facts(table: Table, correlations: Correlations) -> dict[str, Any]:
    given = LEAKY_COLUMN in table.names
    (strongest, first), (second, next_one) = correlations[:2]
    return {
        "strongest": strongest,
        "strongest_correlation": first,
        "second": second,
        "second_correlation": next_one,
        "written_later": LEAKY_COLUMN if given else None,
        "written_after_days": table.chargeback_days if given else None,
    }
