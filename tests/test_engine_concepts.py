"""The concept exhibits measure what their sources say they measure."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tutor.engine import concepts
from tutor.engine.levers import validate
from tutor.engine.records import Exhibit, Lines, Outcome, Progress
from tutor.engine.settings.concepts import EXHIBITS, FACTS, ConceptsSettings
from tutor.engine.simulate.concepts import simulate


@cache
def run(seed: int = 0, **settings: Any) -> Outcome:
    *progress, outcome = simulate(ConceptsSettings(**settings), seed)
    assert [p.done for p in progress if isinstance(p, Progress)] == [1, 2, 3, 4, 5, 6]
    assert isinstance(outcome, Outcome)
    return outcome


def exhibit(outcome: Outcome, name: str) -> Exhibit:
    return next(e for e in outcome.exhibits if e.name == name)


def test_the_run_gives_what_the_settings_promise() -> None:
    outcome = run()
    assert [e.name for e in outcome.exhibits] == list(EXHIBITS)
    assert {name.partition(".")[0] for name in FACTS} == set(outcome.facts)


def test_bias_and_variance_of_known_learners() -> None:
    rng = np.random.default_rng(0)
    truth = np.array([1.0, 2.0, 3.0])
    constant = concepts.bias_variance(np.zeros((50, 3)), truth, noise=0.5)
    assert constant.bias2 == pytest.approx((1 + 4 + 9) / 3)
    assert constant.variance == 0
    assert constant.error == pytest.approx(14 / 3 + 0.25)
    scattered = concepts.bias_variance(truth + rng.normal(0, 2, (4000, 3)), truth, noise=0.0)
    assert scattered.variance == pytest.approx(4, rel=0.1)
    assert scattered.bias2 < 0.01


def test_the_decomposition_is_the_error_measured_on_new_points() -> None:
    """Means of n draws as the learner: variance 1/n, no bias; the error on new draws must be their sum with
    noise."""
    rng = np.random.default_rng(1)
    fits = rng.normal(5, 1, (20_000, 10)).mean(axis=1)
    split = concepts.bias_variance(fits[:, None], np.array([5.0]), noise=1.0)
    new = rng.normal(5, 1, 20_000)
    assert split.error == pytest.approx(float(np.mean((new - fits) ** 2)), rel=0.05)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_bias_falls_and_variance_rises_with_the_degree(seed: int) -> None:
    facts = run(seed).facts["bias_variance"]
    assert 2 <= facts["best_degree"] <= 6
    assert facts["lowest"]["bias2"] > 0.5
    assert facts["highest"]["bias2"] < 0.01
    assert facts["highest"]["variance"] > 2 * facts["best"]["variance"]
    assert facts["best"]["error"] < facts["highest"]["error"] < facts["lowest"]["error"]


@pytest.mark.parametrize("learner", ["decision_tree", "naive_bayes", "nearest_neighbours"])
def test_more_data_help_validation(learner: str) -> None:
    outcome = run(learner=learner, epochs=1)
    facts = outcome.facts["learning_curve"]
    assert facts["last"]["validation"] > facts["first"]["validation"] + 0.05
    gap = facts["last"]["training"] - facts["last"]["validation"]
    assert gap < facts["first"]["training"] - facts["first"]["validation"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_network_is_less_sure_where_it_errs_and_where_it_cannot_know(seed: int) -> None:
    facts = run(seed).facts
    assert facts["network"]["accuracy"] > 0.94
    entropy = facts["mc_dropout"]["entropy"]
    assert entropy["right"] < entropy["wrong"] / 2
    assert entropy["right"] < entropy["unknown"] / 2
    assert facts["mc_dropout"]["auc_errors"] > 0.85
    error = facts["abstention"]["error"]
    assert error["80"] <= error["90"] <= error["all"]
    assert error["90"] < error["all"] / 2
    assert facts["ood"]["auc_softmax"] > 0.8
    assert facts["ood"]["auc_mahalanobis"] > 0.75
    assert facts["ood"]["unknown_read_with_confidence"] > 0.05  # which is why a score of its own is needed


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_nudge_on_purpose_does_far_more_than_one_at_random(seed: int) -> None:
    outcome = run(seed)
    facts = outcome.facts["adversarial"]
    assert facts["on_purpose"] < 0.4
    assert facts["at_random"] > 0.8
    body = exhibit(outcome, "adversarial_nudge").body
    assert isinstance(body, Lines)
    for line in body.lines:
        assert line.y[0] == facts["clean"]
        assert line.x[-1] == pytest.approx(0.2)


def test_fast_gradient_sign_is_exact_for_a_linear_model() -> None:
    model = nn.Linear(3, 2, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[1.0, -1.0, 0.5], [0.0, 0.0, 0.0]]))
    x = torch.full((1, 3), 0.5)
    moved = concepts.adversarial_nudge(model, x, torch.tensor([0]), 0.1)
    assert moved.tolist()[0] == pytest.approx([0.4, 0.6, 0.4])
    assert concepts.adversarial_nudge(model, x, torch.tensor([0]), 0.9).tolist()[0] == [0.0, 1.0, 0.0]


def test_monte_carlo_dropout_varies_with_dropout_and_not_without() -> None:
    x = torch.rand(20, 5)
    torch.manual_seed(0)
    loose = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))
    drawn = concepts.mc_dropout(loose, x, passes=30, seed=1)
    assert drawn.shape == (30, 20, 3)
    assert np.allclose(drawn.sum(axis=2), 1)
    assert drawn.std(axis=0).max() > 0.01
    assert not loose.training
    fixed = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
    assert concepts.mc_dropout(fixed, x, passes=5, seed=1).std(axis=0).max() < 1e-9


def test_entropy_abstention_and_softmax_score() -> None:
    assert concepts.entropy(np.array([0.25, 0.25, 0.25, 0.25])) == pytest.approx(np.log(4))
    assert concepts.entropy(np.array([1.0, 0.0])) == pytest.approx(0, abs=1e-9)
    coverage, error = concepts.abstention(np.array([0.9, 0.2, 0.8, 0.4]), np.array([0, 1, 0, 1]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert error.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert concepts.max_softmax(np.array([[0.7, 0.3], [0.5, 0.5]])).tolist() == pytest.approx([0.3, 0.5])


def test_mahalanobis_distance_is_that_of_the_nearest_class() -> None:
    rng = np.random.default_rng(0)
    classes = np.repeat([3, 7], 4000)  # labels need not count from 0
    centre = np.array([[0.0, 0.0], [10.0, 0.0]])[np.repeat([0, 1], 4000)]
    score = concepts.mahalanobis(centre + rng.normal(size=(8000, 2)) * [1.0, 3.0], classes)
    found = score(np.array([[0.0, 0.0], [10.0, 3.0], [5.0, 0.0]]))
    assert found == pytest.approx([0, 1, 25], rel=0.1, abs=0.05)


def test_the_same_request_gives_the_same_bytes() -> None:
    first, second = (list(simulate(ConceptsSettings(epochs=2), 7)) for _ in range(2))
    assert [m.model_dump_json() for m in first] == [m.model_dump_json() for m in second]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"epsilon": 0}, "epsilon"),
        ({"samples": 10**9}, "samples"),
        ({"learner": "transformer"}, "learner"),
        ({"noise": float("nan")}, "noise"),
    ],
)
def test_bad_settings_are_refused_by_name(settings: dict[str, Any], named: str) -> None:
    assert {problem.setting for problem in validate("concepts", settings)} == {named}


@pytest.mark.parametrize(
    "settings",
    [
        {"noise": 0.0, "points": 20, "max_degree": 15, "epochs": 1, "width": 4, "dropout": 0.8, "passes": 2},
        {"noise": 2.0, "points": 500, "samples": 20, "width": 128, "epsilon": 1.0},
    ],
)
def test_the_corners_of_the_allowed_settings_can_be_simulated(settings: dict[str, Any]) -> None:
    assert len(run(**settings).exhibits) == len(EXHIBITS)
