"""`tutor list`: the cases there are."""

from __future__ import annotations

import json

import click


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(as_json: bool) -> None:
    """List the cases: id, level, minutes, title.

    Cases come with the program, from your own scenario folder (see `tutor doctor`), and from ./scenarios.
    """
    from tutor import settings
    from tutor.scenario.library import find

    library = find(settings.load().scenarios)
    for name, source in library.sources.items():
        case = source.scenario
        if as_json:
            row = {"id": name, "title": case.title, "level": case.level, "minutes": case.minutes}
            click.echo(json.dumps({**row, "summary": case.summary, "path": str(source.path)}))
        else:
            click.echo(f"{name:<22} {case.level:<13} {case.minutes:>3} min  {case.title}")
    for problem in library.problems:
        click.echo(str(problem), err=True)
    if not library.sources:
        raise click.ClickException("no case was found")
