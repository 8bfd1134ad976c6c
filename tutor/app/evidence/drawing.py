"""The widgets that show a drawing: they redraw from the same values whenever their size or mode changes."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tutor.app.evidence.chart import chart
from tutor.app.evidence.draw import draw, in_use, point_under
from tutor.engine.records import Exhibit, Line, Lines, Sweep

TALLEST = 24  # a curve gains nothing from more lines than these


class Drawing(Widget):
    """One exhibit, as a drawing or as a table."""

    DEFAULT_CSS = """
    Drawing {
        height: auto;
        width: 1fr;
        text-wrap: nowrap;
    }
    """

    exhibit: reactive[Exhibit | None] = reactive(None, layout=True)
    as_table: reactive[bool] = reactive(False, layout=True)
    at: reactive[int | None] = reactive(None)
    room: reactive[int] = reactive(16, layout=True)

    def validate_at(self, at: int | None) -> int | None:
        body = self.exhibit.body if self.exhibit else None
        return min(max(at, 0), len(body.points) - 1) if at is not None and isinstance(body, Sweep) else None

    def slide(self, step: int) -> bool:
        """Moves the threshold of a sweep; whether there is one to move."""
        body = self.exhibit.body if self.exhibit else None
        if not isinstance(body, Sweep) or not self.slides:
            return False
        self.at = (in_use(body) if self.at is None else self.at) + step
        return True

    @property
    def slides(self) -> bool:
        """Whether a threshold can be moved here."""
        body = self.exhibit.body if self.exhibit else None
        return isinstance(body, Sweep) and bool(body.points) and not self.as_table

    def on_click(self, event: Click) -> None:
        """A click in the curves of a sweep takes the threshold there."""
        body = self.exhibit.body if self.exhibit else None
        if isinstance(body, Sweep) and self.slides:
            at = in_use(body) if self.at is None else self.at
            tall = min(self.room, 2 * TALLEST)
            there = point_under(body, self.content_size.width, tall, at, event.x)
            if there is not None:
                event.stop()
                self.at = there

    def _content(self, width: int) -> Content:
        if self.exhibit is None:
            return Content("")
        tall = min(self.room, TALLEST if isinstance(self.exhibit.body, Lines) else 2 * TALLEST)
        return draw(self.exhibit, width, tall, as_table=self.as_table, at=self.at)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self.exhibit is None:
            return 0
        return len(self._content(width).split())

    def render(self) -> Content:
        return self._content(self.content_size.width)


class LiveCurve(Widget):
    """A curve that grows."""

    DEFAULT_CSS = """
    LiveCurve {
        height: 1fr;
        max-height: 24;
        text-wrap: nowrap;
    }
    """

    body: reactive[tuple[Lines, float | None] | None] = reactive(None)
    under: reactive[tuple[Line, ...]] = reactive(())

    def render(self) -> Content:
        if self.body is None:
            return Content("")
        lines, until = self.body
        size = self.content_size
        return chart(lines, size.width, size.height, until=until, under=self.under)
