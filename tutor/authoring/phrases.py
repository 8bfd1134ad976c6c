"""A consultant's own phrases, held against what the rest of a reply relies on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tutor.consultant.agreement import agrees, objects
from tutor.consultant.phrasebook import names, phrasebook
from tutor.consultant.prose import normalised
from tutor.scenario.problems import Problem, did_you_mean
from tutor.scenario.reading import Source
from tutor.scenario.report import Report
from tutor.scenario.schema import Moment

MOST_WORDS = 40
_MARKUP = re.compile(r"^\s*[-#>|]|[\[\]<>`]|!")
_LABEL = re.compile(r"challeng|push back|object|disput|contest|disagree", re.IGNORECASE)
_UNSHOWN = re.compile(r"possib|not shown|may|could|might", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """What phrases of a moment may fill in, must fill in, and must say; whether they may agree."""

    may: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    says: re.Pattern[str] | None = None
    meaning: str = ""
    agrees: bool = False


def _of(*names: str) -> frozenset[str]:
    return frozenset(names)


_OPEN = Frame()
_CHALLENGE = "is labelled as a challenge, with a word such as 'challenge', 'object' or 'dispute'"
FRAMES: Mapping[Moment, Frame] = {
    "greeting": Frame(may=_of("name"), agrees=True),
    "thanks": Frame(agrees=True),
    "push_back": Frame(_of("quote", "error", "idea"), _of("error"), _LABEL, _CHALLENGE),
    "insisted": Frame(_of("quote", "idea", "times"), says=_LABEL, meaning=_CHALLENGE),
    "confirm": Frame(_of("quote"), _of("quote"), agrees=True),
    "advance": Frame(agrees=True),
    "probe": Frame(_of("quote", "idea"), says=_UNSHOWN, meaning="says that it is possible and not shown"),
    "hint": _OPEN,
    "assertion": _OPEN,
    "unread": Frame(_of("words")),
    "vague": Frame(_of("words")),
    "redirect": Frame(_of("words")),
    "hold_firm": Frame(_of("times")),
    "debrief": Frame(agrees=True),
}


def check_phrases(source: Source) -> Iterator[Problem]:
    """What the program would misuse or never use among the consultant's own phrases, each at its line."""
    report = Report(source)
    seen: dict[str, str] = {}
    shared = {normalised(t) for part in phrasebook().all_parts() for t in part}
    for moment, phrases in source.scenario.consultant.phrases.items():
        for number, phrase in enumerate(phrases):
            loc = ("consultant", "phrases", moment, number)
            for message in _wrong(moment, phrase):
                yield report.error(loc, message)
            key = normalised(phrase)
            if key in seen or key in shared:
                where = f"stands under {seen[key]} already" if key in seen else "is a shared phrase already"
                yield report.error(loc, f"this phrase {where}; nothing is said twice in a session")
            seen.setdefault(key, moment)


def _wrong(moment: Moment, phrase: str) -> Iterator[str]:
    frame = FRAMES[moment]
    for name in sorted(names(phrase) - frame.may):
        known = f"{did_you_mean(name, frame.may)}; there is: {', '.join(sorted(frame.may)) or 'nothing'}"
        yield f"{moment}: {{{{ {name} }}}} has no value here{known}"
    for name in sorted(frame.must - names(phrase)):
        yield f"{moment}: needs {{{{ {name} }}}}, or the reply would not say what it is about"
    plain = re.sub(r"\{\{.*?\}\}", "it", phrase)
    if "?" in plain:
        yield f"{moment}: asks a question; the reply ends in one of its own"
    if _MARKUP.search(plain):
        yield f"{moment}: plain sentences only, without markup or exclamation marks"
    if frame.says is not None and not frame.says.search(plain):
        yield f"{moment}: such a phrase {frame.meaning}"
    if not frame.agrees and agrees(plain):
        yield f"{moment}: sounds like agreement, and nothing is agreed to here"
    if frame.agrees and objects(plain):
        yield f"{moment}: sounds like an objection, and nothing is objected to here"
    if len(plain.split()) > MOST_WORDS:
        yield f"{moment}: {len(plain.split())} words; {MOST_WORDS} are the most, a reply has more to say"
