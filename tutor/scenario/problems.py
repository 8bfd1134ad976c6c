"""What is wrong in a file, said so that its author can mend it: `file:line:column: message`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from tutor.errors import TutorError
from tutor.scenario.yaml_reader import Document, PathKey, Position


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend. Sorts by place."""

    path: str
    position: Position
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        label = "" if self.severity == "error" else "warning: "
        return f"{self.path}:{self.position.line}:{self.position.column}: {label}{self.message}"


class ScenarioError(TutorError):
    """A scenario cannot be used; `problems` says all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' (did you mean ...?)' for the nearest of the known words, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def locate(document: Document, loc: PathKey, *, key: bool = False) -> Position:
    """Where `loc` stands in the file: its key if `key`, else its value; the nearest parent if it is missing.
    Parts of `loc` that are not in the file (pydantic's union tags) are skipped."""
    path: PathKey = ()
    for part in loc:
        if (*path, part) in document.values or (*path, part) in document.keys:
            path = (*path, part)
    if key and path in document.keys:
        return document.keys[path]
    if path in document.keys and isinstance(_value_at(document, path), dict | list):
        return document.keys[path]
    return document.values.get(path, Position(1, 1))


def _value_at(document: Document, path: PathKey) -> object:
    value = document.data
    for part in path:
        value = value[part]
    return value


def from_validation(
    path: Path, document: Document, error: ValidationError, model: type[BaseModel]
) -> list[Problem]:
    """Pydantic's errors as problems: an unknown key points at the key, a missing one at its parent, and
    several failed alternatives of one union become one problem."""
    problems: dict[Position, Problem] = {}
    for item in error.errors(include_url=False):
        loc = tuple(item["loc"])
        kind = item["type"]
        if kind == "too_short" and item.get("input"):
            continue  # it was long enough before its entries were found wrong: they are told of
        where = locate(document, loc, key=kind == "extra_forbidden")
        message = _message(item["type"], item["msg"], loc, item.get("input"), model)
        problems.setdefault(where, Problem(str(path), where, message))
    return list(problems.values())


_WANTED = {
    "string_type": "text is expected here",
    "int_type": "a whole number is expected here",
    "int_parsing": "a whole number is expected here",
    "float_type": "a number is expected here",
    "float_parsing": "a number is expected here",
    "bool_type": "true or false is expected here",
    "bool_parsing": "true or false is expected here",
    "tuple_type": "a list is expected here",
    "dict_type": "a mapping (key: value) is expected here",
    "mapping_type": "a mapping (key: value) is expected here",
    "model_type": "a mapping (key: value) is expected here",
    "model_attributes_type": "a mapping (key: value) is expected here",
    "too_long": "that is more than a scenario can have",
    "too_short": "at least one entry is needed here",
    "string_too_short": "this text is empty",
}


def _message(kind: str, text: str, loc: PathKey, value: object, model: type[BaseModel]) -> str:
    name = str(loc[-1]) if loc else "the file"
    if loc and isinstance(loc[-1], int):
        name = f"{next((str(p) for p in reversed(loc) if isinstance(p, str)), 'list')} (entry {loc[-1] + 1})"
    if kind == "extra_forbidden":
        if " " in name:  # half a sentence: YAML took its comma for the end of the value
            return f"unknown key {_short(name)}; between {{ }} a text that holds a comma must stand in quotes"
        return f"unknown key {name!r}{did_you_mean(name, _fields_at(model, loc[:-1]))}"
    if kind == "missing":
        return f"the key {name!r} is missing"
    if kind == "string_pattern_mismatch":
        return f"{_short(value)} is not an id: use small letters, digits and _ , beginning with a letter"
    if kind == "literal_error":
        allowed = text.removeprefix("Input should be ")
        words = [w.strip("' ") for w in allowed.replace(" or ", ",").split(",")]
        return f"{_short(value)} is not one of {allowed}{did_you_mean(str(value), words)}"
    if kind in _WANTED:
        found = "nothing" if value is None else _short(value)
        return f"{name}: {_WANTED[kind]}" + ("" if kind == "too_long" else f", not {found}")
    return f"{name}: {text[0].lower()}{text[1:]}" if text else name


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _fields_at(model: type[BaseModel], loc: PathKey) -> list[str]:
    """The keys allowed at `loc`, found by walking annotations; empty where they are free."""
    current: type[BaseModel] | None = model
    for part in loc:
        if current is not None and part in current.model_fields:
            current = _model_in(current.model_fields[str(part)].annotation)
    return [f.alias or name for name, f in current.model_fields.items()] if current is not None else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
