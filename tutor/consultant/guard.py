"""The guard: whether a model's words for a move say more, or something else, than the move allows. Pure.

It does not judge style. It stops: words that act on the screen or hide what they say, ideas that nobody has
earned yet, giving in where the move does not (and the reverse), leaving out what the move stands on, numbers
that the evidence does not have, a lost question, and length. What it lets through and stops is measured by
`benchmarks/guard.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tutor.consultant.agreement import agrees, asks, challenges, denies, objects
from tutor.consultant.disguise import ENGLISH, disguised, is_english
from tutor.consultant.figures import Figures
from tutor.consultant.prose import is_question, sentences
from tutor.consultant.sealed import Sealed, stems
from tutor.dialogue.model import Move, MoveKind, Reason

Kind = Literal[
    "markup", "foreign", "reveals", "concedes", "yields", "contradicts", "invents", "asks", "long", "silent"
]

WHY: Mapping[Kind, str] = {
    "markup": "its words held marks that do not belong on a screen",
    "foreign": "it went over to another language",
    "reveals": "it was about to say what you have not found yet",
    "concedes": "it was about to agree where the case does not",
    "yields": "it left out what had to be said",
    "contradicts": "it was about to object where you are right",
    "invents": "it gave a number that the evidence does not have",
    "asks": "it lost the question, or asked several",
    "long": "it went on for too long",
    "silent": "it said nothing",
}
AT_ONCE: frozenset[Kind] = frozenset({"markup", "invents", "long"})
"""What the rest of a sentence cannot mend."""
IN_THE_END: frozenset[Kind] = frozenset({"yields"})
"""What only the whole reply can be blamed for; nothing of it is shown before it is mended."""

NAMED = 0.5
"""A sentence names an idea from this probability on (by the offline reader). One that the draft or the
learner named is no secret."""
CERTAINLY_NAMED = 0.97
"""The same for an idea that is not right here, and for a sentence that mostly says what the draft says: it
would give little away, and most such findings are mistaken."""
MOST_WORDS = 150
MOST_QUESTIONS = 2
"""One may be rhetorical; the last one is the one that is asked."""


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
    late = move.kind is MoveKind.PUMP and move.reason is Reason.LATE
    return late or move.kind in _GRANTING or move.reason in _GRANTING_REASONS or bool(move.acknowledged)


_OBJECTING = frozenset({MoveKind.PUSH_BACK, MoveKind.HOLD_FIRM, MoveKind.PROBE})
_LEADING = frozenset({
    MoveKind.PUMP, MoveKind.HINT, MoveKind.PROMPT, MoveKind.ASSERTION, MoveKind.ANSWER, MoveKind.SHOW_EXHIBIT,
    MoveKind.REDIRECT, MoveKind.CLARIFY,
})  # fmt: skip
_COMMON = stems(" ".join(ENGLISH))
_SIGHTS = stems("see look show point mean evidence exhibit chart curve table number")
_ENOUGH = 3
"""Words and numbers of the draft's argument that carry an objection without any word for objecting."""

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
        self.most_characters = 12 * self.most_words
        self.asks = is_question(draft)
        self._said = self._mentioned(argued)
        self._drafted = self._mentioned(draft)
        self._draft_stems = stems(f"{draft}\n{said}")
        self._sentences = frozenset(sentences(draft))
        self._known = f"{draft}\n{evidence}"
        *body, _ = sentences(draft) or ("",)
        self._argument = stems(" ".join(body)) - stems(said)
        self._own_stems = stems(draft) - stems(said) - _COMMON
        self._argument_figures = Figures.of(" ".join(body))
        self._english = is_english(draft)
        self._named: dict[str, bool] = {}

    def _mentioned(self, text: str) -> frozenset[str]:
        found = (self.likely(s) for s in sentences(text))
        return frozenset(idea for likely in found for idea, p in likely.items() if p >= NAMED)

    def check(self, text: str, *, whole: bool = False) -> Fault | None:
        """The first fault of a reply, or of as much of it as there is; None when it may be shown."""
        own = self._without_quotes(text)
        if _MARKUP.search(text) or disguised(own, self._known):
            return Fault("markup")
        if whole and not any(c.isalpha() for c in text):
            return Fault("silent")
        if len(text.split()) > self.most_words or len(text) > self.most_characters:
            return Fault("long")
        for sentence in sentences(text.replace("**", "")):
            if self._is_foreign(sentence):
                return Fault("foreign")
            if self._invents(sentence):
                return Fault("invents")
            if self._reveals(sentence):
                return Fault("reveals")
            if self._concedes(sentence):
                return Fault("concedes")
            if self._contradicts(sentence):
                return Fault("contradicts")
        unquoted = _QUOTED.sub("", text)
        if unquoted.count("?") > max(MOST_QUESTIONS, self.draft.count("?")):
            return Fault("asks")
        if self.move.kind in _OBJECTING and not self._resists(unquoted):
            return Fault("yields")
        if self.move.kind in _LEADING and not self._keeps(unquoted):
            return Fault("yields")
        if not whole:
            return None
        return Fault("asks") if self.asks and not asks(unquoted.strip()) else None

    def _is_foreign(self, sentence: str) -> bool:
        """Whether a sentence leaves the language of an English draft."""
        own = sentence in self._sentences or not self._english
        return not own and not is_english(_QUOTED.sub("", sentence))

    def _without_quotes(self, text: str) -> str:
        """A text without what it quotes of the learner."""
        said = self.said.casefold()
        own = (q for q in _QUOTED.findall(text) if q[1:-1].strip(" .,…").casefold() in said)
        for quote in own:
            text = text.replace(quote, "")
        return text

    def _resists(self, text: str) -> bool:
        """Whether a reply that has to object does: in words for it, or with the draft's argument."""
        if challenges(text) or self.draft.startswith(text):
            return True
        shared = len(stems(text) & self._argument) + self._argument_figures.shared(text)
        enough = 1 if self.move.kind is MoveKind.PUSH_BACK else 0
        return shared >= _ENOUGH or (shared >= enough and denies(text))

    def _keeps(self, text: str) -> bool:
        """Whether a reply that leads on has anything of its draft, or points to what can be seen."""
        return self.draft.startswith(text) or bool(stems(text) & (self._own_stems | _SIGHTS))

    def _invents(self, sentence: str) -> bool:
        return self.figures.foreign(self._without_quotes(sentence))

    def _reveals(self, sentence: str) -> bool:
        if sentence not in self._named:
            named = self.sealed.named_in(sentence)
            if not named and self.sealed.ideas:
                follows = self._follows_draft(sentence)
                secret = self.sealed.ideas - self._said - (self._drafted if follows else frozenset())
                telling = frozenset() if follows else self.sealed.right
                named = any(
                    p >= (NAMED if idea in telling else CERTAINLY_NAMED)
                    for idea, p in self.likely(sentence).items()
                    if idea in secret
                )
            self._named[sentence] = named
        return self._named[sentence]

    def _follows_draft(self, sentence: str) -> bool:
        """Whether half of what a sentence says, or more, is said in the words of the draft."""
        own = stems(sentence)
        return 2 * len(own & self._draft_stems) >= len(own)

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
