"""The lab of a case: which levers may be set to what, what an experiment costs, and how it is asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from tutor.engine import levers as engine_levers
from tutor.errors import TutorError
from tutor.scenario.problems import did_you_mean
from tutor.scenario.schema import Lever, Scenario, Setting


class LabError(TutorError):
    """An experiment that cannot be run; the message names the lever and what is allowed."""


def allowed(lever: Lever) -> str:
    """The values of a lever in words. Numbers between the smallest and the largest are allowed too."""
    values = ", ".join(shown(v) for v in lever.values)
    return f"{values}, or a number between" if _is_range(lever) else values


def shown(value: Setting) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_range(lever: Lever) -> bool:
    numbers = [v for v in lever.values if isinstance(v, int | float) and not isinstance(v, bool)]
    return len(numbers) == len(lever.values) > 1


def parse(scenario: Scenario, texts: Iterable[str]) -> dict[str, Setting]:
    """`learning_rate=1e-4` and the like as changes. LabError for an unknown lever or a value not allowed."""
    changes: dict[str, Setting] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise LabError(f"{text!r}: write LEVER=VALUE, as in learning_rate=0.01")
        changes[name] = _value(scenario, name, value.strip())
    return changes


def _value(scenario: Scenario, name: str, text: str) -> Setting:
    lever = scenario.levers.get(name)
    if lever is None:
        near = did_you_mean(name, scenario.levers)
        raise LabError(f"{name}: this case has no such lever{near}; it has: {', '.join(scenario.levers)}")
    for value in lever.values:
        if text.lower() in (shown(value).lower(), str(value).lower()):
            return value
    number = _number(text)
    if number is not None:
        if number in lever.values:
            return number
        low_high = [v for v in lever.values if isinstance(v, int | float)]
        if _is_range(lever) and min(low_high) <= number <= max(low_high):
            whole = engine_levers.levers(scenario.engine)[name].kind == "whole_number"
            if not whole or number.is_integer():
                return int(number) if whole else number
    raise LabError(f"{name}: {text!r} is not allowed; allowed: {allowed(lever)}")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def check(scenario: Scenario, variant: str, changes: Mapping[str, Setting]) -> None:
    """Whether the engine takes these changes together. LabError with all that is wrong."""
    settings = {**scenario.variants[variant].simulate, **changes}
    problems = engine_levers.validate(scenario.engine, settings)
    if problems:
        raise LabError("; ".join(p.message for p in problems))


def cost(scenario: Scenario, changes: Mapping[str, Setting]) -> float:
    """Hours that an experiment with these changes takes on the case's clock."""
    return sum(scenario.levers[name].hours for name in changes)


def in_words(scenario: Scenario, changes: Mapping[str, Setting]) -> str:
    """The changes as a label: 'learning rate 0.01, dropout 0.3'. What a lever's label explains in parentheses
    is left out."""
    return ", ".join(f"{_short(scenario, name)} {shown(value)}" for name, value in changes.items())


def _short(scenario: Scenario, name: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", scenario.levers[name].label or name.replace("_", " "))
