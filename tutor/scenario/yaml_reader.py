"""Read YAML that strangers wrote: plain values with a position for each, within limits, YAML 1.2 scalars.

Built from PyYAML's event stream, so that nothing is constructed before it has been counted: the C composer
crashes on deep nesting, and aliases can blow a small file up to gigabytes. Anchors and aliases are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tutor.scenario.yaml_errors import Complaint, explain

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_NODES = 100_000

PathKey = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Position:
    """1-based line and column in a file."""

    line: int
    column: int


class YamlError(ValueError):
    """The text is not YAML that we accept; `position` says where."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True)
class Document:
    """`data`: plain dicts, lists and scalars. `values`, `keys`: path -> where the value (the key) stands."""

    data: Any
    values: dict[PathKey, Position] = field(default_factory=dict)
    keys: dict[PathKey, Position] = field(default_factory=dict)


# YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema): `no`, `on` and `1:30` stay text.
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_QUOTED = "a text that begins with {} must stand in quotes"
# C0/C1 controls other than tab and newline, and the characters that reorder text on screen.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def read_text(path: Path) -> str:
    """The text of a scenario file. YamlError when it is too large or not UTF-8; OSError as it comes."""
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    start = Position(1, 1)
    if len(raw) > MAX_BYTES:
        raise YamlError(f"the file is larger than {MAX_BYTES // 1_000_000} MB", start)
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        raise YamlError(
            f"not UTF-8 text (byte 0x{raw[error.start]:02x}): save it as UTF-8", Position(line, column)
        ) from None


def parse(text: str) -> Document:
    """Plain values and their positions. YamlError for anything outside the limits or the subset."""
    return _Builder(text).document()


def _scalar(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    if not event.implicit[0] or event.style in ("'", '"', "|", ">"):
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _refuse_controls(event: yaml.ScalarEvent) -> None:
    """What is written out is refused in the text; here, what "\\e" and the like stand for."""
    found = _CONTROL.search(event.value)
    if found:
        raise YamlError(f"a control character (U+{ord(found[0]):04X}) is not allowed here", _at(event))


def _at(event: yaml.Event) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)


class _Builder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._nodes = 0
        self._values: dict[PathKey, Position] = {}
        self._keys: dict[PathKey, Position] = {}

    def document(self) -> Document:
        found = _CONTROL.search(self._text)
        if found:
            before = self._text[: found.start()]
            where = Position(before.count("\n") + 1, found.start() - before.rfind("\n"))
            raise YamlError(f"a control character (U+{ord(found[0]):04X}) is not allowed here", where)
        events = self._events()
        try:
            data = self._first(events)
        except yaml.MarkedYAMLError as error:
            # Of a quote never closed, and of an odd first character, one wants to know where the text begins.
            begun = re.search("end of stream|alphabetic", error.problem or "")
            mark = (error.context_mark if begun else None) or error.problem_mark or error.context_mark
            where = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
            raise YamlError(explain(self._complaint(error, where)), where) from None
        except yaml.YAMLError as error:
            raise YamlError(f"not valid YAML: {error}", Position(1, 1)) from None
        return Document(data, self._values, self._keys)

    def _complaint(self, error: yaml.MarkedYAMLError, where: Position) -> Complaint:
        start = error.context_mark.line + 1 if error.context_mark else None
        lines = tuple(self._text.split("\n"))
        return Complaint(error.problem or "", error.context or "", where.line, where.column, start, lines)

    def _events(self) -> Iterator[yaml.Event]:
        depth = 0
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for event in yaml.parse(self._text, Loader=loader):
            where = _at(event)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise YamlError(
                    f"anchors (&) and aliases (*) are not allowed; {_QUOTED.format('& or *')}", where
                )
            if isinstance(event, yaml.NodeEvent):
                self._nodes += 1
                tag = getattr(event, "tag", None)
                if tag not in (None, "!"):
                    raise YamlError(
                        f"tags ({str(tag)[:40]!r}) are not allowed in a scenario; {_QUOTED.format('!')}",
                        where,
                    )
            if self._nodes > MAX_NODES:
                raise YamlError(f"more than {MAX_NODES:,} values in one file", where)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise YamlError(f"nested deeper than {MAX_DEPTH} levels", where)
            yield event

    def _first(self, events: Iterator[yaml.Event]) -> Any:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "a second document ('---') starts here; one file holds one scenario"
                    raise YamlError(message, _at(event))
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, events, ())
        return data

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: PathKey) -> Any:
        self._values[path] = _at(event)
        if isinstance(event, yaml.ScalarEvent):
            _refuse_controls(event)
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Iterator[yaml.Event], path: PathKey) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: PathKey) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            where = _at(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise YamlError(f"a key must be a plain word; {_QUOTED.format('{ or [')}", where)
            _refuse_controls(event)
            key: str = event.value
            if key in mapping:
                first = self._keys[(*path, key)]
                message = f"the key {key!r} stands here a second time (first in line {first.line})"
                raise YamlError(message, where)
            self._keys[(*path, key)] = where
            mapping[key] = self._node(next(events), events, (*path, key))
        return mapping
