"""How the inputs and the scores of the credit model moved: the exhibits that need no outcomes."""

from __future__ import annotations

import numpy as np

from tutor.engine.drift import PSI_LARGE, PSI_SOME
from tutor.engine.metrics import Floats
from tutor.engine.records import Bar, Bars, Body, Column, Line, Lines, Mark, Table
from tutor.engine.settings.credit import MONTHS
from tutor.engine.simulate.credit_history import History
from tutor.engine.simulate.credit_world import FEATURES, SEGMENTS

Built = tuple[str, str, Body]
LIMITS = (Mark(x=PSI_SOME, label="0.10"), Mark(x=PSI_LARGE, label="0.25"))
UNITS = {
    "income": "income per year",
    "debt_ratio": "debt to income",
    "card_use": "share of the card limit used",
    "inquiries": "credit inquiries",
    "late_payments": "late payments, 12 months",
    "job_years": "years in the job",
    "history_years": "years of credit history",
    "bureau_score": "bureau score",
}


def series(history: History, name: str, months: range, label: str) -> Line:
    """A figure of `Month` over months."""
    return Line(
        name=label,
        x=tuple(float(i) for i in months),
        y=tuple(getattr(history.figures[i], name) for i in months),
    )


def span(months: range) -> str:
    return f"months {months[0]}-{months[-1]}"


def rates(y_label: str, lines: tuple[Line, ...]) -> Lines:
    return Lines(x_label="month", y_label=y_label, lines=lines)


def psi(h: History) -> Built:
    bars = tuple(Bar(label=name, value=value) for name, value in h.psi.items())
    over = [name for name, value in h.psi.items() if value > PSI_LARGE]
    named = ", ".join(over) or "no feature"
    lie = "lie" if len(over) > 1 else "lies"
    summary = (
        f"Month {MONTHS - 1} against month 0: {named} {lie} above {PSI_LARGE:g}; the largest PSI is "
        f"{max(h.psi.values()):.2f}."
    )
    return "Population stability index", summary, Bars(value_label="PSI", bars=bars, limits=LIMITS)


def psi_by_month(h: History) -> Built:
    months = range(MONTHS)
    xs = tuple(float(i) for i in months)
    lines = [
        Line(name=name, x=xs, y=tuple(h.figures[i].psi[column] for i in months))
        for column, name in enumerate(FEATURES)
    ]
    lines.append(series(h, "score_psi", months, "score"))
    top = max(lines, key=lambda line: max(v or 0.0 for v in line.y))
    summary = f"The largest value in {MONTHS} months is {max(v or 0.0 for v in top.y):.2f}, of {top.name}."
    return "Population stability index by month", summary, rates("PSI", tuple(lines))


def commonest(values: Floats) -> float:
    """The share of the commonest value."""
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


def feature_drift(h: History) -> Built:
    first, last = h.baseline.rows.seen, h.months[MONTHS - 1].batch.seen
    rows = tuple(
        (
            UNITS[name],
            h.psi[name],
            h.ks[name],
            float(first[:, i].mean()),
            float(last[:, i].mean()),
            commonest(first[:, i]),
            commonest(last[:, i]),
        )
        for i, name in enumerate(FEATURES)
    )
    columns = (
        Column(title="Feature"),
        Column(title="PSI", format="decimal"),
        Column(title="KS", format="decimal"),
        Column(title="Mean, month 0", format="significant"),
        Column(title=f"Mean, month {MONTHS - 1}", format="significant"),
        Column(title="Commonest value, month 0", format="percent"),
        Column(title=f"month {MONTHS - 1}", format="percent"),
    )
    widest = max(FEATURES, key=lambda name: h.ks[name])
    summary = f"The largest KS distance is that of {UNITS[widest]}, {h.ks[widest]:.2f}."
    return "Feature drift", summary, Table(columns=columns, rows=rows)


def feature_timeline(h: History) -> Built:
    xs = tuple(float(i) for i in range(MONTHS))
    lines = tuple(
        Line(name=name, x=xs, y=tuple(h.figures[i].moved[column] for i in range(MONTHS)))
        for column, name in enumerate(FEATURES)
    )
    top = max(lines, key=lambda line: max(abs(v or 0.0) for v in line.y))
    steps = np.abs(np.diff([v or 0.0 for v in top.y]))
    summary = (
        f"The mean that moves furthest is that of {top.name}; its largest step from one month to the next is "
        f"{steps.max():.2f} standard deviations, before month {int(steps.argmax()) + 1}."
    )
    return "Feature means by month", summary, rates("standard deviations from month 0", lines)


def score_distribution(h: History) -> Built:
    card = h.scorecards[MONTHS - 1]
    edges = np.linspace(0, 1, 41)
    lines = []
    for name, risk in (
        ("month 0", card.risk(h.baseline.rows)),
        (f"month {MONTHS - 1}", h.months[MONTHS - 1].decision.risk),
    ):
        share = np.histogram(risk, edges)[0] / len(risk)
        lines.append(
            Line(name=name, x=tuple(((edges[1:] + edges[:-1]) / 2).tolist()), y=tuple(share.tolist()))
        )
    first, last = card.risk(h.baseline.rows), h.months[MONTHS - 1].decision.risk
    summary = (
        f"The mean predicted risk is {first.mean():.1%} in month 0 and {last.mean():.1%} in month "
        f"{MONTHS - 1}; "
        f"KS is {h.ks['score']:.2f}."
    )
    cutoff = Mark(x=h.settings.cutoff, label="cutoff")
    body = Lines(x_label="predicted risk", y_label="share", lines=tuple(lines), marks=(cutoff,))
    return "Distribution of the scores", summary, body


def sample_rows(h: History) -> Built:
    last = h.months[MONTHS - 1]
    rows = tuple(
        (
            SEGMENTS[int(last.batch.segment[i])],
            *(float(v) for v in last.batch.seen[i]),
            float(last.decision.risk[i]),
        )
        for i in range(10)
    )
    columns = (
        Column(title="Segment"),
        *(Column(title=name.replace("_", " "), format="significant") for name in FEATURES),
        Column(title="risk", format="percent"),
    )
    summary = f"Ten applicants of month {MONTHS - 1}, as the model saw them."
    return "Ten applicants", summary, Table(columns=columns, rows=rows)
