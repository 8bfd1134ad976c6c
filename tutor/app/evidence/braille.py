"""A canvas of braille dots: two by four in every character cell. Pure."""

from __future__ import annotations

from collections.abc import Callable

BLANK = 0x2800
_DOT = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Canvas:
    """Dots and the style of each cell; x to the right, y downwards, both counted in dots from 0."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.width, self.height = columns * 2, rows * 4
        self.bits = [[0] * columns for _ in range(rows)]
        self.styles = [[""] * columns for _ in range(rows)]

    def dot(self, x: int, y: int, style: str) -> None:
        """Sets a dot; one beside the canvas is left out."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.bits[y // 4][x // 2] |= _DOT[y % 4][x % 2]
            self.styles[y // 4][x // 2] = style

    def line(
        self,
        start: tuple[int, int],
        end: tuple[int, int],
        style: str,
        inked: Callable[[int], bool],
        offset: int = 0,
    ) -> int:
        """A straight line. `inked` says of the n-th dot along the pattern whether it is drawn; returns n at
        the end, so that a pattern runs on through a polyline."""
        (x0, y0), (x1, y1) = start, end
        steps = max(abs(x1 - x0), abs(y1 - y0))
        for i in range(steps + 1):
            if inked(offset + i):
                share = i / steps if steps else 0.0
                self.dot(round(x0 + (x1 - x0) * share), round(y0 + (y1 - y0) * share), style)
        return offset + steps

    def cell(self, column: int, row: int) -> tuple[str, str]:
        """The character of a cell (a space where there are no dots) and its style."""
        bits = self.bits[row][column]
        return (chr(BLANK + bits) if bits else " "), self.styles[row][column]
