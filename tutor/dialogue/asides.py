"""What a message does besides claiming: greets, thanks, asks how this works, nods, appeals to a rank. Pure.

Closed classes of phrases, so tables of patterns. They never make a claim and never take one away: the rules
look here only where no idea was read, and the wording where one was argued by rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise

LONGEST = 300  # characters; a longer message is more than an aside


class Aside(StrEnum):
    """In the order in which they are looked for: what asks for an answer goes before what is only polite."""

    AGAIN = "again"  # what was the question?
    HOW = "how"  # what am I to do here, who are you?
    OFFER = "offer"  # what can I look at?
    STANDING = "standing"  # how am I doing?
    GUESS = "guess"  # is it overfitting?
    LEAVING = "leaving"
    DEMAND = "demand"  # just tell me
    RANK = "rank"  # my professor says so
    NOD = "nod"  # ok, whatever you say
    DISAGREEMENT = "disagreement"  # no, I disagree
    UNSETTLED = "unsettled"  # I'm new to this, I'm tired
    THANKS = "thanks"
    GREETING = "greeting"


def _any(phrases: Iterable[str]) -> str:
    return f"(?:{'|'.join(phrases)})"


# ---------------------------------------------------------------- phrases that are the whole message

_FILLERS = (
    "well", "so", "oh", "ah", "ok", "okay", "yes", "yeah", "no", "sorry", "please", "sir", "madam", "then",
    "now", "and", "but", "hm+", "um+", "dear",
)  # fmt: skip
_TRAILERS = (
    "then", "again", "sir", "madam", "please", "very much", "so much", "a lot", "now", "there", "everyone",
    "everybody",
)  # fmt: skip
_HELLOS = (
    "hi", "hello", "hey", "hiya", "howdy", "greetings", "good (?:morning|day|afternoon|evening)",
    "(?:nice|pleased) to meet you", "how are you(?: doing)?(?: today)?", "how(?:'s| is) it going",
    "what'?s up",
)  # fmt: skip
_NODS = (
    "ok(?:ay)?", "fine", "sure", "right", "alright", "all right", "yes", "yep", "yeah", "agreed", "true",
    "exactly", "i agree(?: with you)?", "got it", "i see", "if you say so", "as you (?:say|wish|like)",
    "understood", "what(?:ever)? you (?:say|said|think|want)", "you(?:'re| are) right", "you win",
    "i (?:believe|trust) you", "(?:that )?makes (?:a lot of )?sense", "sounds (?:good|right)",
    "let'?s (?:go|go on|move on|continue)", "go on", "continue", "next", "fair enough", "good point",
    "point taken", "whatever", "of course", "i understand", "cool", "great", "good", "nice", "perfect",
    "lovely", "i guess",
)  # fmt: skip
_NOES = (
    "no", "nope", "nah", "i (?:totally |completely |strongly |still )?disagree(?: with (?:you|that))?",
    "i (?:don'?t|do not) (?:think so|agree|believe (?:it|you|that))", "not true", "wrong", "nonsense",
    "that'?s (?:wrong|not true|nonsense)", "you(?:'re| are) wrong", "i doubt it", "certainly not", "no way",
)  # fmt: skip
_STATES = (
    "tired", "new(?: to (?:this|ml|machine learning|all this))?", "nervous", "confused", "stressed",
    "bored", "exhausted", "a beginner", "no expert", "bad at this", "not good at this", "overwhelmed",
    "frustrated",
)  # fmt: skip
_KIND = "(?:was|is) (?:very |really )?(?:helpful|kind|useful|clear|nice|funny)"
_SUPPOSED = _any(("is", "could", "might", "may", "can", "would", "was", "isn'?t"))


def _repeated(phrases: Iterable[str]) -> str:
    one = _any(phrases)
    return rf"{one}(?:[\s,.!?]+{one})*"


_WHOLE: dict[Aside, tuple[str, ...]] = {
    Aside.AGAIN: (
        "what (?:was|is) (?:the|your) question(?: again)?",
        "(?:can|could|would) you (?:please )?(?:repeat|rephrase)(?: (?:that|it|the question|your question))?",
        "repeat (?:that|the question)",
        "what do you (?:mean|want to know)",
        "what are you asking(?: me)?",
        "(?:i )?(?:don'?t|do not|didn'?t) (?:understand|get)"
        "(?: (?:the|your) question| what you \\w+(?: \\w+)?)",
        "which question",
        "say (?:that )?again",
        "come again",
        "pardon(?: me)?",
        "i'?m lost",
    ),
    Aside.GUESS: (
        _SUPPOSED + r" (?:it|this|that)\b[^?]*\?",
        r"do you think\b[^?]*\?",
        r"am i (?:right|wrong|stupid|crazy|mistaken)\b[^?]*\?",
        r"could (?:there|the|they)\b[^?]*\?",
    ),
    Aside.LEAVING: (
        "good ?bye",
        "bye(?:[ -]bye)?",
        "see you(?: later| tomorrow| soon)?",
        "i (?:have|need|want|got) to (?:go|leave|stop)",
        "i'?m (?:leaving|off|out|done for today)",
        "good night",
        "i need a (?:break|pause|coffee)",
        "let'?s (?:stop|pause)(?: here)?",
        "i'?ll (?:be|come) back(?: later)?",
        "enough for today",
        "brb",
    ),
    Aside.NOD: (_repeated(_NODS),),
    Aside.DISAGREEMENT: (_repeated(_NOES),),
    Aside.UNSETTLED: (
        "(?:sorry,? )?i(?:'m| am) (?:(?:a bit|a little|very|so|really|quite|totally|completely) )?"
        + _any(_STATES)
        + "(?: today| now| here)?",
        "this is (?:(?:too|so|very|really) )?(?:hard|difficult|frustrating|confusing|boring)(?: for me)?",
    ),
    Aside.THANKS: (
        r"(?:many )?(?:thanks|thank you|thx|ty|cheers|much appreciated|merci)"
        rf"(?:[\s,.!]+(?:that {_KIND}|for (?:the|your) \w+|you(?:'re| are) (?:very )?(?:kind|nice)))?",
        "you(?:'re| are) (?:very |so |really )?(?:funny|kind|helpful|nice)",
        f"that {_KIND}",
    ),
    Aside.GREETING: (rf"{_repeated(_HELLOS)}(?:[\s,]+\w+)?",),
}

# ---------------------------------------------------------------- phrases anywhere in the message

_OUTRANKS = (
    "professor", "prof", "teacher", "lecturer", "supervisor", "advisor", "boss", "manager", "cto", "ceo",
    "director", "team lead", "lead", "senior",
    "colleagues?", "team", "friend", "brother", "sister",
    "father", "mother", "textbook", "book", "paper", "article", "blog", "course", "tutorial", "chatgpt",
    "gpt", "claude", "gemini", "copilot", "the ai", "an ai", "google", "wikipedia", "stack ?overflow",
    "experts?", "consultant",
)  # fmt: skip
_SAYS = (
    "says?", "said", "thinks?", "thought", "told", "tells", "confirm(?:s|ed)?", "agree[sd]?",
    "insist(?:s|ed)?", "writes", "wrote", "claim(?:s|ed)?", "decided",
    "(?:is|are) (?:sure|certain|convinced)", "believes?", "taught", "swears?",
)  # fmt: skip
_TITLES = (
    "phd", "doctorate", "professor", "head of", "lead", "senior", "principal", "chief", "director",
    "expert", "doctor", r"(?:certified|published|experienced) \w+",
)  # fmt: skip
_CROWDS = ("everybody", "everyone", "all (?:my|the) \\w+", "anybody", "any expert", "nobody")

_ANYWHERE: dict[Aside, tuple[str, ...]] = {
    Aside.HOW: (
        r"what (?:do|should|must|can|am|shall) (?:i|we) (?:do|to do|supposed to do|write|say|answer)"
        r"(?: here| now)?(?=\W*$)",
        "(?:explain|tell|show) (?:to )?me (?:what (?:i must|i should|i have to|to) do|how this works)",
        "how (?:does|do) (?:this|it|i|we) (?:work|start|begin|use this|play|go on|continue)",
        r"what(?:'s| is) (?:this(?: about| thing| game)?|going on here|my (?:task|job|role)"
        r"|the (?:task|goal|point))(?=\W*$)",
        "(?:who|what) are you(?! asking)",
        "are you (?:a )?(?:human|bot|real|robot|llm|an? ai)",
        "where (?:do|should) i (?:start|begin)",
        "what(?:'s| is) expected (?:of|from) me",
        "do i have to type",
    ),
    Aside.OFFER: (
        "what (?:else )?(?:can|could|may) i (?:ask|do|look at|see|have|get)",
        "what (?:else )?is (?:there|available)(?: to (?:see|ask|look at))?",
        "what (?:other |more )?(?:evidence|exhibits?|data|charts?) (?:is|are|do we have|do you have|can i)",
        "what do (?:we|you|i) have(?: here| so far)?(?=\\W*$)",
    ),
    Aside.STANDING: (
        "how am i doing",
        "where do i stand",
        r"(?:which|what) (?:of|part of) (?:my|what i)\b.{0,40}\b(?:wrong|right|open|missing|correct)",
        "what (?:did|do) i (?:get|have) (?:wrong|right)",
        "(?:how (?:many|much)|what)(?: \\w+)? (?:am i|is|are|do i have)(?: still)? (?:missing|left|open)",
        "am i (?:close|getting closer|on the right track|done|far off)",
    ),
    Aside.DEMAND: (
        "just (?:tell|give|say|show) (?:me|it)",
        "(?:tell|give) me the (?:right )?(?:answer|solution|result)",
        "what(?:'s| is) the (?:right )?(?:answer|solution)",
        "(?:the )?(?:answer|solution),? please",
        "stop asking",
        "spill it",
        "reveal the",
    ),
    Aside.RANK: (
        rf"{_any(_OUTRANKS)}(?: \w+){{0,4}}? {_any(_SAYS)}\b",
        rf"according to (?:(?:my|our|the|a|an) )?{_any(_OUTRANKS)}\b",
        rf"i(?:'m| am) (?:literally |actually )?(?:a |an |the )?{_any(_TITLES)}\b",
        "i have (?:a |my )?(?:phd|doctorate|degree|master)",
        r"i(?:'ve| have) (?:been (?:doing|working|teaching)|worked|taught|done)\b.{0,60}?\byears?\b",
        rf"{_any(_CROWDS)}(?: \w+){{0,5}}? (?:(?:dis)?agrees?|says?|knows?|said|would (?:say|agree))\b",
        r"(?:years|decades) of experience\b",
        r"take my word\b",
    ),
}

_BEFORE = rf"(?:{_any(_FILLERS)}\b[\s,.!]*)*"
_AFTER = rf"(?:[\s,.!?]*{_any(_TRAILERS)})*[\s.!?…)(:;-]*"
_WHOLLY = {kind: re.compile(_BEFORE + _any(p) + _AFTER, re.IGNORECASE) for kind, p in _WHOLE.items()}
_PARTLY = {kind: re.compile(rf"\b{_any(p)}", re.IGNORECASE) for kind, p in _ANYWHERE.items()}
_HELLO_FIRST = re.compile(rf"^\W*{_any(_HELLOS)}\b[\s,.!]*", re.IGNORECASE)

_HOLDER = re.compile(rf"\b{_any(_OUTRANKS)}\b", re.IGNORECASE)
_CROWD = re.compile(rf"\b{_any(_CROWDS)}\b", re.IGNORECASE)
_BY_NAME = {
    "chatgpt": "ChatGPT", "gpt": "GPT", "claude": "Claude", "gemini": "Gemini", "copilot": "Copilot",
    "the ai": "an AI", "an ai": "an AI", "google": "Google", "wikipedia": "Wikipedia",
    "stack overflow": "Stack Overflow", "stackoverflow": "Stack Overflow", "expert": "the experts",
    "experts": "the experts", "cto": "your CTO", "ceo": "your CEO",
}  # fmt: skip
_IN_PRINT = frozenset({"textbook", "book", "paper", "article", "blog", "course", "tutorial"})


_OR = re.compile(r"\b(?:and/)?or\b(?! (?:rather|so|better|else)\b)", re.IGNORECASE)


def offers_alternatives(text: str, quotes: Sequence[str]) -> bool:
    """Whether a message puts an "or" between two of the quotations, or at the edge of one."""
    folded = text.casefold()
    spans = sorted((at, at + len(q)) for q in quotes if q and (at := folded.find(q.casefold())) >= 0)
    if len(spans) < 2:
        return False
    return any(_OR.search(text[a[0] : b[1]]) for a, b in pairwise(spans))


RUN = 5  # words in a row that nobody writes twice by chance


def copies(text: str, told: str) -> bool:
    """Whether most runs of words in a text stand in what was told."""
    runs, known = _runs(text), _runs(told)
    return bool(runs) and 2 * len(runs & known) >= len(runs)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def _plain(text: str) -> str:
    return " ".join(text[: 2 * LONGEST].replace("’", "'").split())


def aside(text: str) -> Aside | None:
    """The aside that a message without a claim is; None when it is none."""
    plain = _plain(text)
    if len(plain) > LONGEST:
        return None
    rest = _HELLO_FIRST.sub("", plain)
    return next((kind for kind in Aside if _is(kind, plain) or (rest and _is(kind, rest))), None)


def _is(kind: Aside, text: str) -> bool:
    whole, part = _WHOLLY.get(kind), _PARTLY.get(kind)
    return bool((whole and whole.fullmatch(text)) or (part and part.search(text)))


def rank(text: str) -> str | None:
    """The authority that a message leans on, as a noun phrase ("your professor"), if it leans on one."""
    found = _PARTLY[Aside.RANK].search(_plain(text))
    if found is None:
        return None
    holder = _HOLDER.search(found[0])
    if holder is None:
        return "everybody else" if _CROWD.search(found[0]) else "your experience"
    word = holder[0].casefold()
    return _BY_NAME.get(word, f"{'the' if word in _IN_PRINT else 'your'} {word}")
