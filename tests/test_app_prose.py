"""Markdown as one widget: how it is laid out, and what is copied from it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.selection import SELECT_ALL
from textual.style import Style
from textual.visual import RenderOptions

from tests.app_kit import seen
from tutor.app.markdown import SafeMarkdown, prose
from tutor.app.themes import LAMPLIGHT, lent

WRITTEN = """# The curve
Look **closer** at `epoch` 3: what do
you read off it?
- its end, which takes more than one row of this narrow column
- its turn
  1. the first

> as you said

```
loss = 1
```
~~gone~~ [a link](https://example.org) <b>tag</b> &amp;
"""
COPIED = """The curve

Look closer at epoch 3: what do you read off it?

• its end, which takes more than one row of this narrow column
• its turn
  1. the first

▌ as you said

 loss = 1 \n
gone [a link](https://example.org) <b>tag</b> &amp;"""


class Page(App[None]):
    CSS = "SafeMarkdown { width: 30; }"

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(LAMPLIGHT)
        self.theme = LAMPLIGHT.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return lent(self.current_theme)

    def compose(self) -> ComposeResult:
        yield SafeMarkdown(WRITTEN)


def test_what_is_copied_is_what_was_written_without_the_wrapping() -> None:
    assert prose(WRITTEN).text == COPIED


@pytest.mark.parametrize(
    "odd", ["", "-", "> ", "```", "1.\n\n   a", "***", "- a\n\n  b\n- c", "# ", "a\\\nb"]
)
def test_whatever_comes_has_as_many_rows_as_it_says(odd: str) -> None:
    for width in (1, 4, 40):
        visual = prose(odd)
        strips = visual.render_strips(width, None, Style(), RenderOptions(lambda name: Style(), {}))
        assert len(strips) == visual.get_height({}, width)


async def test_what_wraps_hangs_under_its_own_text() -> None:
    async with Page().run_test(size=(40, 30)) as pilot:
        rows = [row.rstrip() for row in seen(pilot).splitlines()]
        at = rows.index("• its end, which takes more")
        assert rows[at + 1 : at + 4] == ["  than one row of this narrow", "  column", "• its turn"]


async def test_the_mouse_selects_text_across_rows_and_markers() -> None:
    async with Page().run_test(size=(40, 30)) as pilot:
        rows = seen(pilot).splitlines()
        top = next(y for y, row in enumerate(rows) if "its end" in row)
        end = next(y for y, row in enumerate(rows) if "its turn" in row)
        await pilot.mouse_down(offset=(rows[top].index("end"), top))
        await pilot.hover(offset=(rows[end].index("turn"), end))
        await pilot.mouse_up(offset=(rows[end].index("turn"), end))
        wanted = "end, which takes more than one row of this narrow column\n• its t"
        assert pilot.app.screen.get_selected_text() in (wanted, wanted[:-1])
        words = pilot.app.query_one(SafeMarkdown)
        assert words.get_selection(SELECT_ALL)[0] == COPIED


async def test_more_text_is_laid_out_anew_only_when_it_needs_another_row() -> None:
    async with Page().run_test(size=(40, 30)) as pilot:
        words = pilot.app.query_one(SafeMarkdown)
        words.update("one")
        await pilot.pause()
        before = words._layout_updates
        words.append(" two")
        await pilot.pause()
        assert words._layout_updates == before
        assert "one two" in seen(pilot)
        words.append(" three" * 6)
        await pilot.pause()
        assert words._layout_updates > before
        assert words.size.height == 2
