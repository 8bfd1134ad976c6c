"""Templates and expressions inside scenario text: sandboxed Jinja over a run's facts.

A template sees `run` (the facts) and the filters below; nothing else. What a template names and the run lacks
is an error, never an empty space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tutor.errors import TutorError
from tutor.scenario.problems import did_you_mean
from tutor.scenario.template_errors import explain

MAX_OUTPUT = 20_000
MAX_DIGITS = 12

# Values, arithmetic, comparisons, filters and conditions. No loops, assignments, calls or includes: what a
# stranger's template can do stays proportional to its length.
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr,
    nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Keyword, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos,
)  # fmt: skip
_RESERVED = {"self", "super", "loop", "varargs", "kwargs", "caller"}  # names with a meaning of Jinja's own


class RenderError(TutorError):
    """A template could not be rendered; the message is for its author."""


def _digits(wanted: int) -> int:
    return min(max(int(wanted), 0), MAX_DIGITS)


def percent(value: float, digits: int = 0) -> str:
    """0.041 -> '4%', with digits=1 '4.1%'."""
    return f"{value * 100:.{_digits(digits)}f}%"


def number(value: float | None, digits: int = 2) -> str:
    """A plain decimal; 'not a number' where the run left the chart."""
    return "not a number" if value is None else f"{value:,.{_digits(digits)}f}"


def significant(value: float | None, digits: int = 2) -> str:
    """So many significant digits, without exponents between 0.0001 and a million."""
    if value is None:
        return "not a number"
    digits = max(1, _digits(digits))
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.{digits - 1}e}"
    text = f"{value:.{digits}g}"
    return f"{float(text):,.0f}" if "e" in text else text


def count(value: float) -> str:
    """24000 and 24000.0 -> '24,000'."""
    return f"{int(value) if float(value).is_integer() else value:,}"


FILTERS: dict[str, Callable[..., str]] = {
    "percent": percent,
    "number": number,
    "significant": significant,
    "count": count,
}


class _Sandbox(ImmutableSandboxedEnvironment):
    """No attributes of Python objects at all: facts are plain mappings, lists and scalars."""

    # Repetition can exhaust memory in a few characters: 'a' * 1000000000.
    intercepted_binops = frozenset(["*", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, int | float) and isinstance(right, int | float):
            return left * right if operator == "*" else left % right
        raise SecurityError(f"the operator {operator!r} works on numbers only")

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | tuple) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        if isinstance(obj, Undefined):
            return obj  # the first name that is missing is the one to tell
        known = list(map(str, obj)) if isinstance(obj, Mapping) else []
        hint = f"there is no value {str(argument)!r} here{did_you_mean(str(argument), known)}"
        return self.undefined(hint=hint + (f"; there are: {', '.join(known[:40])}" if known else ""))


@lru_cache(maxsize=1)
def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    keep = ("abs", "round", "length", "first", "last", "min", "max", "lower", "upper", "int", "float")
    environment.filters = {name: environment.filters[name] for name in keep} | FILTERS
    environment.globals = {}
    return environment


@lru_cache(maxsize=4096)
def _template(source: str) -> Template:
    environment = _environment()
    for node in environment.parse(source).find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what = type(node).__name__.lower()
            raise SecurityError(f"'{what}' is not allowed in a scenario: values, filters and conditions only")
        if isinstance(node, nodes.Name) and node.name in _RESERVED:
            raise SecurityError(f"{node.name!r} is not a value of the run")
    return environment.from_string(source)


def compile_template(source: str) -> None:
    """RenderError when the text is not a template that a scenario may hold."""
    try:
        _template(source)
        names = {node.name for node in _environment().parse(source).find_all(nodes.Name)}
    except (TemplateError, RecursionError) as error:
        raise _explained(error) from error
    if names - {"run"}:
        raise _explained(f"{min(names - {'run'})!r} is undefined")


def _explained(error: Exception | str) -> RenderError:
    return RenderError(explain(str(error), _environment().filters))


def render(source: str, facts: Mapping[str, Any], **more: Any) -> str:
    """The text with its values filled in. RenderError when a value is missing or the template is wrong."""
    if "{" not in source:
        return source
    try:
        pieces: list[str] = []
        size = 0
        for piece in _template(source).generate(run=facts, **more):
            size += len(piece)
            if size > MAX_OUTPUT:
                raise RenderError(f"the rendered text is longer than {MAX_OUTPUT:,} characters")
            pieces.append(piece)
        return "".join(pieces)
    except RenderError:
        raise
    except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise _explained(error) from error


def holds(expression: str, facts: Mapping[str, Any]) -> bool:
    """Whether an expression such as `run.final.val_loss > 2 * run.best.val_loss` is true of the facts.
    RenderError when it cannot be evaluated."""
    return render("{% if " + expression + " %}1{% endif %}", facts) == "1"
