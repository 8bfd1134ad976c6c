"""The base of every error that is meant for a person: its message says what is wrong and what would help."""

from __future__ import annotations


class TutorError(Exception):
    """Shown as one line (or one line a problem), never as a traceback."""
