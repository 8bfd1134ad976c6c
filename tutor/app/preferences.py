"""What the learner prefers of the app itself.

`app.toml` in the data folder is written by hand; what is chosen in the app is kept beside it, in a file of
the app's own, and gives way to it: nobody's TOML is ever rewritten.

    theme = "paper"            # lamplight, paper, terminal, or any theme of Textual
    enter_sends = false        # Enter begins a line, Ctrl+J sends
    reduced_motion = true      # nothing glides or blinks
    glyphs = "ascii"           # auto, unicode, ascii

    [keys]
    "case.lab" = "f12"         # the preferences of the app list the names
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE, CHOSEN = "app.toml", "chosen.json"
GLYPHS = ("auto", "unicode", "ascii")
KEYS = "keys."  # before the name of a binding, where a key is fixed


@dataclass(frozen=True)
class Preferences:
    """The preferences, which of them the hand-written file fixes, and what was wrong in it (that is told, and
    the rest holds)."""

    theme: str = ""
    enter_sends: bool = True
    reduced_motion: bool = False
    glyphs: str = "auto"
    keys: Mapping[str, str] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
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
    if locale == "C.UTF-8" and environment.get("LANG") in _BARE:
        locale = "C"  # the interpreter says UTF-8 to itself where the person said C
    charset = "ascii" if locale in _BARE else locale.partition(".")[2].partition("@")[0] or encoding
    return "utf" in encoding.lower() and "utf" in charset.lower() and environment.get("TERM") != "linux"


_BARE = ("C", "POSIX")


def load(folder: Path) -> Preferences:
    """The preferences in a data folder; every mistake is one problem, and costs no other setting."""
    problems: list[str] = []
    chosen = _read(folder / CHOSEN, json.loads, problems)
    written = _read(folder / FILE, tomllib.loads, problems)
    keys = {**chosen.get("keys", {}), **written.get("keys", {})}
    fixed = {*written, *(f"{KEYS}{name}" for name in written.get("keys", {}))}
    kept = {**chosen, **written, "keys": keys}
    return Preferences(**kept, fixed=frozenset(fixed - {"keys"}), problems=tuple(problems))


def choose(folder: Path, name: str, value: object) -> None:
    """Keeps a setting for the next start; None forgets it. OSError when that fails."""
    chosen = _read(folder / CHOSEN, json.loads, [])
    chosen[name] = value
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{CHOSEN}.new"
    beside.write_text(json.dumps({n: v for n, v in chosen.items() if v is not None}), encoding="utf-8")
    beside.replace(folder / CHOSEN)


def _read(path: Path, parse: Callable[[str], Any], problems: list[str]) -> dict[str, Any]:
    """What a file sets, without what is wrong in it."""
    try:
        found = parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        problems.append(f"{path}: {error}")
        return {}
    kept: dict[str, Any] = {}
    for name, value in found.items() if isinstance(found, dict) else ():
        wrong = _wrong(name, value)
        if wrong:
            problems.append(f"{path}: {name}: {wrong}")
        else:
            kept[name] = value
    return kept


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
