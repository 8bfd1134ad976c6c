"""The phrase bank as a value, and the choice among its alternatives: nothing is said twice alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from tutor import content
from tutor.consultant.prose import is_question, lower_first, normalised, sentences, tidy
from tutor.errors import TutorError
from tutor.scenario.problems import Problem
from tutor.scenario.schema import Moment
from tutor.scenario.shape import from_validation
from tutor.scenario.templates import render
from tutor.scenario.yaml_reader import YamlError, parse, read_text

_NAME = re.compile(r"\{\{\s*(\w+)\s*\}\}")

# What a reply should say once: the learner's words above all, the name of the idea where it can be helped.
ECHOES = frozenset({"quote", "words", "right", "earlier"})
NAMES = frozenset({"idea", "against"})

# What is long and comes often: not again while it still stands a few replies above.
LONG = frozenset({"question", "reminder"})
WORDS = range(25, 91)  # how long a reply should be, where there is a choice

# The parts of the bank that a consultant's own phrases join, by the moments an author knows them by.
OWN: Mapping[str, Moment] = {
    "welcome": "greeting",
    "thanked": "thanks",
    "challenge": "push_back",
    "repeat": "insisted",
    "agree": "confirm",
    "close": "advance",
    "possible": "probe",
    "nudge": "hint",
    "closer": "hint",
    "nearly": "hint",
    "tell": "assertion",
    "puzzled": "unread",
    "thin": "vague",
    "elsewhere": "redirect",
    "calm": "hold_firm",
    "end": "debrief",
}

Shape = str
Parts = Mapping[str, tuple[str, ...]]


class PhrasebookError(TutorError):
    """The phrase bank cannot be used; the message says where and why."""


class Wording(BaseModel):
    """How one kind of move is said: shapes (in order of preference) and the alternatives of each part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shapes: tuple[tuple[Shape, ...], ...]
    parts: Parts = {}


class Phrasebook(BaseModel):
    """The whole bank, as prompts/wording.yaml has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    proper: frozenset[str]
    again: tuple[str, ...]
    shared: Parts
    moves: Mapping[str, Wording]

    @model_validator(mode="after")
    def _no_logic(self) -> Phrasebook:
        """Plain names only, so that it is known beforehand what an alternative needs."""
        for template in (*self.again, *(t for p in self.all_parts() for t in p)):
            if "{" in _NAME.sub("", template):
                raise ValueError(f"only plain {{{{ names }}}} may be filled in: {template!r}")
        return self

    def all_parts(self) -> Iterator[tuple[str, ...]]:
        yield from self.shared.values()
        for wording in self.moves.values():
            yield from wording.parts.values()

    def wording(self, key: str, level: int) -> str:
        """The name of the entry for a move said `level` times before: `key.level`, or the nearest below."""
        return next(
            name for n in range(max(level, 0), -1, -1) if (name := f"{key}.{n}" if n else key) in self.moves
        )


@lru_cache(maxsize=4)
def phrasebook(path: Path | None = None) -> Phrasebook:
    """The bank in a file, by default the one that comes with the program. PhrasebookError."""
    path = path or content.prompts_dir() / "wording.yaml"
    try:
        document = parse(read_text(path))
    except YamlError as error:
        raise PhrasebookError(str(Problem(str(path), error.position, error.message))) from error
    except OSError as error:
        raise PhrasebookError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        return Phrasebook.model_validate(document.data)
    except ValidationError as error:
        problems = from_validation(path, document, error, Phrasebook)
        raise PhrasebookError("\n".join(map(str, problems))) from error


def names(template: str) -> frozenset[str]:
    """What a template wants filled in."""
    return frozenset(_NAME.findall(template))


@dataclass(frozen=True)
class Chooser:
    """Writes one reply. `said` are the sentences of the session so far (normalised), `recent` the last few
    replies, `round` how often this entry was used before, `values` what is known in this turn, `own` the
    consultant's own phrases by moment, `instead` the parts to take for others; `seed` draws the order of
    alternatives."""

    book: Phrasebook
    entry: str
    seed: int
    round: int
    said: frozenset[str]
    recent: str
    values: Mapping[str, str]
    own: Mapping[Moment, tuple[str, ...]]
    instead: Mapping[str, str] = field(default_factory=dict)

    def reply(self) -> str:
        """By the first line of shapes that can be said in new words; else by the last, shortest, that can be
        said at all. Among the shapes of a line the first of a fitting length."""
        lines = self.book.moves[self.entry].shapes
        for renew, ordered in ((False, lines), (True, lines[::-1])):
            for line in ordered:
                texts = [self._assemble(shape.split(), renew) for shape in self._turned("shapes", line)]
                sayable = [text for text in texts if text is not None]
                if sayable:
                    return min(sayable, key=_unfit)
        raise PhrasebookError(f"{self.entry}: no shape can be said with {sorted(self.values)}")

    def handing_over(self, text: str) -> str:
        """A reply that mentions, before all else, the exhibit that comes along with it."""
        handed = self.values.get("handed", "")
        piece = None if handed in text else self._part("laid_down", "", renew=False)
        longer = tidy(f"{piece} {text}")
        return text if piece is None or len(longer.split()) >= WORDS.stop else longer

    def _assemble(self, shape: Sequence[str], renew: bool) -> str | None:
        text = ""
        for name in shape:
            plain = name.strip("()")
            piece = self._part(self.instead.get(plain, plain), text, renew)
            if piece is None and not name.startswith("("):
                return None
            text = f"{text} {piece or ''}".strip()
            if is_question(text):
                break
        return tidy(text)

    def _part(self, name: str, text: str, renew: bool) -> str | None:
        """A part to follow `text`, in words that were not used before and without what `text` quotes already;
        None when there is none (and `renew` is off)."""
        said = self.said | _keys(text)
        wording = self.book.moves[self.entry]
        templates = wording.parts.get(name) or self.book.shared.get(name)
        if templates is None:
            value = self.values.get(name)
            if value is None or (not renew and _keys(value) <= said):
                return None
            return self._renewed(value, said)
        own = self.own.get(OWN[name], ()) if name in OWN else ()
        ordered = [t for t in self._turned("own", own) if not self._heard(t)] if own else []
        ordered += sorted(self._turned(name, templates), key=self._heard)
        known = [t for t in ordered if names(t) <= self.values.keys()]
        spent = {n for n, v in self.values.items() if v.casefold() in text.casefold()}
        stale = {n for n in LONG & self.values.keys() if normalised(self.values[n]) in self.recent}
        pool = [t for t in known if not names(t) & stale] or (known if renew else [])
        tiers = ([t for t in pool if not names(t) & spent & kind] for kind in (ECHOES | NAMES, ECHOES))
        usable = next(filter(None, tiers), pool)
        texts = [render(t, {}, **self._names(t, text)) for t in usable]
        fresh = next((t for t in texts if not _keys(t) & said), None)
        if fresh is not None or not renew or not texts:
            return fresh
        return self._renewed(texts[0], said)

    def _names(self, template: str, text: str) -> Mapping[str, str]:
        """The values for a template; an exhibit that the reply has named already is pointed at."""
        exhibit = self.values.get("exhibit")
        if exhibit is None or exhibit not in text:
            return self.values
        return {**self.values, "exhibit": "that exhibit"}

    def _heard(self, template: str) -> bool:
        """Whether a phrase was said before, with whatever filled in."""
        pieces = (piece for text in _NAME.split(template)[::2] for piece in sentences(text))
        fixed = max(map(normalised, pieces), key=len, default="")
        return len(fixed.split()) > 1 and any(fixed in sentence for sentence in self.said)

    def _renewed(self, text: str, said: frozenset[str]) -> str:
        """The text with what was said before put in a new frame, as one sentence where all of it was."""
        parts = sentences(text)
        if all(normalised(s) in said for s in parts):
            *body, last = [parts[0], *(lower_first(s, self.book.proper) for s in parts[1:])]
            return self._framed("; ".join([*(s.rstrip(".?") for s in body), last]), said)
        return " ".join(self._framed(s, said) if normalised(s) in said else s for s in parts)

    def _framed(self, sentence: str, said: frozenset[str]) -> str:
        values = {**self.values, "text": lower_first(sentence, self.book.proper)}
        # Those that number the message can always be said; they come last.
        ordered = sorted(self._turned("again", self.book.again), key=lambda f: not names(f) <= {"text"})
        frames = [render(frame, {}, **values) for frame in ordered]
        return next((f for f in frames if normalised(f) not in said), frames[-1])

    def _turned(self, name: str, items: Sequence[str]) -> list[str]:
        """The items in an order drawn for the session, begun at another one each time."""
        size = len(items)
        lap, start = divmod(self.round, size)
        order = sorted(range(size), key=lambda i: _draw(self.seed, self.entry, name, lap, i))
        return [items[i] for i in order[start:] + order[:start]]


def _unfit(text: str) -> int:
    """How many words a reply is too short or too long."""
    count = len(text.split())
    return max(WORDS.start - count, count - WORDS.stop + 1, 0)


def _keys(text: str) -> frozenset[str]:
    return frozenset(normalised(s) for s in sentences(text))


def _draw(*what: object) -> bytes:
    return hashlib.sha256("/".join(map(str, what)).encode()).digest()
