"""`tutor play`: opens the app on a case."""

from __future__ import annotations

import click


@click.command("play")
@click.argument("scenario", required=False)
@click.option("--variant", help="Take this hidden cause instead of one drawn for you.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Reproduce the evidence of this seed.")
@click.option("--offline", is_flag=True, help="Open no connection, whatever is set up.")
@click.option("--resume", "identity", metavar="SESSION", help="Go on with a session ('last': the latest).")
@click.pass_context
def command(
    ctx: click.Context,
    scenario: str | None,
    variant: str | None,
    seed: int | None,
    offline: bool,
    identity: str | None,
) -> None:
    """Open the app on SCENARIO, or on a session that was begun.

    With --variant and --seed everybody gets the same case: for a class, or to show somebody what you saw.
    """
    from tutor.app.openings import Resume, Take
    from tutor.cli.open_app import open_app

    if (scenario is None) == (identity is None):
        raise click.UsageError("name either a SCENARIO (see 'tutor list') or --resume SESSION")
    if identity is not None and (variant is not None or seed is not None):
        raise click.UsageError("--resume goes on as it was; it takes neither --variant nor --seed")
    opening = Resume(identity) if identity is not None else Take(scenario or "", variant, seed)
    open_app(opening, offline=offline or bool((ctx.obj or {}).get("offline")))
