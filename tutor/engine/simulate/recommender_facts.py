"""The facts and headline figures of a recommender run, for templates, signatures and comparisons."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from tutor.engine.exhibits import finite
from tutor.engine.metrics import interval
from tutor.engine.records import Figure
from tutor.engine.simulate.recommender_data import Score
from tutor.engine.simulate.recommender_run import TrainedRun
from tutor.engine.simulate.recommender_world import DEPARTMENTS, Shop


def facts(run: TrainedRun) -> dict[str, Any]:
    """Plain values; `tutor.engine.settings.recommender.FACTS` says what each means."""
    training, validation, test = run.after
    trained = run.before[1].accuracy
    lowest = min(run.epochs[1:], key=lambda epoch: number_first(epoch.scores["val_loss"]))
    best_accuracy = run.best.scores["val_accuracy"]
    last_accuracy = run.epochs[-1].scores["val_accuracy"]
    return {
        "config": run.settings.model_dump(),
        "examples": run.settings.training_examples,
        "layers": run.settings.layers,
        "parameters": run.size,
        "parameters_per_example": run.size / run.settings.training_examples,
        "epochs_run": run.stopped.epoch,
        "stopped": run.stopped.reason,
        "weights_of_epoch": run.stopped.weights_of_epoch,
        "train": measured(training),
        "validation": measured(validation) | bounds(validation),
        "test": measured(test) | bounds(test),
        "gap_points": points(training.accuracy - validation.accuracy),
        "optimism_points": points(validation.accuracy - test.accuracy),
        "best": {
            "epoch": run.best.epoch,
            "accuracy": best_accuracy,
            "points_lost": points(best_accuracy - last_accuracy),
            "loss_epoch": lowest.epoch,
            "loss": finite(lowest.scores["val_loss"]),
        },
        "baselines": {name: on_validation for name, (on_validation, _) in run.baselines.items()}
        | {f"{name}_test": on_test for name, (_, on_test) in run.baselines.items()},
        "tuning": {
            "rounds": len(run.rounds),
            "kept": sum(r.kept for r in run.rounds),
            "validation_before": trained,
            "validation_after": validation.accuracy,
            "gain_points": points(validation.accuracy - trained),
            "test_before": run.before[2].accuracy,
            "test_after": test.accuracy,
            "test_gain_points": points(test.accuracy - run.before[2].accuracy),
            "after": [
                {"rounds": r.number, "validation": r.validation, "test": r.test}
                for r in run.rounds
                if str(r.number).strip("0") in ("1", "2", "5") or r.number == len(run.rounds)
            ],
        },
        "data": data_facts(run.shop),
    }


def points(share: float) -> float:
    """A difference of shares in percentage points, to a hundredth."""
    return round(100 * share, 2)


def number_first(value: float) -> tuple[bool, float]:
    """A sort key that puts NaN last."""
    return (math.isnan(value), value)


def measured(score: Score) -> dict[str, Any]:
    return {"accuracy": score.accuracy, "loss": finite(score.loss), "examples": score.examples}


def bounds(score: Score) -> dict[str, float]:
    low, high = interval(score.right, score.examples)
    return {"low": low, "high": high}


def data_facts(shop: Shop) -> dict[str, Any]:
    """How balanced the training purchases are, and how far its histories repeat or contradict each other."""
    histories = [tuple(history) for history in shop.training.histories.tolist()]
    seen = Counter(histories)
    pairs = set(zip(histories, shop.training.purchases.tolist(), strict=True))
    purchases = Counter(history for history, _ in pairs)
    counts = np.bincount(shop.training.purchases, minlength=len(DEPARTMENTS))
    n = len(histories)
    return {
        "departments": {name: int(c) / n for name, c in zip(DEPARTMENTS, counts, strict=True)},
        "repeated": sum(seen[h] > 1 for h in histories) / n,
        "contradictory": sum(purchases[h] > 1 for h in histories) / n,
    }


def headline(found: Mapping[str, Any]) -> tuple[Figure, ...]:
    """The figures by which two runs are compared. The test accuracy is not among them: choosing by it would
    spend it."""
    return (
        Figure(
            name="train_accuracy",
            label="training accuracy",
            value=found["train"]["accuracy"],
            format="percent",
        ),
        Figure(
            name="val_accuracy",
            label="validation accuracy",
            value=found["validation"]["accuracy"],
            format="percent",
            better="higher",
        ),
        Figure(
            name="val_loss",
            label="validation loss",
            value=found["validation"]["loss"],
            better="lower",
        ),
        Figure(name="gap_points", label="gap in points", value=found["gap_points"], better="lower"),
        Figure(name="epochs_run", label="epochs", value=found["epochs_run"], format="integer"),
        Figure(name="parameters", label="parameters", value=found["parameters"], format="integer"),
    )


# ---------------------------------------------------------------- exhibits
