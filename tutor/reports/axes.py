"""Ticks at round numbers, on linear and logarithmic axes. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """A range of values and its labelled ticks. `at` says how far along (0 to 1) a value lies."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def at(self, value: float) -> float:
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def holds(self, value: float | None) -> bool:
        """Whether a value can stand on this axis at all: a logarithmic one has no zero."""
        return value is not None and (value > 0 or not self.log)


def linear(values: Sequence[float], most: int, *, pad: bool = True) -> Axis:
    """An axis over the values with at most `most` ticks; between whole numbers there are none. With `pad`, it
    starts at zero when that is near, and leaves a little room above."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if pad and 0 <= low < 0.5 * high:
        low = 0.0
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-9):  # one value, as far as digits go
        low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
    step = _step((high - low) / max(1, most - 1))
    if not pad and all(float(v).is_integer() for v in values):
        step = max(1.0, math.ceil(step))
    if pad:
        low, high = math.floor(low / step + 1e-9) * step, high + (high - low) * 0.04
    first = math.ceil(low / step - 1e-9)
    count = math.floor((high - first * step) / step + 1e-9) + 1
    return Axis(low, high, tuple(((first + i) * step, fixed((first + i) * step, step)) for i in range(count)))


def logarithmic(values: Sequence[float], most: int) -> Axis:
    """An axis over the positive values with ticks at powers of ten, and between them where there is room."""
    # Within these bounds neither a ratio nor a margin leaves the range of a float.
    positive = [min(max(v, 1e-150), 1e150) for v in values if v > 0]
    low, high = (min(positive), max(positive)) if positive else (0.1, 1.0)
    if low == high:
        low, high = low / 2, high * 2
    room = (high / low) ** 0.04
    low, high = low / room, high * room
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = [f * 10.0**d for d in decades for f in factors if low <= f * 10.0**d <= high]
        if len(ticks) <= most:
            break
    ticks = ticks[:: math.ceil(len(ticks) / most)] if ticks else [low, high]
    return Axis(low, high, tuple((t, compact(t)) for t in ticks), log=True)


def _step(rough: float) -> float:
    """The nearest round step that is not smaller: 1, 2, 2.5 or 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next((f * power for f in (1, 2, 2.5, 5) if f * power >= rough * 0.999), 10 * power)


def fixed(value: float, step: float) -> str:
    """A tick label with as many decimals as the step needs."""
    if not 1e-6 <= step < 1e6 or abs(value) >= 1e9:
        return f"{value:.3g}"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6:
        decimals += 1
    return f"{value + 0.0:,.{min(decimals, 12)}f}"


def compact(value: float) -> str:
    """A label for a logarithmic tick: 0.001, 0.5, 20, 1e6."""
    return f"{value:,.0f}" if 1 <= value < 1e5 else f"{value:.3g}"
