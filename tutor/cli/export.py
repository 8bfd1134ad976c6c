"""`tutor export`: a session as a file to keep, to read, or to hand in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("export")
@click.argument("session")
@click.option(
    "--format", "form", type=click.Choice(["md", "html", "json"]), help="Default: by --output, or md."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output.")
def command(session: str, form: str | None, output: Path | None) -> None:
    """Write SESSION ('last': the latest) as Markdown, HTML or JSON.

    Your notes are in it. The HTML file stands alone, charts included. A session that is not finished keeps
    its hidden cause sealed.
    """
    import asyncio

    from tutor import folders
    from tutor.app.drafts import Drafts
    from tutor.cli.wiring import open_desk
    from tutor.reports.collect import collect
    from tutor.reports.formats import FORMATS
    from tutor.reports.report import Report

    async def gather() -> Report:
        desk = open_desk(offline=True)
        try:
            rows = desk.store.sessions()
            if session == "last" and not rows:
                raise click.ClickException("there is no session yet")
            identity = rows[0].id if session == "last" else session
            return await collect(desk, identity, Drafts(folders.data_dir() / "notes").read(identity))
        finally:
            await desk.close()

    if form is None:
        form = output.suffix.lstrip(".").lower() if output is not None else "md"
        if form not in FORMATS:
            raise click.UsageError(f"say which format {str(output)!r} is to have: --format md, html or json")
    text = FORMATS[form](asyncio.run(gather()))
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"Written to {output}", err=True)
