"""Markdown for text that others wrote: formatting, but no links, images, HTML or tooltips."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual.content import Content, Span
from textual.highlight import highlight
from textual.selection import Selection
from textual.widget import Widget

from tutor.app.growing import grown_into
from tutor.app.prose import NOTHING, Line, Prose

# What is switched off stays on screen as it was written, so a reader still sees the address of a link.
_OFF = ["link", "image", "autolink", "linkify", "html_inline", "html_block", "entity", "table"]
_STYLES = {"em": "italic", "strong": "bold", "s": "strike", "code_inline": "$foreground on $panel"}
_CODE = "$foreground on $panel"
BULLET, QUOTE, RULE = "• ", "▌ ", "─" * 8


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """CommonMark with strikethrough, without anything that could be clicked or fetched."""
    return MarkdownIt("commonmark").enable("strikethrough").disable(_OFF, ignoreInvalid=True)


def prose(markdown: str) -> Prose:
    """Markdown as lines to lay out."""
    writer = _Writer()
    for token in parser().parse(markdown):
        writer.take(token)
    return Prose(tuple(writer.lines))


# ------------------------------------------------------------ from tokens to lines


@dataclass
class _Frame:
    """A list item or quotation that is open: what stands before its lines."""

    first: Content
    rest: Content
    begun: bool = False


class _Writer:
    """Tokens in, lines out."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._frames: list[_Frame] = []
        self._lists = 0
        self._gap = False  # the next line stands apart from the last
        self._heading = False

    def take(self, token: Token) -> None:
        match token.type:
            case "inline":
                content = inline(token)
                self._write(content.stylize("bold") if self._heading else content)
            case "fence" | "code_block":
                self._write(code(token))
                self._gap = True
            case "hr":
                self._write(Content.styled(RULE, "$axis"))
                self._gap = True
            case "heading_open" | "heading_close":
                self._heading = token.type == "heading_open"
                self._gap = True
            case "paragraph_close":
                self._gap = self._gap or not token.hidden
            case "blockquote_open":
                mark = Content.styled(QUOTE, "$axis")
                self._frames.append(_Frame(mark, mark))
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else BULLET
                self._frames.append(_Frame(Content.styled(marker, "$text-muted"), Content(" " * len(marker))))
            case "blockquote_close" | "list_item_close":
                self._close()
            case "bullet_list_open" | "ordered_list_open":
                self._lists += 1
            case "bullet_list_close" | "ordered_list_close":
                self._lists -= 1
                self._gap = self._gap or not self._lists
            case _:
                pass

    def _close(self) -> None:
        if not self._frames[-1].begun:
            self._write(NOTHING)
        self._frames.pop()

    def _write(self, content: Content) -> None:
        if self._gap and self.lines:
            before = _joined([frame.rest for frame in self._frames if frame.begun])
            self.lines.append(Line(NOTHING, before, before))
        self._gap = False
        for part in content.split("\n", allow_blank=True):
            first = _joined([frame.rest if frame.begun else frame.first for frame in self._frames])
            for frame in self._frames:
                frame.begun = True
            self.lines.append(Line(part, first, _joined([frame.rest for frame in self._frames])))


def _joined(parts: list[Content]) -> Content:
    return NOTHING.join(parts) if parts else NOTHING


def inline(token: Token) -> Content:
    """The text of a paragraph or heading with its emphasis."""
    text = ""
    spans: list[Span] = []
    begun: list[int] = []
    for child in token.children or ():
        kind = child.type
        if kind.endswith("_open"):
            begun.append(len(text))
        elif kind.endswith("_close"):
            spans.append(Span(begun.pop(), len(text), _STYLES.get(kind.removesuffix("_close"), "")))
        elif kind == "code_inline":
            spans.append(Span(len(text), len(text) + len(child.content), _CODE))
            text += child.content
        elif kind in ("softbreak", "hardbreak"):
            text += "\n" if kind == "hardbreak" else " "
        else:
            text += re.sub(r"\s+", " ", child.content)
    return Content(text, spans=spans)


def code(token: Token) -> Content:
    """A block of code, as wide as its longest line."""
    found = highlight(token.content.rstrip(), language=token.info.split(" ")[0] or "text", tab_size=4)
    lines = found.expand_tabs(4).split("\n", allow_blank=True)
    wide = max(line.cell_length for line in lines)
    padded = [line.pad_right(wide - line.cell_length).pad(1, 1).stylize_before(_CODE) for line in lines]
    return Content("\n").join(padded)


# ------------------------------------------------------------ the widget


class SafeMarkdown(Widget):
    """Markdown that cannot do anything."""

    DEFAULT_CSS = """
    SafeMarkdown {
        width: 1fr;
        height: auto;
    }
    """

    virtual_size = grown_into()

    def __init__(self, markdown: str | None = None, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.source = markdown or ""
        self._prose = prose(self.source)

    def update(self, markdown: str) -> None:
        """Other text. The screen is laid out anew only when it needs more or fewer rows."""
        self.source = markdown
        self._prose = prose(markdown)
        size = self.content_size
        self.refresh(layout=self._prose.get_height(self.styles.get_rules(), size.width) != size.height)

    def append(self, words: str) -> None:
        """More text."""
        self.update(self.source + words)

    def render(self) -> Prose:
        return self._prose

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        return selection.extract(self._prose.text), "\n"
