"""What a reply may not name: ideas nobody has earned, ids, and the words that give a cause away. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tutor.consultant.disguise import letters
from tutor.scenario.schema import Scenario

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "both", "but", "by", "does", "for", "from", "has",
    "have", "in", "into", "is", "it", "its", "more", "most", "much", "no", "not", "of", "on", "or", "our",
    "so", "some", "such", "than", "that", "the", "their", "them", "then", "they", "this", "to", "too",
    "very", "was", "we", "were", "what", "when", "which", "while", "who", "will", "with", "would", "you",
    "your",
})  # fmt: skip
_MANY_STEMS = 3


def stems(text: str) -> frozenset[str]:
    """The words that carry a text, cut to what their inflections share."""
    words = (w.casefold() for w in _WORD.findall(text.replace("_", " ")))
    return frozenset(w[: max(4, len(w) - 3)][:7] for w in words if w not in _EMPTY and len(w) > 1)


@dataclass(frozen=True)
class Sealed:
    """What may not be named: ids of ideas and variants, and the words that give an idea or a cause away."""

    ideas: frozenset[str]
    right: frozenset[str]
    ids: frozenset[str]
    phrases: tuple[frozenset[str], ...]

    @classmethod
    def of(
        cls, scenario: Scenario, variant: str, right: Iterable[str], earned: Iterable[str], shown: str
    ) -> Sealed:
        """`right`: the ideas that the variant expects. `earned`: those that were put forward or told.
        `shown`: all text that is on the table already; what stands there word for word is no secret."""
        ideas = frozenset(scenario.ideas) - frozenset(earned)
        open_stems = stems(shown)
        found = [scenario.ideas[i].short or "" for i in scenario.ideas if i in ideas]
        found += [scenario.variants[variant].cause, variant]
        phrases = (stems(text) for text in found)
        ids = (i for i in (*scenario.ideas, *scenario.variants) if "_" in i)
        return cls(
            ideas,
            ideas & frozenset(right),
            frozenset(ids),
            tuple(p for p in phrases if p and not p <= open_stems),
        )

    def named_in(self, sentence: str) -> bool:
        """Whether a sentence uses an id, or all the words of a short name (most of those of a long one)."""
        folded = sentence.casefold()
        if any(i in folded for i in self.ids):
            return True
        run = letters(folded)
        if any(letters(i) in run for i in self.ids):
            return True
        own = stems(sentence)
        return any(p <= own if len(p) <= _MANY_STEMS else len(p & own) >= 0.8 * len(p) for p in self.phrases)
