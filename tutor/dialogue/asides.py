"""What a message does besides claiming: greets, thanks, asks how this works, nods, appeals to a rank. Pure.

Closed classes of phrases, so tables of patterns. They never make a claim and never take one away: the rules
look here only where no idea was read, and the wording where one was argued by rank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tutor.dialogue.aside_phrases import (
    ANYWHERE,
    CROWDS,
    FILLERS,
    HELLOS,
    OUTRANKS,
    TRAILERS,
    WHOLE,
    Aside,
    any_of,
)

__all__ = ["Aside", "aside", "copies", "offers_alternatives", "rank", "wholly"]

LONGEST = 300  # characters; a longer message is more than an aside


_BEFORE = rf"(?:{any_of(FILLERS)}\b[\s,.!]*)*"
_AFTER = rf"(?:[\s,.!?]*{any_of(TRAILERS)})*[\s.!?…)(:;-]*"
_WHOLLY = {kind: re.compile(_BEFORE + any_of(p) + _AFTER, re.IGNORECASE) for kind, p in WHOLE.items()}
_PARTLY = {kind: re.compile(rf"\b{any_of(p)}", re.IGNORECASE) for kind, p in ANYWHERE.items()}
_HELLO_FIRST = re.compile(rf"^\W*{any_of(HELLOS)}\b[\s,.!]*", re.IGNORECASE)

OWN = "your experience"
_MYSELF = re.compile(r"i(?:'m| am)\b", re.IGNORECASE)
_HOLDER = re.compile(rf"\b{any_of(OUTRANKS)}\b", re.IGNORECASE)
_CROWD = re.compile(rf"\b{any_of(CROWDS)}\b", re.IGNORECASE)
_BY_NAME = {
    "chatgpt": "ChatGPT", "gpt": "GPT", "claude": "Claude", "gemini": "Gemini", "copilot": "Copilot",
    "the ai": "an AI", "an ai": "an AI", "google": "Google", "wikipedia": "Wikipedia",
    "stack overflow": "Stack Overflow", "stackoverflow": "Stack Overflow", "expert": "the experts",
    "experts": "the experts", "cto": "your CTO", "ceo": "your CEO",
}  # fmt: skip
_IN_PRINT = frozenset({"textbook", "book", "paper", "article", "blog", "course", "tutorial"})


_OR = re.compile(r"\b(?:and/)?or\b(?! (?:rather|so|better|else)\b)", re.IGNORECASE)


def offers_alternatives(text: str, quotes: Sequence[str]) -> bool:
    """Whether a message puts an "or" between two of the quotations, or at the edge of one."""
    folded = text.casefold()
    spans = sorted((at, at + len(q)) for q in quotes if q and (at := folded.find(q.casefold())) >= 0)
    if len(spans) < 2:
        return False
    return any(_OR.search(text[a[0] : b[1]]) for a, b in pairwise(spans))


RUN = 5  # words in a row that nobody writes twice by chance


def copies(text: str, told: str) -> bool:
    """Whether most runs of words in a text stand in what was told."""
    runs, known = _runs(text), _runs(told)
    return bool(runs) and 2 * len(runs & known) >= len(runs)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def _plain(text: str) -> str:
    return " ".join(text[: 2 * LONGEST].replace("’", "'").split())


def aside(text: str) -> Aside | None:
    """The aside that a message without a claim is; None when it is none."""
    plain = _plain(text)
    if len(plain) > LONGEST:
        return None
    rest = _HELLO_FIRST.sub("", plain)
    return next((kind for kind in Aside if _is(kind, plain) or (rest and _is(kind, rest))), None)


def wholly(text: str) -> Aside | None:
    """The aside that a message is from its first word to its last."""
    plain = _plain(text)
    rest = _HELLO_FIRST.sub("", plain) or plain
    return next((k for k, p in _WHOLLY.items() if p.fullmatch(plain) or p.fullmatch(rest)), None)


def _is(kind: Aside, text: str) -> bool:
    whole, part = _WHOLLY.get(kind), _PARTLY.get(kind)
    return bool((whole and whole.fullmatch(text)) or (part and part.search(text)))


def rank(text: str) -> str | None:
    """The authority that a message leans on, as a noun phrase ("your professor"), if it leans on one; OWN
    where it is the learner's own."""
    found = _PARTLY[Aside.RANK].search(_plain(text))
    if found is None:
        return None
    holder = None if _MYSELF.match(found[0]) else _HOLDER.search(found[0])
    if holder is None:
        return "everybody else" if _CROWD.search(found[0]) else OWN
    word = holder[0].casefold()
    return _BY_NAME.get(word, f"{'the' if word in _IN_PRINT else 'your'} {word}")
