"""What `tutor chat` writes: plain lines for people, or one JSON event a line."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any

import click

from tutor.engine.records import Exhibit
from tutor.engine.tabular import TextTable, tabulate

WIDTH = 88
_EMPHASIS = re.compile(r"(\*\*|\*|`)(?=\S)(.+?)(?<=\S)\1")


def plain(markdown: str) -> str:
    """Markdown as plain paragraphs: emphasis marks gone, lines filled, lists kept."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        text = _EMPHASIS.sub(r"\2", paragraph)
        lines = [line.lstrip("# ") if line.startswith("#") else line for line in text.splitlines()]
        if any(re.match(r"\s*([-*]|\d+\.) ", line) for line in lines):
            paragraphs.append("\n".join(lines))
        else:
            paragraphs.append(textwrap.fill(" ".join(lines), WIDTH, break_long_words=False))
    return "\n\n".join(paragraphs)


def table_lines(table: TextTable) -> list[str]:
    """A table in aligned columns, without any drawing characters."""
    rows = [table.headers, *table.rows] if any(table.headers) else list(table.rows)
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.headers))]

    def line(row: tuple[str, ...]) -> str:
        cells = [
            text.rjust(width) if numeric else text.ljust(width)
            for text, width, numeric in zip(row, widths, table.numeric, strict=True)
        ]
        return "  " + "  ".join(cells).rstrip()

    return [line(row) for row in rows]


class Printer:
    """Writes the events of a chat. In JSON, every line is an object with a key `event`."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def event(self, event: str, text: str | None = None, **data: Any) -> None:
        """An event of any kind; `text` is what a person reads of it."""
        if self.as_json:
            shown = {} if text is None else {"text": text}
            click.echo(json.dumps({"event": event, **shown, **data}, ensure_ascii=False))
        elif text is not None:
            click.echo(f"{plain(text)}\n")

    def say(self, who: str, text: str, label: str = "", **data: Any) -> None:
        """A line of somebody's; `label` says what kind of move it is."""
        if self.as_json:
            self.event("reply", text, who=who, **data)
        else:
            name = f"{who} ({label.lower()})" if label else who
            click.echo(plain(f"{name}: {text}") + "\n")

    def lines(self, lines: list[str]) -> None:
        """Lines as they are, for people."""
        click.echo("\n".join(lines) + "\n")

    def exhibit(self, name: str, exhibit: Exhibit) -> None:
        """An exhibit: its sentence and its table."""
        table = tabulate(exhibit)
        if self.as_json:
            self.event("exhibit", exhibit.summary, name=name, exhibit=exhibit.model_dump(mode="json"))
            return
        click.echo(f"Exhibit {name}: {exhibit.title}\n{plain(exhibit.summary)}")
        click.echo("\n".join(table_lines(table)) + "\n")

    def error(self, message: str) -> None:
        if self.as_json:
            self.event("error", message)
        else:
            click.echo(message, err=True)
