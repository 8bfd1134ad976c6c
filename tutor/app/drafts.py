"""What is in the prompt, kept on disk until it is sent: one small file a session."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

MOST = 200_000


class Drafts:
    """The unsent words of each session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, session: str) -> str:
        """What was last in the prompt; nothing when there is no draft, or none that can be read."""
        try:
            return self._path(session).read_text(encoding="utf-8")[:MOST]
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, session: str, text: str) -> None:
        """Keeps the text, atomically; an empty one removes the file. OSError when that fails."""
        path = self._path(session)
        if not text:
            with suppress(FileNotFoundError):
                path.unlink()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{threading.get_ident()}.new")
        with beside.open("w", encoding="utf-8", errors="replace") as file:
            file.write(text[:MOST])
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def _path(self, session: str) -> Path:
        return self.folder / f"{session}.txt"
