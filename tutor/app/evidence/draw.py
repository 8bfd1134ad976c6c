"""One exhibit as characters, by its kind. Pure."""

from __future__ import annotations

from bisect import bisect_left
from itertools import zip_longest
from typing import assert_never

from textual.content import Content

from tutor.app.evidence.bars import bars
from tutor.app.evidence.chart import SMALLEST, chart, frame
from tutor.app.evidence.grid import GAP, grid, pairs
from tutor.app.evidence.matrix import confusion
from tutor.engine.records import (
    Bars,
    Body,
    Card,
    ConfusionMatrix,
    Exhibit,
    Lines,
    Mark,
    Sweep,
    SweepPoint,
    Table,
)
from tutor.engine.tabular import short, tabulate
from tutor.reports.svg import sweep_lines

MATRIX_HEIGHT, LOW_MATRIX = 14, 8
LOWEST_CHART, BESIDE = 9, 38


def is_drawn(body: Body) -> bool:
    """Whether there is a drawing besides the table."""
    return not isinstance(body, Table | Card)


def stretches(body: Body) -> bool:
    """Whether the drawing takes whatever height it is given."""
    return isinstance(body, Lines | Sweep)


def draw(
    exhibit: Exhibit, width: int, height: int, *, as_table: bool = False, at: int | None = None
) -> Content:
    """The exhibit in `width` cells; `height` counts for what stretches. `at` chooses a point of a sweep."""
    body = exhibit.body
    if isinstance(body, Card):
        return pairs([(item.label, item.value) for item in body.items], width)
    if as_table:
        return grid(tabulate(exhibit), width)
    match body:
        case Lines():
            return chart(body, width, height)
        case ConfusionMatrix():
            return confusion(body, width, low=height < MATRIX_HEIGHT)
        case Sweep():
            return sweep(body, width, height, in_use(body) if at is None else at)
        case Bars():
            return bars(body, width)
        case Table():
            return grid(tabulate(exhibit), width)
        case _:
            assert_never(body)


def in_use(body: Sweep) -> int:
    """The index of the point nearest to the threshold in use."""
    thresholds = [p.threshold for p in body.points]
    right = min(bisect_left(thresholds, body.current), len(thresholds) - 1)
    left = max(0, right - 1)
    return min((left, right), key=lambda i: abs(thresholds[i] - body.current))


def sweep(body: Sweep, width: int, height: int, at: int) -> Content:
    """Recall and precision over thresholds with the chosen one marked, and the matrix there."""
    if not body.points:
        return Content("no thresholds")
    point = body.points[min(max(at, 0), len(body.points) - 1)]
    lines = _marked(body, point)
    wide, tall, low = _curve_size(width, height)
    drawn = chart(lines, wide, tall)
    if wide < width:
        return _beside(drawn, confusion(matrix_at(body, point), BESIDE, low=True), width - BESIDE)
    return Content("\n").join([drawn, Content(""), confusion(matrix_at(body, point), width, low=low)])


def point_under(body: Sweep, width: int, height: int, at: int, column: int) -> int | None:
    """Which point of a sweep lies under a column of its drawing; None beside the curves."""
    wide, tall, _ = _curve_size(width, height)
    if column >= wide or not body.points:
        return None
    there = frame(_marked(body, body.points[at]), wide, tall).x_at(column)
    return min(range(len(body.points)), key=lambda i: abs(body.points[i].threshold - there))


def _marked(body: Sweep, point: SweepPoint) -> Lines:
    return sweep_lines(body).model_copy(
        update={"marks": (Mark(x=point.threshold, label=_label(body, point)),)}
    )


def _curve_size(width: int, height: int) -> tuple[int, int, bool]:
    """Width and height of a sweep's curves, and whether the matrix must be low; where there is little height
    and much width, it stands beside them."""
    low = height < MATRIX_HEIGHT + LOWEST_CHART
    if low and width >= BESIDE + GAP + SMALLEST[0]:
        return width - BESIDE - GAP, max(LOWEST_CHART, height), low
    return width, max(LOWEST_CHART, height - (LOW_MATRIX if low else MATRIX_HEIGHT)), low


def _beside(left: Content, right: Content, column: int) -> Content:
    """Two drawings side by side, the right one from a column on."""
    lines = zip_longest(left.split("\n"), right.split("\n"), fillvalue=Content(""))
    return Content("\n").join(a.pad_right(column - a.cell_length) + b for a, b in lines)


def matrix_at(body: Sweep, point: SweepPoint) -> ConfusionMatrix:
    """The confusion matrix of one point."""
    counts = {"tp": point.tp, "fn": point.fn, "fp": point.fp, "tn": point.tn}
    return ConfusionMatrix(
        positive=body.positive, negative=body.negative, threshold=point.threshold, **counts
    )


def _label(body: Sweep, point: SweepPoint) -> str:
    use = " (in use)" if point is body.points[in_use(body)] else ""
    cost = "" if point.cost is None else f", cost {short(point.cost)} {body.cost_unit}".rstrip()
    return f"{short(point.threshold)}{use}{cost}"
