"""Short answers that lean on what was just asked: "yes", "the second one", "too high", "both"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tutor.consultant.asked import AskedContext
from tutor.consultant.offline import acts
from tutor.dialogue.model import Act, Assessment, Claim, MoveKind, Stance

if TYPE_CHECKING:
    from tutor.consultant.offline.reading import Reading

LONGEST = 8
"""Longer messages speak for themselves."""
SHORT = 4
LEAD = 0.08
"""By how much one offered idea must score above the others to be the one a short answer means."""

_ORDINALS: Mapping[str, int] = {
    "first": 0, "1st": 0, "1": 0, "former": 0, "second": 1, "2nd": 1, "2": 1, "latter": -1, "third": 2,
    "3rd": 2, "3": 2, "last": -1,
}  # fmt: skip
_YES = frozenset((
    "yes", "exactly", "right", "correct", "true", "indeed", "definitely", "absolutely", "yep", "yea", "yeah",
    "yup", "aye", "affirmative", "certainly", "course", "totally", "got", "understood",
))  # fmt: skip
_NO = frozenset((
    "no", "not", "neither", "none", "nothing", "wrong",
))  # fmt: skip
_COMPLIANT = frozenset((
    "ok", "okay", "sure", "fine", "alright", "agreed", "whatever", "whichever", "any", "either",
    "you", "your", "say", "want", "like", "prefer", "choose", "pick", "decide", "know", "best",
    "better", "if", "as", "wish", "expert", "boss", "guess", "suppose", "are", "will", "do", "go",
    "with", "just", "take", "then", "believe",
))  # fmt: skip
"""Going along with the consultant chooses nothing; such words alone never pick a candidate."""
_SHRUGS = frozenset({"fine", "ok", "okay", "alright", "whatever"})
_FILLER = frozenset((
    "the", "one", "i", "mean", "it", "is", "that", "was", "think", "would", "say", "a", "of", "them",
    "please", "well", "um", "hm", "hmm", "so", "oh", "my", "answer", "option", "number", "what", "meant",
    "that's", "and", "to", "me", "sir", "madam",
))  # fmt: skip
_SPEAKS_FOR_ITSELF = frozenset({"manipulation", "give_up", "off_topic", "hint_request"})
_OFFERS = frozenset({MoveKind.CLARIFY})


def words_used() -> frozenset[str]:
    """The words that mean something in a short answer."""
    return frozenset(_ORDINALS) | _YES | _NO | _FILLER | _COMPLIANT | {"both", "all"}


def lean(reading: Reading, asked: AskedContext) -> Assessment | None:
    """The assessment of a short answer, or None if the message has to be read by itself."""
    words = _without_all_right([word.form for word in reading.text.words])
    known = [idea for idea in asked.ideas if idea in reading.model.ideas.classes]
    if not known or len(words) > LONGEST or asked.move not in _OFFERS:
        return None
    rest = [word for word in words if word not in _FILLER]
    if all(word in _COMPLIANT for word in rest):
        return None
    rest = [word for word in rest if word not in _COMPLIANT]
    if all(word == "both" or word == "all" or word in _YES for word in rest) and (
        "both" in rest or "all" in rest
    ):
        if any(word in _SHRUGS for word in words):
            return _undecided(known)
        return _claims(reading, known, Stance.ASSERTS)
    picks = [_ORDINALS[word] for word in rest if word in _ORDINALS]
    if picks and all(word in _ORDINALS or word in _YES or word in _NO for word in rest):
        chosen = [known[pick] for pick in picks if -len(known) <= pick < len(known)]
        if chosen:
            return _claims(reading, chosen, Stance.DENIES if rest[0] in _NO else Stance.ASSERTS)
    if all(word in _YES for word in rest):
        if len(known) == 1:
            return _claims(reading, known, Stance.ASSERTS)
        return _undecided(known)
    if all(word in _NO for word in rest):
        return _claims(reading, known, Stance.DENIES)
    if len(words) > SHORT or not reading.runs or any(word in _NO for word in rest):
        return None
    if acts.CLASSES[int(reading.act_probabilities.argmax())] in _SPEAKS_FOR_ITSELF:
        return None
    names = reading.model.ideas.classes
    scores = np.array([reading.scores[:, names.index(idea)].max() for idea in known])
    order = np.argsort(-scores, kind="stable")
    lead = scores[order[0]] - (scores[order[1]] if len(known) > 1 else 0.0)
    if lead < LEAD:
        return None
    return _claims(reading, [known[int(order[0])]], Stance.ASSERTS)


def _undecided(known: list[str]) -> Assessment:
    return Assessment(act=Act.CONTRIBUTION, confidence=0.5, abstained=True, candidates=tuple(known))


def _without_all_right(words: list[str]) -> list[str]:
    """ "All right" goes along; it does not mean all of them."""
    run = " ".join(words).replace("all right", "alright")
    return run.split()


def _claims(reading: Reading, ideas: list[str], stance: Stance) -> Assessment:
    words = reading.text.words
    quote = reading.message[words[0].start : words[-1].end]
    claims = tuple(
        Claim(idea=idea, stance=stance, confidence=0.9, quote=quote) for idea in dict.fromkeys(ideas)
    )
    return Assessment(act=Act.CONTRIBUTION, claims=claims, confidence=0.9)
