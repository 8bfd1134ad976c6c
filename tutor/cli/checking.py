"""All problems of some scenario files: what reading finds, then what running them finds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from tutor.authoring.confusable import confusable
from tutor.authoring.content_tests import run_tests
from tutor.authoring.evidence import check_runs, runs
from tutor.authoring.phrases import check_phrases
from tutor.authoring.pressure import run_pressure
from tutor.authoring.robot import findings, play_all
from tutor.cli.status import Say, silent
from tutor.cli.wiring import run_cache
from tutor.consultant.reader import open_reader
from tutor.engine.levers import validate
from tutor.engine.runner import Runner
from tutor.scenario.concept_checks import check_concept, is_concept
from tutor.scenario.concepts import FOLDER
from tutor.scenario.library import scenario_files
from tutor.scenario.problems import Problem, ScenarioError
from tutor.scenario.reading import Source, read
from tutor.scenario.second_look import look, untold

PLAYS = 4  # of a robot learner, for each variant: enough to see whether every stage can be finished


def files_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The scenarios and concepts among files and folders, each once. Phrasings stand for their scenario."""
    files: dict[Path, Path] = {}
    for path in paths:
        for file in _inside(path) if path.is_dir() else (_scenario_of(path),):
            if file.is_file():
                files.setdefault(file.resolve(), file)
    return tuple(files.values())


def _inside(folder: Path) -> tuple[Path, ...]:
    return (*scenario_files(folder), *sorted((folder / FOLDER).glob("*.yaml")))


def _scenario_of(path: Path) -> Path:
    scenario = path.with_name(path.name.replace(".phrasings.yaml", ".yaml"))
    return scenario if scenario.is_file() else path


async def problems_of(
    files: Iterable[Path], cache_dir: Path, *, quick: bool, folders: Iterable[Path] = (), say: Say = silent
) -> list[Problem]:
    """Every problem of the files, by place. A file that cannot be read does not hide the others; of one that
    has errors on paper, the texts are filled in and nothing is played. `folders` are those in which the
    program looks for cases."""
    files = tuple(files)
    problems: list[Problem] = [*clashes(files, folders)]
    seen: list[tuple[Source, tuple[Problem, ...]]] = []
    for file in files:
        if is_concept(file):
            problems += check_concept(file)
            continue
        source, found = look(file)
        found = (*found, *untold(check_phrases(source), found)) if source is not None else found
        problems += found
        if source is not None:
            seen.append((source, found))
    for source, found in seen if not quick else ():
        errors = [p for p in found if p.severity == "error"]
        case = partial(_about, say, source)
        filled = await _filled(source, cache_dir, case)
        problems += untold(filled, errors) if errors else [*filled, *await _played(source, cache_dir, case)]
    return sorted(set(problems))


def clashes(files: Iterable[Path], folders: Iterable[Path]) -> list[Problem]:
    """The ids that two files share, among those checked and, for files where the program looks for cases,
    among all that it finds there. Each problem names both files."""
    checked = files_of(files)
    watched = [folder for folder in folders if folder.is_dir()]
    places = {folder.resolve() for folder in watched}
    library = watched if any(file.resolve().parent in places for file in checked) else []
    ours = {file.resolve() for file in checked}
    owner: dict[str, Path] = {}
    found: list[Problem] = []
    for file in files_of([*library, *checked]):
        if is_concept(file):
            continue
        try:
            source = read(file)
        except ScenarioError:
            continue  # told with the file's other problems
        name = source.scenario.id
        other = owner.setdefault(name, file)
        if other != file and {file.resolve(), other.resolve()} & ours:
            message = f"the id {name!r} is taken by {other}; choose another"
            found.append(Problem(str(file), source.document.values[("id",)], message))
    return found


def _about(say: Say, source: Source, text: str) -> None:
    say(f"{source.scenario.id}: {text}")


async def _filled(source: Source, cache_dir: Path, say: Say) -> list[Problem]:
    """What is wrong in the light of the runs; nothing where the engine would refuse to run."""
    scenario = source.scenario
    if any(validate(scenario.engine, variant.simulate) for variant in scenario.variants.values()):
        return []
    async with Runner(run_cache(cache_dir), engine=scenario.engine) as runner:
        return [*check_runs(source, {name: run async for name, run in runs(source, runner, say)})]


async def _played(source: Source, cache_dir: Path, say: Say) -> list[Problem]:
    say("teaching the consultant to read it")
    reader = await open_reader(source, cache_dir / "assessor")
    say("a robot learner plays every variant")
    log = play_all(source, reader, plays=PLAYS, seed=1)
    unfinished = [p for p in findings(source, log) if p.severity == "error"]
    say("running its tests, and trying to talk the consultant round")
    tested = [*run_tests(source, reader), *run_pressure(source, reader)]
    return [*unfinished, *confusable(source), *tested]
