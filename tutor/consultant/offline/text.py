"""From a message to words: one reading of case, quotes, contractions, short forms and inflections.

Every word keeps where it stood in the original message, so that a claim can quote the learner exactly.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

MAX_CHARACTERS = 3_000
"""No more of a message than this is read; what follows is pasted logs, not an argument."""

_TOKEN = re.compile(
    r"w/o\b|\bw/|b/c\b|->|=>|>>|[↓↑→&]"
    r"|\d+(?:[.,]\d+)*(?:e[-+]?\d+)?%?"
    r"|'em\b|[^\W\d_]+(?:'[^\W\d_]+)?"
)
_CLITICS = {"re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am", "s": "is"}
_SUFFIXES = (
    ("isation", "ise"), ("ization", "ise"), ("izing", "ise"), ("ising", "ise"), ("ized", "ise"),
    ("ised", "ise"), ("izes", "ise"), ("ises", "ise"), ("ize", "ise"), ("iveness", "ive"),
    ("ments", "ment"), ("ations", "ate"), ("ation", "ate"), ("ator", "ate"), ("ies", "y"), ("ied", "y"),
    ("ingly", ""), ("edly", ""), ("ing", ""), ("ed", ""), ("ly", ""), ("ness", ""), ("est", ""),
    ("es", "e"), ("s", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it is read (`form`, lower case), and where it stood in the message."""

    form: str
    start: int
    end: int


class _Folding(dict[int, str]):
    """Character by character NFKC and lower case, wherever that keeps the length (offsets must survive)."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).lower()
        if len(folded) != 1:
            folded = char
        if unicodedata.category(folded).startswith("C") and folded not in "\n\t":
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding(
    {ord(c): "'" for c in "‘’`´"} | {ord(c): "-" for c in "–—−"} | {ord(c): '"' for c in "“”"}
)


def fold(text: str) -> str:
    """The text in lower case with plain quotes and dashes; as long as the original, up to the limit."""
    return text[:MAX_CHARACTERS].translate(_FOLDING)


def read_table(name: str) -> dict[str, str]:
    """A `key: value` file of the `english` folder; lines that open with # are remarks."""
    lines = files(__package__).joinpath("english", name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


@cache
def short_forms() -> dict[str, tuple[str, ...]]:
    return {short: tuple(long.split()) for short, long in read_table("abbreviations.txt").items()}


@lru_cache(maxsize=50_000)
def _expand(token: str) -> tuple[str, ...]:
    known = short_forms().get(token)
    if known is not None:
        return known
    if token.endswith("n't"):
        return (token[:-3], "not")
    if "'" in token:
        head, tail = token.split("'", 1)
        heads = _expand(head) if head else ()
        return (*heads, _CLITICS[tail]) if tail in _CLITICS else (*heads, tail)
    return (token,)


def words(text: str) -> list[Word]:
    """The words of a message, short forms written out ("lr's" reads "learning rate is")."""
    return words_of_folded(fold(text))


def words_of_folded(folded: str) -> list[Word]:
    out: list[Word] = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        out.extend(Word(form, start, end) for form in _expand(match.group()))
    return out


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light suffix stripper for English (after Porter, 1980): one suffix, then spelling made regular."""
    if len(word) <= 3 or not word.isalpha() or word.endswith(("ss", "us", "is")):
        return word
    for suffix, replacement in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) + len(replacement) >= 3:
            word = word[: len(word) - len(suffix)] + replacement
            break
    if (
        len(word) > 3
        and word[-1] == word[-2]
        and word[-1] not in "sez"
        and (word[-1] != "l" or len(word) > 4)
    ):
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "y":
        word = word[:-1] + "i"
    return word
