"""`tutor serve`: the app in a browser."""

from __future__ import annotations

from pathlib import Path

import click

HERE_ONLY = "127.0.0.1"
NEEDED = "tutor serve needs the extra 'web': pip install 'consultant-tutor[web]'"


@click.command("serve")
@click.option("--host", default=HERE_ONLY, show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8642, show_default=True, help="0: any free one."
)
@click.option("--visitors", type=click.IntRange(1, 10_000), default=30, show_default=True, help="At once.")
@click.option(
    "--idle",
    type=click.FloatRange(0, 24 * 60, min_open=True),
    default=30.0,
    show_default=True,
    metavar="MINUTES",
    help="A visit without a key for so long is ended; nothing is lost.",
)
@click.option(
    "--runs",
    type=click.IntRange(1, 1000),
    help="Training runs at once. [default: one a processor, if memory allows]",
)
@click.option("--url", default="", help="How people reach a proxy in front: https://tutor.example.org")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where visitors' work is kept. [default: 'served' in your data folder]",
)
@click.option(
    "--llm", is_flag=True, help="Let visitors use the language model that is set up here, on your key."
)
@click.pass_context
def command(
    ctx: click.Context,
    host: str,
    port: int,
    visitors: int,
    idle: float,
    runs: int | None,
    url: str,
    folder: Path | None,
    llm: bool,
) -> None:
    """Serve the app to browsers: on this computer, or for a class.

    Prints a link with a random token in it; whoever has the link can come in, and nobody else.
    TUTOR_SERVE_TOKEN sets a token that stays the same from start to start. Each browser is one visitor with
    sessions of its own. Needs no internet. See docs/serving.md for classes, memory and TLS.
    """
    try:
        from tutor.serving import running
    except ModuleNotFoundError as error:
        raise click.ClickException(f"{NEEDED} ({error.name} is missing)") from error
    from tutor.cli import serving

    if llm and (ctx.obj or {}).get("offline"):
        raise click.UsageError("--offline and --llm exclude each other")
    plan = serving.plan(folder, visitors, idle, runs, llm=llm)
    token, address = serving.token(), serving.address(url)
    if not serving.only_here(host):
        click.echo(click.style(serving.WARNING.format(host=host), bold=True), err=True)
    running.run(plan, running.Place(host, port, address), token, click.echo)
