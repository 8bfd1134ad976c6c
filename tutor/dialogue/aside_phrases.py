"""The phrases by which an aside is known, as tables of patterns: some are a whole message, others may stand
anywhere in one.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Aside(StrEnum):
    """In the order in which they are looked for: what asks for an answer goes before what is only polite."""

    WHY = "why"  # why do you ask?
    SKIP = "skip"  # can we move on?
    WHY_NOT = "why_not"  # why is that wrong?
    AGAIN = "again"  # what was the question?
    MEANING = "meaning"  # what does this mean?
    HOW = "how"  # what am I to do here, who are you?
    OFFER = "offer"  # what can I look at?
    STANDING = "standing"  # how am I doing?
    OPEN = "open"  # what is wrong with it, how do I mend it?
    GUESS = "guess"  # is it overfitting?
    LEAVING = "leaving"
    DEMAND = "demand"  # just tell me
    RANK = "rank"  # my professor says so
    NOD = "nod"  # ok, whatever you say
    DISAGREEMENT = "disagreement"  # no, I disagree
    UNSETTLED = "unsettled"  # I'm new to this, I'm tired
    THANKS = "thanks"
    GREETING = "greeting"


def any_of(phrases: Iterable[str]) -> str:
    return f"(?:{'|'.join(phrases)})"


# ---------------------------------------------------------------- phrases that are the whole message

FILLERS = (
    "well", "so", "oh", "ah", "ok", "okay", "yes", "yeah", "no", "sorry", "please", "sir", "madam", "then",
    "now", "and", "but", "hm+", "um+", "dear",
)  # fmt: skip
TRAILERS = (
    "then", "again", "sir", "madam", "please", "very much", "so much", "a lot", "now", "there", "everyone",
    "everybody",
)  # fmt: skip
HELLOS = (
    "hi", "hello", "hey", "hiya", "howdy", "sup", "yo", "hallo", "hola", "greetings",
    "good (?:morning|day|afternoon|evening)",
    "(?:nice|pleased) to meet you", "how are you(?: doing)?(?: today)?", "how(?:'s| is) it going",
    "what'?s up",
)  # fmt: skip
_NODS = (
    "ok(?:ay)?", "fine", "sure", "right", "alright", "all right", "yes", "yep", "yeah", "agreed", "true",
    "exactly", "i agree(?: with you)?", "got it", "i see", "if you say so", "as you (?:say|wish|like)",
    "understood", "what(?:ever)? you (?:say|said|think|want)", "you(?:'re| are) right", "you win",
    "i (?:believe|trust) you", "(?:that )?makes (?:a lot of )?sense", "sounds (?:good|right)",
    "let'?s (?:go|go on|continue)", "go on", "continue", "fair enough", "good point",
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
_QUESTION_WORDS = (
    "what", "whats", "which", "who", "whom", "whose", "how", "when", "where", "why", "can", "could", "may",
    "might", "will", "would", "do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "should",
    "shall", "any", "show", "give", "tell",
)  # fmt: skip
_KIND = "(?:was|is) (?:very |really )?(?:helpful|kind|useful|clear|nice|funny)"
_SUPPOSED = any_of(("is", "could", "might", "may", "can", "would", "was", "isn'?t"))


def repeated(phrases: Iterable[str]) -> str:
    one = any_of(phrases)
    return rf"{one}(?:[\s,.!?]+{one})*"


WHOLE: dict[Aside, tuple[str, ...]] = {
    Aside.AGAIN: (
        "what (?:was|is) (?:the|your) question(?: again)?",
        "(?:can|could|would) you (?:please )?(?:repeat|rephrase)(?: (?:that|it|the question|your question))?",
        "repeat (?:that|the question)",
        "what do you (?:mean|want to know)",
        "what are you asking(?: me)?",
        "what do you (?:want|expect|need)(?: (?:from|of) me| to hear| me to (?:do|say))?",
        "(?:i )?(?:don'?t|do not|didn'?t) (?:understand|get)"
        "(?: (?:the|your) question| what you \\w+(?: \\w+)?)",
        "which question",
        "what (?:does|do|did) (?:that|this|it|you) mean(?: by (?:that|this|it))?",
        "say (?:that )?again",
        "come again",
        "pardon(?: me)?",
        "i'?m lost",
    ),
    Aside.SKIP: (
        "(?:next|move on|moving on|skip(?: (?:this|that|it|the \\w+|this \\w+))?)",
        "(?:the |to the )?next (?:question|stage|one|part|step|client)",
        "let'?s (?:go|get|move)(?: on)? to .{1,40}",
        "let'?s (?:just )?(?:move on|skip (?:this|that|it)|go to the next \\w+)(?: already)?",
    ),
    Aside.STANDING: (
        "(?:so |and )?(?:am i |are we |is that |was that )?(?:done|finished|all|enough)(?: yet| now)?\\?",
        "(?:and )?(?:what|anything) else(?: is there| do you want| is missing)?",
    ),
    Aside.OPEN: (
        "(?:but |and )?why(?: is (?:that|this|it|that so))?(?: so| though)?",
        "how (?:so|come)",
        "how (?:do|should|would|can|could) (?:i|we|you|one) "
        "(?:fix|solve|mend|repair|know|tell|find out|prevent|improve)\\b.{0,60}",
        "(?:so )?what(?:'s| is| was| went) (?:wrong|broken|(?:the |really the )?"
        "(?:problem|cause|fault|issue|matter|reason|diagnosis))(?: with \\w+(?: \\w+)?| here)?",
        "what (?:should|would|do|can) (?:i|we|you) (?:change|do about (?:it|this|that))",
        "(?:and )?what would you (?:do|say|suggest|answer|conclude)(?: here| instead| then| next)?",
    ),
    Aside.GUESS: (
        rf"(?!{any_of((*_QUESTION_WORDS, *HELLOS, *FILLERS, 'thanks', 'thank you'))}\b)[^?]{{8,150}}\?",
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
    Aside.NOD: (repeated(_NODS),),
    Aside.DISAGREEMENT: (repeated(_NOES),),
    Aside.UNSETTLED: (
        "(?:sorry,? )?i(?:'m| am) (?:(?:a bit|a little|very|so|really|quite|totally|completely) )?"
        + any_of(_STATES)
        + "(?: today| now| here)?",
        "this is (?:(?:too|so|very|really) )?(?:hard|difficult|frustrating|confusing|boring)(?: for me)?",
    ),
    Aside.THANKS: (
        r"(?:many )?(?:thanks|thank you|thx|ty|cheers|much appreciated|merci)"
        rf"(?:[\s,.!]+(?:that {_KIND}|for (?:the|your) \w+|you(?:'re| are) (?:very )?(?:kind|nice)))?",
        "you(?:'re| are) (?:very |so |really )?(?:funny|kind|helpful|nice)",
        f"that {_KIND}",
    ),
    Aside.GREETING: (rf"{repeated(HELLOS)}(?:[\s,]+\w+)?",),
}

# ---------------------------------------------------------------- phrases anywhere in the message

OUTRANKS = (
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
CROWDS = ("everybody", "everyone", "all (?:my|the) \\w+", "anybody", "any expert", "nobody")

ANYWHERE: dict[Aside, tuple[str, ...]] = {
    Aside.WHY: (
        "why (?:do|are|did|would|must|should) (?:you|we|i) (?:even |always |keep |then )*"
        "(?:ask(?:ing)?\\b|care\\b"
        "|(?:want|need|have) to (?:know|answer|say|describe)|answer)",
        "why (?:does|would|should) (?:that|this|it|your question|the question) (?:even )?matter",
        "why (?:is|was) (?:that|this|it|your question|the question) (?:even )?"
        "(?:important|relevant|asked|of interest)",
        "(?:what(?:'s| is)|i don'?t see) the (?:point|purpose|use) of "
        "(?:this|that|your|the|these) ?(?:questions?)?(?=\\W*$)",
        "what (?:does|has) (?:that|this|it) (?:got )?(?:have )?to do with (?:it|this|anything|the \\w+)",
        "why that question",
    ),
    Aside.SKIP: (
        "(?:can|could|may|shall|should) (?:we|i) (?:please |just |now |maybe )*"
        "(?:move on|go on|skip|proceed|continue|go ahead|(?:go|get|come|jump|move) to the next)",
        "(?:i want|i'?d like|i would like|i wanna|time|ready) to (?:move on|skip|go on to|get to the next)",
        "skip (?:this|that|the|your) (?:question|stage|part)",
    ),
    Aside.WHY_NOT: (
        "why (?:is|was|am|would|isn'?t|aren'?t|should) (?:that|this|it|i|my \\w+) (?:be )?(?:\\w+ )?"
        "(?:wrong|not right|incorrect|not correct|right|not it|not true|a problem)",
        "(?:what(?:'s| is)|where(?:'s| is)) (?:wrong|the (?:mistake|error|problem)) "
        "(?:with|in) (?:that|my \\w+|what i said)",
        "why (?:do|are|did) you (?:disagree|object|challenge|challenging|push(?:ing)? back"
        "|contest|disagreeing)",
        "why (?:isn'?t it|is it not|can'?t it be|couldn'?t it be)\\b.{0,60}",
        "what(?: (?:kind|sort) of)?(?: evidence| exhibit| number| data)? would (?:it take to )?"
        "(?:convince|persuade|change your mind|make you)",
        "how (?:can|could|do|would) i (?:convince|persuade) you",
        "why (?:won'?t|don'?t|can'?t|wouldn'?t|will you not) you "
        "(?:just )?(?:agree|accept|believe|see|sign|like)",
        "(?:tell|explain|show)(?: to)? me why\\b",
        "why not(?=\\W*$)",
    ),
    Aside.MEANING: ("what (?:do|does) (?!you|that|this|it|they)[\\w' -]{2,60}? (?:mean|stand for)(?=\\W*$)",),
    Aside.HOW: (
        r"what (?:do|should|must|can|am|shall) (?:i|we) (?:do|to do|supposed to do|write|say|answer)"
        r"(?: here| now| first| next)*(?=\W*$)",
        "(?:explain|tell|show) (?:to )?me (?:what (?:i must|i should|i have to|to) do|how this works)",
        "how (?:does|do) (?:this|it|i|we) (?:work|start|begin|use this|play|go on|continue)",
        r"what(?:'s| is) (?:this(?: about| all about| thing| game)?|going on(?: here)?|happening(?: here)?"
        r"|my (?:task|job|role)|the (?:task|goal|point))(?=\W*$)",
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
        rf"{any_of(OUTRANKS)}(?: \w+){{0,4}}? {any_of(_SAYS)}\b",
        rf"according to (?:(?:my|our|the|a|an) )?{any_of(OUTRANKS)}\b",
        rf"i(?:'m| am) (?:literally |actually )?(?:a |an |the )?{any_of(_TITLES)}\b",
        "i have (?:a |my )?(?:phd|doctorate|degree|master)",
        r"i(?:'ve| have) (?:been (?:doing|working|teaching)|worked|taught|done)\b.{0,60}?\byears?\b",
        rf"{any_of(CROWDS)}(?: \w+){{0,5}}? (?:(?:dis)?agrees?|says?|knows?|said|would (?:say|agree))\b",
        r"(?:years|decades) of experience\b",
        r"take my word\b",
    ),
}
