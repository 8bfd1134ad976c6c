"""Metrics agree with their definitions and with scikit-learn, and nothing that is not a number leaves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics as sk

from tutor.engine import calibration, drift, metrics
from tutor.engine.records import ConfusionMatrix


@pytest.fixture(scope="module")
def scored() -> tuple[np.ndarray, np.ndarray]:
    """5,000 cases, 10% positive, calibrated by construction: y is drawn from the very probabilities."""
    rng = np.random.default_rng(7)
    p = 1 / (1 + np.exp(-(rng.normal(-2.8, 1.5, 5000))))
    return (rng.random(5000) < p).astype(int), p


def matrix(tp: int, fn: int, fp: int, tn: int) -> ConfusionMatrix:
    return ConfusionMatrix(positive="p", negative="n", threshold=0.5, tp=tp, fn=fn, fp=fp, tn=tn)


def test_rates_are_the_textbook_ratios() -> None:
    found = metrics.rates(matrix(tp=40, fn=10, fp=20, tn=130))
    assert found["accuracy"] == pytest.approx(170 / 200)
    assert found["precision"] == pytest.approx(40 / 60)
    assert found["recall"] == pytest.approx(40 / 50)
    assert found["specificity"] == pytest.approx(130 / 150)
    assert found["f1"] == pytest.approx(80 / 110)
    assert found["balanced_accuracy"] == pytest.approx((0.8 + 130 / 150) / 2)
    assert found["flagged"] == pytest.approx(60 / 200)
    assert found["majority_accuracy"] == pytest.approx(150 / 200)


def test_rates_that_do_not_exist_are_none() -> None:
    nobody_flagged = metrics.rates(matrix(tp=0, fn=50, fp=0, tn=9950))
    assert nobody_flagged["precision"] is None
    assert nobody_flagged["recall"] == 0
    assert nobody_flagged["f1"] == 0
    no_positives = metrics.rates(matrix(tp=0, fn=0, fp=3, tn=7))
    assert no_positives["recall"] is None
    assert no_positives["balanced_accuracy"] is None
    with pytest.raises(ValueError, match="without cases"):
        metrics.rates(matrix(0, 0, 0, 0))


def test_confusion_flags_at_the_threshold_and_above() -> None:
    y, score = np.array([1, 1, 0, 0]), np.array([0.5, 0.4, 0.5, 0.1])
    found = metrics.confusion(y, score, 0.5)
    assert (found.tp, found.fn, found.fp, found.tn) == (1, 1, 1, 1)


def test_sweep_agrees_with_the_confusion_matrix_at_every_threshold(
    scored: tuple[np.ndarray, np.ndarray],
) -> None:
    y, p = scored
    swept = metrics.sweep(y, p, 0.5, cost_fn=10, cost_fp=1)
    assert 0.5 in [point.threshold for point in swept.points]
    assert [point.threshold for point in swept.points] == sorted({point.threshold for point in swept.points})
    for point in swept.points:
        one = metrics.confusion(y, p, point.threshold)
        assert (point.tp, point.fn, point.fp, point.tn) == (one.tp, one.fn, one.fp, one.tn)
        assert point.cost == 10 * point.fn + point.fp
    assert swept.points[0].fn == 0
    assert swept.points[-1].tp + swept.points[-1].fp == 0
    assert metrics.cheapest(swept).cost == min(point.cost for point in swept.points)
    # for calibrated probabilities the least expected cost lies near cost_fp / (cost_fp + cost_fn) = 1/11
    assert 0.05 < metrics.cheapest(swept).threshold < 0.15


def test_a_sweep_without_costs_has_no_cheapest_point(scored: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = scored
    swept = metrics.sweep(y, p, 0.5, thresholds=[0.1, 0.9])
    assert [point.threshold for point in swept.points] == [0.1, 0.5, 0.9]
    assert {point.cost for point in swept.points} == {None}
    with pytest.raises(ValueError, match="no costs"):
        metrics.cheapest(swept)


def test_curves_are_thinned_but_keep_their_area(scored: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = scored
    roc = metrics.roc(y, p)
    line = roc.lines[0]
    assert roc.diagonal
    assert 100 < len(line.x) <= metrics.CURVE_POINTS
    assert (line.x[0], line.y[0], line.x[-1], line.y[-1]) == (0, 0, 1, 1)
    assert sk.auc(line.x, line.y) == pytest.approx(sk.roc_auc_score(y, p), abs=0.002)
    pr = metrics.precision_recall(y, p)
    model, chance = pr.lines
    assert len(model.x) <= metrics.CURVE_POINTS
    assert list(model.x) == sorted(model.x)
    assert (model.x[0], model.y[0]) == (0, 1)
    assert model.x[-1] == 1
    assert chance.y[0] == pytest.approx(y.mean())
    assert metrics.roc_auc(y, p) == sk.roc_auc_score(y, p)
    assert metrics.average_precision(y, p) == sk.average_precision_score(y, p)


def test_ranking_metrics_need_both_classes() -> None:
    nobody, p = np.zeros(5, dtype=int), np.linspace(0, 1, 5)
    assert metrics.roc_auc(nobody, p) is None
    assert metrics.average_precision(nobody, p) is None
    with pytest.raises(ValueError, match="both classes"):
        metrics.roc(nobody, p)
    with pytest.raises(ValueError, match="positives"):
        metrics.precision_recall(nobody, p)


def test_reliability_counts_every_case_and_lies_on_the_diagonal_when_calibrated(
    scored: tuple[np.ndarray, np.ndarray],
) -> None:
    y, p = scored
    for strategy in ("uniform", "quantile"):
        found = calibration.reliability(y, p, strategy=strategy)
        assert sum(found.counts) == len(y)
        assert len(found.counts) == len(found.predicted)
        assert np.dot(found.counts, found.observed) == pytest.approx(y.sum())
        assert np.dot(found.counts, found.predicted) == pytest.approx(p.sum())
    assert calibration.expected_calibration_error(y, p) < 0.02
    assert calibration.expected_calibration_error(y, p**0.3) > 0.1
    drawn = calibration.reliability_diagram(y, p)
    assert drawn.diagonal
    assert sum(v for v in drawn.lines[1].y if v is not None) == pytest.approx(1)


def test_platt_and_temperature_undo_a_known_distortion(scored: tuple[np.ndarray, np.ndarray]) -> None:
    y, p = scored
    bent = calibration.Recalibration(slope=2.5)(p)  # overconfident: the log-odds are 2.5 times too large
    by_temperature = calibration.temperature(y, bent)
    assert by_temperature.slope == pytest.approx(1 / 2.5, rel=0.08)
    assert by_temperature.intercept == 0
    moved = calibration.Recalibration(slope=2.5, intercept=3.0)(p)
    by_platt = calibration.platt(y, moved)
    assert calibration.expected_calibration_error(y, by_platt(moved)) < 0.02
    assert calibration.expected_calibration_error(y, moved) > 0.05
    # one number cannot undo a shift
    assert calibration.brier(y, calibration.temperature(y, moved)(moved)) > calibration.brier(
        y, by_platt(moved)
    )
    assert sk.roc_auc_score(y, by_platt(moved)) == pytest.approx(sk.roc_auc_score(y, p))


def test_calibration_in_the_large_is_the_shift_that_was_taken_away(
    scored: tuple[np.ndarray, np.ndarray],
) -> None:
    y, p = scored
    low = calibration.Recalibration(intercept=-1.5)(p)
    assert calibration.calibration_in_the_large(y, low) == pytest.approx(1.5, abs=0.15)
    assert calibration.calibration_in_the_large(np.zeros(4), np.full(4, 0.5)) is None


def test_psi_is_zero_on_itself_and_grows_with_the_shift() -> None:
    rng = np.random.default_rng(0)
    reference = rng.normal(size=20_000)
    assert drift.psi(reference, reference) == pytest.approx(0, abs=1e-9)
    assert drift.psi(reference, rng.normal(size=4000)) < 0.02
    # closed form for a mean shift d of a unit normal: PSI = d^2 without binning, a little less with ten bins
    assert drift.psi(reference, rng.normal(0.5, 1, 20_000)) == pytest.approx(0.25, abs=0.04)
    constant = drift.psi(reference, np.zeros(4000))
    assert math.isfinite(constant)
    assert constant > 2


def test_ks_of_a_shifted_normal() -> None:
    rng = np.random.default_rng(1)
    found = drift.ks(rng.normal(size=20_000), rng.normal(0.5, 1, 20_000))
    assert found == pytest.approx(0.197, abs=0.015)  # 2 Phi(0.25) - 1


def test_intervals() -> None:
    low, high = metrics.interval(174, 300)
    assert (low, high) == pytest.approx((0.5235, 0.6345), abs=5e-4)  # Wilson's formula by hand
    exact = metrics.interval(0, 50, "exact")
    assert exact[0] == 0
    assert exact[1] == pytest.approx(1 - 0.025 ** (1 / 50))  # Clopper-Pearson at zero successes
    assert metrics.interval(0, 0) == (0, 1)


def test_infinite_and_nan_become_none() -> None:
    assert metrics.finite(math.nan) is None
    assert metrics.finite(math.inf) is None
    assert metrics.finite(np.float64(1.5)) == 1.5
