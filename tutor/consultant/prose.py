"""Small tools for prose: sentences, quotations that cannot carry markup, clauses, ordinals. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

QUOTE_WORDS = 12
QUOTE_CHARACTERS = 90

_END = re.compile(r"(?<=[.?!])\s+|(?<=[.?!][”’)*])\s+")
_ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "cf.", "approx.")
# What a message may not bring into a quotation: emphasis, code, links, tables, templates, quotation marks.
_MARKUP = str.maketrans(
    dict.fromkeys('*_`[]{}\\|~^$!?"“”„«»&@', " ") | {"<": "‹", "#": "", "‘": "'", "’": "'"}
)
_LINK = re.compile(r"\w+://|\bwww\.|(?<=\w)\.(?=[^\W\d])", re.IGNORECASE)
_HANGING = frozenset({
    "a", "an", "and", "as", "at", "because", "but", "by", "for", "from", "if", "i", "in", "into", "is",
    "it", "its", "no", "not", "of", "on", "or", "our", "so", "than", "that", "the", "their", "then",
    "this", "to", "very", "was", "we", "were", "which", "with", "would", "you", "your",
})  # fmt: skip


# How people begin a claim that they make all the same.
_HEDGES = re.compile(
    r"""^(?:(?:so|well|ok|okay|hm+|and|or|either|but|then|because|since|maybe|perhaps|probably|possibly|surely|clearly|honestly
        |actually|yes|no(?=,)|no\sreally|my\s(?:guess|bet)\sis|could\sit\sbe|it\s(?:could|might|may)\sbe
        |i\s(?:just\s|still\s)?(?:think|guess|believe|suspect|said|say|bet)|i(?:'d|\swould)\s(?:say|guess)
        )\b[\s,:]*)+(?:that\s)?""",
    re.IGNORECASE | re.VERBOSE,
)
# ... and how they end it.
_AFTERTHOUGHT = re.compile(
    r"[\s,]+(?:i\s(?:think|guess|believe|suppose|reckon)|maybe|perhaps|probably|imo|imho|tbh|no\sdoubt)[\s.!?]*$",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order."""
    pieces: list[str] = []
    for piece in _END.split(text.strip()):
        if pieces and pieces[-1].lower().endswith(_ABBREVIATIONS):
            pieces[-1] += f" {piece}"
        elif piece:
            pieces.append(piece)
    return tuple(pieces)


def normalised(sentence: str) -> str:
    """A sentence by its letters and digits alone: two that differ in case, marks or spaces are the same."""
    return " ".join(re.findall(r"[^\W_]+", sentence.casefold()))


def is_question(text: str) -> bool:
    return text.rstrip("*_)”’ ").endswith("?")


def flat(text: str) -> str:
    """A text on one line, with a mark at its end."""
    text = " ".join(text.split())
    return text if not text or text.rstrip("*_)”’")[-1:] in {".", "?", "!", "…"} else f"{text}."


def lower_first(text: str, proper: Collection[str] = ()) -> str:
    """The text as the continuation of a sentence: 'The loss' -> 'the loss'; 'SGD', 'L2', 'I' and `proper`
    names stay."""
    first = re.match(r"[^\W\d_]+(?!-?[\dA-Z])", text)
    word = first[0] if first else ""
    if not word or word == "I" or word in proper or word[1:] != word[1:].lower():
        return text
    return text[0].lower() + text[1:]


def clause(text: str, proper: Collection[str] = ()) -> str:
    """A text inside another sentence: no emphasis, no final mark, sentences joined by semicolons."""
    pieces = sentences(flat(text).replace("*", ""))
    return "; ".join(lower_first(piece.rstrip(".?!… "), proper) for piece in pieces)


def gist(text: str, proper: Collection[str] = ()) -> str:
    """The first clause of a statement, where what follows a semicolon or stands in brackets only explains."""
    short = re.sub(r"\s*\([^)]*\)", "", text).split(";")[0]
    return clause(short if len(short.split()) >= 3 else text, proper)


def tidy(text: str) -> str:
    """Mends the joins: one space, one full stop, a capital at the start of each sentence."""
    text = " ".join(text.split())
    text = re.sub(r"(?<!\.)\.(\*{0,2})\.(?!\.)", r".\1", text)
    text = re.sub(r"([?!…])(\*{0,2})\.(?!\d)", r"\1\2", text)
    text = re.sub(r"\s+([,;:?]|\.(?!\.))", r"\1", text)
    return " ".join(_capital(sentence) for sentence in sentences(text))


def _capital(sentence: str) -> str:
    mark = re.match(r"\*{0,2}", sentence)
    start = mark.end() if mark else 0
    return sentence[:start] + sentence[start : start + 1].upper() + sentence[start + 1 :]


def quoted(text: str) -> str | None:
    """At most a dozen words of a message in typographic quotation marks, without anything that a Markdown
    renderer or a template would act on. None when no word is left."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in " ".join(text.split()) if unicodedata.category(c)[0] != "C")
    whole = max(_spoken(text), key=lambda piece: min(len(piece.split()), 3), default="")
    plain = " ".join(_LINK.sub(" ", whole.translate(_MARKUP)).split())
    words = (_AFTERTHOUGHT.sub("", _HEDGES.sub("", plain)) or plain).split()
    kept = list(_within(words))
    cut = len(kept) < len(words)
    while cut and len(kept) > 3 and kept[-1].casefold().strip(",;:") in _HANGING:
        kept.pop()
    short = " ".join(kept).strip(" ,;:.-–—…'/").strip()
    if not any(c.isalnum() for c in short):
        return None
    return f"“{short}…”" if cut else f"“{short}”"


_PIECE = re.compile(r"[^,;:.?!]+")


def widened(quote: str, message: str, others: Sequence[str] = ()) -> str:
    """A quotation up to the ends of its clause in the message; as it stands where that would be long, or
    would take in what is quoted for another idea."""
    at = message.casefold().find(quote.casefold())
    if at < 0 or not quote.strip():
        return quote
    if at and message[at - 1] == "-":  # half of a word such as "held-out"
        begin = max(message.rfind(" ", 0, at) + 1, 0)
        quote, at = message[begin : at + len(quote)], begin
    holding = (m for m in _PIECE.finditer(message) if m.start() <= at and at + len(quote) <= m.end())
    piece = next((m[0].strip() for m in holding), quote)
    taken = any(o.casefold() in piece.casefold() and o.casefold() not in quote.casefold() for o in others)
    return quote if taken or len(piece.split()) > QUOTE_WORDS else piece


def _spoken(text: str) -> list[str]:
    return [piece for piece in re.split(r"[.?!…]+(?:\s|$)", text) if any(c.isalnum() for c in piece)]


def _within(words: Sequence[str]) -> Iterator[str]:
    """The leading words within the limits; a comma between the seventh word and the limit ends them early."""
    if len(words) > QUOTE_WORDS:
        stops = [i for i in range(6, QUOTE_WORDS) if words[i].endswith((",", ";", ":"))]
        words = words[: stops[-1] + 1 if stops else QUOTE_WORDS]
    room = QUOTE_CHARACTERS
    for word in words:
        if len(word) > room:
            if room == QUOTE_CHARACTERS:
                yield word[:room]
            return
        room -= len(word) + 1
        yield word


def joined(items: Sequence[str], word: str = "or") -> str:
    """'a, b or c'."""
    return f" {word} ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def cardinal(n: int) -> str:
    """23 -> 'twenty-three'; digits from a thousand on."""
    if n < 20:
        return UNITS[n]
    if n < 100:
        return TENS[n // 10 - 2] + (f"-{UNITS[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{UNITS[n // 100]} hundred" + (f" and {cardinal(n % 100)}" if n % 100 else "")
    return f"{n:,}"


def ordinal(n: int) -> str:
    """23 -> 'twenty-third'."""
    if n >= 1000:
        return f"{n:,}th"
    head, last = re.fullmatch(r"(.*?)([a-z]+)", cardinal(n)).groups()  # type: ignore[union-attr]
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else f"{last}th")
