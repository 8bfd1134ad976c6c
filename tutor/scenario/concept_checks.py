"""What can be wrong in a concept file by itself: its shape, its templates, a pushback that asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tutor.scenario.concepts import FOLDER, Concept
from tutor.scenario.model_files import read_model
from tutor.scenario.problems import Problem, locate
from tutor.scenario.templates import RenderError, compile_template
from tutor.scenario.yaml_reader import PathKey


def is_concept(path: Path) -> bool:
    """Concepts are told from scenarios by their folder."""
    return path.resolve().parent.name == FOLDER


def check_concept(path: Path) -> tuple[Problem, ...]:
    """All problems of a concept file, by place."""
    problems: list[Problem] = []
    concept, document = read_model(path, Concept, problems)
    if concept is None or document is None:
        return tuple(sorted(problems))
    for loc, text in _texts(concept):
        try:
            compile_template(text)
        except RenderError as error:
            problems.append(Problem(str(path), locate(document, loc), f"the template is wrong: {error}"))
    if concept.pushback is not None and not concept.pushback.because.endswith("?"):
        where = locate(document, ("pushback", "because"))
        problems.append(Problem(str(path), where, "the pushback does not end in a question", "warning"))
    return tuple(sorted(problems))


def _texts(concept: Concept) -> Iterator[tuple[PathKey, str]]:
    for number, hint in enumerate(concept.hints):
        yield ("hints", number), hint
    yield ("assertion",), concept.assertion or ""
    if concept.pushback is not None:
        for key in ("error", "because", "again"):
            yield ("pushback", key), getattr(concept.pushback, key) or ""
