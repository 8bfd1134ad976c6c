"""From a YAML file to a frozen model, or to every problem of its shape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tutor.scenario.problems import Problem
from tutor.scenario.shape import from_validation
from tutor.scenario.yaml_reader import Document, Position, YamlError, parse, read_text

Model = TypeVar("Model", bound=BaseModel)


def read_model(
    path: Path,
    model: type[Model],
    problems: list[Problem],
    prepare: Callable[[Document], Any] = lambda document: document.data,
) -> tuple[Model | None, Document | None]:
    """The model in a file and where its values stand; what is wrong is added to `problems`. `prepare` may put
    other data in the place of what was read."""
    try:
        document = parse(read_text(path))
    except YamlError as error:
        problems.append(Problem(str(path), error.position, error.message))
        return None, None
    except OSError as error:
        problems.append(Problem(str(path), Position(1, 1), f"cannot be read: {error.strerror or error}"))
        return None, None
    try:
        return model.model_validate(prepare(document)), document
    except ValidationError as error:
        problems.extend(from_validation(path, document, error, model))
        return None, document
