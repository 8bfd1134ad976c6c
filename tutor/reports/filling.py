"""The scenario's text with the numbers of the run; a mistake in it is shown where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.scenario.templates import RenderError, render


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """The text, or what its author has to mend in it."""
    try:
        return render(text, facts)
    except RenderError as error:
        return f"(The case file has a mistake here: {error})"
