"""The guard: whether a model's words for a move say more, or something else, than the move allows. Pure.

It does not judge style. It stops six things: words that act on the screen, ideas that nobody has earned yet,
giving in where the move does not (and the reverse), numbers that the evidence does not have, more than one
question, and length. What it lets through and stops is measured by `benchmarks/guard.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tutor.consultant.agreement import agrees, objects
from tutor.consultant.figures import Figures
from tutor.consultant.prose import is_question, sentences
from tutor.dialogue.model import Move, MoveKind, Reason
from tutor.scenario.schema import Scenario

Kind = Literal["markup", "reveals", "concedes", "contradicts", "invents", "asks", "long", "silent"]

WHY: Mapping[Kind, str] = {
    "markup": "its words held marks that do not belong on a screen",
    "reveals": "it was about to say what you have not found yet",
    "concedes": "it was about to agree where the case does not",
    "contradicts": "it was about to object where you are right",
    "invents": "it gave a number that the evidence does not have",
    "asks": "it lost the question, or asked several",
    "long": "it went on for too long",
    "silent": "it said nothing",
}
AT_ONCE: frozenset[Kind] = frozenset({"markup", "invents", "long"})
"""What the rest of a sentence cannot mend."""

NAMED = 0.75
"""A sentence names an idea from this probability on (by the offline reader). One that the draft or the
learner named is no secret."""
MOST_WORDS = 150


@dataclass(frozen=True)
class Fault:
    """Why a reply cannot stand."""

    kind: Kind

    @property
    def why(self) -> str:
        return WHY[self.kind]


Likely = Callable[[str], Mapping[str, float]]
"""The ideas that a sentence may be about, with their probabilities."""


# ---------------------------------------------------------------- what moves stand for

_GRANTING = frozenset({MoveKind.CONFIRM, MoveKind.ADVANCE, MoveKind.DEBRIEF})
_GRANTING_REASONS = frozenset(
    {Reason.BANKED, Reason.KNOWN, Reason.DROPPED, Reason.ACKNOWLEDGED, Reason.EVIDENCE}
)
_NEUTRAL = frozenset({MoveKind.ANSWER, MoveKind.SHOW_EXHIBIT, MoveKind.ASSERTION})


def grants(move: Move) -> bool:
    """Whether a move tells the learner that something they said is right."""
    if move.reason is Reason.OUT_OF_TIME:
        return False
    return move.kind in _GRANTING or move.reason in _GRANTING_REASONS or bool(move.acknowledged)


_QUOTED = re.compile(r"[“\"«][^”\"»]*[”\"»]|‘[^’]*’(?!\w)")

# ---------------------------------------------------------------- what acts on a screen

_MARKUP = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]"
    r"|\w+://|\bwww\.|`|~~|!?\[[^\]]*\]\s*[(\[:]|\[/?[@#$a-z][^\]\n]*\]|<[/!?a-z][^>\n]*>?|&#?\w+;|\$\w+\{"
    r"|^\s*(?:#{1,6}\s|>|[-*+]\s|\d+[.)]\s|\||={3,}|-{3,}|_{3,})"
    r"|^\s*(?:system|assistant|user|learner|student|tutor|consultant)\s*:"
    r"|</?(?:draft|message|evidence)|\{\{|\{%|<\||\\[a-z(\[]",
    re.IGNORECASE | re.MULTILINE,
)

# ---------------------------------------------------------------- naming an idea

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "both", "but", "by", "does", "for", "from", "has",
    "have", "in", "into", "is", "it", "its", "more", "most", "much", "no", "not", "of", "on", "or", "our",
    "so", "some", "such", "than", "that", "the", "their", "them", "then", "they", "this", "to", "too",
    "very", "was", "we", "were", "what", "when", "which", "while", "who", "will", "with", "would", "you",
    "your",
})  # fmt: skip
_MANY_STEMS = 3


def _stems(text: str) -> frozenset[str]:
    """The words that carry a text, cut to what their inflections share."""
    words = (w.casefold() for w in _WORD.findall(text.replace("_", " ")))
    return frozenset(w[: max(4, len(w) - 3)][:7] for w in words if w not in _EMPTY and len(w) > 1)


@dataclass(frozen=True)
class Sealed:
    """What may not be named: ids of ideas and variants, and the words that give an idea or a cause away."""

    ideas: frozenset[str]
    ids: frozenset[str]
    phrases: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, scenario: Scenario, variant: str, earned: Iterable[str], shown: str) -> Sealed:
        """`earned`: ideas that were put forward or told. `shown`: all text that is on the table already; what
        stands there word for word is no secret."""
        ideas = frozenset(scenario.ideas) - frozenset(earned)
        open_stems = _stems(shown)
        found = [scenario.ideas[i].short or "" for i in scenario.ideas if i in ideas]
        found += [scenario.variants[variant].cause, variant]
        phrases = (_stems(text) for text in found)
        ids = (i for i in (*scenario.ideas, *scenario.variants) if "_" in i)
        return cls(ideas, frozenset(ids), tuple(p for p in phrases if p and not p <= open_stems))

    def named_in(self, sentence: str) -> bool:
        """Whether a sentence uses an id, or all the words of a short name (most of those of a long one)."""
        folded = sentence.casefold()
        if any(i in folded for i in self.ids):
            return True
        stems = _stems(sentence)
        return any(
            p <= stems if len(p) <= _MANY_STEMS else len(p & stems) >= 0.8 * len(p) for p in self.phrases
        )


# ---------------------------------------------------------------- the guard of one reply


class Guard:
    """Checks the wording of one move.

    `draft` is the offline wording; `evidence` the exhibit and all else whose numbers may be used; `said` what
    the learner wrote, `argued` those messages of it that argue or ask; `likely` reads a sentence for ideas.
    """

    def __init__(
        self, move: Move, *, draft: str, evidence: str, said: str, argued: str, sealed: Sealed, likely: Likely
    ) -> None:
        self.move = move
        self.draft = draft
        self.said = said
        self.sealed = sealed
        self.likely = likely
        self.figures = Figures.of(f"{draft}\n{evidence}")
        self.most_words = max(MOST_WORDS, int(1.5 * len(draft.split())))
        self.asks = is_question(draft)
        self._said = self._mentioned(argued)
        self._drafted = self._mentioned(draft)
        self._draft_stems = _stems(f"{draft}\n{said}")
        self._named: dict[str, bool] = {}

    def _mentioned(self, text: str) -> frozenset[str]:
        found = (self.likely(s) for s in sentences(text))
        return frozenset(idea for likely in found for idea, p in likely.items() if p >= NAMED)

    def check(self, text: str, *, whole: bool = False) -> Fault | None:
        """The first fault of a reply, or of as much of it as there is; None when it may be shown."""
        if _MARKUP.search(text):
            return Fault("markup")
        if len(text.split()) > self.most_words:
            return Fault("long")
        for sentence in sentences(text):
            if self._invents(sentence):
                return Fault("invents")
            if self._reveals(sentence):
                return Fault("reveals")
            if self._concedes(sentence):
                return Fault("concedes")
            if self._contradicts(sentence):
                return Fault("contradicts")
        unquoted = _QUOTED.sub("", text)
        if unquoted.count("?") > max(1, self.draft.count("?")):
            return Fault("asks")
        if not whole:
            return None
        if not _WORD.search(text):
            return Fault("silent")
        return Fault("asks") if self.asks and not is_question(unquoted.strip()) else None

    def _invents(self, sentence: str) -> bool:
        own = (
            q for q in _QUOTED.findall(sentence) if q[1:-1].strip(" .,…").casefold() in self.said.casefold()
        )
        for quote in own:
            sentence = sentence.replace(quote, "")
        return self.figures.foreign(sentence)

    def _reveals(self, sentence: str) -> bool:
        if sentence not in self._named:
            named = self.sealed.named_in(sentence)
            if not named and self.sealed.ideas:
                secret = self.sealed.ideas - self._said
                if self._follows_draft(sentence):
                    secret -= self._drafted
                named = any(p >= NAMED for idea, p in self.likely(sentence).items() if idea in secret)
            self._named[sentence] = named
        return self._named[sentence]

    def _follows_draft(self, sentence: str) -> bool:
        """Whether half of what a sentence says, or more, is said in the words of the draft."""
        stems = _stems(sentence)
        return 2 * len(stems & self._draft_stems) >= len(stems)

    def _concedes(self, sentence: str) -> bool:
        if grants(self.move) or (self.move.kind in _NEUTRAL and self.move.reason is Reason.PLAIN):
            return False
        if sentence in self.draft:
            return False
        return agrees(_QUOTED.sub("", sentence))

    def _contradicts(self, sentence: str) -> bool:
        if self.move.kind not in _GRANTING or self.move.reason is Reason.OUT_OF_TIME:
            return False
        return objects(_QUOTED.sub("", sentence))
