"""`tutor preview`: the app on one file, while it is being written."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--variant", help="The hidden cause to play; the first one unless you say.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="The seed of the evidence.")
@click.option("--watch", is_flag=True, help="Read the file again whenever it is saved.")
def command(file: Path, variant: str | None, seed: int | None, watch: bool) -> None:
    """Open the app on the case in FILE. Nothing of it is kept among your sessions.

    With --watch, saving the file reads it again and plays the same turns to the same point, so that you see
    at once how the consultant would answer now. Mistakes are shown where they stand, and the last good
    version stays open.
    """
    import sys
    import tempfile
    from dataclasses import replace

    from tutor import settings
    from tutor.cli.previewing import PreviewApp, library_of
    from tutor.conversation.desk import DeskError
    from tutor.scenario.problems import did_you_mean

    (source,) = library_of(file).sources.values()
    if variant is not None and variant not in source.scenario.variants:
        near = did_you_mean(variant, source.scenario.variants)
        raise DeskError(f"{source.scenario.id} has no variant {variant!r}{near}")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("the preview needs a terminal; in a pipe, use: tutor chat FILE")
    with tempfile.TemporaryDirectory(prefix="tutor-preview-") as folder:
        own = replace(settings.load(), data_dir=Path(folder))
        PreviewApp(file, own, variant=variant, seed=seed, watch=watch).run()
