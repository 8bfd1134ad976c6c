"""Text with markers and hanging indents as one visual: a long reply costs the screen one widget.

Textual's Markdown gives every paragraph, list, item and bullet a widget, and each of them is laid out anew
whenever anything on the screen grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

NOTHING = Content("")


@dataclass(frozen=True)
class Line:
    """A line as it was written, and what stands before it: before its first row, and before those it wraps
    into. Both are of one width."""

    content: Content
    first: Content = NOTHING
    rest: Content = NOTHING


class Prose(Visual):
    """Lines, wrapped to whatever width there is; what is selected is the text without the wrapping."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines

    @cached_property
    def text(self) -> str:
        """Everything, markers included, as it is copied."""
        return "\n".join(f"{line.first.plain}{line.content.plain}" for line in self.lines)

    # ------------------------------------------------------------ the Visual protocol

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Cells of the longest line."""
        return max((line.first.cell_length + line.content.cell_length for line in self.lines), default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Rows at a width in cells."""
        return sum(line.content.get_height(rules, _inner(line, width)) for line in self.lines)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The rows, each with the place in `text` that a click on it means."""
        strips = [
            strip for y, line in enumerate(self.lines) for strip in _rows(line, y, width, style, options)
        ]
        return strips if height is None else strips[:height]


def _inner(line: Line, width: int) -> int:
    return max(1, width - line.first.cell_length)


def _rows(line: Line, y: int, width: int, style: Style, options: RenderOptions) -> Iterator[Strip]:
    plain = replace(options, selection=None, selection_style=None)
    marker = len(line.first.plain)
    selection = options.selection and _within(options.selection, y, marker)
    rows = line.content.render_strips(_inner(line, width), None, style, replace(options, selection=selection))
    before = line.first
    for row in rows:
        found = [segment.style.meta.get("offset") for segment in row if segment.style is not None]
        x = next((offset[0] for offset in found if offset is not None), 0)
        placed = row.apply_offsets(x + marker, y)
        yield Strip.join([*_before(before, y, style, plain), placed]) if marker else placed
        before = line.rest


def _before(content: Content, y: int, style: Style, options: RenderOptions) -> list[Strip]:
    strips = content.render_strips(content.cell_length, 1, style, options)
    return [strip.apply_offsets(0, y) for strip in strips]


def _within(selection: Selection, y: int, marker: int) -> Selection:
    """The selection as line `y` sees it, whose text begins after its marker."""
    start, end = (
        None if edge is None else Offset(max(0, edge.x - marker), edge.y - y)
        for edge in (selection.start, selection.end)
    )
    return Selection(start, end)
