"""`tutor coverage`: what a case says about each idea, and what a robot learner never gets to hear."""

from __future__ import annotations

import click


@click.command("coverage")
@click.argument("scenario")
@click.option(
    "--plays", default=12, show_default=True, type=click.IntRange(0, 500), help="Plays of a variant."
)
@click.option("--seed", default=1, show_default=True, help="Other plays of the robot.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(scenario: str, plays: int, seed: int, as_json: bool) -> None:
    """Show for each idea of SCENARIO (an id or a file) its phrasings, roles, pushbacks, hints and tests.

    Then a robot learner plays each variant many times in the file's own phrasings, and whatever it never
    reaches is listed by line. Exit code 1 when it could not finish a stage.
    """
    import asyncio

    from tutor import settings
    from tutor.cli.covering import show
    from tutor.scenario.library import find

    loaded = settings.load()
    source = find(loaded.scenarios).get(scenario)
    if not asyncio.run(show(source, loaded.cache_dir, plays=plays, seed=seed, as_json=as_json)):
        raise click.exceptions.Exit(1)
