"""What a browser may say on its WebSocket, checked before any of it reaches the app. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

MOST_BYTES = 2**20  # of one message: a long paste is a tenth of that
WIDTHS, HEIGHTS = (20, 500), (5, 250)  # in cells; more would be a screen nobody has and memory everybody pays


@dataclass(frozen=True)
class Typed:
    """Keys, mouse and paste as the terminal in the page encodes them."""

    text: str


@dataclass(frozen=True)
class Resized:
    width: int
    height: int


@dataclass(frozen=True)
class Pinged:
    text: str


@dataclass(frozen=True)
class Focused:
    kind: Literal["focus", "blur"]


Incoming = Typed | Resized | Pinged | Focused


def parse(text: str) -> Incoming | None:
    """One message, or None for what is none: that is dropped."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match found:
        case ["stdin", str(typed)]:
            return Typed(typed)
        case ["resize", {"width": width, "height": height}] if _whole(width) and _whole(height):
            return Resized(*clamp(width, height))
        case ["ping", str(sent)]:
            return Pinged(sent[:40])
        case ["focus" | "blur" as kind, *_]:
            return Focused(kind)
        case _:
            return None


def size_of(width: str, height: str) -> tuple[int, int]:
    """The size that the page asks for at the start, in cells."""
    return clamp(
        *(int(n) if n.isascii() and n.isdigit() and len(n) < 6 else d for n, d in ((width, 80), (height, 24)))
    )


def clamp(width: int, height: int) -> tuple[int, int]:
    """A size within bounds."""
    return max(WIDTHS[0], min(width, WIDTHS[1])), max(HEIGHTS[0], min(height, HEIGHTS[1]))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
