"""The thesaurus: which groups of meaning a run of words belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tutor.consultant.offline.text import read_table, stem, words

Entry = tuple[str, ...]


@cache
def entries() -> dict[Entry, tuple[str, ...]]:
    """Stemmed words of an entry -> the groups it stands in."""
    found: dict[Entry, list[str]] = {}
    for group, line in read_table("thesaurus.txt").items():
        for phrase in line.split(","):
            key = tuple(stem(word.form) for word in words(phrase))
            if key and group not in found.setdefault(key, []):
                found[key].append(group)
    return {key: tuple(groups) for key, groups in found.items()}


@cache
def _longest_by_first_word() -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in entries():
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return longest


@cache
def known_words() -> frozenset[str]:
    """Every word the thesaurus spells, as written."""
    table = read_table("thesaurus.txt").values()
    return frozenset(word.form for line in table for word in words(line))


def groups_at(stems: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first word, word after the last, group) for every entry found, shorter ones inside longer ones too."""
    table, longest = entries(), _longest_by_first_word()
    found: list[tuple[int, int, str]] = []
    for at, first in enumerate(stems):
        for length in range(1, min(longest.get(first, 0), len(stems) - at) + 1):
            groups = table.get(tuple(stems[at : at + length]))
            if groups:
                found.extend((at, at + length, group) for group in groups)
    return found
