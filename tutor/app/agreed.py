"""The servers that the learner agreed to send messages to, one a line in the data folder."""

from __future__ import annotations

from pathlib import Path

FILE = "agreed-servers"


def agreed(folder: Path) -> frozenset[str]:
    """The base URLs; none where the file cannot be read, so that the question is asked again."""
    try:
        return frozenset((folder / FILE).read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        return frozenset()


def agree(folder: Path, url: str) -> None:
    """Keeps a server for the next time. OSError when that fails."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = sorted(agreed(folder) | {url})
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
