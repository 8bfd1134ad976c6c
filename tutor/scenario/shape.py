"""What pydantic finds wrong with the shape of a file, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tutor.scenario.problems import Problem, did_you_mean, locate
from tutor.scenario.yaml_reader import Document, PathKey, Position

_WANTED = {
    "string_type": "text is expected here",
    "int_type": "a whole number is expected here",
    "int_parsing": "a whole number is expected here",
    "int_from_float": "a whole number is expected here",
    "float_type": "a number is expected here",
    "float_parsing": "a number is expected here",
    "bool_type": "true or false is expected here",
    "bool_parsing": "true or false is expected here",
    "tuple_type": "a list ([one, another]) is expected here",
    "dict_type": "a mapping (key: value) is expected here",
    "mapping_type": "a mapping (key: value) is expected here",
    "model_type": "a mapping (key: value) is expected here",
    "model_attributes_type": "a mapping (key: value) is expected here",
    "too_short": "at least one entry is needed here",
    "string_too_short": "this text is empty",
    "greater_than": "a number above {gt:g} is expected here",
    "greater_than_equal": "{ge:g} or more is expected here",
    "less_than_equal": "{le:g} or less is expected here",
}
_TYPOGRAPHIC = set("\u201c\u201d\u2018\u2019\u00ab\u00bb")


@dataclass(frozen=True)
class _Mistake:
    """One finding of pydantic. `loc` holds only what stands in the file, and what is missing there."""

    kind: str
    text: str
    loc: PathKey
    value: object
    limits: Mapping[str, Any]
    model: type[BaseModel]

    @property
    def key(self) -> str:
        return str(self.loc[-1]) if self.loc else ""

    @property
    def name(self) -> str:
        """What the mistake is about, for the beginning of a sentence."""
        if not self.loc:
            return "the file"
        if isinstance(self.loc[-1], int):
            within = next((str(part) for part in reversed(self.loc) if isinstance(part, str)), "list")
            return f"{within} (entry {self.loc[-1] + 1})"
        return self.key


def from_validation(
    path: Path, document: Document, error: ValidationError, model: type[BaseModel]
) -> list[Problem]:
    """Pydantic's errors as problems: an unknown key points at the key, missing ones at their parent, and
    several failed alternatives of one union become one problem."""
    problems: dict[tuple[Position, str], Problem] = {}
    missing: dict[PathKey, list[str]] = {}
    for item in error.errors(include_url=False):
        if item["type"] == "too_short" and item.get("input"):
            continue  # it was long enough before its entries were found wrong: they are told of
        mistake = _mistake(document, item, model)
        if mistake.kind == "missing":
            missing.setdefault(mistake.loc[:-1], []).append(mistake.key)
            continue
        where = locate(document, mistake.loc, key=mistake.kind == "extra_forbidden")
        problems.setdefault((where, ""), Problem(str(path), where, _message(mistake)))
    for parent, keys in missing.items():
        where = locate(document, parent)
        problems[where, "missing"] = Problem(str(path), where, _missing(parent, keys))
    return list(problems.values())


def _mistake(document: Document, item: ErrorDetails, model: type[BaseModel]) -> _Mistake:
    """Union tags, which stand in no file, are left out of the place."""
    loc: PathKey = ()
    for number, part in enumerate(item["loc"]):
        known = (*loc, part) in document.values or (*loc, part) in document.keys
        if known or (item["type"] == "missing" and number == len(item["loc"]) - 1):
            loc = (*loc, part)
    return _Mistake(item["type"], item["msg"], loc, item.get("input"), item.get("ctx", {}), model)


def _missing(parent: PathKey, keys: list[str]) -> str:
    named = " and ".join([", ".join(map(repr, keys[:-1])), repr(keys[-1])] if keys[1:] else [repr(keys[0])])
    message = f"the key {named} is missing" if len(keys) == 1 else f"the keys {named} are missing"
    if parent[:1] == ("ideas",) and len(parent) == 2:
        return f"{message} (an idea of the library brings them along: `from: NAME`)"
    if "wrong" in parent[:-1] and set(keys) & {"error", "because"}:
        return f"{message} (only ideas taken from the library, with `from:`, bring a pushback along)"
    return message


def _message(mistake: _Mistake) -> str:
    one = _MESSAGES.get(mistake.kind)
    if one is not None:
        return one(mistake)
    if mistake.kind in _WANTED:
        return _wanted(mistake)
    text = mistake.text
    return f"{mistake.name}: {text[0].lower()}{text[1:]}" if text else mistake.name


def _unknown(mistake: _Mistake) -> str:
    name = mistake.key
    near = did_you_mean(name, fields_at(mistake.model, mistake.loc[:-1]))
    if _TYPOGRAPHIC & set(name):
        return f"unknown key {_short(name)}; typographic quotes do not quote: use \" or ' instead"
    if " " in name or (mistake.value is None and not near):
        # Half a sentence: YAML took its comma for the end of the value.
        return f"unknown key {_short(name)}; between {{ }} a text that holds a comma must stand in quotes"
    return f"unknown key {_short(name)}{near}"


def _not_one_of(mistake: _Mistake) -> str:
    allowed = mistake.text.removeprefix("Input should be ")
    if mistake.key == "format":
        return f"this program reads format {allowed}, not {_short(mistake.value)}"
    words = [w.strip("' ") for w in allowed.replace(" or ", ",").split(",")]
    return f"{_short(mistake.value)} is not one of {allowed}{did_you_mean(str(mistake.value), words)}"


def _wanted(mistake: _Mistake) -> str:
    value, wanted = mistake.value, _WANTED[mistake.kind].format(**mistake.limits)
    if not mistake.loc and value is None:
        return "the file is empty; `tutor new ID` writes a case to begin with"
    if mistake.kind == "string_type" and isinstance(value, bool | int | float):
        wanted += f", not {_short(value)}: put it in quotes"
        return f"{mistake.name}: {wanted}"
    if mistake.loc[:1] == ("ideas",) and len(mistake.loc) == 2:
        wanted = wanted.replace("(key: value)", "such as {from: NAME}")
    return f"{mistake.name}: {wanted}, not {'nothing' if value is None else _short(value)}"


_MESSAGES: dict[str, Callable[[_Mistake], str]] = {
    "extra_forbidden": _unknown,
    "literal_error": _not_one_of,
    "too_long": lambda m: f"{m.name}: that is more than a scenario can have",
    "string_pattern_mismatch": lambda m: (
        f"{_short(m.value)} is not an id: use small letters, digits and _ , beginning with a letter"
    ),
}


def _short(value: object) -> str:
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def fields_at(model: type[BaseModel], loc: PathKey) -> list[str]:
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
