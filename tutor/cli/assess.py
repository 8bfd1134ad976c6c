"""`tutor assess`: read many answers at once, for instructors and for measuring the consultant."""

from __future__ import annotations

from typing import TextIO

import click


@click.command("assess")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(file: TextIO, quiet: bool) -> None:
    """Assess learner answers, one JSON object a line, with the offline consultant.

    FILE (or - for standard input) holds lines of {"id", "scenario", "variant", "stage", "answer"}. For each,
    in the same order, a line {"id", "act", "claims", "abstained", "verdict", "move"} is written. A line that
    cannot be assessed gives {"id", "error"}, and the exit code 1.
    """
    import sys
    from contextlib import nullcontext

    from tutor import settings
    from tutor.cli.assessing import graded

    loaded = settings.load()
    lines = [line for line in file if line.strip()]
    results = graded(lines, loaded.scenarios, loaded.cache_dir / "assessor")
    silent = quiet or not sys.stderr.isatty()
    label = "Assessing"
    bar = (
        nullcontext(results)
        if silent
        else click.progressbar(results, length=len(lines), label=label, file=sys.stderr)
    )
    failures = 0
    with bar as rows:
        for result, failed in rows:
            failures += failed
            click.echo(result)
    if failures:
        raise click.ClickException(f"{failures} of {len(lines)} lines could not be assessed")
