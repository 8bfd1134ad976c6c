"""From a file to a checked `Scenario`, or to all the problems it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from tutor.scenario.problems import Problem, ScenarioError, from_validation
from tutor.scenario.schema import Phrasings, Scenario
from tutor.scenario.yaml_reader import Document, Position, YamlError, parse, read_text

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Source:
    """A scenario with the files it came from: enough to point at any line of them."""

    path: Path
    scenario: Scenario
    document: Document
    phrasings_path: Path | None
    phrasings: Phrasings
    phrasings_document: Document | None


def phrasings_beside(path: Path) -> Path:
    """`cases/fraud.yaml` -> `cases/fraud.phrasings.yaml`."""
    return path.with_name(path.stem + ".phrasings.yaml")


def read(path: Path) -> Source:
    """The scenario in `path` with the phrasings beside it. ScenarioError with every problem of shape."""
    problems: list[Problem] = []
    scenario, document = _read_model(path, Scenario, problems)
    beside = phrasings_beside(path)
    phrasings: Phrasings | None = None
    phrasings_document: Document | None = None
    if beside.is_file():
        phrasings, phrasings_document = _read_model(beside, Phrasings, problems)
    if problems or scenario is None or document is None:
        raise ScenarioError(problems)
    return Source(
        path=path,
        scenario=scenario,
        document=document,
        phrasings_path=beside if phrasings else None,
        phrasings=phrasings or Phrasings(format=1),
        phrasings_document=phrasings_document,
    )


def read_phrasings(path: Path) -> Phrasings:
    """A phrasings file by itself. ScenarioError when it has problems."""
    problems: list[Problem] = []
    phrasings, _ = _read_model(path, Phrasings, problems)
    if phrasings is None:
        raise ScenarioError(problems)
    return phrasings


def _read_model(
    path: Path, model: type[Model], problems: list[Problem]
) -> tuple[Model | None, Document | None]:
    try:
        document = parse(read_text(path))
    except YamlError as error:
        problems.append(Problem(str(path), error.position, error.message))
        return None, None
    except OSError as error:
        problems.append(Problem(str(path), Position(1, 1), f"cannot be read: {error.strerror or error}"))
        return None, None
    try:
        return model.model_validate(document.data), document
    except ValidationError as error:
        problems.extend(from_validation(path, document, error, model))
        return None, document


def merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The texts of all parts in order, each once."""
    return tuple(dict.fromkeys(text for part in parts for text in part))
