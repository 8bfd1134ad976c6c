"""Does the writer put an idea forward, reject it, or only name it? What the cues say of it.

The stance network (`network`) decides, and takes these features beside the words.

Cues count by where they stand: close before or after the words that carry the idea, elsewhere in its clause,
in the clause before or after. A cue whose words themselves speak for the idea ("the loss does *not move*") is
discounted: there the negation is part of the idea.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline import cues, marks
from tutor.consultant.offline.features import Text

Array = npt.NDArray[Any]

_DISCOUNTED = marks.DENYING | {"exonerate", "hypothetical", "instead", "contrast", "undecided"}
_AUXILIARIES = frozenset((
    "is", "are", "was", "were", "will", "would", "do", "does", "did", "can", "could", "should", "has",
    "have", "had", "must", "need", "be",
))  # fmt: skip
_CONTRAST = frozenset({"but", "however", "rather", "instead", "still", "yet", "so"})
_CONTRAST_NEXT = frozenset(
    {"but", "however", "no", "not", "still", "yet", "although", "though", "whereas", "except"}
)
_FORWARD = frozenset({"negation", "rejection", "doubt", "instead", "past", "hypothetical"})
_BACKWARD = frozenset({"negation", "rejection", "useless", "exonerate", "hypothetical"})
HABIT = 3.0
"""A cue phrase in a third of an idea's phrasings says nothing about the stance any more."""
_ASKING = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "can",
        "could",
        "may",
        "might",
        "must",
        "should",
        "would",
        "will",
        "what",
        "why",
        "how",
        "which",
        "who",
        "when",
        "where",
        "maybe",
        "perhaps",
        "or",
    ]
)
_OTHERS = (
    "q@own", "q@prev", "q@next", "q@last", "opens_with_contrast", "next_opens_with_contrast", "log_clauses",
    "first", "last", "usual_negation", "odd_negations", "p_idea", "log_words", "single_question",
    "answered_no",
    "auxiliary_not_after", "auxiliary_not_before", "opens_with_no", "quoted",
    "opens_with_if", "impersonal_would",
    "denying_cues", "echo", "echo_prev", "negated_mass", "rejected_mass",
    "negated_mass_p", "rejected_mass_p", "unexplained",
)  # fmt: skip


@cache
def feature_names() -> tuple[str, ...]:
    return (*(f"{kind}@{place}" for kind in cues.kinds() for place in marks.PLACES), *_OTHERS)


@cache
def _position() -> dict[str, int]:
    return {name: k for k, name in enumerate(feature_names())}


def features(
    marked: marks.Marked,
    carried: Array,
    core: tuple[int, int, int],
    usual: Mapping[str, float],
    p_idea: float,
) -> Array:
    """Values of `feature_names()` for an idea.

    `carried`: how much each word speaks for it; `core`: what `marks.core` finds; `usual`: what `usual_cues`
    says of the idea.
    """
    text, at = marked.text, _position()
    k, low, high = core
    clauses, forms = text.clauses, [word.form for word in text.words]
    most = max(float(carried.max()), 1e-6)
    positive = carried.clip(min=0.0)
    total = max(float(positive.sum()), 1e-6)
    values = np.zeros(len(at))

    def note(name: str, value: float) -> None:
        values[at[name]] = max(values[at[name]], value)

    here = [cue for cue in marked.cues if marked.clause_of[cue.first] == k]
    for cue in marked.cues:
        value = 1.0
        place = marks.place(marked, cue, k, low, high)
        if cue.kind in _DISCOUNTED:
            explained = max(0.0, float(carried[cue.first : cue.last].mean()) / most)
            ahead, behind = marks.ahead(marked, cue), marks.behind(marked, cue)
            if cue.kind in marks.DENYING:
                reached = behind if place in marks.BEHIND else ahead
                carrying = float(positive[reached.start : reached.stop].sum())
                news = sum(float(positive[w]) * marks.news(marked, usual, w) for w in reached) / max(
                    carrying, 1e-6
                )
                habit = news if carrying > 0 else 1.0 - usual.get(f"#{cue.kind}", 0.0)
            else:
                habit = 1.0 - usual.get(f"#{cue.kind}", 0.0)
                habit *= max(0.0, 1.0 - HABIT * usual.get(marks.sided(cue, place), 0.0))
            value = max(0.0, 1.0 - 1.5 * explained) * habit
            denied_ahead = float(positive[ahead.start : ahead.stop].sum()) / total
            denied_behind = float(positive[behind.start : behind.stop].sum()) / total
            if cue.kind in _FORWARD:
                note("negated_mass", value * denied_ahead)
                note("negated_mass_p", value * denied_ahead * p_idea)
            if cue.kind in _BACKWARD:
                note("rejected_mass", value * denied_behind)
                note("rejected_mass_p", value * denied_behind * p_idea)
            if cue.kind in marks.DENYING:
                note("unexplained", value * max(denied_ahead, denied_behind) * (explained < 0.1))
        note(f"{cue.kind}@{place}", value)
        if cue.kind == "negation" and cue in here and cue.first > 0 and forms[cue.first - 1] in _AUXILIARIES:
            if cue.first >= high - 1:
                note("auxiliary_not_after", value)
            if cue.last <= low + 1:
                note("auxiliary_not_before", value)

    opener = clauses[k].opener
    asks = [clause.closer == "?" for clause in clauses]
    has_next = k + 1 < len(clauses)
    own_forms = forms[clauses[k].first : clauses[k].last]
    plain: dict[str, float] = {
        "q@own": asks[k],
        "q@prev": k > 0 and asks[k - 1],
        "q@next": has_next and asks[k + 1],
        "q@last": asks[-1],
        "opens_with_contrast": opener in _CONTRAST,
        "next_opens_with_contrast": has_next and clauses[k + 1].opener in _CONTRAST_NEXT,
        "log_clauses": float(np.log(len(clauses))),
        "first": k == 0,
        "last": not has_next,
        "usual_negation": usual.get("#negation", 0.0),
        "odd_negations": sum(cue.kind == "negation" for cue in here) % 2,
        "p_idea": p_idea,
        "log_words": float(np.log(len(forms))),
        "single_question": asks[-1] and len(clauses) == 1,
        "answered_no": has_next
        and asks[k]
        and _denies_early(forms[clauses[k + 1].first : clauses[k + 1].last]),
        "opens_with_no": opener in ("no", "not", "never", "neither", "nor"),
        "quoted": _quoted(text, low),
        "opens_with_if": opener in ("if", "had", "were", "suppose", "assuming", "unless"),
        "impersonal_would": _impersonal_would(own_forms),
        "echo": _echoes(text, k),
        "echo_prev": k > 0 and _echoes(text, k - 1),
        "denying_cues": min(3, sum(cue.kind in marks.DENYING for cue in here)),
    }
    for name, number in plain.items():
        note(name, float(number))
    return values


def _denies_early(forms: Sequence[str]) -> bool:
    return any(cue.kind in marks.DENYING for cue in cues.find(forms[:5]))


def _impersonal_would(forms: Sequence[str]) -> bool:
    return any(
        form == "would" and (at == 0 or forms[at - 1] not in ("i", "we")) for at, form in enumerate(forms)
    )


def _echoes(text: Text, k: int) -> bool:
    """A short question that asks nothing ("Dropout? That's ..."): no verb of asking, and an answer
    follows."""
    clause = text.clauses[k]
    forms = [word.form for word in text.words[clause.first : clause.last]]
    return (
        clause.closer == "?"
        and len(forms) <= 6
        and k + 1 < len(text.clauses)
        and not _ASKING.intersection(forms)
    )


def _quoted(text: Text, at: int) -> bool:
    start = text.words[at].start
    before = text.folded[max(0, start - 2) : start]
    return '"' in before or "'" in before
