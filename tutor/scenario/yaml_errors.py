"""What the YAML parser complains of, said as what there is to mend.

libyaml speaks of nodes, tokens and simple keys; an author thinks of brackets, quotes, colons and indentation.
Each row of the table turns one complaint into the mistake that most often causes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

QUOTE_IT = 'put the text in quotes, as in key: "text: more text", or below the key, after a >-'


@dataclass(frozen=True)
class Complaint:
    """What libyaml said. `line` and `start` are 1-based: where it gave up, and where the thing began."""

    problem: str
    context: str
    line: int
    column: int
    start: int | None
    lines: tuple[str, ...]

    def text(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    @property
    def here(self) -> str:
        return self.text(self.line)

    @property
    def rest(self) -> str:
        """What stands from the place on."""
        return self.here[self.column - 1 :]


def _bracket(c: Complaint, opened: str, closed: str) -> str:
    if c.start is not None and c.start < c.line and not c.here.startswith((" ", "\t")):
        return f"the {opened} in line {c.start} is not closed: a {closed} is missing before this line"
    if c.rest.startswith(":"):
        return f"a colon in plain text, between {opened} and {closed}: {QUOTE_IT}"
    return (
        f"a comma or a {closed} is missing here (the {opened} stands in line {c.start}); a text that holds a "
        "comma, a colon, a bracket or a quote must itself stand in quotes"
    )


def _key(c: Complaint) -> str:
    before = c.here[: c.column - 1].rstrip()
    if before.endswith("}}"):
        return 'a text that begins with {{ must stand in quotes: "{{ run.x }} is large"'
    if before.endswith(("'", '"')):
        kind = "an apostrophe inside '...' must be doubled ('') or the text be put into \"...\""
        return (
            f"there is text after the closing quote: {kind}"
            if before.endswith("'")
            else ('there is text after the closing quote: a " inside "..." is written \\"')
        )
    if c.rest.startswith("- "):
        return "a list item (-) stands where a key: value is expected; indent it below the key it belongs to"
    return (
        "this line is indented unlike the others of its block; keys that belong together begin in the same "
        "column (the lines of a text after | or > stand further in than their key)"
    )


def _no_colon(c: Complaint) -> str:
    first = c.text(c.start or c.line).strip()
    if re.match(r"-\S", first):
        return "a space is missing after the dash: - item"
    if re.match(r"[A-Za-z_]\w*:\S", first):
        return "a space is missing after the colon: key: value"
    return (
        "this line is neither `key: value` nor `- item`: a colon is missing, or it continues a text and must "
        "be indented further than the text's key"
    )


def _colon(c: Complaint) -> str:
    indent = len(c.here) - len(c.here.lstrip())
    above = next((t for t in reversed(c.lines[: c.line - 1]) if t.strip()), "")
    inside = c.here[: c.column - 1].count(": ")
    if (
        not inside
        and above
        and indent > len(above) - len(above.lstrip())
        and not above.rstrip().endswith(":")
    ):
        return "this line is indented further than the one above it, which has a value of its own already"
    return f"a second colon in the same line of plain text: {QUOTE_IT}"


def _start(c: Complaint) -> str:
    if c.rest.startswith("\t") or "\t" in c.here[: c.column]:
        return "a tab; YAML is indented with spaces only"
    return f"a text cannot begin with {c.rest[:1]!r} unless it stands in quotes"


def _content(c: Complaint) -> str:
    if c.rest.startswith(","):
        return "two commas with nothing between them, or a list that begins with a comma"
    return f"a value is missing before {c.rest[:1]!r}; a text that begins with it must stand in quotes"


def _dash(c: Complaint) -> str:
    return (
        "this line stands among the items of a list, but is no item: begin it with a dash, or mend its indent"
    )


def _quote(c: Complaint) -> str:
    return "the quote that opens here is never closed; an apostrophe inside '...' must be doubled ('')"


_ROWS = (
    ("expected ',' or ']'", "", lambda c: _bracket(c, "[", "]")),
    ("expected ',' or '}'", "", lambda c: _bracket(c, "{", "}")),
    ("unexpected end of stream", "quoted scalar", _quote),
    ("expected key", "block mapping", _key),
    ("could not find expected ':'", "", _no_colon),
    ("mapping values are not allowed", "", _colon),
    ("cannot start any token", "", _start),
    ("tab character", "", lambda c: "a tab; YAML is indented with spaces only"),
    ("expected node content", "", _content),
    ("expected '-' indicator", "", _dash),
    (
        "block sequence entries are not allowed",
        "",
        lambda c: "a list begins on a line of its own, below its key",
    ),
    (
        "unknown escape character",
        "",
        lambda c: "in \"...\" a backslash must be doubled (\\\\); in '...' it stands for itself",
    ),
    (
        "expected comment or line break",
        "block scalar",
        lambda c: (
            "after | or > the text begins on the next line, indented; a text that begins with one of these "
            "must stand in quotes"
        ),
    ),
    ("alphabetic or numeric", "", lambda c: "a text that begins with & or * must stand in quotes"),
    ("expected <document start>", "", lambda c: "text after the end of the document ('...')"),
)


def explain(complaint: Complaint) -> str:
    """The complaint as advice; libyaml's own words where no row fits."""
    for number in (complaint.line - 1, complaint.line):
        odd = re.search(r"[^\S \t\n]", complaint.text(number))
        if odd:
            what = f"an unusual space (U+{ord(odd[0]):04X})"
            return f"not valid YAML: {what} stands in line {number}; put a plain one in its place"
    for problem, context, advice in _ROWS:
        if problem in complaint.problem and context in complaint.context:
            return f"not valid YAML: {advice(complaint)}"
    return f"not valid YAML: {complaint.problem or complaint.context}"
