"""Three clients: the reports' counts to the unit, what hides behind them, and what the lab's changes do."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from tutor.engine.levers import validate
from tutor.engine.records import ConfusionMatrix, Exhibit, Outcome, Progress, Run, RunRequest, Sweep, Table
from tutor.engine.settings.clients import EXHIBITS, FACTS, ClientsSettings
from tutor.engine.simulate import client_worlds
from tutor.engine.simulate.clients import CLIENTS, evaluate, simulate

MAJORITY: dict[str, Any] = {}
HIDDEN: dict[str, Any] = {
    "a_file_gap": 2.0,
    "b_letters_lost": 15,
    "b_campaign_words": 7,
    "c_marker": 6.0,
    "c_found": 15,
    "c_signal": 0.45,
}
SEEDS = (0, 1, 11)


@cache
def run(seed: int = 0, **settings: Any) -> Outcome:
    *progress, outcome = simulate(ClientsSettings(**settings), seed)
    assert [p.done for p in progress if isinstance(p, Progress)] == [1, 2, 3]
    assert isinstance(outcome, Outcome)
    return outcome


def exhibit(outcome: Outcome, name: str) -> Exhibit:
    return next(e for e in outcome.exhibits if e.name == name)


def cells(outcome: Outcome, client: str) -> tuple[int, int, int, int]:
    body = exhibit(outcome, f"{client}_confusion_matrix").body
    assert isinstance(body, ConfusionMatrix)
    return body.tp, body.fn, body.fp, body.tn


@pytest.mark.parametrize("seed", SEEDS)
def test_majority_models_agree_with_the_briefs_and_hide_what_they_hide(seed: int) -> None:
    outcome = run(seed, **MAJORITY)
    assert cells(outcome, "a") == (8550, 450, 450, 550)
    assert cells(outcome, "b") == (390, 10, 90, 9510)
    assert cells(outcome, "c") == (0, 50, 0, 9950)
    a, b, c = (outcome.facts[key] for key in "abc")
    assert (a["accuracy"], a["flagged"], a["majority_accuracy"]) == pytest.approx((0.91, 0.90, 0.90))
    assert a["bad_approved"] == 450
    arrival, resident = a["groups"]["recent_arrival"], a["groups"]["long_resident"]
    assert abs(arrival["missed_share"] - resident["missed_share"]) < 0.025  # both groups are treated alike
    assert (b["accuracy"], b["base_rate"]) == pytest.approx((0.99, 0.04))
    assert b["precision"] < 0.82 < 0.97 < b["recall"]
    assert c["accuracy"] == 0.995
    assert c["precision"] is None
    assert 0.7 < c["roc_auc"] < 0.88  # it ranks patients higher, and flags none
    assert c["ece"] < 0.003  # calibrated, and useless as it stands


@pytest.mark.parametrize("seed", SEEDS)
def test_hidden_costs_agree_with_the_same_briefs_and_hide_other_things(seed: int) -> None:
    outcome = run(seed, **HIDDEN)
    assert cells(outcome, "a") == (8550, 450, 450, 550)
    assert cells(outcome, "b") == (315, 85, 15, 9585)
    assert cells(outcome, "c") == (15, 35, 15, 9935)
    a, b, c = (outcome.facts[key] for key in "abc")
    arrival, resident = a["groups"]["recent_arrival"], a["groups"]["long_resident"]
    assert arrival["missed_share"] > 0.13
    assert resident["missed_share"] < 0.035
    assert abs(arrival["base_rate"] - resident["base_rate"]) < 0.03  # who are just as good payers
    assert arrival["base_rate"] - arrival["mean_score"] > 0.1  # and are scored as if they were not
    splits = b["campaigns"]
    assert splits["random_split"]["recall"] == pytest.approx(0.7875)
    assert splits["split_by_campaign"]["recall"] < 0.68
    assert (c["accuracy"], c["recall"], c["precision"]) == pytest.approx((0.995, 0.3, 0.5))
    assert c["groups"]["early_stage"]["missed_share"] > 0.9
    assert c["groups"]["advanced_stage"]["missed_share"] < 0.4


@pytest.mark.parametrize("settings", [MAJORITY, HIDDEN])
def test_the_reports_lie_close_to_what_the_simulated_world_gives_by_itself(settings: dict[str, Any]) -> None:
    """The counts are exact because the sample is drawn to match; the pool must not be bent far for it."""
    worlds = {key: [] for key in "abc"}
    for seed in SEEDS:
        facts = run(seed, **settings).facts
        for key, gaps in worlds.items():
            gaps.append(facts[key]["natural_recall"] - facts[key]["recall"])
    assert abs(np.mean(worlds["a"])) < 0.01
    assert abs(np.mean(worlds["b"])) < 0.04
    assert abs(np.mean(worlds["c"])) < 0.04


def test_every_figure_agrees_with_scikit_learn() -> None:
    settings = ClientsSettings(**HIDDEN)
    outcome = run(3, **HIDDEN)
    for done, client in enumerate(CLIENTS, start=1):
        world = client.world(settings, np.random.default_rng([3, done]))
        found, _ = evaluate(client, world, settings)
        flagged = found.score >= found.threshold
        facts = outcome.facts[client.key]
        assert facts["precision"] == pytest.approx(sk.precision_score(found.y, flagged))
        assert facts["f1"] == pytest.approx(sk.f1_score(found.y, flagged))
        assert facts["balanced_accuracy"] == pytest.approx(sk.balanced_accuracy_score(found.y, flagged))
        assert facts["roc_auc"] == pytest.approx(sk.roc_auc_score(found.y, found.score))
        assert facts["average_precision"] == pytest.approx(sk.average_precision_score(found.y, found.score))
        assert facts["brier"] == pytest.approx(sk.brier_score_loss(found.y, found.score))


def test_each_client_has_the_same_kinds_of_exhibit_and_they_agree_with_the_facts() -> None:
    outcome = run()
    assert [e.name for e in outcome.exhibits] == list(EXHIBITS)
    described = {name.partition(".")[2].partition(".")[0] for name in FACTS if name.startswith("CLIENT.")}
    assert described == set(outcome.facts["a"]) & set(outcome.facts["b"]) & set(outcome.facts["c"])
    for client in "abc":
        facts = outcome.facts[client]
        swept = exhibit(outcome, f"{client}_threshold_sweep").body
        assert isinstance(swept, Sweep)
        assert swept.current == facts["threshold"]
        assert min(p.cost for p in swept.points if p.cost is not None) == facts["cost"]["least"]
        groups = exhibit(outcome, f"{client}_subgroups").body
        assert isinstance(groups, Table)
        assert sum(int(row[1] or 0) for row in groups.rows) == 10_000
        assert f"{facts['counts']['tp']:,} of the" in exhibit(outcome, f"{client}_confusion_matrix").summary


def test_summaries_describe_and_do_not_diagnose() -> None:
    judging = ("overfit", "imbalance", "unfair", "biased", "useless", "misleading", "should", "wrong", "bad")
    for settings in (MAJORITY, HIDDEN):
        for e in run(**settings).exhibits:
            assert not [word for word in judging if word in e.summary.lower()], e.summary


def test_the_same_request_gives_the_same_bytes() -> None:
    first = run(5, **HIDDEN)
    *_, second = simulate(ClientsSettings(**HIDDEN), 5)
    assert isinstance(second, Outcome)
    assert first.model_dump_json() == second.model_dump_json()
    request = RunRequest(engine="clients", settings=HIDDEN, seed=5)
    whole = Run(request=request, **dict(first), seconds=0.1)
    assert Run.model_validate_json(whole.model_dump_json()) == whole
    assert first.model_dump_json() != run(6, **HIDDEN).model_dump_json()


def test_a_lever_of_one_client_leaves_the_others_alone() -> None:
    base, changed = run(2), run(2, b_threshold=0.5, b_recalibration="platt", b_class_weight=True)
    assert changed.facts["b"] != base.facts["b"]
    assert changed.facts["a"] == base.facts["a"]
    assert changed.facts["c"] == base.facts["c"]


def test_a_lower_threshold_finds_patients_and_calls_healthy_people_too() -> None:
    base, lower = run(1), run(1, c_threshold=0.01)
    assert base.facts["c"]["patients_found"] == 0
    assert lower.facts["c"]["patients_found"] >= 15
    assert lower.facts["c"]["false_alarms"] > 500
    assert lower.facts["c"]["cost"]["now"] < base.facts["c"]["cost"]["now"]
    assert lower.facts["c"]["roc_auc"] == base.facts["c"]["roc_auc"]


def test_class_weights_move_the_scores_and_platt_moves_them_back_while_temperature_cannot() -> None:
    plain, weighted = run(1), run(1, c_class_weight=True)
    by_platt = run(1, c_class_weight=True, c_recalibration="platt")
    by_temperature = run(1, c_class_weight=True, c_recalibration="temperature")
    assert weighted.facts["c"]["recall"] > 0.5
    assert abs(weighted.facts["c"]["roc_auc"] - plain.facts["c"]["roc_auc"]) < 0.03
    assert weighted.facts["c"]["ece"] > 0.2
    assert by_platt.facts["c"]["ece"] < 0.01
    assert by_temperature.facts["c"]["ece"] > 0.2


def test_without_the_credit_file_both_groups_are_refused_alike() -> None:
    groups = run(1, **HIDDEN, a_drop_file=True).facts["a"]["groups"]
    assert abs(groups["recent_arrival"]["missed_share"] - groups["long_resident"]["missed_share"]) < 0.03


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"a_threshold": 1.5}, "a_threshold"),
        ({"a_threshold": float("nan")}, "a_threshold"),
        ({"b_letters_lost": 0}, "b_letters_lost"),
        ({"c_found": 15}, "c_found"),
        ({"c_found": 10**9}, "c_found"),
        ({"a_recalibration": "isotonic"}, "a_recalibration"),
        ({"rows": 10**12}, "rows"),
    ],
)
def test_bad_settings_are_refused_by_name(settings: dict[str, Any], named: str) -> None:
    assert {problem.setting for problem in validate("clients", settings)} == {named}


@pytest.mark.parametrize(
    "settings",
    [
        {"b_spam_share": 0.02, "b_letters_lost": 10, "b_campaign_words": 10},
        {"b_spam_share": 0.1, "b_letters_lost": 95, "b_campaign_words": 6},
        {"a_arrivals": 0.3, "a_file_gap": 2.5},
        {"c_marker": 3.0, "c_found": 20, "c_signal": 0.0},
    ],
)
def test_the_corners_of_the_allowed_settings_can_be_simulated(settings: dict[str, Any]) -> None:
    assert run(0, **settings).facts["b"]["accuracy"] == pytest.approx(0.99)


def test_a_report_that_the_pool_cannot_give_is_an_error() -> None:
    rng = np.random.default_rng(0)
    pool = client_worlds.applicants(rng, 1000, 0.1, 0.0)
    report = client_worlds.Report(tp=5000, fn=0, fp=0, tn=0)
    with pytest.raises(ValueError, match="of the 5000 cases"):
        client_worlds.draw_reported(pool, rng.random(1000), 0.5, report, rng)
