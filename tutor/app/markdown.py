"""Markdown for text that others wrote: formatting, but no links, images, HTML or tooltips."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from textual.widgets import Markdown

# What is switched off stays on screen as it was written, so a reader still sees the address of a link.
_OFF = ["link", "image", "autolink", "linkify", "html_inline", "html_block", "entity", "table"]


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """CommonMark with strikethrough, without anything that could be clicked or fetched."""
    return MarkdownIt("commonmark").enable("strikethrough").disable(_OFF, ignoreInvalid=True)


class SafeMarkdown(Markdown):
    """Markdown that cannot do anything."""

    DEFAULT_CSS = """
    SafeMarkdown {
        padding: 0;
        height: auto;
        MarkdownH1, MarkdownH2, MarkdownH3, MarkdownH4 {
            margin: 0 0 1 0;
            content-align: left middle;
            text-style: bold;
            background: transparent;
        }
        MarkdownBlock:dark > .code_inline, MarkdownBlock:light > .code_inline {
            background: $panel;
            color: $foreground;
        }
        MarkdownListItem MarkdownParagraph {
            margin: 0;
        }
        MarkdownFence {
            color: $foreground;
            background: $panel;
        }
        MarkdownBlockQuote, MarkdownBlockQuote:light {
            background: transparent;
            border-left: outer $axis;
            margin: 0 0 1 0;
        }
    }
    """

    def __init__(self, markdown: str | None = None, *, classes: str | None = None) -> None:
        super().__init__(markdown, classes=classes, parser_factory=parser, open_links=False)
