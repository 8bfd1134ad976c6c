"""`tutor lab`: changes levers, runs the case again, and compares."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("lab")
@click.argument("scenario")
@click.option("--variant", help="The hidden cause to run; without it, the first of the case.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="The seed; without it, the first listed.")
@click.option(
    "--set", "changes", multiple=True, metavar="LEVER=VALUE", help="Change a lever; may be repeated."
)
@click.option("--levers", is_flag=True, help="List the levers of the case and stop.")
@click.option("--json", "as_json", is_flag=True, help="Write the runs and their comparison as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Write both runs epoch by epoch as CSV.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw baseline and experiment into this file (.svg or .png).",
)
@click.option("--exhibit", default=None, help="Which exhibit to draw; without it, the first line chart.")
def command(
    scenario: str,
    variant: str | None,
    seed: int | None,
    changes: tuple[str, ...],
    levers: bool,
    as_json: bool,
    as_csv: bool,
    plot: Path | None,
    exhibit: str | None,
) -> None:
    """Experiment on SCENARIO without the app: its run, its run with changed levers, and what changed."""
    import asyncio

    from tutor import settings
    from tutor.cli.experiment import Options, describe_levers, experiment
    from tutor.scenario.library import find

    loaded = settings.load()
    found = find(loaded.scenarios).get(scenario).scenario
    if levers:
        click.echo(describe_levers(found))
        return
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    if plot is not None and plot.suffix.lower() not in {".svg", ".png"}:
        raise click.UsageError("--plot: the file must end in .svg or .png")
    options = Options(variant, seed, changes, as_json, as_csv, plot, exhibit)
    asyncio.run(experiment(found, options, loaded))
