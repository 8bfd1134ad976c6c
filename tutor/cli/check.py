"""`tutor check`: what is wrong with a scenario, all of it, where it stands."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem, for editors.")
@click.option("--quick", is_flag=True, help="Read and check the files only; run no evidence and no tests.")
def command(paths: tuple[Path, ...], strict: bool, as_json: bool, quick: bool) -> None:
    """Check scenario files, or all those in folders with their concepts: shape, references, evidence, tests.

    Without PATHS, checks every case that `tutor list` shows. Each problem is one line,
    file:line:column: message. Exit code 1 when there is an error.
    """
    import asyncio
    import json

    from tutor import settings
    from tutor.cli.checking import files_of, problems_of
    from tutor.cli.status import status

    loaded = settings.load()
    files = files_of(paths or loaded.scenarios)
    if not files:
        raise click.ClickException("no scenario file was found")
    with status() as say:
        looking = problems_of(files, loaded.cache_dir, quick=quick, folders=loaded.scenarios, say=say)
        found = asyncio.run(looking)
    for problem in found:
        if as_json:
            row = {"file": problem.path, "line": problem.position.line, "column": problem.position.column}
            click.echo(json.dumps({**row, "severity": problem.severity, "message": problem.message}))
        else:
            click.echo(str(problem))
    errors = sum(p.severity == "error" or strict for p in found)
    if not as_json:
        warnings = len(found) - errors
        counted = f"{errors} error(s), {warnings} warning(s)" if found else "nothing to mend"
        click.echo(f"{len(files)} file(s): {counted}", err=True)
    if errors:
        raise click.exceptions.Exit(1)
