"""Exhibits from arrays: the charts and tables that every training run has.

Each says in one sentence, computed from the same numbers, what it shows; none says what it means.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tutor.engine.records import Card, CardItem, Cell, Column, Exhibit, Line, Lines, Mark, Table

MAX_POINTS = 200  # more than a terminal has columns


def finite(value: float) -> float | None:
    """The value, or None where it is not a finite number: JSON has no other word for it."""
    return float(value) if math.isfinite(value) else None


def words(value: float | None, digits: int = 3) -> str:
    """A number for a sentence: three significant digits, or "not a number"."""
    return "not a number" if value is None or not math.isfinite(value) else f"{value:,.{digits}g}"


def share(value: float | None) -> str:
    """A share for a sentence: per cent with one digit, or "not a number"."""
    return "not a number" if value is None or not math.isfinite(value) else f"{value:.1%}"


def line(name: str, x: Sequence[float], y: Sequence[float]) -> Line:
    """A series with None where it left the chart."""
    return Line(name=name, x=tuple(float(v) for v in x), y=tuple(finite(v) for v in y))


def needs_log(series: Sequence[float], ratio: float = 50.0) -> bool:
    """Whether positive finite values span so much that only a logarithmic axis shows them all."""
    values = [v for v in series if math.isfinite(v)]
    return bool(values) and min(values) > 0 and max(values) / min(values) > ratio


def peaks(
    x: Sequence[float], y: Sequence[float], points: int = MAX_POINTS
) -> tuple[list[float], list[float]]:
    """At most `points` of a long series: the largest value of each stretch of equal length, so that no spike
    is lost. A stretch that holds a value that is not finite is not finite."""
    size = math.ceil(len(x) / points)
    stretches = range(0, len(x), max(1, size))
    return (
        [x[start] for start in stretches],
        [largest(y[start : start + size]) for start in stretches],
    )


def largest(values: Sequence[float]) -> float:
    return max(values) if all(math.isfinite(v) for v in values) else math.nan


def loss_curves(epochs: Sequence[int], train: Sequence[float], validation: Sequence[float]) -> Exhibit:
    """Training and validation loss by epoch (epoch 0: before the first step), the best epoch marked."""
    known = [(v, e) for v, e in zip(validation, epochs, strict=True) if math.isfinite(v)]
    best = min(known, default=(math.nan, 0))
    summary = (
        f"Training loss goes from {words(train[0])} to {words(train[-1])} and validation loss from "
        f"{words(validation[0])} to {words(validation[-1])} in {epochs[-1]} epochs; validation is lowest at "
        f"epoch {best[1]} ({words(best[0])})."
    )
    return Exhibit(
        name="loss_curves",
        title="Loss by epoch",
        summary=summary,
        body=Lines(
            x_label="epoch",
            y_label="loss",
            lines=(line("training", epochs, train), line("validation", epochs, validation)),
            y_scale="log" if needs_log([*train, *validation]) else "linear",
            marks=(Mark(x=best[1], label="lowest validation loss"),),
        ),
    )


def losses_by_step(
    steps: Sequence[int], losses: Sequence[float], validation_before: float, validation_after: float
) -> Exhibit:
    """`loss_curves` for a run that ended within its first epoch: the batches' losses, and validation loss at
    the two moments when it was measured."""
    curve = step_curves("loss_curves", "Loss by step (the run ended in epoch 1)", steps, losses)
    validation = line("validation", [0, steps[-1]], [validation_before, validation_after])
    body = Lines(
        x_label="step",
        y_label="loss",
        lines=(line("training batch", steps, losses), validation),
        y_scale="log" if needs_log(losses) else "linear",
    )
    return curve.model_copy(update={"body": body})


def step_curves(name: str, title: str, steps: Sequence[int], losses: Sequence[float]) -> Exhibit:
    """Loss of each step's batch; the summary says where it stops being a number, if it does."""
    gone = next((s for s, v in zip(steps, losses, strict=True) if not math.isfinite(v)), None)
    known = [(v, s) for v, s in zip(losses, steps, strict=True) if math.isfinite(v)]
    top = max(known, default=(math.nan, 0))
    summary = f"The loss of the batch goes from {words(losses[0])} at step {steps[0]} "
    if gone is None:
        summary += (
            f"to {words(losses[-1])} at step {steps[-1]}; the highest is {words(top[0])} at step {top[1]}."
        )
    else:
        summary += f"to {words(top[0])} at step {top[1]}; at step {gone} it is no longer a number."
    return Exhibit(
        name=name,
        title=title,
        summary=summary,
        body=Lines(
            x_label="step",
            y_label="loss of the batch",
            lines=(line("training batch", steps, losses),),
            y_scale="log" if needs_log(losses) else "linear",
        ),
    )


def accuracy_curves(
    epochs: Sequence[int],
    train: Sequence[float],
    validation: Sequence[float],
    reference: tuple[str, float] | None = None,
) -> Exhibit:
    """Training and validation accuracy by epoch, with the accuracy of a trivial rule as a level line."""
    lines = [line("training", epochs, train), line("validation", epochs, validation)]
    summary = (
        f"After epoch {epochs[-1]} accuracy is {share(train[-1])} on training "
        f"and {share(validation[-1])} on validation"
    )
    if reference:
        name, level = reference
        lines.append(line(name, [epochs[0], epochs[-1]], [level, level]))
        summary += f"; {name} would score {level:.1%}"
    return Exhibit(
        name="accuracy_curves",
        title="Accuracy by epoch",
        summary=summary + ".",
        body=Lines(x_label="epoch", y_label="accuracy", lines=tuple(lines)),
    )


def gradient_norms(steps: Sequence[int], norms: Sequence[float]) -> Exhibit:
    """Euclidean length of the gradient by step, before any clipping."""
    known = sorted(v for v in norms if math.isfinite(v))
    middle = known[len(known) // 2] if known else math.nan
    top = known[-1] if known else math.nan
    x, y = peaks(steps, norms)
    first = ", ".join(words(v) for v in norms[:3])
    return Exhibit(
        name="gradient_norms",
        title="Length of the gradient by step",
        summary=f"The first steps have gradients of length {first}; the median of {len(norms)} steps is "
        f"{words(middle)}, the largest finite one {words(top)}.",
        body=Lines(
            x_label="step",
            y_label="gradient norm",
            lines=(line("gradient norm", x, y),),
            y_scale="log" if needs_log(norms, 20) else "linear",
        ),
    )


def card(name: str, title: str, summary: str, items: Mapping[str, str]) -> Exhibit:
    """A sheet of labelled facts."""
    body = Card(items=tuple(CardItem(label=label, value=value) for label, value in items.items()))
    return Exhibit(name=name, title=title, summary=summary, body=body)


def table(
    name: str, title: str, summary: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> Exhibit:
    """Rows under columns."""
    body = Table(columns=tuple(columns), rows=tuple(tuple(row) for row in rows))
    return Exhibit(name=name, title=title, summary=summary, body=body)
