"""From a file to a checked `Scenario`, or to all the problems it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.scenario.concepts import resolve
from tutor.scenario.model_files import read_model
from tutor.scenario.problems import Problem, ScenarioError
from tutor.scenario.sayings import Phrasings
from tutor.scenario.schema import Scenario
from tutor.scenario.yaml_reader import Document


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

    def resolved(document: Document) -> Any:
        return resolve(document, path, problems)

    scenario, document = read_model(path, Scenario, problems, resolved)
    beside = phrasings_beside(path)
    phrasings: Phrasings | None = None
    phrasings_document: Document | None = None
    if beside.is_file():
        phrasings, phrasings_document = read_model(beside, Phrasings, problems)
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
    phrasings, _ = read_model(path, Phrasings, problems)
    if phrasings is None:
        raise ScenarioError(problems)
    return phrasings


def merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The texts of all parts in order, each once."""
    return tuple(dict.fromkeys(text for part in parts for text in part))
