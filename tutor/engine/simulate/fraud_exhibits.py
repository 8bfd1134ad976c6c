"""What a learner is shown of a fraud run: how training went, what the model decides, what the data look like.

Every summary is computed from its exhibit; it describes, and leaves the diagnosis to whoever looks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tutor.engine import exhibits as build
from tutor.engine import metrics
from tutor.engine.exhibits import finite, words
from tutor.engine.records import Column, Exhibit
from tutor.engine.settings.fraud import MIN_FRAUDS, PARTS, FraudSettings
from tutor.engine.simulate.fraud_data import LEAKY_COLUMN, Table
from tutor.engine.simulate.fraud_facts import (
    LOW_THRESHOLD,
    Correlations,
    Part,
    TrainedRun,
    label_correlations,
    mismatches,
    shown_rows,
)

POSITIVE, NEGATIVE = "fraud", "legitimate"


def exhibits_of(run: TrainedRun, parts: dict[str, Part], facts: dict[str, Any]) -> tuple[Exhibit, ...]:
    """Every exhibit named in `EXHIBITS`, in that order, whatever became of the run."""
    return (
        *curve_exhibits(run),
        config_card(run.settings, facts),
        splits(facts),
        *decision_exhibits(run.settings, parts["validation"], facts),
        batch(run.table),
        features(run.table, label_correlations(run.table)),
    )


# ---------------------------------------------------------------- exhibits: how training went


def curve_exhibits(run: TrainedRun) -> list[Exhibit]:
    numbers = [e.epoch for e in run.epochs]
    scores = {
        name: [e.scores[name] for e in run.epochs]
        for name in ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
    }
    first = [s for s in run.steps if s.epoch == 1]
    ended_at_once = run.stopped.reason == "not_finite" and run.stopped.epoch == 1
    validation = run.table.labels[run.table.parts["validation"]]
    return [
        build.losses_by_step(
            [s.step for s in first], [s.loss for s in first], scores["val_loss"][0], scores["val_loss"][-1]
        )
        if ended_at_once
        else build.loss_curves(numbers, scores["train_loss"], scores["val_loss"]),
        build.step_curves(
            "first_steps",
            "Loss of each step in epoch 1",
            [s.step for s in first],
            [s.loss for s in first],
        ),
        build.gradient_norms([s.step for s in run.steps], [s.gradient_norm for s in run.steps]),
        build.accuracy_curves(
            numbers,
            scores["train_accuracy"],
            scores["val_accuracy"],
            ("calling every payment legitimate", 1 - float(validation.mean())),
        ),
        training_log(run),
    ]


def training_log(run: TrainedRun) -> Exhibit:
    rows = [
        (
            e.epoch,
            finite(e.scores["train_loss"]),
            finite(e.scores["val_loss"]),
            finite(e.scores["train_accuracy"]),
            finite(e.scores["val_accuracy"]),
            finite(e.gradient_norm),
        )
        for e in run.epochs
    ]
    why = {
        "all_epochs": "all epochs were run",
        "early_stopping": f"validation had not improved for {run.settings.patience} epochs, "
        f"and the weights of epoch {run.stopped.weights_of_epoch} were put back",
        "not_finite": "the loss was no longer a number",
    }[run.stopped.reason]
    return build.table(
        "training_log",
        "Training log",
        f"Training ended in epoch {run.stopped.epoch} after {run.stopped.step:,} steps: {why}.",
        (
            Column(title="epoch", format="integer"),
            Column(title="training loss", format="significant"),
            Column(title="validation loss", format="significant"),
            Column(title="training accuracy", format="percent"),
            Column(title="validation accuracy", format="percent"),
            Column(title="mean gradient norm", format="significant"),
        ),
        rows,
    )


def config_card(settings: FraudSettings, facts: dict[str, Any]) -> Exhibit:
    """The configuration as the team would write it down: nothing of the faults planted in the data."""
    s = settings
    loss = {"bce": "binary cross-entropy", "focal": "focal loss (gamma 2)", "mse": "squared error"}[s.loss]
    weighted = f", a fraud counts {s.positive_weight:g} times" if s.positive_weight != 1 else ""
    optimizer = f"SGD, momentum {s.momentum:g}" if s.optimizer == "sgd" else "AdamW"
    rows = ", ".join(f"{facts[p]['rows']:,} {p}" for p in ("train", "validation", "test"))
    amount = "logarithm, standardised" if s.scale_amount else "raw cents"
    return build.card(
        "config_card",
        "Configuration",
        f"A {facts['network']} network with {s.parameters:,} parameters, trained on "
        f"{facts['train']['rows']:,} payments with {optimizer}, learning rate {s.learning_rate:g}.",
        {
            "network": f"{facts['network']}, {s.activation.replace('_', ' ')}",
            "parameters": f"{s.parameters:,}",
            "initialisation": f"He x {s.init_gain:g}",
            "loss": loss + weighted,
            "optimizer": optimizer,
            "learning rate": f"{s.learning_rate:g}, {s.schedule}",
            "batch size": f"{s.batch_size}",
            "epochs": f"{s.epochs}",
            "early stopping": f"patience {s.patience}" if s.patience else "none",
            "gradient clipping": f"at {s.clip_norm:g}" if s.clip_norm else "none",
            "dropout": f"{s.dropout:g}" if s.dropout else "none",
            "weight decay": f"{s.weight_decay:g}" if s.weight_decay else "none",
            "augmentation": f"noise of {s.input_noise:g} on the inputs" if s.input_noise else "none",
            "decision threshold": f"{s.threshold:g}",
            "data": f"{s.transactions:,} payments: {rows}",
            "split": "at random, stratified" if s.split == "random" else "by time, validation and test last",
            "features": f"{facts['inputs']}, standardised; amount: {amount}",
        },
    )


# ---------------------------------------------------------------- exhibits: what the model decides


def splits(facts: dict[str, Any]) -> Exhibit:
    """Training, validation, test and production side by side."""
    keys = ("rows", "frauds", "cross_entropy", "accuracy", "recall", "precision", "auc")
    aucs = ", ".join(f"{facts[p]['auc']:.3f} on {p}" for p in PARTS if facts[p]["auc"] is not None)
    few = [p for p in PARTS if not facts[p]["enough_frauds"]]
    counts = ", ".join(f"{p} ({facts[p]['frauds']})" for p in few)
    note = f" Too few frauds for a recall on {counts}."
    return build.table(
        "splits",
        "Training, validation, test and production",
        (f"The AUC is {aucs}." if aucs else "The network gives no numbers to measure.")
        + " Production is the month after the table was made."
        + (note if few else ""),
        (
            Column(title="part"),
            Column(title="payments", format="integer"),
            Column(title="frauds", format="integer"),
            Column(title="loss", format="significant"),
            Column(title="accuracy", format="percent"),
            Column(title="recall", format="percent"),
            Column(title="precision", format="percent"),
            Column(title="AUC", format="decimal"),
        ),
        [(p, *(facts[p][key] for key in keys)) for p in PARTS],
    )


def decision_exhibits(settings: FraudSettings, one: Part, facts: dict[str, Any]) -> list[Exhibit]:
    """Confusion matrix, threshold sweep and precision-recall curve of the validation set."""
    matrix = metrics.confusion(
        one.y, one.probability, settings.threshold, positive=POSITIVE, negative=NEGATIVE
    )
    frauds, flagged = matrix.tp + matrix.fn, matrix.tp + matrix.fp
    silent = int(np.isnan(one.log_odds).sum())
    note = ""
    if silent:
        note = f" For {metrics.share_in_words(silent, len(one.y))} the network gives no number: not flagged."
    elif frauds < MIN_FRAUDS:
        note = f" {frauds} frauds are too few for a recall worth quoting."
    low = facts["low_threshold"]
    swept = metrics.sweep(one.y, one.probability, settings.threshold, positive=POSITIVE, negative=NEGATIVE)
    return [
        Exhibit(
            name="confusion_matrix",
            title=f"Confusion matrix, validation, threshold {settings.threshold:g}",
            summary=f"Flagged: {matrix.tp} of {frauds} frauds and {matrix.fp} of {matrix.fp + matrix.tn:,} "
            f"legitimate payments.{note}",
            body=matrix,
        ),
        Exhibit(
            name="threshold_sweep",
            title="Every threshold, validation",
            summary=f"Payments flagged at {settings.threshold:g}: {flagged}; at {LOW_THRESHOLD}: "
            f"{round(low['flagged'] * len(one.y))} (recall {percent(low['recall'])}, precision "
            f"{percent(low['precision'])}).{note}",
            body=swept,
        ),
        Exhibit(
            name="precision_recall",
            title="Precision against recall, validation",
            summary=f"Average precision is {words(facts['validation']['average_precision'])}; flagging at "
            f"random would give {frauds / len(one.y):.3f}.{note}"
            if frauds >= MIN_FRAUDS
            else f"Drawn from {frauds} frauds.{note}",
            body=metrics.precision_recall(one.y, one.probability),
        ),
    ]


def percent(value: float | None) -> str:
    return "not given" if value is None else f"{value:.0%}"


# ---------------------------------------------------------------- exhibits: the data


def batch(table: Table) -> Exhibit:
    """Training payments of both labels, with the label used and what the ledger says."""
    shown = shown_rows(table)
    leaky = LEAKY_COLUMN in table.raw
    titles = ("abroad", "card_present", "new_payee", "ip_mismatch", "night")

    def name(value: float) -> str:
        return POSITIVE if value else NEGATIVE

    def code(row: int) -> str:
        return f"{table.raw[LEAKY_COLUMN][row]:.0f}" if table.raw[LEAKY_COLUMN][row] else "-"

    rows = [
        (
            f"P{row:06d}",
            name(table.labels[row]),  # first: a narrow screen shows the first columns
            name(table.ledger[row]),
            round(float(table.raw["amount_cents"][row]) / 100, 2),
            round(float(table.raw["distance_km"][row]), 1),
            *("yes" if table.raw[title][row] else "no" for title in titles),
            *([code(row)] if leaky else []),
        )
        for row in shown
    ]
    wrong, frauds = mismatches(table, shown), int(table.labels[shown].sum())
    return build.table(
        "batch",
        "Payments the model was trained on",
        f"{len(shown)} training payments, {frauds} labelled fraud and {len(shown) - frauds} labelled "
        f"legitimate; for {wrong} of them the ledger says otherwise.",
        (
            Column(title="payment"),
            Column(title="label in training"),
            Column(title="ledger"),
            Column(title="amount (EUR)", format="decimal"),
            Column(title="distance (km)", format="decimal"),
            *(Column(title=title.replace("_", " ")) for title in titles),
            *([Column(title="chargeback code")] if leaky else []),
        ),
        rows,
    )


def features(table: Table, correlations: Correlations) -> Exhibit:
    (strongest, first), (second, next_one) = correlations[:2]

    def filled_in(name: str) -> str:
        if name == LEAKY_COLUMN:
            return f"after the decision (median {table.chargeback_days:.0f} days)"
        return "with the payment"

    return build.table(
        "features",
        "Features and the label",
        f"The strongest correlation with the label is that of {strongest} ({first:+.2f}), the next that of "
        f"{second} ({next_one:+.2f}).",
        (
            Column(title="feature"),
            Column(title="correlation with the label", format="decimal"),
            Column(title="filled in"),
        ),
        [(name, value, filled_in(name)) for name, value in correlations],
    )
