"""Every glyph of the app in ASCII, for terminals that have no others: one gate behind all drawing."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.app.evidence.braille import BLANK

# Glyphs and, at the same place, what stands for them.
_ALIKE = dict(
    zip(
        "◆▸▤⚗▲▼●○◐✓✗✕⚑▾·—–…“”‘’‹›→⌫⏎×\u00a0│┤┊└─━┅┄█▌▐▀▄▊▎▁▂▃▅▆▇▏▍▋▉",
        "*>#%!vo.c+xX!v---~\"\"''<>><<x ||:+----#||-_||___==#||##",
        strict=True,
    )
)


def ascii_for(char: str) -> str:
    """One character that says nearly the same; `?` where there is none."""
    if char < "\x7f":
        return char
    bits = ord(char) - BLANK
    if 0 <= bits < 256:  # braille: where the dots lie, high or low
        high, low = bits & 0b00011011, bits & 0b11100100
        return ":" if high and low else "'" if high else "." if low else " "
    return _ALIKE.get(char, "?")


class Plainly(LineFilter):
    """Draws every line in ASCII, cell for cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [s if s.control or s.text.isascii() else _plain(s) for s in segments]


def _plain(segment: Segment) -> Segment:
    cells = (ascii_for(c) * max(1, cell_len(c)) for c in segment.text)  # a wide character keeps its two cells
    return Segment("".join(cells), segment.style)
