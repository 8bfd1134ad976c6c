"""Misspelt words put right: one letter too many, one too few, or two changed round.

By symmetric deletion (Garbe, SymSpell, 2012): two words within one edit share a form with one letter deleted.
One letter changed for another is left alone: that leads from one real word to the next ("latter",
"letter"), and the character n-grams of the reader see through it anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tutor.consultant.offline.text import Word, stem

SHORTEST = 4
"""Shorter words are left alone, and at this length only two letters changed round are put right."""


class Speller:
    """Corrects words nobody has used towards words that somebody has."""

    def __init__(self, known: Iterable[str], targets: Iterable[str]) -> None:
        """`known`: words left as they are; `targets`: those that others may be corrected to."""
        self._known = frozenset(known)
        self._stems = frozenset(stem(word) for word in self._known)
        self._by_deletion: dict[str, list[str]] = {}
        for word in sorted(targets):
            if len(word) >= SHORTEST and word.isalpha():
                for form in _deletions(word):
                    self._by_deletion.setdefault(form, []).append(word)
        self._memory: dict[str, str] = {}

    def corrected(self, word: Word) -> Word:
        form = self.correct(word.form)
        return word if form == word.form else replace(word, form=form)

    def correct(self, form: str) -> str:
        """The known word nearest to `form` within one edit, or `form` itself."""
        if len(form) < SHORTEST or form in self._known or not form.isalpha() or stem(form) in self._stems:
            return form
        found = self._memory.get(form)
        if found is None:
            near = {w for d in _deletions(form) for w in self._by_deletion.get(d, ()) if w[0] == form[0]}
            near = {
                w
                for w in near
                if _one_edit(form, w) and min(len(form), len(w)) + (len(form) == len(w)) > SHORTEST
            }
            found = (
                min(near, key=lambda w: (sorted(w) != sorted(form), w[-1] != form[-1], w)) if near else form
            )
            if len(self._memory) < 20_000:
                self._memory[form] = found
        return found


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion or transposition of neighbours leads from a to b."""
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        differing = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differing) != 2:
            return False
        i = differing[0]
        return differing == [i, i + 1] and a[i] == b[i + 1] and a[i + 1] == b[i]
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
