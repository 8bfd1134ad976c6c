"""Numbers in prose: which ones a text has, and whether another text says one that it has not. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>(?<!\w)[-−])?(?P<digits>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?"
    r"(?P<exponent>[eE][-+−]?\d+)?(?P<unit>\s?(?:%|percent\b|per\s?cent\b)|(?:k|K|M)\b)?"
)
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6}
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_SPOKEN = re.compile(
    r"\b(?:(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|(?:hundred|thousand|million|billion)s?|twice|thrice|double|triple|quadruple|half of|a third of"
    rf"|a quarter of|three quarters|(?:{_SMALL})fold"
    rf"|(?:{_SMALL})(?=[- ](?:per ?cent|in|out of|point|times|tenths|hundredths|epochs?|steps?|points?"
    r"|frauds?|rows?)\b))\b",
    re.IGNORECASE,
)
_NEAR = 1e-9


@dataclass(frozen=True)
class Number:
    """A number as it is written: its value (percent as a fraction), and the step of its last digit."""

    value: float
    step: float
    percent: bool

    @property
    def rough(self) -> bool:
        """Fewer than two significant digits: too coarse to count as a rounding of something."""
        return self.value == 0 or abs(self.value) < 9.5 * self.step


def numbers(text: str) -> tuple[Number, ...]:
    """All numbers written in digits, in order."""
    found = []
    for match in _NUMBER.finditer(text):
        decimals = match["decimals"] or ""
        exponent = (match["exponent"] or "").replace("−", "-")
        digits = re.sub(r"\D", "", match["digits"])
        unit = (match["unit"] or "").strip()
        percent = unit.startswith(("%", "p"))
        scale = 0.01 if percent else _SCALES.get(unit, 1.0)
        try:
            value = float(f"{digits}{decimals}{exponent}") * scale
            step = 10.0 ** (int(exponent[1:] or 0) - max(0, len(decimals) - 1)) * scale
        except OverflowError:
            value, step = math.inf, math.inf
        found.append(Number(-value if match["sign"] else value, step, percent))
    return tuple(found)


def spoken(text: str) -> frozenset[str]:
    """Numbers in words that say a quantity ("ninety", "twice", "nine percent"); "one question" says none."""
    return frozenset(m[0].casefold() for m in _SPOKEN.finditer(text))


@dataclass(frozen=True)
class Figures:
    """The numbers that a text may take its own from."""

    known: tuple[Number, ...]
    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Figures:
        return cls(numbers(text), spoken(text))

    def foreign(self, text: str) -> bool:
        """Whether a text says a number that is not here: neither as it stands, nor as a percentage or a
        fraction of it, nor rounded to two digits or more."""
        return not spoken(text) <= self.words or any(not self._has(n) for n in numbers(text))

    def _has(self, number: Number) -> bool:
        return any(_same(number, other) for other in self.known)


def _same(said: Number, known: Number) -> bool:
    if not math.isfinite(said.value):
        return False
    off = abs(abs(said.value) - abs(known.value))
    if off <= _NEAR * max(1.0, abs(known.value)) or math.isclose(
        abs(said.value), abs(known.value), rel_tol=1e-9
    ):
        return True
    return not said.rough and said.step > known.step and off <= 0.5 * said.step * (1 + 1e-6)
