"""Lines over a common axis, drawn in braille: curves, ROC, reliability, anything over time. Pure.

Series are told apart by their dash as well as by colour; where a series stops being a number it ends in a
cross at the top edge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content

from tutor.app.evidence.braille import Canvas
from tutor.engine.records import Line, Lines
from tutor.reports.axes import Axis, linear, logarithmic

Parts = list[tuple[str, str]]

SMALLEST = (24, 8)
GONE = "✕"
POINT = "●"
FEW = 12


@dataclass(frozen=True)
class Dash:
    """How the n-th series is drawn: colour, sample for the legend, and which dots are inked."""

    style: str
    sample: str
    inked: Callable[[int], bool]


DASHES = (
    Dash("$series-1", "━━━", lambda n: True),
    Dash("$series-2", "┅┅┅", lambda n: n % 6 < 4),
    Dash("$series-3", "···", lambda n: n % 4 == 0),
    Dash("$series-4", "━ ·", lambda n: n % 10 < 5 or n % 10 == 7),
)


# What is compared with: the same series of an earlier run, fainter than any of its own.
BEFORE = (
    Dash("$axis", "┄┄┄", lambda n: n % 4 < 2),
    Dash("$axis", "···", lambda n: n % 3 == 0),
)


def dash(index: int) -> Dash:
    return DASHES[index % len(DASHES)]


@dataclass(frozen=True)
class Frame:
    """Where everything of a chart goes: legend, axes, the cells left of the plot, its columns and rows."""

    legend: list[Parts]
    x: Axis
    y: Axis
    gutter: int
    columns: int
    rows: int

    def x_at(self, column: int) -> float:
        """The value under a column of the whole drawing, on a linear axis."""
        share = (column - self.gutter - 2) / max(1, self.columns - 1)
        return self.x.low + min(1.0, max(0.0, share)) * (self.x.high - self.x.low)


def frame(
    body: Lines, width: int, height: int, until: float | None = None, under: Sequence[Line] = ()
) -> Frame:
    """How a chart is laid out in so many cells."""
    width, height = max(width, SMALLEST[0]), max(height, SMALLEST[1])
    legend = _legend(body, under, width)
    rows = max(3, height - len(legend) - (1 if body.marks else 0) - 3)
    every = (*under, *body.lines)
    ys = [v for line in every for v in line.y if v is not None]
    xs = [v for line in every for v in line.x] + ([] if until is None else [until])
    most = max(3, rows // 2)
    unit = body.diagonal and ys and min(ys) >= 0 and max(ys) <= 1
    if body.y_scale == "log" and any(v > 0 for v in ys):
        y_axis = logarithmic(ys, most)
    else:
        y_axis = linear([*ys, 0.0, 1.0] if unit else ys, most)
    gutter = max((len(label) for _, label in y_axis.ticks), default=1)
    columns = max(10, width - gutter - 2)
    x_axis = linear([*xs, 0.0, 1.0] if unit else xs, max(3, columns // 8), pad=False)
    return Frame(legend, x_axis, y_axis, gutter, columns, rows)


def chart(
    body: Lines, width: int, height: int, *, until: float | None = None, under: Sequence[Line] = ()
) -> Content:
    """The chart in exactly `height` lines of at most `width` cells (or more, when less cannot hold one).
    `until` keeps room on the x axis for what is still to come; `under` are series to compare with."""
    width = max(width, SMALLEST[0])
    found = frame(body, width, height, until, under)
    drawn = [(line, BEFORE[i % len(BEFORE)]) for i, line in enumerate(under)]
    drawn += [(line, dash(i)) for i, line in enumerate(body.lines)]
    plot = Plot(body, drawn, found.x, found.y, found.columns, found.rows)
    name = _fit(body.y_label + (" (log)" if found.y.log else ""), width)
    lines: list[Parts] = [*found.legend, [(name, "$axis")]]
    if body.marks:
        lines.append([(" " * (found.gutter + 2), ""), *plot.mark_labels()])
    labels = {plot.row(value): label for value, label in found.y.ticks}
    for row in range(found.rows):
        label = labels.get(row)
        edge = f"{label or '':>{found.gutter}} " + ("┤" if label is not None else "│")
        lines.append([(edge, "$axis"), *plot.cells(row)])
    lines.append([(" " * (found.gutter + 1) + "└" + "─" * found.columns, "$axis")])
    lines.append([(" " * (found.gutter + 2) + plot.tick_labels(body.x_label), "$axis")])
    return Content("\n").join(Content.assemble(*line) for line in lines)


class Plot:
    """The area inside the axes."""

    def __init__(
        self, body: Lines, drawn: Sequence[tuple[Line, Dash]], x: Axis, y: Axis, columns: int, rows: int
    ) -> None:
        self.body, self.x, self.y = body, x, y
        self.canvas = Canvas(columns, rows)
        self.over: dict[tuple[int, int], tuple[str, str]] = {}
        if body.diagonal:
            corner = (self.canvas.width - 1, 0)
            self.canvas.line((0, self.canvas.height - 1), corner, "$axis", lambda n: n % 3 == 0)
        for mark in body.marks:
            column = self.column(mark.x)
            self.over |= {(column, row): ("┊", "$case") for row in range(rows)}
        for line, how in drawn:
            self._draw(line, how)

    def column(self, x: float) -> int:
        return min(self.canvas.columns - 1, max(0, round(self.x.at(x) * (self.canvas.columns - 1))))

    def row(self, y: float) -> int:
        return self._dot(self.x.low, y)[1] // 4

    def _dot(self, x: float, y: float) -> tuple[int, int]:
        across, up = self.x.at(x), min(1.0, max(0.0, self.y.at(y)))
        return round(across * (self.canvas.width - 1)), round((1 - up) * (self.canvas.height - 1))

    def _draw(self, line: Line, how: Dash) -> None:
        last: tuple[int, int] | None = None
        run = 0
        few = len(line.x) <= FEW and (self.body.diagonal or len(line.x) == 1)
        for x, y in zip(line.x, line.y, strict=True):
            if y is None or not self.y.holds(y):
                if last is not None and y is None:
                    self.over[(self.column(x), 0)] = (GONE, f"bold {how.style}")
                last = None
                continue
            dot = self._dot(x, y)
            run = self.canvas.line(last or dot, dot, how.style, how.inked, run)
            if few:
                self.over[(dot[0] // 2, dot[1] // 4)] = (POINT, how.style)
            last = dot

    def cells(self, row: int) -> Parts:
        """One row; neighbours of one style are one part. Curves lie over marks, crosses over all."""
        parts: Parts = []
        for column in range(self.canvas.columns):
            char, style = self.canvas.cell(column, row)
            over = self.over.get((column, row))
            if over and (char == " " or over[0] != "┊"):
                char, style = over
            if parts and (parts[-1][1] == style or char == " "):
                parts[-1] = (parts[-1][0] + char, parts[-1][1])
            else:
                parts.append((char, style))
        return parts

    def mark_labels(self) -> Parts:
        """The labels of the marks over their columns; one that finds no room is left out."""
        text = " " * self.canvas.columns
        for mark in sorted(self.body.marks, key=lambda m: m.x):
            name = _fit(mark.label, self.canvas.columns - 2)
            label = f"▾ {name}"
            column = self.column(mark.x)
            if column + len(label) > self.canvas.columns:
                label = f"{name} ▾"
                column = max(0, column - len(label) + 1)
            if not text[max(0, column - 1) : column + len(label) + 1].strip():
                text = text[:column] + label + text[column + len(label) :]
        return [(text.rstrip(), "$case")]

    def tick_labels(self, name: str) -> str:
        """The numbers under the x axis, its name at the right end."""
        text = " " * self.canvas.columns
        name = _fit(name, self.canvas.columns // 2)
        room = self.canvas.columns - len(name) - 1
        for value, label in self.x.ticks:
            column = min(
                max(0, self.column(value) - len(label) // 2), max(0, self.canvas.columns - len(label))
            )
            if column + len(label) <= room and not text[max(0, column - 1) : column + len(label)].strip():
                text = text[:column] + label + text[column + len(label) :]
        return text[: room + 1] + name


def _legend(body: Lines, under: Sequence[Line], width: int) -> list[Parts]:
    """Sample and name of each series, as many to a line as fit."""
    entries: list[tuple[Parts, int]] = []
    for i, line in enumerate(body.lines):
        how = dash(i)
        gone = next((x for x, y in zip(line.x, line.y, strict=True) if y is None), None)
        where = f" {GONE} leaves the chart at {body.x_label} {gone:g}" if gone is not None else ""
        name = _fit(f"{line.name}{where}", max(8, width - 5))
        entries.append(([(how.sample, how.style), (f" {name}", "")], 4 + len(name)))
    if under:
        samples = " ".join(BEFORE[i % len(BEFORE)].sample for i in range(len(under)))
        entries.append(([(samples, "$axis"), (" as it was", "")], len(samples) + 10))
    if body.diagonal:
        entries.append(([("···", "$axis"), (" y = x", "$axis")], 9))
    lines: list[Parts] = [[]]
    used = 0
    for parts, size in entries:
        if used and used + 3 + size > width:
            lines.append([])
            used = 0
        gap: Parts = [("   ", "")] if used else []
        lines[-1] += gap + parts
        used += size + (3 if gap else 0)
    return [line for line in lines if line]


def _fit(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: max(1, width - 1)] + "…"
