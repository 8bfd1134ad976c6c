"""Which scenarios there are: those that come with the program, the user's own, those in ./scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tutor import content
from tutor.errors import TutorError
from tutor.scenario.problems import Problem, ScenarioError, did_you_mean
from tutor.scenario.reading import Source, phrasings_beside, read, read_phrasings
from tutor.scenario.sayings import Phrasings
from tutor.scenario.yaml_reader import Position

COMMON = "common.phrasings.yaml"


class UnknownScenarioError(TutorError):
    """No scenario goes by that name; the message says which do."""


@dataclass(frozen=True)
class Library:
    """The scenarios found, by id, and the problems of those that could not be read."""

    sources: Mapping[str, Source]
    problems: tuple[Problem, ...] = ()

    def get(self, name: str) -> Source:
        """The scenario with that id, or in the file `name`. UnknownScenarioError or ScenarioError."""
        if name in self.sources:
            return self.sources[name]
        path = Path(name)
        if path.suffix in {".yaml", ".yml"} and path.is_file():
            return read(path)
        broken = [p for p in self.problems if Path(p.path).stem == name]
        if broken:
            raise ScenarioError(broken)
        known = ", ".join(self.sources) or "none"
        raise UnknownScenarioError(
            f"there is no scenario {name!r}{did_you_mean(name, self.sources)}; there are: {known}"
        )


def scenario_files(folder: Path) -> Iterator[Path]:
    """The scenario files of a folder, by name; phrasings files are not scenarios."""
    if folder.is_dir():
        for path in sorted(folder.glob("*.yaml")):
            if not path.name.endswith(".phrasings.yaml"):
                yield path


def find(folders: Iterable[Path]) -> Library:
    """All scenarios of the folders. An id in two files is a problem that names both."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    seen: set[Path] = set()
    for folder in folders:
        for path in scenario_files(folder):
            resolved = path.resolve()
            if resolved in seen:
                continue
            seen.add(resolved)
            try:
                source = read(path)
            except ScenarioError as error:
                problems.extend(error.problems)
                continue
            name = source.scenario.id
            if name in sources:
                message = f"the id {name!r} is taken by {sources[name].path}; choose another"
                problems.append(Problem(str(path), source.document.values[("id",)], message))
                continue
            sources[name] = source
    order = {"beginner": 0, "intermediate": 1, "advanced": 2}
    ordered = sorted(sources.values(), key=lambda s: (order[s.scenario.level], s.scenario.title))
    return Library({s.scenario.id: s for s in ordered}, tuple(sorted(problems)))


@lru_cache(maxsize=1)
def common_phrasings() -> Phrasings:
    """Messages that every scenario shares (asking for a hint, giving up, manipulating, ...)."""
    path = content.scenarios_dir() / COMMON
    if not path.is_file():
        raise ScenarioError([Problem(str(path), Position(1, 1), "this file of the program is missing")])
    return read_phrasings(path)


__all__ = [
    "COMMON",
    "Library",
    "UnknownScenarioError",
    "common_phrasings",
    "find",
    "phrasings_beside",
    "scenario_files",
]
