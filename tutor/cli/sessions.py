"""`tutor sessions`: what was played, and what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from tutor.store.database import SessionRow, Store


@click.command("sessions")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--delete", metavar="SESSION", help="Remove a session; it can be brought back.")
@click.option("--restore", metavar="SESSION", help="Bring back a session that was removed.")
def command(as_json: bool, delete: str | None, restore: str | None) -> None:
    """List your sessions, the latest first.

    The hidden cause of a session is named once it is finished.
    """
    from tutor import folders
    from tutor.settings import load
    from tutor.store.database import Store

    store = Store(load().store_path)
    bin_ = folders.data_dir() / "deleted"
    try:
        if delete is not None:
            _delete(store, bin_, delete)
        elif restore is not None:
            _restore(store, bin_, restore)
        else:
            for row in store.sessions():
                click.echo(_as_json(row) if as_json else _line(row))
    finally:
        store.close()


def _line(row: SessionRow) -> str:
    what = f"finished: {row.variant}" if row.finished else "open"
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
            "events": row.events,
            **sealed,
        }
    )


def _delete(store: Store, folder: Path, session: str) -> None:
    """Keeps the events beside the store, then removes the session."""
    from tutor.dialogue.events import EVENT

    events = store.events(session)
    finished = next(row.finished for row in store.sessions() if row.id == session)
    lines = [json.dumps({"finished": finished}), *(EVENT.dump_json(e).decode() for e in events)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{session}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store.delete(session)
    click.echo(f"Removed {session}. To bring it back: tutor sessions --restore {session}")


def _restore(store: Store, folder: Path, session: str) -> None:
    from tutor.dialogue.events import EVENT, Started

    path = folder / f"{session}.jsonl"
    if not path.is_file() or path.parent != folder:
        raise click.ClickException(f"no session {session!r} was removed")
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    first, *rest = [EVENT.validate_json(line) for line in lines]
    if not isinstance(first, Started):
        raise click.ClickException(f"{path} is no session")
    fresh = store.begin(first)
    for number, event in enumerate(rest, start=1):
        store.append(fresh, event, finished=json.loads(head)["finished"] and number == len(rest))
    path.unlink()
    click.echo(f"Brought back as {fresh}.")
