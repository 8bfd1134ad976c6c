"""The fraud case: each fault is really planted, shows its signature on any seed, and its remedy cures it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from tutor.engine.perform import perform
from tutor.engine.records import Card, Failed, Finished, Lines, Progress, Run, RunRequest, Table
from tutor.engine.settings.fraud import EXHIBITS, FACTS, PARTS, FraudSettings
from tutor.engine.simulate.fraud_data import DAYS, build_table

VARIANTS: dict[str, dict[str, Any]] = {
    "exploding_loss": {"learning_rate": 3.0},
    "frozen_loss": {"learning_rate": 1e-6},
    "scrambled_labels": {"shuffle_labels": True},
    "overfitting": {"transactions": 1_200, "width": 64, "weight_decay": 0.0, "batch_size": 64, "epochs": 40},
    "underfitting": {"layers": 1, "width": 1},
    "accuracy_trap": {"fraud_rate": 0.02, "signal": 0.6},
    "leaky_feature": {"leaky_feature": True},
}
SEEDS = (4, 11)


@cache
def run(variant: str = "healthy", seed: int = SEEDS[0], **changes: Any) -> Run:
    settings = {**VARIANTS.get(variant, {}), **changes}
    *_, last = perform(RunRequest(engine="fraud", settings=settings, seed=seed))
    assert isinstance(last, Finished), last
    return last.run


def facts(variant: str = "healthy", seed: int = SEEDS[0], **changes: Any) -> Any:
    return run(variant, seed, **changes).facts


# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize("seed", SEEDS)
class TestSignatures:
    def test_a_healthy_run_learns_and_generalises(self, seed: int) -> None:
        f = facts(seed=seed)
        assert f["stopped"] == "all_epochs"
        assert f["loss"]["validation"] < 0.06
        assert f["loss"]["gap"] < 0.02
        for part in ("validation", "test", "production"):
            assert f[part]["recall"] > 0.45
            assert f[part]["auc"] > 0.97
        assert 0.5 < f["gradients"]["first"] < 4

    def test_a_learning_rate_far_too_high_leaves_the_chart_in_the_first_epoch(self, seed: int) -> None:
        f = facts("exploding_loss", seed)
        assert f["stopped"] == "not_finite"
        assert f["first_nonfinite_epoch"] == 1
        assert 5 < f["first_nonfinite_step"] <= f["steps_per_epoch"]
        assert f["loss"]["largest_step"] > 1e5
        assert f["gradients"]["first"] < 4  # the first steps are ordinary: it is the rate that is too high
        assert f["gradients"]["largest"] > 1e5
        assert f["loss"]["train"] is f["validation"]["auc"] is f["validation"]["accuracy"] is None

    def test_a_tiny_learning_rate_leaves_the_loss_near_ln_2(self, seed: int) -> None:
        f = facts("frozen_loss", seed)
        assert f["loss"]["drop"] < 0.05
        assert abs(f["loss"]["train"] - f["reference"]["ln2"]) < 0.12
        assert f["loss"]["train"] > 3 * f["reference"]["base_rate_entropy"]
        assert f["weight_change"] < 0.01
        assert 0.35 < f["production"]["auc"] < 0.65
        assert f["labels"]["agree"] == 1

    def test_scrambled_labels_leave_the_loss_at_the_base_rate(self, seed: int) -> None:
        f = facts("scrambled_labels", seed)
        assert abs(f["loss"]["validation"] - f["reference"]["base_rate_entropy"]) < 0.02
        assert 0.4 < f["validation"]["auc"] < 0.6
        assert f["validation"]["recall"] == 0
        assert abs(f["features"]["strongest_correlation"]) < 0.04
        assert f["labels"]["fraud_confirmed"] < 0.1
        assert f["batch"]["mismatches"] >= 6
        assert f["weight_change"] > 0.1  # it did move

    def test_overfitting_turns_validation_loss_upwards(self, seed: int) -> None:
        f = facts("overfitting", seed)
        assert f["loss"]["train"] < 0.005
        assert f["loss"]["rise"] > 0.02
        assert f["loss"]["gap"] > 0.1
        assert f["loss"]["best_epoch"] < 20
        assert f["production"]["cross_entropy"] > 3 * facts(seed=seed)["production"]["cross_entropy"]
        assert not f["validation"]["enough_frauds"]
        assert f["validation"]["recall"] is f["low_threshold"]["recall"] is None

    def test_one_neuron_leaves_both_losses_high_and_close(self, seed: int) -> None:
        f = facts("underfitting", seed)
        assert f["loss"]["train"] > 3 * facts(seed=seed)["loss"]["train"]
        assert abs(f["loss"]["gap"]) < 0.02
        assert 0.62 < f["validation"]["auc"] < 0.8  # unlike scrambled labels, it has learnt something
        assert f["labels"]["agree"] == 1

    def test_high_accuracy_can_mean_little_recall(self, seed: int) -> None:
        f = facts("accuracy_trap", seed)
        assert f["validation"]["accuracy"] > 0.97
        assert f["validation"]["accuracy"] - f["validation"]["majority_accuracy"] < 0.005
        assert f["validation"]["recall"] < 0.25
        assert f["validation"]["auc"] > 0.88
        assert f["low_threshold"]["recall"] > 0.6
        assert f["loss"]["gap"] < 0.03

    def test_a_leak_shines_in_validation_and_fails_in_production(self, seed: int) -> None:
        f, honest = facts("leaky_feature", seed), facts(seed=seed)
        assert f["validation"]["recall"] > max(0.85, honest["validation"]["recall"])
        assert f["test"]["recall"] > 0.85
        assert f["production"]["recall"] < 0.05
        assert f["features"]["strongest"] == f["features"]["written_later"] == "chargeback_code"
        assert f["features"]["strongest_correlation"] > 5 * abs(f["features"]["second_correlation"])
        assert f["features"]["written_after_days"] > 1


# ---------------------------------------------------------------- remedies


@pytest.mark.parametrize(
    ("variant", "change", "figure"),
    [
        ("exploding_loss", {"learning_rate": 0.3}, ("validation", "auc", 0.97)),
        ("frozen_loss", {"learning_rate": 0.1}, ("validation", "auc", 0.97)),
        ("scrambled_labels", {"shuffle_labels": False}, ("validation", "auc", 0.97)),
        ("underfitting", {"width": 32}, ("validation", "auc", 0.97)),
        ("underfitting", {"engineered_features": True}, ("validation", "auc", 0.97)),
        ("accuracy_trap", {"positive_weight": 49.0}, ("validation", "recall", 0.6)),
        ("accuracy_trap", {"threshold": 0.05}, ("validation", "recall", 0.6)),
        ("leaky_feature", {"drop_leaky_feature": True}, ("production", "recall", 0.5)),
    ],
)
def test_the_remedy_cures(variant: str, change: dict[str, Any], figure: tuple[str, str, float]) -> None:
    part, name, at_least = figure
    before, after = facts(variant)[part][name], facts(variant, **change)[part][name]
    assert after > at_least
    assert before is None or before < at_least


@pytest.mark.parametrize(
    "change",
    [{"patience": 5}, {"weight_decay": 0.01}, {"dropout": 0.5}, {"transactions": 12_000, "epochs": 10}],
)
def test_what_helps_against_overfitting(change: dict[str, Any]) -> None:
    before, after = facts("overfitting"), facts("overfitting", **change)
    assert after["loss"]["gap"] < 0.75 * before["loss"]["gap"]
    assert after["production"]["cross_entropy"] < before["production"]["cross_entropy"]


@pytest.mark.parametrize("change", [{"learning_rate": 1e-5}, {"optimizer": "adamw"}, {"epochs": 40}])
def test_what_does_not_thaw_a_frozen_run(change: dict[str, Any]) -> None:
    assert facts("frozen_loss", **change)["loss"]["train"] > 0.3


def test_exploding_gradients_are_cured_by_clipping_and_not_by_a_smaller_rate() -> None:
    deep = {"layers": 10, "init_gain": 1.5}
    exploded, clipped = facts(**deep), facts(**deep, clip_norm=1.0)
    assert exploded["stopped"] == "not_finite"
    assert exploded["gradients"]["first"] > 10 * facts()["gradients"]["first"]
    assert clipped["validation"]["auc"] > 0.95


def test_a_split_by_time_gives_the_leak_away() -> None:
    """The latest payments have no chargeback yet: the test set then looks like production."""
    random, by_time = facts("leaky_feature"), facts("leaky_feature", split="by_time")
    assert by_time["test"]["recall"] < random["test"]["recall"] - 0.05
    assert by_time["test"]["recall"] < by_time["validation"]["recall"] - 0.05


def test_raw_cents_spoil_the_gradients() -> None:
    raw = facts(scale_amount=False, optimizer="adamw", learning_rate=3e-3)
    scaled = facts(optimizer="adamw", learning_rate=3e-3)
    assert raw["gradients"]["largest"] > 100 * scaled["gradients"]["largest"]
    assert raw["validation"]["auc"] < 0.7
    assert scaled["validation"]["auc"] > 0.97


@pytest.mark.parametrize("loss", ["focal", "mse"])
def test_other_losses_learn_too(loss: str) -> None:
    # A squared error through a sigmoid has small gradients: it needs larger steps than cross-entropy.
    assert facts(loss=loss, learning_rate=1.0 if loss == "mse" else 0.1)["validation"]["auc"] > 0.95
    if loss == "mse":
        assert facts(loss=loss)["validation"]["auc"] < 0.8


# ---------------------------------------------------------------- the faults, in the data


def test_repairing_a_fault_leaves_everything_else_as_it_was() -> None:
    healthy = build_table(FraudSettings(), 3)
    leaky = build_table(FraudSettings(leaky_feature=True), 3)
    dropped = build_table(FraudSettings(leaky_feature=True, drop_leaky_feature=True), 3)
    scrambled = build_table(FraudSettings(shuffle_labels=True), 3)
    assert np.array_equal(healthy.inputs, dropped.inputs)
    assert np.array_equal(healthy.inputs, leaky.inputs[:, :-1])
    assert np.array_equal(healthy.ledger, scrambled.ledger)
    assert healthy.labels.sum() == scrambled.labels.sum()
    rows = scrambled.parts["production"]
    assert np.array_equal(scrambled.labels[rows], scrambled.ledger[rows])


@pytest.mark.parametrize("split", ["random", "by_time"])
def test_the_parts_are_70_15_15_and_disjoint(split: str) -> None:
    table = build_table(FraudSettings(split=split), 1)
    parts = [table.parts[name] for name in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [16_800, 3_600, 3_600]
    assert len(np.unique(np.concatenate(parts))) == 24_000
    rates = [table.labels[part].mean() for part in parts]
    if split == "random":
        assert max(rates) - min(rates) < 0.001  # stratified
    else:
        assert parts[0].max() < parts[1].min() < parts[1].max() < parts[2].min()
    inputs = table.inputs[parts[0]]
    assert np.allclose(inputs.mean(axis=0), 0, atol=1e-9)
    assert np.allclose(inputs.std(axis=0), 1, atol=1e-6)


def test_the_leaky_column_is_written_after_the_fact_and_never_in_production() -> None:
    table = build_table(FraudSettings(leaky_feature=True, transactions=60_000), 2)
    code = table.raw["chargeback_code"]
    past = np.arange(60_000)
    fraud = table.ledger[past] > 0
    assert code[table.parts["production"]].sum() == 0
    early, late = past < 30_000, past > 59_000  # rows are in order of time
    assert (code[past][fraud & early] > 0).mean() > 0.94
    assert (code[past][fraud & late] > 0).mean() < 0.5
    assert table.chargeback_days is not None
    assert 1 < table.chargeback_days < DAYS / 10


@pytest.mark.parametrize("rate", [0.01, 0.2])
def test_the_fraud_rate_is_what_was_asked_for(rate: float) -> None:
    f = facts(fraud_rate=rate, transactions=20_000, epochs=1)
    assert f["fraud_rate"] == pytest.approx(rate, rel=0.1)
    assert f["examples"] == 20_000


# ---------------------------------------------------------------- what comes out


def paths(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from paths(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def documented(path: str) -> str:
    group, _, rest = path.partition(".")
    return {"config": "config.*", **dict.fromkeys(PARTS, f"PART.{rest}")}.get(group, path)


@pytest.mark.parametrize("variant", ["healthy", *VARIANTS])
def test_facts_and_exhibits_are_those_documented(variant: str) -> None:
    result = run(variant)
    assert {documented(path) for path in paths(dict(result.facts))} == set(FACTS)
    assert [exhibit.name for exhibit in result.exhibits] == list(EXHIBITS)
    assert set(result.facts["config"]) == set(FraudSettings.model_fields)
    for exhibit in result.exhibits:
        assert exhibit.summary.endswith(".")
        assert "nan" not in exhibit.summary.lower()
    text = result.model_dump_json()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert Run.model_validate_json(text).model_dump_json() == text


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_nothing_shown_gives_the_fault_away_by_name(variant: str) -> None:
    """The configuration card lists what the team configured, not what was planted; no summary diagnoses."""
    result = run(variant)
    card = result.exhibit("config_card").body
    assert isinstance(card, Card)
    labels = " ".join(item.label for item in card.items)
    assert not {"shuffle", "leak", "signal"} & set(labels.split())
    told = " ".join(f"{e.title} {e.summary}" for e in result.exhibits).lower()
    for word in (
        "overfit",
        "underfit",
        "leak",
        "scrambl",
        "shuffl",
        "explod",
        "too high",
        "too low",
        "imbalance",
    ):
        assert word not in told


def test_exhibits_agree_with_facts() -> None:
    result = run("accuracy_trap")
    f = result.facts
    curves = result.exhibit("loss_curves").body
    assert isinstance(curves, Lines)
    assert [line.name for line in curves.lines] == ["training", "validation"]
    assert curves.lines[1].y[-1] == f["loss"]["validation"]
    assert len(curves.lines[0].x) == f["epochs_run"] + 1
    matrix = result.exhibit("confusion_matrix").body
    sweep = result.exhibit("threshold_sweep").body
    assert matrix.kind == "confusion_matrix"
    assert sweep.kind == "sweep"
    v = f["validation"]
    assert (matrix.tp, matrix.fn, matrix.fp, matrix.tn) == (v["tp"], v["fn"], v["fp"], v["tn"])
    assert v["recall"] == v["tp"] / v["frauds"]
    at_use = next(p for p in sweep.points if p.threshold == sweep.current == 0.5)
    assert (at_use.tp, at_use.fp) == (matrix.tp, matrix.fp)
    table = result.exhibit("splits").body
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == list(PARTS)


def test_the_batch_shows_which_labels_the_ledger_contradicts() -> None:
    result = run("scrambled_labels")
    batch = result.exhibit("batch").body
    assert isinstance(batch, Table)
    differing = sum(row[1] != row[2] for row in batch.rows)
    assert differing == result.facts["batch"]["mismatches"]
    assert len(batch.rows) == 16


def test_progress_comes_step_by_step_in_the_first_epoch_and_then_by_epoch() -> None:
    *progress, last = perform(RunRequest(engine="fraud", settings={"epochs": 4}))
    assert isinstance(last, Finished)
    assert not any(isinstance(p, Failed) for p in progress)
    units = [(p.unit, p.done, p.total) for p in progress if isinstance(p, Progress)]
    assert units == [("step", i, 33) for i in range(1, 34)] + [("epoch", i, 4) for i in range(1, 5)]
    for message in progress:
        assert isinstance(message, Progress)
        assert {"train_loss", "gradient_norm"} <= set(message.values)
        assert all(math.isfinite(v) for v in message.values.values() if v is not None)


def test_early_stopping_hands_over_the_best_epoch() -> None:
    f = facts("overfitting", patience=5)
    assert f["stopped"] == "early_stopping"
    assert f["weights_of_epoch"] == f["epochs_run"] - 5
    assert f["loss"]["validation"] <= f["loss"]["best_validation"] + 1e-4


@pytest.mark.parametrize("variant", ["exploding_loss", "overfitting"])
def test_the_same_request_gives_the_same_bytes(variant: str) -> None:
    request = RunRequest(engine="fraud", settings={**VARIANTS[variant], "dropout": 0.1, "input_noise": 0.1})
    first, second = (
        [m.model_dump_json(exclude={"run": {"seconds"}}) for m in perform(request)] for _ in range(2)
    )
    assert first == second
    other = [m.model_dump_json() for m in perform(request.model_copy(update={"seed": 1}))]
    assert other[0] != first[0]
