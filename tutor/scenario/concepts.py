"""The concept library: ideas that recur from case to case, written once and taken by name (`from:`).

A concept is a file `concepts/NAME.yaml` beside the scenario or among those that come with the program. What a
scenario says itself wins; phrasings are added. A wrong idea whose `error` and `because` the scenario leaves
out is pushed back with the concept's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from tutor import content
from tutor.scenario.model_files import read_model
from tutor.scenario.problems import Problem, ScenarioError, did_you_mean, locate
from tutor.scenario.schema import ID_PATTERN, IdeaKind, Part, Saying, Short, Text
from tutor.scenario.yaml_reader import Document, PathKey

FOLDER = "concepts"


class DefaultPushback(Part):
    """What is wrong with the concept wherever it is wrong; the scenario names the exhibit."""

    error: Short = Field(description="The kind of error in a few words.")
    because: Text = Field(description="Why it is wrong, in words that fit any run; ends in a question.")
    again: Text | None = Field(default=None, description="Other words for a learner who insists.")


class Concept(Part):
    """An idea that many cases share: what it means, how learners say it, how it is hinted at and rebutted."""

    format: Literal[1] = Field(description="The version of the format: 1.")
    kind: IdeaKind = Field(description="What sort of idea it is.")
    means: Saying = Field(description="The idea as one full sentence.")
    short: Short | None = Field(default=None, description="The idea as a noun phrase.")
    phrasings: tuple[Saying, ...] = Field(min_length=3, description="Ways in which learners say it.")
    hints: tuple[Text, ...] = Field(default=(), description="A pump, a hint, a prompt.")
    assertion: Text | None = Field(default=None, description="The idea told, after the third hint.")
    pushback: DefaultPushback | None = Field(
        default=None, description="What is said where the idea is wrong and the scenario says nothing itself."
    )

    def idea(self) -> dict[str, Any]:
        """What it gives to an idea of a scenario, as plain data."""
        return self.model_dump(exclude={"format", "pushback"}, exclude_none=True, mode="json")


def concept_files(scenario: Path | None = None) -> dict[str, Path]:
    """The concepts that a scenario can take, by name: its own `concepts/` first, then the shipped."""
    folders = [content.scenarios_dir()] + ([scenario.parent] if scenario is not None else [])
    return {
        path.stem: path
        for folder in folders
        for path in sorted((folder / FOLDER).glob("*.yaml"))
        if re.fullmatch(ID_PATTERN, path.stem)
    }


def read_concept(path: Path) -> Concept:
    """A concept file. ScenarioError with every problem it has."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int) -> Concept:
    problems: list[Problem] = []
    concept, _ = read_model(path, Concept, problems)
    if concept is None:
        raise ScenarioError(problems)
    return concept


def resolve(document: Document, path: Path, problems: list[Problem]) -> Any:
    """The data of a scenario with its concepts filled in; what cannot be filled in is added to `problems`.
    The document keeps what the file says, so that positions stay those of the file."""
    data = document.data
    ideas = data.get("ideas") if isinstance(data, dict) else None
    if not isinstance(ideas, dict):
        return data
    known = concept_files(path)
    taken: dict[str, Concept] = {}
    for name, entry in ideas.items():
        wanted = entry.get("from") if isinstance(entry, dict) else None
        if isinstance(wanted, str) and re.fullmatch(ID_PATTERN, wanted):  # else the schema says so
            taken[name] = _take(wanted, known, document, (path, name), problems)
    filled = {name: _joined(taken[name].idea(), e) if name in taken else e for name, e in ideas.items()}
    pushbacks = {name: c.pushback for name, c in taken.items() if c.pushback is not None}
    for loc, entry in _wrong(data):
        name = str(loc[-1])
        if name not in ideas and "because" not in _mapping(entry):
            message = f"there is no idea {name!r}{did_you_mean(name, ideas)}"
            problems.append(Problem(str(path), locate(document, loc, key=True), message))
        if not _shaped(filled.get(name)):
            pushbacks[name] = _NO_PUSHBACK
    return _with_pushbacks({**data, "ideas": filled}, pushbacks)


# They stand in for what cannot be read or is not there, so that one mistake is one problem.
_NO_PUSHBACK = DefaultPushback(error="-", because="-")
_ABSENT = Concept(format=1, kind="diagnosis", means="-", phrasings=("-",) * 3, pushback=_NO_PUSHBACK)


def _shaped(idea: Any) -> bool:
    """Whether an idea says at least what it is, so that what is missing elsewhere is a mistake of its own."""
    return {"kind", "means"} & _mapping(idea).keys() != set()


def _wrong(data: dict[str, Any]) -> Iterator[tuple[PathKey, Any]]:
    """Every wrong idea of the file: its place, and what is said of it."""
    places: dict[PathKey, Any] = {
        ("stages", n, "roles"): _mapping(s).get("roles") for n, s in _mapping(data.get("stages")).items()
    }
    places |= {
        ("variants", n, "stages", stage): roles
        for n, variant in _mapping(data.get("variants")).items()
        for stage, roles in _mapping(_mapping(variant).get("stages")).items()
    }
    for loc, roles in places.items():
        for name, entry in _mapping(_mapping(roles).get("wrong")).items():
            yield (*loc, "wrong", name), entry


def _take(
    name: str, known: Mapping[str, Path], document: Document, place: tuple[Path, str], problems: list[Problem]
) -> Concept:
    """The concept of an idea (`place`: file and idea), or a stand-in where there is none."""
    if name not in known:
        scenario, idea = place
        message = f"the library has no concept {name!r}{did_you_mean(name, known)}"
        problems.append(Problem(str(scenario), locate(document, ("ideas", idea, "from")), message))
        return _ABSENT
    try:
        return read_concept(known[name])
    except ScenarioError as error:
        problems.extend(p for p in error.problems if p not in problems)
        return _ABSENT


def _joined(concept: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    phrasings = own.get("phrasings", [])
    if not isinstance(phrasings, list):
        return {**concept, **own}
    more = [text for text in concept["phrasings"] if text not in phrasings]
    return {**concept, **own, "phrasings": [*phrasings, *more]}


def _with_pushbacks(data: dict[str, Any], defaults: Mapping[str, DefaultPushback]) -> dict[str, Any]:
    """The data with every wrong idea that says no `because` given its concept's. Changes copies only."""
    if not defaults:
        return data
    stages = _mapping(data.get("stages"))
    variants = _mapping(data.get("variants"))
    return {
        **data,
        **({"stages": {n: _changed(s, "roles", defaults) for n, s in stages.items()}} if stages else {}),
        **({"variants": {n: _variant(v, defaults) for n, v in variants.items()}} if variants else {}),
    }


def _variant(variant: Any, defaults: Mapping[str, DefaultPushback]) -> Any:
    stages = _mapping(_mapping(variant).get("stages"))
    if not stages:
        return variant
    return {**variant, "stages": {n: _roles(r, defaults) for n, r in stages.items()}}


def _changed(stage: Any, part: str, defaults: Mapping[str, DefaultPushback]) -> Any:
    return {**stage, part: _roles(stage[part], defaults)} if part in _mapping(stage) else stage


def _roles(roles: Any, defaults: Mapping[str, DefaultPushback]) -> Any:
    wrong = _mapping(_mapping(roles).get("wrong"))
    if not wrong:
        return roles
    return {**roles, "wrong": {name: _pushed(entry, defaults.get(name)) for name, entry in wrong.items()}}


def _pushed(entry: Any, default: DefaultPushback | None) -> Any:
    if default is None or not isinstance(entry, dict):
        return entry
    given = default.model_dump(exclude_none=True)
    if "because" in entry:
        given = {"error": default.error}
    return {**given, **entry}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def library() -> Iterator[tuple[str, Concept]]:
    """Every concept that comes with the program, by name."""
    for name, path in concept_files().items():
        yield name, read_concept(path)
