"""Every exhibit as a table of text: for screen readers, for `tutor chat`, for the app's toggle. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from tutor.engine.records import Bars, Card, Cell, ConfusionMatrix, Exhibit, Lines, Sweep, Table

MOST_POINTS = 24
LEFT = "left the chart"


@dataclass(frozen=True)
class TextTable:
    """Headers and rows of ready text; `numeric` says which columns to align right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


def short(value: float | None, digits: int = 3) -> str:
    """A number for a reader: so many significant digits, thousands grouped, no needless exponents."""
    if value is None:
        return LEFT
    if value == 0 or (float(value).is_integer() and abs(value) < 1e15):
        return f"{value:,.0f}"
    if not 1e-4 <= abs(value) < 1e6:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def share(part: float, whole: float) -> str:
    """A rate in percent; a dash where there is nothing to divide by."""
    return f"{part / whole:.1%}" if whole else "-"


_FORMATS: dict[str, Callable[[float], str]] = {
    "text": short,
    "integer": lambda v: f"{v:,.0f}",
    "decimal": lambda v: f"{v:,.3f}",
    "percent": lambda v: f"{v:.1%}",
    "significant": short,
}


def cell_text(value: Cell, style: str = "text") -> str:
    """One cell as its column prints it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _FORMATS[style](value)
    return value


def tabulate(exhibit: Exhibit) -> TextTable:
    """The exhibit's body as a table. Long series are thinned evenly, first and last kept."""
    body = exhibit.body
    match body:
        case Lines():
            return _lines(body)
        case ConfusionMatrix():
            return _matrix(body)
        case Sweep():
            return _sweep(body)
        case Table():
            return TextTable(
                tuple(c.title for c in body.columns),
                tuple(
                    tuple(cell_text(v, c.format) for v, c in zip(row, body.columns, strict=True))
                    for row in body.rows
                ),
                tuple(c.format != "text" for c in body.columns),
            )
        case Bars():
            return _bars(body)
        case Card():
            return TextTable(("", ""), tuple((i.label, i.value) for i in body.items), (False, False))
        case _:
            assert_never(body)


def _lines(body: Lines) -> TextTable:
    xs = sorted({x for line in body.lines for x in line.x})
    if len(xs) > MOST_POINTS:
        step = (len(xs) - 1) / (MOST_POINTS - 1)
        xs = [xs[round(i * step)] for i in range(MOST_POINTS)]
    series = [dict(zip(line.x, line.y, strict=True)) for line in body.lines]
    rows = tuple((short(x), *(short(s[x]) if x in s else "-" for s in series)) for x in xs)
    headers = (body.x_label, *(line.name for line in body.lines))
    return TextTable(headers, rows, (True,) * len(headers))


def _matrix(body: ConfusionMatrix) -> TextTable:
    positives, negatives = body.tp + body.fn, body.fp + body.tn
    rows = (
        (f"actually {body.positive}", f"{body.tp:,} ({share(body.tp, positives)})",
         f"{body.fn:,} ({share(body.fn, positives)})", f"{positives:,}"),
        (f"actually {body.negative}", f"{body.fp:,} ({share(body.fp, negatives)})",
         f"{body.tn:,} ({share(body.tn, negatives)})", f"{negatives:,}"),
    )  # fmt: skip
    headers = (
        f"at threshold {short(body.threshold)}",
        f"called {body.positive}",
        f"called {body.negative}",
        "all",
    )
    return TextTable(headers, rows, (False, True, True, True))


def _sweep(body: Sweep) -> TextTable:
    points = body.points
    if len(points) > MOST_POINTS:
        step = (len(points) - 1) / (MOST_POINTS - 1)
        points = tuple(points[round(i * step)] for i in range(MOST_POINTS))
    costs = any(p.cost is not None for p in points)
    headers: tuple[str, ...] = (
        "threshold",
        "recall",
        "precision",
        "accuracy",
        "flagged",
        "missed",
        "false alarms",
    )
    rows = tuple(
        (
            short(p.threshold),
            share(p.tp, p.tp + p.fn),
            share(p.tp, p.tp + p.fp),
            share(p.tp + p.tn, p.tp + p.fn + p.fp + p.tn),
            f"{p.tp + p.fp:,}",
            f"{p.fn:,}",
            f"{p.fp:,}",
            *((short(p.cost),) if costs else ()),
        )
        for p in points
    )
    if costs:
        headers = (*headers, f"cost {body.cost_unit}".strip())
    return TextTable(headers, rows, (True,) * len(headers))


def _bars(body: Bars) -> TextTable:
    limits = sorted(body.limits, key=lambda m: m.x)

    def reached(value: float) -> str:
        passed = [m.label for m in limits if value >= m.x]
        return passed[-1] if passed else "-"

    rows = tuple((b.label, short(b.value), *((reached(b.value),) if limits else ())) for b in body.bars)
    headers = ("", body.value_label, *(("limit passed",) if limits else ()))
    return TextTable(headers, rows, (False, True, False)[: len(headers)])
