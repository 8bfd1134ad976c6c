"""A new case to begin with: a starter that plays at once, under the author's own name and title."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tutor import content
from tutor.errors import TutorError
from tutor.scenario import json_schema
from tutor.scenario.problems import did_you_mean
from tutor.scenario.reading import phrasings_beside
from tutor.scenario.schema import ID_PATTERN

LEVELS = ("beginner", "intermediate", "advanced")


class StartError(TutorError):
    """A new case cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Wish:
    """What the author says of the new case; an empty text keeps what the starter says."""

    id: str
    engine: str = "fraud"
    title: str = ""
    you: str = ""
    level: str = ""


def starters() -> dict[str, Path]:
    """The starters there are, by the engine they use."""
    files = sorted((content.scenarios_dir() / "starters").glob("*.yaml"))
    return {path.stem: path for path in files if not path.name.endswith(".phrasings.yaml")}


def create(wish: Wish, folder: Path) -> tuple[Path, Path]:
    """Writes the scenario and its phrasings and returns where they are. StartError; overwrites nothing."""
    known = starters()
    if not re.fullmatch(ID_PATTERN, wish.id):
        raise StartError(
            f"{wish.id!r} is not an id: use small letters, digits and _ , beginning with a letter"
        )
    if wish.engine not in known:
        near = did_you_mean(wish.engine, known)
        raise StartError(
            f"there is no starter for the engine {wish.engine!r}{near}; there are: {', '.join(known)}"
        )
    starter = known[wish.engine]
    path = folder / f"{wish.id}.yaml"
    beside = phrasings_beside(path)
    for existing in (path, beside):
        if existing.exists():
            raise StartError(f"{existing} is there already; nothing was written")
    scenario = _named(starter.read_text(encoding="utf-8"), wish)
    phrasings = phrasings_beside(starter).read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    _write(path, _schema_line(folder, "scenario") + scenario)
    _write(beside, _schema_line(folder, "phrasings") + phrasings)
    return path, beside


def _named(text: str, wish: Wish) -> str:
    wanted = {"id": wish.id, "title": wish.title.strip(), "you": wish.you.strip(), "level": wish.level}
    for key, value in wanted.items():
        if value:
            written = value if key in ("id", "level") else json.dumps(value, ensure_ascii=False)
            line = f"{key}: {written}".replace("\\", "\\\\")
            text = re.sub(rf"^{key}: .*$", line, text, count=1, flags=re.MULTILINE)
    return text


def _schema_line(folder: Path, kind: str) -> str:
    """For editors: relative where the schema is near, else where it is on this computer."""
    target = json_schema.path(kind).resolve()
    try:
        relative = Path(os.path.relpath(target, folder.resolve())).as_posix()
    except ValueError:  # another drive
        relative = ""
    near = relative and not relative.startswith("../../")
    return f"# yaml-language-server: $schema={relative if near else target.as_posix()}\n"


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
