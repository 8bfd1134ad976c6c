"""Curves and bars as inline SVG, readable on light and dark pages, with a text for those who see none. Pure.

Lines differ by dash as well as by colour; colours are set by the page (classes `s0` to `s3`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape, quoteattr

from tutor.engine.records import Bars, Exhibit, Line, Lines, Mark, Sweep
from tutor.engine.tabular import short
from tutor.reports.axes import Axis, linear, logarithmic

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 28, 44
DASHES = ("", "8 4", "2 4", "10 4 2 4")
ROW, LABELS = 22, 170


def picture(exhibit: Exhibit) -> str:
    """The SVG of an exhibit; empty where a table says it better."""
    body = exhibit.body
    match body:
        case Lines():
            return _frame(_lines(body), HEIGHT, exhibit)
        case Sweep() if body.points:
            return _frame(_lines(sweep_lines(body)), HEIGHT, exhibit)
        case Bars() if body.bars:
            return _frame(_bars(body), TOP + ROW * len(body.bars) + 10, exhibit)
        case _:
            return ""


def sweep_lines(body: Sweep) -> Lines:
    """Recall and precision over thresholds, the one in use marked.

    A threshold at which nothing is flagged has no precision: there is no point, which is another thing than a
    run that left the chart.
    """

    def rates(parts: Iterable[tuple[float, int, int]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        known = [(x, hit / (hit + other)) for x, hit, other in parts if hit + other]
        return tuple(x for x, _ in known), tuple(y for _, y in known)

    recall = rates((p.threshold, p.tp, p.fn) for p in body.points)
    precision = rates((p.threshold, p.tp, p.fp) for p in body.points)
    return Lines(
        x_label="threshold",
        y_label="share",
        lines=(
            Line(name="recall", x=recall[0], y=recall[1]),
            Line(name="precision", x=precision[0], y=precision[1]),
        ),
        marks=(Mark(x=body.current, label=f"{short(body.current)} (in use)"),),
    )


def _frame(inside: str, height: int, exhibit: Exhibit) -> str:
    label = quoteattr(f"{exhibit.title}. {exhibit.summary}")
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label={label} '
        f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )


def _lines(body: Lines) -> str:
    ys = [v for line in body.lines for v in line.y if v is not None]
    xs = [v for line in body.lines for v in line.x]
    unit = body.diagonal and bool(ys) and min(ys) >= 0 and max(ys) <= 1
    use_log = body.y_scale == "log" and any(v > 0 for v in ys)
    y_axis = logarithmic(ys, 7) if use_log else linear([*ys, 0.0, 1.0] if unit else ys, 7)
    x_axis = linear([*xs, 0.0, 1.0] if unit else xs, 9, pad=False)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(value: float) -> float:
        return LEFT + x_axis.at(value) * (right - LEFT)

    def y(value: float) -> float:
        return bottom - min(1.0, max(0.0, y_axis.at(value))) * (bottom - TOP)

    parts = [f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{right}"/>']
    for value, label in y_axis.ticks:
        parts.append(f'<path class="grid" d="M{LEFT} {y(value):.1f}H{right}"/>')
        parts.append(_text(LEFT - 6, y(value) + 4, label, "end"))
    for value, label in x_axis.ticks:
        parts.append(_text(x(value), bottom + 16, label, "middle"))
    parts.append(_text(right, HEIGHT - 6, body.x_label, "end"))
    parts.append(_text(LEFT, TOP - 14, body.y_label + (" (log)" if use_log else ""), "start"))
    if body.diagonal:
        parts.append(f'<path class="grid" d="M{LEFT} {bottom}L{right} {TOP}"/>')
    for mark in body.marks:
        parts.append(f'<path class="mark" d="M{x(mark.x):.1f} {TOP}V{bottom}"/>')
        parts.append(_text(x(mark.x) + 4, TOP + 10, mark.label, "start"))
    for number, line in enumerate(body.lines):
        parts.append(_series(line, number % len(DASHES), y_axis, x, y))
    return "".join(parts) + _legend([line.name for line in body.lines])


def _series(
    line: Line, number: int, axis: Axis, x: Callable[[float], float], y: Callable[[float], float]
) -> str:
    path, pen = [], "M"
    for px, py in zip(line.x, line.y, strict=True):
        if py is None or not axis.holds(py):
            pen = "M"
            continue
        path.append(f"{pen}{x(px):.1f} {y(py):.1f}")
        pen = "L"
    dots = ""
    if len(path) <= 12:
        points = [p[1:].split() for p in path]
        dots = "".join(f'<circle class="s{number} dot" cx="{a}" cy="{b}" r="3"/>' for a, b in points)
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    return f'<path class="s{number} line"{dash} d="{" ".join(path)}"/>{dots}'


def _legend(names: list[str]) -> str:
    parts, at = [], LEFT + 90
    for number, name in enumerate(names[:4]):
        dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
        parts.append(f'<path class="s{number} line"{dash} d="M{at} {TOP - 18}h24"/>')
        parts.append(_text(at + 30, TOP - 14, name, "start"))
        at += 44 + 7 * len(name)
    return "".join(parts)


def _bars(body: Bars) -> str:
    top = max([b.value for b in body.bars] + [m.x for m in body.limits] + [1e-12])
    room = WIDTH - LABELS - 70
    end = TOP + ROW * len(body.bars)
    parts = [_text(0, TOP - 14, body.value_label, "start")]
    for number, bar in enumerate(body.bars):
        at = TOP + ROW * number
        wide = max(0.0, bar.value / top * room)
        parts.append(_text(LABELS - 8, at + 15, bar.label, "end"))
        parts.append(
            f'<rect class="s1 bar" x="{LABELS}" y="{at + 4}" width="{wide:.1f}" height="{ROW - 8}"/>'
        )
        parts.append(_text(LABELS + wide + 6, at + 15, short(bar.value), "start"))
    for limit in body.limits:
        x = LABELS + limit.x / top * room
        parts.append(f'<path class="mark" d="M{x:.1f} {TOP}V{end}"/>')
        parts.append(_text(x + 3, TOP - 2, f"{limit.label} ({short(limit.x)})", "start"))
    return "".join(parts)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
