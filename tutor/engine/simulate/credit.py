"""The credit-risk post-mortem: the months as they pass, then what can be known about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from tutor.engine.drift import PSI_LARGE
from tutor.engine.metrics import interval, roc_auc
from tutor.engine.records import Figure, Outcome, Progress
from tutor.engine.settings.credit import AHEAD, MONTHS, CreditSettings
from tutor.engine.simulate.credit_exhibits import exhibits
from tutor.engine.simulate.credit_history import History, live
from tutor.engine.simulate.credit_months import standardised_ratio
from tutor.engine.simulate.credit_world import FEATURES


def facts(h: History) -> dict[str, Any]:
    """Nested plain values: then, now (with known outcomes), ahead, drift, calibration, segments."""
    months_ahead = range(MONTHS, MONTHS + AHEAD)
    low, high = interval(int(h.now.default.sum()), len(h.now.default))
    largest = max(FEATURES, key=lambda name: h.psi[name])
    steps = np.abs(np.diff([figure.moved for figure in h.figures[:MONTHS]], axis=0))
    worst = max(
        h.segments_now,
        key=lambda name: h.segments_now[name].default / max(h.segments_then[name].default, 1e-9),
    )
    return {
        "config": h.settings.model_dump(),
        "months": MONTHS,
        "known_months": h.known,
        "then_months": {"first": h.then_months[0], "last": h.then_months[-1]},
        "now_months": {"first": h.now_months[0], "last": h.now_months[-1]},
        "onset_month": None if h.settings.shift == "none" else h.settings.onset,
        "default_rate": {
            "then": h.then.rate,
            "now": h.now.rate,
            "ratio": h.now.rate / h.then.rate,
            "now_low": low,
            "now_high": high,
        },
        "approval": {
            "then": h.mean("approval", h.then_months),
            "now": h.mean("approval", range(MONTHS - 3, MONTHS)),
        },
        "late30": {
            "then": h.mean("late30", h.then_months),
            "now": h.mean("late30", range(MONTHS - 4, MONTHS - 1)),
        },
        "psi": h.psi,
        "ks": h.ks,
        "psi_largest": {"feature": largest, "value": h.psi[largest]},
        "psi_features_over_limit": sum(h.psi[name] > PSI_LARGE for name in FEATURES),
        "largest_step": float(steps.max()),  # of a feature mean in one month, in standard deviations
        "largest_step_feature": FEATURES[int(np.unravel_index(steps.argmax(), steps.shape)[1])],
        "calibration": {
            "shift_then": h.then.calibration[0],
            "shift_now": h.now.calibration[0],
            "slope_then": h.then.calibration[1],
            "slope_now": h.now.calibration[1],
            "predicted_now": float(h.now.risk.mean()),
        },
        "auc": {
            "then": roc_auc(h.then.default, h.then.risk),
            "now": roc_auc(h.now.default, h.now.risk),
            "offline_test": roc_auc(h.test.default, h.scorecards[MONTHS - 1].risk(h.test)),
        },
        "segments": {
            name.replace(" ", "_"): {
                "then": asdict(h.segments_then[name]),
                "now": asdict(h.segments_now[name]),
            }
            for name in h.segments_then
        },
        "segment_risen_most": worst,
        "share_new_to_credit": {
            "then": h.segments_then["new to credit"].share,
            "now": h.segments_now["new to credit"].share,
        },
        "same_profile_ratio": standardised_ratio(h.profiles),
        "retrainings": len({id(card) for card in h.scorecards[:MONTHS]}) - 1,
        "ahead": {
            "default_rate": h.ahead.rate,
            "ratio": h.ahead.rate / h.then.rate,
            "approval": h.mean("approval", months_ahead),
            "predicted": float(h.ahead.risk.mean()) if len(h.ahead.risk) else None,
            "reviewed": h.mean("reviewed", months_ahead),
            "auc": everybody(h, months_ahead),
            "fitted_on": h.scorecards[MONTHS].fitted_on,
        },
    }


def everybody(h: History, months: range) -> float | None:
    """ROC-AUC over all applicants, refused ones too, which only the simulation knows."""
    batches = [h.months[i] for i in months]
    default = np.concatenate([m.batch.default for m in batches])
    return roc_auc(default, np.concatenate([m.decision.risk for m in batches]))


def headline(found: dict[str, Any]) -> tuple[Figure, ...]:
    ahead = found["ahead"]
    return (
        Figure(
            name="ratio",
            label="Defaults, now over then",
            value=found["default_rate"]["ratio"],
            better="lower",
        ),
        Figure(
            name="default_ahead",
            label="Default rate, next six months",
            value=ahead["default_rate"],
            format="percent",
            better="lower",
        ),
        Figure(
            name="ratio_ahead",
            label="Defaults, next six months over then",
            value=ahead["ratio"],
            better="lower",
        ),
        Figure(
            name="approval_ahead",
            label="Approval rate, next six months",
            value=ahead["approval"],
            format="percent",
        ),
        Figure(
            name="predicted_ahead",
            label="Predicted default rate, next six months",
            value=ahead["predicted"],
            format="percent",
        ),
        Figure(
            name="auc_ahead",
            label="ROC-AUC, all applicants, next six months",
            value=ahead["auc"],
            better="higher",
        ),
        Figure(
            name="reviewed_ahead",
            label="Decided by a person",
            value=ahead["reviewed"],
            format="percent",
            better="lower",
        ),
    )


def simulate(settings: CreditSettings, seed: int) -> Iterator[Progress | Outcome]:
    """Live through the months, one `Progress` each, then account for them."""
    for message in live(settings, seed):
        if isinstance(message, Progress):
            yield message
        else:
            found = facts(message)
            yield Outcome(facts=found, headline=headline(found), exhibits=exhibits(message))
