"""Questions about the meaning of a word ("what does recall mean?"), and the words they ask about. Pure.

A closed class of forms, filled by the words that the concept cards explain and by nothing else: "what is the
learning rate?" asks for the number of this run, "what is a learning rate?" for the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from tutor.scenario.cards import Term, glossary

LONGEST = 200  # characters; a longer message is more than a question
NEAR = 0.84  # how like a known word a misspelt one must be
_BEFORE = r"""^\W*(?:(?:hi|hello|hey|ok|okay|so|and|but|well|um+|hm+|wait|sorry|please|first|also|yes|no
    |actually|quick\squestion|i'?m\snew(?:\sto\sthis)?|(?:can|could|may)\si\sask|one\squestion|just)\b[\s,.:;!-]*)*"""
_AFTER = r"""(?:[\s,]*(?:please|here|exactly|again|now|then|really|actually|anyway
    |in\s(?:this|our)\s(?:case|context)
    |in\s(?:ml|machine\slearning|general|simple\s(?:words|terms)|plain\senglish|a\ssentence)|(?:to|for)\sme
    |supposed\sto\sbe|at\sall|by\sthe\sway))*[\s?.!]*$"""
_ASK = r"(?:(?:can|could|would|will)\syou\s(?:please\s|maybe\s|quickly\s)?|please\s|i'?d\slike\syou\sto\s)?"
_IS = r"(?:is|are|means?|stands?\sfor)"
_STRONG = (
    r"what\s(?:do|does|did|would)\s(?P<x>(?!(?:you|it|that|this|they|these|those)\s).+?)\s(?:mean|stand\sfor|refer\sto)",
    r"what\s(?:do|did)\syou\smean\s(?:by|with)\s(?P<x>.+?)",
    r"what(?:'?s|\sis|\sare)\s(?:meant\sby|the\s(?:meaning|definition|idea|concept)\sof)\s(?P<x>.+?)",
    r"(?:the\s)?(?:meaning|definition)\sof\s(?P<x>.+?)",
    _ASK + r"(?:explain|define|clarify)(?:\sto\sme)?\s(?:what\s)?(?P<x>.+?)(?:\s" + _IS + ")?",
    _ASK + r"(?:tell|remind)\sme(?:\sagain)?\swhat\s(?P<x>.+?)\s" + _IS,
    r"(?:do\syou\sknow|(?:i\s)?(?:don'?t|do\snot)\s(?:know|understand|get|remember)|(?:i\s)?forgot|not\ssure)"
    r"\swhat\s(?P<x>.+?)\s" + _IS,
    r"(?:what(?:'?s|\sis|\sare)\s|"
    + _ASK
    + r"(?:explain|tell\sme)\s(?:to\sme\s)?)?(?:the\s)?differences?\sbetween\s(?P<x>.+?)",
    r"how\s(?:does|do|is|are)\s(?P<x>.+?)\s(?:differ(?:ent)?\sfrom)\s(?P<y>.+?)",
    r"how\s(?:does|do)\s(?P<x>.+?)\swork",
    r"how\s(?:is|are)\s(?P<x>.+?)\s(?:computed|calculated|defined)",
    r"how\s(?:do|does|can|should|would)\s(?:i|you|one|we)\s(?:read|interpret|understand|compute|calculate)"
    r"\s(?P<x>.+?)",
)  # fmt: skip
_WEAK = (r"what(?:'?s|\sis|\sare)\s(?P<x>(?!the\s).+?)", r"(?P<x>.+?)\W+what(?:'?s|\sis)\sthat")
_SKIP = frozenset({
    "a", "an", "the", "word", "words", "term", "terms", "concept", "and", "or", "vs", "versus", "of", "this",
    "that", "your", "between", "by", "both", "with", "called", "thing", "so",
})  # fmt: skip


def _compiled(forms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_BEFORE + form + _AFTER, re.IGNORECASE | re.VERBOSE) for form in forms)


_FORMS: Mapping[bool, tuple[re.Pattern[str], ...]] = {True: _compiled(_STRONG), False: _compiled(_WEAK)}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a question about meaning asks for. No terms: no card explains it."""

    terms: tuple[Term, ...] = ()


def meaning_asked(text: str) -> Meaning | None:
    """The words whose meaning a message asks for; None when it asks for something else. A message that says
    more than the question is none."""
    plain = " ".join(text.replace("’", "'").split())
    if not plain or len(plain) > LONGEST:
        return None
    for strong, forms in _FORMS.items():
        for match in filter(None, (form.match(plain) for form in forms)):
            terms = _terms(" and ".join(filter(None, match.groupdict().values())))
            if terms:
                return Meaning(terms)
        if strong and _FORMS[True][0].match(plain):
            return Meaning()
    return None


def _terms(asked: str) -> tuple[Term, ...]:
    """The terms that a phrase consists of; none where it holds anything else."""
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", asked.casefold())
    found: dict[str, Term] = {}
    at = 0
    while at < len(words):
        size, term = next(_known(words[at:]), (1, None))
        if term is None and words[at] not in _SKIP:
            return ()
        if term is not None:
            found[term.name] = term
        at += size
    return tuple(found.values())


def _known(words: list[str]) -> Iterator[tuple[int, Term]]:
    """The terms that a phrase begins with, the longest first, each with its number of words."""
    known = glossary()
    for size in range(min(len(words), 5), 0, -1):
        phrase = " ".join(words[:size])
        for form in (phrase, phrase.removesuffix("s"), phrase.removesuffix("es"), phrase.replace("-", " ")):
            if form in known:
                yield size, known[form]
        if size <= 2 and len(phrase) >= 6 and not set(words[:size]) & _SKIP:
            for near in get_close_matches(phrase, known, 1, NEAR):
                yield size, known[near]
