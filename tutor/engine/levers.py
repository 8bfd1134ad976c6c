"""What a request may ask for: every setting of an engine as a lever, and every mistake in words for a person.

Pure, and importable anywhere: it reads the settings classes, never the simulations.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tutor.engine.catalogue import ENGINES, settings_class
from tutor.engine.records import Failed, Record, RunRequest, Scalar

MAX_SEED = 2**31 - 1


class Lever(Record):
    """One setting: its type, range and meaning; `above` and `below` are themselves not allowed."""

    name: str
    kind: Literal["switch", "whole_number", "number", "choice", "text"]
    default: Scalar
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may be set, in words: "a number from 0 to 0.9"."""
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.kind == "switch":
            return "true or false"
        limits = [
            f"{word} {limit:g}" if abs(limit) < 1e6 else f"{word} {limit:,.0f}"
            for word, limit in (
                ("from", self.minimum),
                ("above", self.above),
                ("to", self.maximum),
                ("below", self.below),
            )
            if limit is not None
        ]
        noun = {"whole_number": "a whole number", "number": "a number", "text": "text"}[self.kind]
        joined = " and ".join(limits) if self.above is not None else " ".join(limits)
        return f"{noun} {joined}".strip()


class RequestError(ValueError):
    """A request that cannot be carried out; `problems` has one entry per mistake."""

    def __init__(self, problems: tuple[Failed, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def levers(engine: str) -> dict[str, Lever]:
    """Every lever of an engine, by name, in the settings class' order; KeyError for an unknown engine."""
    return {name: lever(name, info) for name, info in settings_class(engine).model_fields.items()}


def lever(name: str, info: FieldInfo) -> Lever:
    """A lever from the field that declares it."""
    annotation = info.annotation
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    kinds: dict[Any, Literal["switch", "whole_number", "number"]] = {
        bool: "switch",
        int: "whole_number",
        float: "number",
    }
    limits: dict[str, float] = {}
    for rule in info.metadata:
        match rule:
            case Ge(ge=limit):
                limits["minimum"] = float(limit)  # type: ignore[arg-type]
            case Le(le=limit):
                limits["maximum"] = float(limit)  # type: ignore[arg-type]
            case Gt(gt=limit):
                limits["above"] = float(limit)  # type: ignore[arg-type]
            case Lt(lt=limit):
                limits["below"] = float(limit)  # type: ignore[arg-type]
            case _:
                pass
    return Lever(
        name=name,
        kind="choice" if choices else kinds.get(annotation, "text"),
        default=info.default,
        description=info.description or "",
        choices=tuple(str(choice) for choice in choices),
        **limits,
    )


def validate(engine: str, settings: Mapping[str, object], seed: object = 0) -> tuple[Failed, ...]:
    """Every mistake of a request, each naming its setting and what is allowed; empty when it can be run."""
    try:
        resolve(engine, settings, seed)
    except RequestError as error:
        return error.problems
    return ()


def resolve(engine: str, settings: Mapping[str, object], seed: object = 0) -> Record:
    """The full settings of a request, defaults filled in; RequestError when anything is wrong with it."""
    if engine not in ENGINES:
        raise RequestError((Failed(message=unknown("engine", engine, ENGINES), setting=None),))
    known = levers(engine)
    problems = [
        Failed(message=unknown(f"setting of the {engine} engine", name, known), setting=name)
        for name in settings
        if name not in known
    ]
    problems += [
        rejected(known[name], value)
        for name, value in settings.items()
        # A lax reading takes True for 1.0.
        if name in known and isinstance(value, bool) and known[name].kind != "switch"
    ]
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        message = f"seed: {shown(seed)} is not allowed; it must be a whole number from 0 to {MAX_SEED:,}"
        problems.append(Failed(message=message, setting="seed"))
    wrong = {problem.setting for problem in problems}
    try:
        resolved = settings_class(engine).model_validate(
            {name: value for name, value in settings.items() if name not in wrong}
        )
    except ValidationError as error:
        problems += [failure(known, details) for details in error.errors()]
    else:
        if not problems:
            return resolved
    raise RequestError(tuple(problems))


def resolve_request(request: RunRequest) -> Record:
    """`resolve` for a request."""
    return resolve(request.engine, request.settings, request.seed)


def failure(known: Mapping[str, Lever], details: ErrorDetails) -> Failed:
    """One validation error in words. A rule across settings begins its message with "name: "."""
    if details["loc"]:
        return rejected(known[str(details["loc"][0])], details["input"])
    message = details["msg"].removeprefix("Value error, ")
    name = message.partition(":")[0]
    return Failed(message=message, setting=name if name in known else None)


def rejected(lever: Lever, value: object) -> Failed:
    message = f"{lever.name}: {shown(value)} is not allowed; it must be {lever.allowed}"
    return Failed(message=message, setting=lever.name)


def shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else f"{value}"
    return text if len(text) <= 40 else text[:37] + "..."


def unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    """ "No engine is called ...", with the nearest name or, failing that, all of them."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(known))}"
    return f"no {what} is called {shown(name)!r}; {hint}"
