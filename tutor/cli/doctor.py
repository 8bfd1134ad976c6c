"""`tutor doctor`: what works here, and what to do about what does not."""

from __future__ import annotations

import click


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(as_json: bool) -> None:
    """Check terminal, cases, store, engine (torch) and consultant; say how to mend what is broken.

    Exit code 1 when something that the app needs does not work.
    """
    import json

    from tutor.cli.checkup import check_all

    failed = 0
    for finding in check_all():
        failed += finding.state == "broken"
        if as_json:
            click.echo(json.dumps(finding._asdict()))
            continue
        mark = {"fine": "ok     ", "limited": "limited", "broken": "BROKEN "}[finding.state]
        click.echo(f"{mark}  {finding.part:<10}  {finding.found}")
        if finding.mend:
            click.echo(f"{'':<21}{finding.mend}")
    if failed:
        raise click.ClickException(f"{failed} part(s) do not work")
