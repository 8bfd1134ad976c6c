"""What a span of text is seen by: words, pairs of words, letters, groups of meaning, pairs of groups.

Five blocks of features, each tf-idf weighted and scaled to unit length, then weighted against each other
(Salton & Buckley, 1988, for the weighting; character n-grams make the reading robust against misspelling).
A message is counted once, clause by clause; any span of it is then a sum of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from tutor.consultant.offline import cues
from tutor.consultant.offline.clauses import Clause, split
from tutor.consultant.offline.cues import Cue
from tutor.consultant.offline.spelling import Speller
from tutor.consultant.offline.text import Word, fold, stem, words_of_folded
from tutor.consultant.offline.thesaurus import groups_at

BLOCKS: Mapping[str, float] = {"w": 1.0, "b": 0.5, "c": 1.0, "t": 1.0, "p": 0.7}
"""Weight of each block: words, bigrams, character n-grams, thesaurus groups, pairs of groups."""

_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Text:
    """A message read into words and clauses, and the features counted in each.

    `rows` has one entry for every clause (even positions) and for every seam between two (odd positions):
    the feature keys found there, those of groups last. A span of clauses a to b owns rows 2a to 2b - 2.
    `entries`: thesaurus entries as (first word, word after the last, group); `cues`: marks of stance.
    """

    folded: str
    words: tuple[Word, ...]
    stems: tuple[str, ...]
    clauses: tuple[Clause, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[str, ...], ...]
    entries: tuple[tuple[int, int, str], ...]
    cues: tuple[Cue, ...]


@lru_cache(maxsize=50_000)
def word_keys(word: str) -> tuple[str, ...]:
    """The features of one word by itself: its stem, a class for numbers, its character n-grams."""
    stemmed = stem(word)
    keys = [f"w {stemmed}"]
    if word[0].isdigit():
        keys.append("w #percent" if word.endswith("%") else "w #number")
    padded = f" {word} "
    keys += [f"c {padded[i : i + _LETTERS]}" for i in range(max(1, len(padded) - _LETTERS + 1))]
    return tuple(keys)


def read(message: str, speller: Speller | None = None) -> Text:
    """Count the features of a message, clause by clause."""
    folded = fold(message)
    words = words_of_folded(folded)
    if speller is not None:
        words = [speller.corrected(word) for word in words]
    clauses = split(folded, words)
    stems = tuple(stem(word.form) for word in words)
    rows: list[list[str]] = [[] for _ in range(max(0, 2 * len(clauses) - 1))]
    groups: list[list[str]] = [[] for _ in rows]
    row_of = [0] * len(words)
    for k, clause in enumerate(clauses):
        for at in range(clause.first, clause.last):
            row_of[at] = 2 * k
            rows[2 * k].extend(word_keys(words[at].form))
    for at in range(len(stems) - 1):
        rows[(row_of[at] + row_of[at + 1]) // 2].append(f"b {stems[at]} {stems[at + 1]}")
    entries = groups_at(stems)
    for first, last, group in (*entries, *directions(words)):
        a, b = row_of[first], row_of[last - 1]
        if b - a <= 2:
            groups[(a + b) // 2].append(group)
    for at_row, key in _comparisons(entries, row_of):
        rows[at_row].append(key)
    for row, found in zip(rows, groups, strict=True):
        row.extend(f"t {group}" for group in found)
    return Text(
        folded,
        tuple(words),
        stems,
        tuple(clauses),
        _frozen(rows),
        _frozen(groups),
        tuple(entries),
        tuple(cues.find([word.form for word in words])),
    )


_BETWEEN = {("to",): 1, ("instead", "of"): -1, ("rather", "than"): -1, ("not",): -1}
"""Words between two numbers, and whether the second is where it goes (1) or where it comes from (-1)."""


def directions(words: Sequence[Word]) -> list[tuple[int, int, str]]:
    """Where a quantity is said to rise or fall ("from 0.1 to 0.01", "5% instead of 50"), as groups of
    meaning."""
    out = []
    for at, word in enumerate(words):
        if not word.form[0].isdigit():
            continue
        for between, sign in _BETWEEN.items():
            end = at + len(between) + 1
            if end < len(words) and tuple(w.form for w in words[at + 1 : end]) == between:
                one, other = _number(word.form), _number(words[end].form)
                if one is not None and other is not None and one != other:
                    rises = (other > one) == (sign > 0)
                    out.append((at, end + 1, "number_rises" if rises else "number_falls"))
    return out


def _number(form: str) -> float | None:
    try:
        return float(form.rstrip("%").replace(",", "."))
    except ValueError:
        return None


_COMPARATIVE = "worse_than"
_NEARBY = 9


def _comparisons(found: Sequence[tuple[int, int, str]], row_of: Sequence[int]) -> list[tuple[int, str]]:
    """(row, key) for groups before and after a comparison: "X is worse than Y" is not "Y is worse than X"."""
    marks = [(first, last) for first, last, group in found if group == _COMPARATIVE]
    out = set()
    for first, last in marks:
        for a, b, group in found:
            if group == _COMPARATIVE:
                continue
            if first - _NEARBY <= a and b <= first:
                out.add((row_of[first], f"b {group} >"))
            elif last <= a <= last + _NEARBY:
                out.add((row_of[first], f"b > {group}"))
    return sorted(out)


def _frozen(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows)


def pair_key(one: str, other: str) -> str:
    return f"p {one} {other}" if one <= other else f"p {other} {one}"


def whole(text: Text) -> list[str]:
    """All feature keys of a text taken as one span, repeated as often as they occur."""
    keys: list[str] = []
    for row, found in zip(text.rows, text.groups, strict=True):
        keys += row[: len(row) - len(found)]
    groups = sorted({group for row in text.groups for group in row})
    keys += [f"t {group}" for group in groups]
    keys += [pair_key(one, other) for one, other in combinations(groups, 2)]
    return keys


def order(keys: Iterable[str]) -> Sequence[str]:
    """Feature keys sorted by block, in the order of `BLOCKS`, then by name."""
    blocks: dict[str, list[str]] = {block: [] for block in BLOCKS}
    for key in keys:
        blocks[key[0]].append(key)
    return [key for block in blocks.values() for key in sorted(block)]
