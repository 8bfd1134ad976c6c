"""`tutor mock-llm`: the scripted consultant as an OpenAI-compatible server."""

from __future__ import annotations

import click


@click.command("mock-llm")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one."
)
@click.option(
    "--pause", type=click.FloatRange(0, 10), default=0.04, show_default=True, help="Seconds between words."
)
def command(port: int, pause: float) -> None:
    """Serve the scripted consultant over the OpenAI protocol, on this computer only.

    Tries out the whole way to a language model with no model and no network: start it, then in another
    terminal set TUTOR_BASE_URL to the address it prints, and run `tutor`.
    """
    from tutor import settings
    from tutor.cli.mocking import script_of
    from tutor.consultant.llm.mock import MockServer
    from tutor.scenario.library import find

    loaded = settings.load()
    try:
        server = MockServer(script_of(find(loaded.scenarios), loaded.cache_dir), port, pause)
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror or error}") from error
    with server:
        click.echo(f"TUTOR_BASE_URL={server.url}")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped")
