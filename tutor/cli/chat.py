"""`tutor chat`: the whole conversation line by line, for pipes, screen readers and tests."""

from __future__ import annotations

import click


@click.command("chat")
@click.argument("scenario", required=False)
@click.option("--variant", help="Take this hidden cause instead of one drawn for you.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Reproduce the evidence of this seed.")
@click.option("--resume", "identity", metavar="SESSION", help="Go on with a session ('last': the latest).")
@click.option("--all", "whole", is_flag=True, help="With --resume: the whole conversation, not a recap.")
@click.option("--offline", is_flag=True, help="Open no connection, whatever is set up.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON event a line.")
@click.pass_obj
def command(
    parent: dict[str, bool] | None,
    scenario: str | None,
    variant: str | None,
    seed: int | None,
    identity: str | None,
    whole: bool,
    offline: bool,
    as_json: bool,
) -> None:
    """Play SCENARIO in plain lines on standard input and output.

    Write what you think, or ask for evidence. Commands: /hint, /evidence [NAME], /brief, /lab [LEVER=VALUE],
    /pin [NUMBER], /notes [TEXT], /card [NAME], /sure PERCENT, /retry, /unfair [WHY], /offline and /online
    (who words the replies), /end (to the debrief), /quit (and come back later), /help.
    """
    import asyncio

    from tutor.cli.chatting import play
    from tutor.cli.wiring import open_desk

    if (scenario is None) == (identity is None):
        raise click.UsageError("name either a SCENARIO (see 'tutor list') or --resume SESSION")
    if identity is not None and (variant is not None or seed is not None):
        raise click.UsageError("--resume goes on as it was; it takes neither --variant nor --seed")
    if whole and identity is None:
        raise click.UsageError("--all belongs to --resume")
    desk = open_desk(offline=offline or bool(parent and parent["offline"]))
    if identity == "last":
        row = desk.latest()
        if row is None:
            raise click.ClickException("there is no session to go on with")
        identity = row.id
    case = desk.resume(identity) if identity else desk.take(scenario or "", variant=variant, seed=seed)
    asyncio.run(play(desk, case, as_json=as_json, whole=whole))
