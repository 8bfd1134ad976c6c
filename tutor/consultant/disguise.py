"""Whether a text hides words from whoever checks it: other alphabets, letters set apart or mixed with digits,
another language. Pure.

A check of words is only worth something on words that can be read. What a model needs to word a reply in the
language of its draft is let through, and nothing else.
"""

from __future__ import annotations

import re

_MARKS = (
    "\u00a0\u2009\u202f"  # spaces
    "\u2010\u2011\u2012\u2013\u2014\u2212"  # hyphens, dashes, minus
    "‘’‚“”„«»…′″·×±≈≤≥→°€£"
)
_PLAIN = re.compile(rf"[\x20-\x7e\t\n{_MARKS}ß-öø-ÿÀ-ÖØ-Þ]*")
_APART = re.compile(r"(?<!\w)(?:[^\W\d_][\s.·_/|,–-]+){3,}[^\W\d_](?!\w)")
_MIXED = re.compile(r"(?<![\w.])(?=\w*\d)(?=\w*[^\W\d_]{3})(?!\d+(?:th|st|nd|rd|fold)\b)\w+")
_RUN = re.compile(r"(?<![\w/])[A-Za-z0-9+/]{24,}={0,2}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# The words that hold English sentences together; what is not English has few of them.
ENGLISH = frozenset({
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "anybody", "anyone", "are", "as",
    "at", "away", "back", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by",
    "can", "come", "could", "did", "do", "does", "doing", "done", "don't", "down", "each", "else", "enough",
    "even", "ever", "every", "everybody", "everyone", "far", "few", "find", "first", "for", "from", "get",
    "give", "go", "goes", "good", "got", "had", "has", "have", "having", "he", "help", "her", "here", "him",
    "his", "how", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "instead", "into", "is", "isn't", "it",
    "it's", "its", "itself", "just", "keep", "know", "last", "let", "like", "little", "look", "looks", "made",
    "make", "many", "may", "me", "mean", "might", "mind", "more", "most", "much", "must", "my", "name",
    "need", "never", "new", "next", "no", "nobody", "none", "nor", "not", "nothing", "now", "of", "off", "on",
    "once", "one", "only", "or", "other", "our", "out", "over", "own", "part", "place", "point", "quite",
    "rather", "really", "right", "said", "same", "say", "says", "see", "seen", "she", "should", "show",
    "shows", "since", "so", "some", "somebody", "someone", "something", "still", "such", "take", "tell",
    "than", "that", "that's", "the", "their", "them", "then", "there", "there's", "these", "they", "thing",
    "think", "this", "those", "though", "through", "time", "to", "too", "true", "try", "two", "under",
    "until", "up", "us", "very", "want", "was", "way", "we", "well", "went", "were", "what", "what's",
    "where", "whether", "which", "while", "who", "whose", "why", "will", "with", "without", "won't", "word",
    "words", "would", "yes", "yet", "you", "you'd", "you'll", "you're", "you've", "your",
})  # fmt: skip
_LEAST = 0.2
_ENOUGH_WORDS = 3


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [w.casefold().replace("’", "'") for w in _WORD.findall(text)]


def is_english(text: str) -> bool:
    """Whether the words of a text are held together by English ones; short texts are taken for English."""
    said = words(text)
    known = sum(w in ENGLISH for w in said)
    return len(said) < _ENOUGH_WORDS or known >= _LEAST * len(said)


def disguised(text: str, known: str) -> bool:
    """Whether a text has characters, spaced letters or mixed words that `known` text has not."""
    strange = {c for c in text if not _PLAIN.fullmatch(c)} - set(known)
    if strange or _RUN.search(text):
        return True
    if any(found[0] not in known for found in _APART.finditer(text)):
        return True
    return any(found[0] not in known for found in _MIXED.finditer(text))


def letters(text: str) -> str:
    """The letters of a text alone, in lower case."""
    return re.sub(r"[\W\d_]+", "", text.casefold())
