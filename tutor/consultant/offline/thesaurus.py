"""The thesaurus: which groups of meaning a run of words belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tutor.consultant.offline.text import read_table, stem, words

Entry = tuple[str, ...]


@cache
def _spelt() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(group, words of an entry as written)."""
    table = read_table("thesaurus.txt")
    return tuple(
        (group, tuple(word.form for word in words(phrase)))
        for group, line in table.items()
        for phrase in line.split(",")
    )


@cache
def entries() -> dict[Entry, tuple[str, ...]]:
    """Stemmed words of an entry -> the groups it stands in."""
    found: dict[Entry, list[str]] = {}
    for group, forms in _spelt():
        key = tuple(map(stem, forms))
        if key and group not in found.setdefault(key, []):
            found[key].append(group)
    return {key: tuple(groups) for key, groups in found.items()}


@cache
def _lengths_by_first_word() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for key in entries():
        lengths.setdefault(key[0], set()).add(len(key))
    return {first: tuple(sorted(found)) for first, found in lengths.items()}


@cache
def known_words() -> frozenset[str]:
    """Every word the thesaurus spells, as written."""
    return frozenset(form for _, forms in _spelt() for form in forms)


def groups_at(stems: Sequence[str]) -> list[tuple[int, int, str]]:
    """(first word, word after the last, group) for every entry found, shorter ones inside longer ones too."""
    table, lengths = entries(), _lengths_by_first_word()
    found: list[tuple[int, int, str]] = []
    for at, first in enumerate(stems):
        for length in lengths.get(first, ()):
            groups = table.get(tuple(stems[at : at + length]))
            if groups is not None:
                found.extend((at, at + length, group) for group in groups if at + length <= len(stems))
    return found
