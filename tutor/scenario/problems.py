"""What is wrong in a file, said so that its author can mend it: `file:line:column: message`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

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
    near = nearest(word, known)
    return f" (did you mean {near!r}?)" if near is not None else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like it, if any is much like it."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else None


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
