"""All problems of some scenario files: what reading finds, then what running them finds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tutor.authoring.content_tests import run_tests
from tutor.authoring.evidence import check_run, runs
from tutor.authoring.pressure import run_pressure
from tutor.cli.wiring import run_cache
from tutor.consultant.reader import open_reader
from tutor.engine.runner import Runner
from tutor.scenario.checking import check
from tutor.scenario.library import scenario_files
from tutor.scenario.problems import Problem, ScenarioError
from tutor.scenario.reading import Source, read


def files_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The scenario files among files and folders, each once."""
    files: dict[Path, Path] = {}
    for path in paths:
        for file in scenario_files(path) if path.is_dir() else (path,):
            if file.is_file():
                files.setdefault(file.resolve(), file)
    return tuple(files.values())


async def problems_of(files: Iterable[Path], cache_dir: Path, *, quick: bool) -> list[Problem]:
    """Every problem of the files, by place. A file that cannot be read does not hide the others; one that
    has errors on paper is not run."""
    problems: list[Problem] = []
    sound: list[Source] = []
    for file in files:
        try:
            source = read(file)
        except ScenarioError as error:
            problems += error.problems
            continue
        found = check(source)
        problems += found
        if all(p.severity == "warning" for p in found):
            sound.append(source)
    if not quick:
        for source in sound:
            problems += await _played(source, cache_dir)
    return sorted(set(problems))


async def _played(source: Source, cache_dir: Path) -> list[Problem]:
    async with Runner(run_cache(cache_dir), engine=source.scenario.engine) as runner:
        found = [p async for name, run in runs(source, runner) for p in check_run(source, name, run)]
    reader = await open_reader(source, cache_dir / "assessor")
    return [*found, *run_tests(source, reader), *run_pressure(source, reader)]
