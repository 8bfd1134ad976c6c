"""All problems of a file at once: where its shape is wrong, the rest is looked at as if it were right.

What pydantic finds is put right in a copy, as well as can be guessed (a misspelt key gets its name, words in
the place of a number become a number), and the copy is checked. Only what stands on other lines than the
mistakes already found is told: about those, the guess could be at fault.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tutor.scenario.checking import check
from tutor.scenario.concepts import resolve
from tutor.scenario.problems import Problem, ScenarioError, nearest
from tutor.scenario.reading import Source, phrasings_beside, read, read_phrasings
from tutor.scenario.sayings import Phrasings
from tutor.scenario.schema import Scenario
from tutor.scenario.shape import fields_at
from tutor.scenario.yaml_reader import PathKey, YamlError, parse, read_text

ROUNDS = 6  # a guess may uncover the next mistake
_STAND_INS: dict[str, Any] = {
    "format": 1,
    "minutes": 1,
    "level": "beginner",
    "kind": "remedy",
    "consultant": {"name": "?", "style": "?"},
    "seeds": [1],
    "signature": ["true"],
    "values": [0],
    "asked_by": ["?"],
}
_NUMBERS = {"int": 1, "float": 1.0, "bool": False}


def look(path: Path) -> tuple[Source | None, tuple[Problem, ...]]:
    """The scenario in a file and every problem that shows without running it. With problems of shape, the
    scenario is what it could have been; None where nothing can be guessed."""
    try:
        source = read(path)
    except ScenarioError as error:
        guessed = _as_if_right(path)
        rest = untold(check(guessed), error.problems) if guessed is not None else ()
        return guessed, tuple(sorted({*error.problems, *rest}))
    return source, check(source)


def untold(found: Iterable[Problem], told: Iterable[Problem]) -> tuple[Problem, ...]:
    """The errors found on other lines than those told of."""
    lines = {(p.path, p.position.line) for p in told}
    return tuple(p for p in found if p.severity == "error" and (p.path, p.position.line) not in lines)


def _as_if_right(path: Path) -> Source | None:
    """The scenario with its shape put right, or None where nothing can be guessed."""
    try:
        document = parse(read_text(path))
        data = copy.deepcopy(resolve(document, path, []))
    except (YamlError, OSError):
        return None
    for _ in range(ROUNDS):
        try:
            scenario = Scenario.model_validate(data)
        except ValidationError as error:
            mended = [_mend(data, item) for item in error.errors(include_url=False)]
            if not all(mended):
                return None
        else:
            beside = phrasings_beside(path)
            try:
                phrasings = read_phrasings(beside) if beside.is_file() else Phrasings(format=1)
            except ScenarioError:
                phrasings = Phrasings(format=1)
            return Source(path, scenario, document, None, phrasings, None)
    return None


def _mend(data: Any, item: ErrorDetails) -> bool:
    """Puts one finding right in the data. False where there is no guess."""
    parent, loc = _parent(data, item["loc"])
    if parent is None or not loc:
        return False
    key, kind, value = loc[-1], item["type"], item.get("input")
    if kind == "extra_forbidden":
        known = [name for name in fields_at(Scenario, loc[:-1]) if name not in parent]
        near = nearest(str(key), known)
        if key in parent:  # else it was put right with another finding
            moved = parent.pop(key)
            if near is not None:
                parent[near] = moved
        return True
    if kind == "missing":
        if loc[0] in ("exhibits", "ideas", "stages", "variants") and len(loc) == 1:
            return False
        parent.setdefault(key, copy.deepcopy(_STAND_INS.get(str(key), "?")))
        return True
    guess = _guess(kind, value, item.get("ctx", {}))
    if guess is None:
        return False
    parent[key] = guess
    return True


def _guess(kind: str, value: object, limits: dict[str, Any]) -> Any:
    if kind == "literal_error":
        words = [w.strip("' ") for w in str(limits["expected"]).replace(" or ", ",").split(",")]
        return 1 if words == ["1"] else nearest(str(value), words) or words[0]
    if kind in ("string_type", "string_too_short"):
        return str(value) if isinstance(value, bool | int | float) else "?"
    if kind == "tuple_type":
        return [value] if isinstance(value, str) else None
    if kind == "too_short" and not isinstance(value, dict):
        return ["x"]
    if kind in ("greater_than_equal", "less_than_equal"):
        return limits.get("ge", limits.get("le"))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return {}
    return _NUMBERS.get(kind.partition("_")[0])


def _parent(data: Any, loc: PathKey) -> tuple[Any, PathKey]:
    """What holds the value at `loc`, and `loc` without the parts that stand in no file (union tags)."""
    parent, here = None, data
    place: PathKey = ()
    for number, part in enumerate(loc):
        inside = (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        )
        last = number == len(loc) - 1
        if inside:
            parent, place, here = here, (*place, part), here[part]
        elif last and isinstance(here, dict):
            return here, (*place, part)
    return parent, place
