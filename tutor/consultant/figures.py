"""Numbers in prose: which ones a text has, and whether another text says one that it has not. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.consultant.prose import TENS as _TENS
from tutor.consultant.prose import UNITS as _UNITS

_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>(?<!\w)[-−])?(?P<digits>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?!\d)|\d+|(?=\.\d))"
    r"(?P<decimals>\.\d+)?"
    r"(?P<exponent>[eE][-+−]?\d+)?(?P<unit>\s?(?:%|percent\b|per\s?cent\b)|(?:k|K|M)\b)?"
)
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6}
_ONES = {word: n for n, word in enumerate(_UNITS) if n}
_TENFOLD = {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_POWERS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ANY = "|".join(sorted((*_ONES, *_TENFOLD, *_POWERS, "zero"), key=len, reverse=True))
_SMALL = "|".join(word for word, n in _ONES.items() if n <= 12)
# "twenty-five", "nine hundred and four", "ninety-six point three percent"
_SPOKEN = re.compile(
    rf"\b(?P<words>(?:a )?(?:{_ANY})(?:(?:-| and | )(?:{_ANY}))*)\b(?! ?-?fold)"
    rf"(?: point (?P<decimals>(?:{_ANY})(?: (?:{_ANY}))*)\b)?"
    r"(?P<unit>[ -]?(?:%|percent\b|per\s?cent\b))?",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"[ -](?:in|out of|points?|times|tenths|hundredths|epochs?|steps?|batch(?:es)?|rows?|frauds?|layers?"
    r"|months?|hours?|applicants?|customers?|patients?|cases?|examples?|years?)\b",
    re.IGNORECASE,
)
# Shares and multiples: the model's own reckoning, right or wrong, unless they stand there in these words.
_DERIVED = re.compile(
    r"\b(?:twice|thrice|(?:doubl|tripl|quadrupl)(?:e[sd]?|ing)\b(?!-)|halv(?:e[sd]?|ing)"
    r"|half (?:of|the)|(?:a|one|two|three|four) (?:third|quarter|fifth|tenth)s?"
    r"|dozens?|scores of|(?:hundred|thousand|million)s"
    rf"|(?:\d+|{_SMALL}|hundred)[ -]?fold"
    rf"|(?:{_SMALL})(?: \w+)? (?:in|out of|of every) (?:\d[\d,]*|{_ANY})"
    r"|\d+ (?:in|out of) (?:every )?\d[\d,]*)\b",
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
        digits = re.sub(r"\D", "", match["digits"]) or "0"
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


def spoken(text: str) -> tuple[Number, ...]:
    """The numbers that are written in words and say a quantity ("ninety", "nine percent"); "one question"
    says none."""
    found = []
    for match in _SPOKEN.finditer(text):
        words = re.findall(r"[a-z]+", match["words"].casefold())
        small = len(words) == 1 and _ONES.get(words[0], 99) <= 12
        counted = match["unit"] or match["decimals"] or _COUNTED.match(text, match.end())
        if words == ["zero"] or (small and not counted):
            continue
        found.append(_said(words, match["decimals"] or "", percent=bool(match["unit"])))
    return tuple(found)


def _said(words: Sequence[str], decimals: str, *, percent: bool) -> Number:
    whole = part = 0
    for word in words:
        if word in _POWERS and word != "hundred":
            whole, part = whole + (part or 1) * _POWERS[word], 0
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            part += _ONES.get(word, _TENFOLD.get(word, 0))
    last = float(_POWERS.get(words[-1], 1))
    value = float(whole + part)
    for place, word in enumerate(decimals.casefold().split(), start=1):
        last = 10.0**-place
        value += _ONES.get(word, 0) * last
    scale = 0.01 if percent else 1.0
    return Number(value * scale, last * scale, percent)


def derived(text: str) -> frozenset[str]:
    """The shares and multiples that a text says in words: "two thirds", "tripled", "one in twelve"."""
    return frozenset(" ".join(m[0].casefold().split()) for m in _DERIVED.finditer(text))


@dataclass(frozen=True)
class Figures:
    """The numbers that a text may take its own from."""

    known: tuple[Number, ...]
    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Figures:
        return cls((*numbers(text), *spoken(text)), derived(text))

    def foreign(self, text: str) -> bool:
        """Whether a text says a number that is not here: neither as it stands, nor as a percentage or a
        fraction of it, nor rounded to two digits or more."""
        own = derived(text) - self.words
        return bool(own) or any(not self._has(n) for n in (*numbers(text), *spoken(text)))

    def shared(self, text: str) -> int:
        """How many of these numbers a text says."""
        said = {*numbers(text), *spoken(text)}
        return sum(self._has(n) for n in said)

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
