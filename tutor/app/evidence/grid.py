"""Tables in aligned columns, without a line drawn. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content

from tutor.engine.tabular import TextTable

GAP = 2
NARROWEST = 6


def grid(table: TextTable, width: int) -> Content:
    """The table in `width` cells; text columns give way and wrap, numbers never do. What still does not fit
    follows below, its first column said again."""
    headers = [_flat(h) for h in table.headers]
    rows = [[_flat(cell) for cell in row] for row in table.rows]
    floors = _floors(headers, rows, table.numeric, width)
    blocks = []
    for columns in _split(floors, width):
        head, *body = ([line[i] for i in columns] for line in (headers, *rows))
        numeric = [table.numeric[i] for i in columns]
        blocks.append(_block(head, body, numeric, [floors[i] for i in columns], width))
    return Content("\n\n").join(blocks)


def _split(floors: Sequence[int], width: int) -> list[list[int]]:
    """Which columns go side by side, the first one always among them."""
    blocks = [[0]]
    for i in range(1, len(floors)):
        wide = sum(floors[c] + GAP for c in blocks[-1]) + floors[i]
        if wide > width and len(blocks[-1]) > 1:
            blocks.append([0])
        blocks[-1].append(i)
    return blocks


def _block(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    floors: Sequence[int],
    width: int,
) -> Content:
    widths = _widths(headers, rows, floors, width)
    lines: list[Content] = []
    if any(headers):
        lines += [Content.styled(line, "$text-muted") for line in _row(headers, widths, numeric)]
    for number, row in enumerate(rows):
        style = "" if number % 2 == 0 or len(rows) < 4 else "on $surface"
        lines += [Content.styled(line, style) for line in _row(row, widths, numeric)]
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


def _floors(
    headers: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], width: int
) -> list[int]:
    """How narrow each column may get: numbers and headers stay whole, text breaks between its words."""
    floors = []
    for i, header in enumerate(headers):
        cells = [row[i] for row in rows] or [""]
        words = [word for cell in cells for word in cell.split()]
        whole = max(map(len, cells)) if numeric[i] else min(max(map(len, words), default=1), width // 2)
        floors.append(max(whole, *(len(word) for word in header.split()), 1))
    return floors


def _widths(
    headers: Sequence[str], rows: Sequence[Sequence[str]], floors: Sequence[int], width: int
) -> list[int]:
    """Natural widths, and where these are too many the widest columns give way, down to their floors: first
    those that only their header makes wide."""
    cells = [max(f, *(len(row[i]) for row in rows), 1) for i, f in enumerate(floors)]
    widths = [max(len(h), c) for h, c in zip(headers, cells, strict=True)]
    for least in (cells, floors):
        while sum(widths) + GAP * (len(widths) - 1) > width:
            loose = [i for i in range(len(widths)) if widths[i] > least[i]]
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
