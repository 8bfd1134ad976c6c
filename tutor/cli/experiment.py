"""What `tutor lab` does: run the case, run it with changed levers, show both side by side."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from tutor.cli.printing import table_lines
from tutor.cli.wiring import run_cache
from tutor.conversation import lab
from tutor.conversation.desk import DeskError
from tutor.conversation.evidence import request_for
from tutor.engine.compare import Comparison, compare
from tutor.engine.levers import levers as engine_levers
from tutor.engine.records import Exhibit, Failed, Finished, Lines, Progress, Run, RunRequest
from tutor.engine.runner import Runner
from tutor.engine.tabular import TextTable, cell_text, short
from tutor.errors import TutorError
from tutor.scenario.problems import did_you_mean
from tutor.scenario.schema import Scenario
from tutor.settings import Settings

MISSING_MATPLOTLIB = "--plot needs matplotlib: pip install 'consultant-tutor[plot]'"


class Options(NamedTuple):
    """What was asked for on the command line."""

    variant: str | None
    seed: int | None
    changes: tuple[str, ...]
    as_json: bool
    as_csv: bool
    plot: Path | None
    exhibit: str | None


def describe_levers(scenario: Scenario) -> str:
    """The levers of a case: allowed values, hours, meaning."""
    known = engine_levers(scenario.engine)
    hours = any(lever.hours for lever in scenario.levers.values())
    rows = tuple(
        (name, lab.allowed(lever), *((f"{lever.hours:g} h",) if hours else ()), known[name].description)
        for name, lever in scenario.levers.items()
    )
    headers = ("lever", "values", *(("cost",) if hours else ()), "meaning")
    return "\n".join(table_lines(TextTable(headers, rows, (False,) * len(headers))))


async def experiment(scenario: Scenario, options: Options, settings: Settings) -> None:
    """Runs and prints. TutorError for levers that do not exist, values not allowed, runs that fail."""
    variant = options.variant or next(iter(scenario.variants))
    if variant not in scenario.variants:
        near = did_you_mean(variant, scenario.variants)
        raise DeskError(f"{scenario.id} has no variant {variant!r}{near}")
    seed = scenario.variants[variant].seeds[0] if options.seed is None else options.seed
    changes = lab.parse(scenario, options.changes)
    lab.check(scenario, variant, changes)
    if options.plot is not None:
        _need_matplotlib()
    async with Runner(run_cache(settings.cache_dir), engine=scenario.engine) as runner:
        baseline = await _run(runner, request_for(scenario, variant, seed), "baseline")
        trial = await _run(runner, request_for(scenario, variant, seed, changes), "experiment")
    comparison = compare(baseline, trial)
    if options.as_json:
        runs = {"baseline": baseline.model_dump(mode="json"), "experiment": trial.model_dump(mode="json")}
        click.echo(json.dumps({**runs, "comparison": comparison.model_dump(mode="json")}))
    elif options.as_csv:
        click.echo(_csv({"baseline": baseline, "experiment": trial}, options.exhibit), nl=False)
    else:
        cost = lab.cost(scenario, changes)
        click.echo(f"{scenario.title} ({variant}, seed {seed})\n")
        click.echo("\n".join(table_lines(figures(comparison))))
        click.echo(f"\n{comparison.sentence}" + (f" It costs {cost:g} hours." if cost else ""))
    if options.plot is not None:
        from tutor.cli.plotting import plot

        chosen = _chart(baseline, options.exhibit)
        plot(chosen, _chart(trial, chosen.name), options.plot)
        click.echo(f"{chosen.title}: {options.plot}", err=True)


async def _run(runner: Runner, request: RunRequest, label: str) -> Run:
    with _progress(label) as show:
        async with aclosing(runner.run(request)) as messages:
            async for message in messages:
                if isinstance(message, Progress):
                    show(message)
                elif isinstance(message, Failed):
                    raise TutorError(message.message)
                elif isinstance(message, Finished):
                    return message.run
    raise TutorError("the engine ended without a result")


class _Bar:
    """A progress bar on standard error; silent when that is no terminal."""

    def __init__(self, label: str) -> None:
        self._bar = click.progressbar(length=1, label=f"{label:<10}", file=sys.stderr, show_eta=True)

    def __call__(self, progress: Progress) -> None:
        if progress.unit != "step" and sys.stderr.isatty():
            self._bar.length = progress.total
            self._bar.update(progress.done - self._bar.pos)


@contextmanager
def _progress(label: str) -> Iterator[_Bar]:
    bar = _Bar(label)
    yield bar
    if sys.stderr.isatty():
        bar._bar.render_finish()


def figures(comparison: Comparison) -> TextTable:
    """The headline figures of two runs side by side."""
    rows = tuple(
        (
            f.label,
            "-" if f.before is None else cell_text(f.before, f.format),
            "-" if f.after is None else cell_text(f.after, f.format),
            "" if f.outcome == "neutral" else f.outcome,
        )
        for f in comparison.figures
    )
    return TextTable(("", "baseline", "experiment", ""), rows, (False, True, True, False))


def _chart(run: Run, name: str | None) -> Exhibit:
    charts = [e for e in run.exhibits if isinstance(e.body, Lines)]
    if name is None:
        return charts[0]
    for exhibit in charts:
        if exhibit.name == name:
            return exhibit
    names = [e.name for e in charts]
    raise TutorError(
        f"no line chart is called {name!r}{did_you_mean(name, names)}; there are: {', '.join(names)}"
    )


def _csv(runs: dict[str, Run], name: str | None) -> str:
    """Both runs point by point: run, series, x, y (empty where the value is not finite)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    chosen = _chart(runs["baseline"], name)
    body = chosen.body
    if not isinstance(body, Lines):
        raise TypeError(chosen.name)
    writer.writerow(["run", "series", body.x_label, body.y_label])
    for label, run in runs.items():
        chart = _chart(run, chosen.name).body
        if isinstance(chart, Lines):
            for line in chart.lines:
                writer.writerows(
                    [label, line.name, short(x), "" if y is None else repr(y)]
                    for x, y in zip(line.x, line.y, strict=True)
                )
    return out.getvalue()


def _need_matplotlib() -> None:
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise TutorError(MISSING_MATPLOTLIB)
