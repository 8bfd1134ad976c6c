"""What a post-mortem can look at, drawn from the history of the credit model. Charts of outcomes end where
the outcomes are not known yet; summaries describe and leave the diagnosis to the reader."""

from __future__ import annotations

from collections.abc import Callable

from tutor.engine import calibration
from tutor.engine.metrics import Floats, Values, roc_auc
from tutor.engine.records import Card, CardItem, Column, Exhibit, Lines, Table
from tutor.engine.settings.credit import AHEAD, MONTHS
from tutor.engine.simulate.credit_drift import (
    Built,
    feature_drift,
    feature_timeline,
    psi,
    psi_by_month,
    rates,
    sample_rows,
    score_distribution,
    series,
    span,
)
from tutor.engine.simulate.credit_history import History
from tutor.engine.simulate.credit_months import standardised_ratio
from tutor.engine.simulate.credit_world import SEGMENTS


def monthly_defaults(h: History) -> Built:
    known = range(h.known)
    lines = (
        series(h, "default", known, "default rate"),
        series(h, "predicted", range(MONTHS), "predicted by the model"),
    )
    summary = (
        f"Of approved loans {h.then.rate:.1%} defaulted in {span(h.then_months)} and {h.now.rate:.1%} in "
        f"{span(h.now_months)}, {h.now.rate / h.then.rate:.1f} times as many; later outcomes are not "
        "known yet."
    )
    return "Defaults among approved loans", summary, rates("share of approved loans", lines)


def approval_rate(h: History) -> Built:
    months = range(MONTHS)
    first, last = h.figures[0].approval, h.figures[MONTHS - 1].approval
    summary = (
        f"The model approved {first:.1%} of the applicants in month 0 and {last:.1%} in month {MONTHS - 1}."
    )
    return "Approval rate", summary, rates("share approved", (series(h, "approval", months, "approved"),))


def calibration_by_month(h: History) -> Built:
    known = range(h.known)
    lines = (series(h, "shift", known, "intercept"), series(h, "slope", known, "slope"))
    (before, slope_before), (after, slope_after) = h.then.calibration, h.now.calibration
    summary = (
        f"In {span(h.now_months)} defaults exceed predictions by {after:+.2f} in log-odds, in "
        f"{span(h.then_months)} by {before:+.2f}; the slope goes from {slope_before:.2f} to "
        f"{slope_after:.2f}."
    )
    return "Calibration by month", summary, rates("log-odds; slope", lines)


def reliability(h: History) -> Built:
    lines = tuple(
        calibration.reliability(part.default, part.risk, strategy="quantile").line(span(months))
        for part, months in ((h.then, h.then_months), (h.now, h.now_months))
    )
    summary = (
        f"The model predicted {h.then.risk.mean():.1%} for {span(h.then_months)}, where "
        f"{h.then.rate:.1%} defaulted, "
        f"and {h.now.risk.mean():.1%} for {span(h.now_months)}, where {h.now.rate:.1%} did."
    )
    body = Lines(x_label="predicted risk", y_label="default rate", lines=lines, diagonal=True)
    return "Reliability diagram", summary, body


def auc_by_month(h: History) -> Built:
    first, last = roc_auc(h.then.default, h.then.risk) or 0.0, roc_auc(h.now.default, h.now.risk) or 0.0
    summary = (
        f"ROC-AUC among approved loans is {first:.3f} in {span(h.then_months)} and {last:.3f} in "
        f"{span(h.now_months)}."
    )
    return (
        "ROC-AUC by month",
        summary,
        rates("ROC-AUC", (series(h, "auc", range(h.known), "approved loans"),)),
    )


def subgroups(h: History) -> Built:
    rows = []
    for name in SEGMENTS:
        a, b = h.segments_then[name], h.segments_now[name]
        rows.append((name, a.share, b.share, a.approval, b.approval, a.default, b.default))
    columns = (
        Column(title="Segment"),
        *(
            Column(title=f"{what}, {when}", format="percent")
            for what in ("Share", "Approved", "Defaults")
            for when in ("then", "now")
        ),
    )
    summary = (
        f"Default rates in {span(h.then_months)} and {span(h.now_months)}: "
        + ", ".join(f"{row[0]} {row[5]:.1%} and {row[6]:.1%}" for row in rows)
        + "."
    )
    return "Segments then and now", summary, Table(columns=columns, rows=tuple(rows))


def same_profile(h: History) -> Built:
    rows = tuple(
        (p.segment, f"{p.low:.1%} to {p.high:.1%}", p.loans_then, p.then, p.loans_now, p.now)
        for p in h.profiles
    )
    columns = (
        Column(title="Segment"),
        Column(title="Predicted risk"),
        Column(title="Loans then", format="integer"),
        Column(title="Defaults then", format="percent"),
        Column(title="Loans now", format="integer"),
        Column(title="Defaults now", format="percent"),
    )
    ratio = standardised_ratio(h.profiles)
    told = "cannot be compared" if ratio is None else f"default {ratio:.1f} times as often"
    summary = f"Loans of the same segment and predicted risk {told} in {span(h.now_months)} as before."
    return "The same profile, then and now", summary, Table(columns=columns, rows=rows)


def offline_test(h: History) -> Built:
    first, last = h.scorecards[0].risk(h.test), h.scorecards[MONTHS - 1].risk(h.test)
    measures: tuple[tuple[str, Callable[[Values, Floats], float | None]], ...] = (
        ("ROC-AUC", roc_auc),
        ("Brier score", calibration.brier),
        ("Calibration error", calibration.expected_calibration_error),
        ("Defaults predicted", lambda y, risk: float(risk.mean())),
        ("Defaults observed", lambda y, risk: float(y.mean())),
    )
    y = h.test.default
    rows = tuple((name, measured(y, first), measured(y, last)) for name, measured in measures)
    columns = (
        Column(title=f"On the {len(h.test.default):,} test cases of month 0"),
        Column(title="at deployment", format="significant"),
        Column(title="run again today", format="significant"),
    )
    summary = (
        f"On the test set from month 0, ROC-AUC was {rows[0][1]:.3f} at deployment and is "
        f"{rows[0][2]:.3f} today."
    )
    return "The offline test", summary, Table(columns=columns, rows=rows)


def early_delinquency(h: History) -> Built:
    known = range(max(h.known, MONTHS - 1))  # one month later it is known who was 30 days late
    first, last = h.figures[0].late30, h.figures[known[-1]].late30
    summary = (
        f"{first:.1%} of the loans of month 0 were 30 days late within a month, {last:.1%} of month "
        f"{known[-1]}."
    )
    return (
        "30 days late",
        summary,
        rates("share of approved loans", (series(h, "late30", known, "30 days late"),)),
    )


def outcome_delay(h: History) -> Built:
    delay = h.settings.outcome_delay
    last = f"month {h.known - 1}"
    items = (
        CardItem(label="A default", value=f"known {delay} months after approval"),
        CardItem(label="Outcomes known up to", value=last),
        CardItem(label="30 days late", value=f"known after one month, up to month {MONTHS - 2}"),
        CardItem(label="Refused applicants", value="outcome never known"),
    )
    return "Outcomes and their delay", f"Outcomes are known up to {last}.", Card(items=items)


def deployment_card(h: History) -> Built:
    s = h.settings
    fits = len({id(card) for card in h.scorecards[:MONTHS]}) - 1
    items = (
        CardItem(label="Model", value=f"logistic regression on {len(h.scorecards[0].columns)} features"),
        CardItem(label="Fitted on", value=f"{s.training_rows:,} loans of month 0"),
        CardItem(label="In production", value=f"{MONTHS} months"),
        CardItem(label="Retrained", value=f"{fits} times" if fits else "never"),
        CardItem(label="Approves", value=f"when the predicted risk is below {s.cutoff:.0%}"),
        CardItem(label="Applicants", value=f"{s.applicants:,} a month"),
    )
    retrained = f"retrained {fits} times" if fits else "never retrained"
    summary = f"The model has decided for {MONTHS} months and was {retrained}."
    return "The deployment", summary, Card(items=items)


def outlook(h: History) -> Built:
    months = range(MONTHS, MONTHS + AHEAD)
    lines = (
        series(h, "default", months, "default rate of approved loans"),
        series(h, "predicted", months, "predicted by the model"),
        series(h, "approval", months, "approval rate"),
        series(h, "reviewed", months, "decided by a person"),
    )
    summary = (
        f"In the next {AHEAD} months {h.mean('approval', months):.1%} are approved and "
        f"{h.ahead.rate:.1%} of those "
        f"default; a person decides on {h.mean('reviewed', months):.1%}. Model fitted on "
        f"{h.scorecards[MONTHS].fitted_on}."
    )
    return "The next six months", summary, rates("share", lines)


BUILDERS: tuple[Callable[[History], Built], ...] = (
    monthly_defaults,
    approval_rate,
    psi,
    psi_by_month,
    feature_drift,
    feature_timeline,
    score_distribution,
    calibration_by_month,
    reliability,
    auc_by_month,
    subgroups,
    same_profile,
    offline_test,
    early_delinquency,
    outcome_delay,
    deployment_card,
    sample_rows,
    outlook,
)


def exhibits(history: History) -> tuple[Exhibit, ...]:
    """Every exhibit, named like its function."""
    found = []
    for build in BUILDERS:
        title, summary, body = build(history)
        found.append(Exhibit(name=build.__name__, title=title, summary=summary, body=body))
    return tuple(found)
