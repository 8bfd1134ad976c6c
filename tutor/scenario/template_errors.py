"""What Jinja complains of in a scenario's text, said as what there is to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from tutor.scenario.problems import did_you_mean

_CLOSE = "a value begins with {{ and ends with }}, a condition begins with {% and ends with %}"
_ONE = "between {{ and }} stands one value, with its filters: {{ run.x | percent(1) }}"


def _filter(found: re.Match[str], filters: Collection[str]) -> str:
    name = found[1]
    return (
        f"there is no filter {name!r}{did_you_mean(name, filters)}; there are: {', '.join(sorted(filters))}"
    )


_ROWS: tuple[tuple[str, Callable[[re.Match[str], Collection[str]], str]], ...] = (
    (r"No filter named '(\w+)'", _filter),
    (r"looking for the following tags", lambda m, f: "an {% if ... %} without its {% endif %}"),
    (
        r"unknown tag '(endif|else|elif)'",
        lambda m, f: f"an {{% {m[1]} %}} without an {{% if ... %}} before it",
    ),
    (r"unknown tag '(\w+)'", lambda m, f: f"there is no {{% {m[1]} %}} here: values, filters and conditions"),
    (r"got '='", lambda m, f: "to compare, write == (two signs)"),
    (r"expected '[)\]]'", lambda m, f: "a bracket is opened and not closed"),
    (r"unexpected '[)\]]'", lambda m, f: "a bracket is closed and was not opened"),
    (r"unexpected '}'|unexpected end of template|Missing end", lambda m, f: f"not closed: {_CLOSE}"),
    (r"Expected an expression, got 'end of", lambda m, f: f"there is nothing inside: {_CLOSE}"),
    (r"unexpected 'end of", lambda m, f: "it breaks off: something is missing at its end"),
    (r"expected token 'end of print statement'", lambda m, f: _ONE),
    (r"expected name or number", lambda m, f: "a name is missing after the dot"),
    (r"unexpected char '[&|!]'", lambda m, f: "to join conditions, write: and, or, not"),
    (r"unexpected char (.*) at", lambda m, f: f"{m[1]} has no meaning here"),
    (r"No test named '(\w+)'", lambda m, f: f"'is {m[1]}' has no meaning; to compare, write =="),
    (
        r"'(\w+)' is undefined",
        lambda m, f: f"there is no value {m[1]!r}; the values of a run begin with run. as in run.{m[1]}",
    ),
    (
        r"NoneType",
        lambda m, f: (
            "a value that this run does not have (it is none); ask first: "
            "{% if run.x is not none %}...{% else %}...{% endif %}"
        ),
    ),
)


def explain(message: str, filters: Collection[str]) -> str:
    """The complaint as advice; Jinja's own words where no row fits."""
    for pattern, advice in _ROWS:
        found = re.search(pattern, message)
        if found:
            return advice(found, filters)
    return message
