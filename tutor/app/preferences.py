"""What the learner prefers of the app itself: `app.toml` in the data folder, read at the start.

    theme = "paper"            # lamplight, paper, terminal, or any theme of Textual
    enter_sends = false        # Enter begins a line, Ctrl+J sends
    reduced_motion = true      # nothing glides or blinks
    glyphs = "ascii"           # auto, unicode, ascii

    [keys]
    "case.lab" = "f12"         # help lists the names

A theme chosen in the app is kept in a file of its own: nobody's TOML is ever rewritten.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE, CHOSEN = "app.toml", "theme"
GLYPHS = ("auto", "unicode", "ascii")


@dataclass(frozen=True)
class Preferences:
    """The preferences, and what was wrong in the file (it is told, and the rest holds)."""

    theme: str = ""
    enter_sends: bool = True
    reduced_motion: bool = False
    glyphs: str = "auto"
    keys: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def ascii(self) -> bool:
        """Whether the screen must do without anything beyond ASCII."""
        return self.glyphs == "ascii" or (self.glyphs == "auto" and not speaks_unicode())


def speaks_unicode(environment: Mapping[str, str] = os.environ, encoding: str | None = None) -> bool:
    """Whether the terminal can be trusted with characters beyond ASCII: its encoding is a Unicode one, and it
    is not the bare console, which has no glyphs for them."""
    encoding = encoding or getattr(sys.__stdout__, "encoding", None) or "utf-8"
    locale = next((environment[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(n)), "")
    charset = locale.partition(".")[2].partition("@")[0] or encoding
    return "utf" in encoding.lower() and "utf" in charset.lower() and environment.get("TERM") != "linux"


def load(folder: Path) -> Preferences:
    """The preferences in a data folder; every mistake is one problem, and costs no other setting."""
    problems: list[str] = []
    found: dict[str, Any] = {}
    path = folder / FILE
    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except FileNotFoundError:
        pass
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: {error}")
    kept: dict[str, Any] = {}
    for name, value in found.items():
        wrong = _wrong(name, value)
        if wrong:
            problems.append(f"{path}: {name}: {wrong}")
        else:
            kept[name] = value
    if "theme" not in kept:
        kept["theme"] = _chosen(folder)
    return Preferences(**kept, problems=tuple(problems))


def _wrong(name: str, value: object) -> str:
    match name, value:
        case ("theme", str()) | ("enter_sends" | "reduced_motion", bool()):
            return ""
        case "glyphs", str() if value in GLYPHS:
            return ""
        case "keys", dict() if all(isinstance(v, str) for v in value.values()):
            return ""
        case "theme" | "enter_sends" | "reduced_motion" | "glyphs" | "keys", _:
            return f"{value!r} is not allowed"
        case _:
            return "there is no such setting; there are: theme, enter_sends, reduced_motion, glyphs, keys"


def _chosen(folder: Path) -> str:
    try:
        return (folder / CHOSEN).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember_theme(folder: Path, theme: str) -> None:
    """Keeps the theme for the next start. OSError when that fails."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHOSEN).write_text(theme + "\n", encoding="utf-8")
