"""A session as files: HTML to read, Markdown, JSON."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tutor.app.drafts import Drafts
from tutor.conversation.desk import Desk

EXPORTS = ("html", "md", "json")


async def write_down(desk: Desk, identity: str, folder: Path, notes: Drafts) -> Path:
    """Writes a session, its notes included, in every format and returns the page. TutorError when its
    evidence cannot be had again, OSError when the files cannot be written."""
    from tutor.reports.collect import collect
    from tutor.reports.formats import FORMATS

    found = await collect(desk, identity, await asyncio.to_thread(notes.read, identity))
    path = folder / f"{found.begun:%Y-%m-%d}-{found.scenario}-{found.session}"

    def write() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for form in EXPORTS:
            path.with_suffix(f".{form}").write_text(FORMATS[form](found), encoding="utf-8")

    await asyncio.to_thread(write)
    return path.with_suffix(".html")
