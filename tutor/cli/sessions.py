"""`tutor sessions`: what was played, and what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tutor.store.database import SessionRow


@click.command("sessions")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--delete", metavar="SESSION", help="Remove a session; for a month it can be brought back.")
@click.option("--restore", metavar="SESSION", help="Bring back a session that was removed.")
def command(as_json: bool, delete: str | None, restore: str | None) -> None:
    """List your sessions, the latest first.

    The hidden cause of a session is named once it is over.
    """
    from tutor.settings import load
    from tutor.store.database import Store

    store = Store(load().store_path)
    try:
        if delete is not None:
            store.remove(delete)
            click.echo(f"Removed {delete}. To bring it back: tutor sessions --restore {delete}")
        elif restore is not None:
            store.restore(restore)
            click.echo(f"Brought back {restore}.")
        else:
            for row in store.sessions():
                click.echo(_as_json(row) if as_json else _line(row))
    finally:
        store.close()


def _line(row: SessionRow) -> str:
    over = "ended early" if row.ended_early else "finished"
    what = f"{over}: {row.variant}" if row.finished else "open"
    when = row.updated_at.astimezone()
    return f"{row.id}  {when:%Y-%m-%d %H:%M}  {row.scenario:<22}  {row.events:>4} events  {what}"


def _as_json(row: SessionRow) -> str:
    sealed = {} if not row.finished else {"variant": row.variant, "seed": row.seed}
    return json.dumps(
        {
            "id": row.id,
            "scenario": row.scenario,
            "begun": row.created_at.isoformat(),
            "left": row.updated_at.isoformat(),
            "finished": row.finished,
            "ended_early": row.ended_early,
            "events": row.events,
            **sealed,
        }
    )
