"""Tables in aligned columns, without a line drawn. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content

from tutor.engine.tabular import TextTable

GAP = 2
NARROWEST = 6


def grid(table: TextTable, width: int) -> Content:
    """The table in `width` cells; text columns give way and wrap, numbers never do. Wider when it must be."""
    headers = [_flat(h) for h in table.headers]
    rows = [[_flat(cell) for cell in row] for row in table.rows]
    widths = _widths(headers, rows, table.numeric, width)
    lines: list[Content] = []
    if any(headers):
        lines += [Content.styled(line, "$text-muted") for line in _row(headers, widths, table.numeric)]
    for number, row in enumerate(rows):
        style = "" if number % 2 == 0 or len(rows) < 4 else "on $surface"
        lines += [Content.styled(line, style) for line in _row(row, widths, table.numeric)]
    return Content("\n").join(lines)


def pairs(items: Sequence[tuple[str, str]], width: int) -> Content:
    """Labels and values in two columns; long values wrap."""
    most = max((len(_flat(label)) for label, _ in items), default=0)
    labels = max(NARROWEST, min(most, width // 2))
    lines: list[Content] = []
    for label, value in items:
        left, right = wrap(_flat(label), labels), wrap(_flat(value), max(NARROWEST, width - labels - GAP))
        for i in range(max(len(left), len(right))):
            a = left[i] if i < len(left) else ""
            b = right[i] if i < len(right) else ""
            lines.append(Content.assemble((a.ljust(labels + GAP), "$text-muted"), b))
    return Content("\n").join(lines)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width`; a word longer than that is cut."""
    return textwrap.wrap(text, max(1, width)) or [""]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _widths(
    headers: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], width: int
) -> list[int]:
    """Natural widths, and where these are too many the widest text columns (and all headers) give way."""
    cells = [max((len(row[i]) for row in rows), default=1) for i in range(len(headers))]
    floors = [c if n else min(c, NARROWEST) for c, n in zip(cells, numeric, strict=True)]
    longest = [max((len(word) for word in h.split()), default=0) for h in headers]
    floors = [max(f, w) for f, w in zip(floors, longest, strict=True)]
    widths = [max(c, len(h)) for c, h in zip(cells, headers, strict=True)]
    while sum(widths) + GAP * (len(widths) - 1) > width:
        loose = [i for i in range(len(widths)) if widths[i] > floors[i]]
        if not loose:
            break
        widths[max(loose, key=lambda i: widths[i])] -= 1
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> list[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for i in range(max(map(len, wrapped))):
        pieces = [
            (w[i] if i < len(w) else "").rjust(width) if n else (w[i] if i < len(w) else "").ljust(width)
            for w, width, n in zip(wrapped, widths, numeric, strict=True)
        ]
        lines.append((" " * GAP).join(pieces))
    return lines
