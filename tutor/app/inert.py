"""The last gate before the terminal: what people, files or models wrote is shown, never obeyed."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# Control characters start terminal sequences; the others reorder what is read.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Inert(LineFilter):
    """Takes control and reordering characters out of every line that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [s if s.control or s.text.isprintable() else _without(s) for s in segments]


def _without(segment: Segment) -> Segment:
    return Segment(_OBEYED.sub("", segment.text), segment.style)
