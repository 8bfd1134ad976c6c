"""The curve of a run that is still going, from what it has told so far. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.engine.records import Line, Lines, Mark, Progress

_WORDS = {"train": "training", "val": "validation"}
LOG_RATIO = 50.0
BEST = "validation loss"


def curve(told: Sequence[Progress]) -> tuple[Lines, float] | None:
    """The losses (or, where a run has none, all it measures) by epoch, and how far the axis must reach. Until
    there are two epochs, by step. None before anything was measured."""
    points = _points(told)
    if not points:
        return None
    losses = [n for n in points[0].values if "loss" in n]
    names = losses or list(points[0].values)
    xs = tuple(float(p.done) for p in points)
    lines = tuple(Line(name=words(n), x=xs, y=tuple(p.values.get(n) for p in points)) for n in names)
    known = [v for line in lines for v in line.y if v is not None]
    wide = bool(known) and min(known) > 0 and max(known) / min(known) > LOG_RATIO
    body = Lines(
        marks=_best(lines),
        x_label=points[0].unit,
        y_label="loss" if losses else "",
        lines=lines,
        y_scale="log" if wide else "linear",
    )
    return body, float(points[-1].total)


def _best(lines: Sequence[Line]) -> tuple[Mark, ...]:
    """Where the validation loss is lowest so far."""
    for line in lines:
        known = [(y, x) for x, y in zip(line.x, line.y, strict=True) if y is not None]
        if line.name == BEST and len(known) > 1:
            return (Mark(x=min(known)[1], label=f"lowest {BEST}"),)
    return ()


def _points(told: Sequence[Progress]) -> list[Progress]:
    """The latest unit that has enough to draw a line."""
    measured = [p for p in told if p.values]
    for unit in dict.fromkeys(p.unit for p in reversed(measured)):
        points = [p for p in measured if p.unit == unit]
        if len(points) > 1:
            return points
    return measured[-1:]


def words(name: str) -> str:
    """'val_loss' -> 'validation loss'."""
    return " ".join(_WORDS.get(part, part) for part in name.split("_"))
