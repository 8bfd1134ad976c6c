"""Short facts in a row, broken between them and never within one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

BETWEEN = "  ·  "


class Tally(Widget):
    """As many facts to a line as fit."""

    DEFAULT_CSS = """
    Tally {
        height: auto;
        width: 1fr;
        color: $text-muted;
        margin: 0 0 1 0;
        text-wrap: nowrap;
    }
    """

    facts: reactive[tuple[str, ...]] = reactive((), layout=True)

    def __init__(self, facts: Iterable[str]) -> None:
        super().__init__()
        self.set_reactive(Tally.facts, tuple(facts))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(rows(self.facts, width))

    def render(self) -> Content:
        return Content("\n".join(rows(self.facts, self.content_size.width)))


def rows(facts: Iterable[str], width: int) -> list[str]:
    """The facts in lines of at most `width`, a longer fact alone on its own."""
    lines = [""]
    for fact in facts:
        longer = f"{lines[-1]}{BETWEEN}{fact}" if lines[-1] else fact
        if lines[-1] and len(longer) > width:
            lines.append(fact)
        else:
            lines[-1] = longer
    return lines
