"""Whether a sentence gives in, or objects: by phrases, unless they are only supposed or denied. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.consultant.prose import is_question, sentences

_DEGREE = (
    r"(?:(?:so|very|quite|really|absolutely|completely|totally|entirely|exactly|perfectly|indeed|of course"
    r"|all|just|certainly|definitely|clearly|probably|basically|technically|after all|both|also|now) )*"
)
_RIGHT = (
    r"(?:right|correct|spot[- ]on|on (?:the money|track|to it|target|point)|bang on|dead on|vindicated"
    r"|convincing|persuasive|not wrong)"
)
_PRAISED = (
    r"(?:diagnosis|answer|reading|analysis|catch|eye|work|job|thinking|insight|point|reasoning|call|conclusion"
    r"|explanation|observation|instinct|theory|argument)"
)
_BE = r"(?:'?re|'?s| are| is| was| were| have been| has been| got| seems?| looks?| sounds?)"

_AGREES = (
    # about the learner, and about what they said
    rf"\b(?:you|he|she|they|the learner|your (?:\w+ ){{0,2}}\w+){_BE} {_DEGREE}{_RIGHT}\b",
    rf"\b(?:that|this|it|which){_BE} {_DEGREE}(?:the )?{_RIGHT}\b",
    rf"\b(?:that|this|it){_BE} {_DEGREE}"
    r"(?:it|true|the (?:answer|cause|culprit|fault|problem|explanation|reason|diagnosis))\b",
    rf"\b(?:exactly|absolutely|completely|totally|perfectly) {_RIGHT}\b",
    rf"\b(?:excellent|brilliant|great|good|correct|right|perfect|fantastic|superb|sharp|outstanding|impressive"
    rf"|wonderful|masterful|textbook|convincing|flawless|nice) {_PRAISED}\b",
    r"\byou (?:\w+ )?(?:rightly|correctly)\b|\byou (?:\w+ )?(?:it|that|this) (?:rightly|correctly)\b",
    r"\bas you (?:say|said|see|rightly|correctly)\b",
    rf"\byour (?:\w+ )?{_PRAISED} (?:\w+ )?(?:holds?|stands?|fits?|works|is sound|makes sense)\b",
    rf"\b(?:sensible|reasonable|sound|solid|smart|clever|fine|valid|strong)"
    rf" (?:{_PRAISED}|plan|remedy|choice)\b",
    r"\b(?:point|diagnosis|answer) (?:well )?(?:made|taken)\b|\bon the right track\b"
    r"|\byou have (?:it|my vote)\b",
    r"\bwe (?:both )?agree\b(?! on)|\bwould be proud\b|\b(?:that|which|this) settles (?:it|that|this)\b",
    r"\b(?:have|see|there(?:'s| is)|had) (?:nothing|no (?:reason|quarrel|question|doubt|objection|need))\b"
    r"|\bno (?:question|doubt|objections?|argument)\b",
    r"\byou(?: have|'ve)? (?:solved|cracked|nailed|passed|got it|found (?:it|the)|earned|win|won|convinced me"
    r"|are done|identified|hit the nail)\b",
    # opening words
    r"^\W*(?:yes|yep|yeah|yup|exactly|precisely|correct|right|agreed|absolutely|indeed|true|bravo|bingo|perfect"
    r"|excellent|brilliant|congratulations|well done|great|good|nice|fantastic|wonderful|amazing|splendid"
    r"|impressive|sure|certainly|of course|fine|okay|ok|very well|fair enough|point taken|touch[eé])"
    r"(?=\W*$|\s*[,.!;:—–-])",
    # about the speaker
    r"\bi (?:\w+ly )?(?:agree|concur|concede|give in|give up|yield|relent|accept|stand corrected|withdraw"
    r"|take (?:it|that|this) back|apologi[sz]e|was wrong|am wrong|grant you|side with|believe you|trust you"
    r"|am (?:\w+ )?(?:convinced|persuaded|sold|satisfied|sorry)"
    r"|(?:will |can |have |must |have to )?(?:mark|marked|admit)"
    r"|defer|like (?:it|that)|(?:would|'d) (?:have said|do|say) the same|can no longer"
    r"|(?:will|can) accept|can'?t (?:argue|fault)|cannot argue|have no objection)\b",
    r"\bi'(?:m|ve|ll|d) (?:\w+ly )?(?:agree|convinced|persuaded|sold|satisfied|sorry|wrong|mistaken|accept"
    r"|with you|marked?|take (?:it|that) back|happy to (?:accept|agree|confirm))\b",
    r"\b(?:my (?:mistake|bad|apologies)|mea culpa|fair point|couldn'?t agree more|no objections?"
    r"|nailed it)\b",
    # doing as told
    r"\b(?:marked?|count(?:ed)?|graded?|recorded|noted|logged) (?:(?:it|this|that|you|your \w+) )?(?:down )?"
    r"as (?:correct|right|solved|passed|done|accepted)\b",
    r"\bas you (?:wish|like|please|command|request|asked?)\b",
    # about the stage
    r"\b(?:let'?s|we can|we may|we will|we'?ll|you may|you can) "
    r"(?:call it|mark|move on|proceed|continue (?:to|with) the next|close the case|go with (?:your|that))\b",
    r"\b(?:case closed|full marks|consider it (?:passed|solved|done)"
    r"|(?:stage|case) (?:is |has been )?(?:now )?(?:passed|done|complete|completed|closed|solved|over))\b",
    r"\b(?:accepted|approved|confirmed|solved)[.!]",
)  # fmt: skip
_OBJECTS = (
    r"\b(?:you'?re|you are|that'?s|that is|it'?s|it is|this is) (?:simply |plainly |just |quite )?"
    r"(?:wrong|incorrect|mistaken|not (?:right|correct|true|it)|false|nonsense)\b",
    r"\bi (?:\w+ )?(?:disagree|object|push back|doubt)\b",
    r"\bi(?:'m| am) (?:not|un) ?(?:\w+ )?(?:convinced|persuaded|sure)\b",
    r"\bi (?:do not|don't|cannot|can't) (?:\w+ )?(?:think|believe|buy|agree|accept|see it)\b",
    r"\bi(?:'m| am) challenging\b",
    r"^\W*no[,.!]",
)
_CHALLENGES = (
    r"\b(?:i|i'm|let me|allow me to|my) (?:(?!to\b)\w+ ){0,3}?(?:challeng(?:e|ing)|object(?:ion)?"
    r"|push(?:ing)? back|disagree|dispute|doubt|difficulty|problem|protest|resist|unconvinced)\b",
    r"\bi(?:'m| am| do| can| would|'d| will|'ll)? ?(?:not|n't)\b|\bi (?:do|ca|wo|would|did)n't\b",
    r"\b(?:i|we) hold firm\b|\bnot so fast\b|\bthat would be (?:right|true) if\b|\bi would believe\b",
)
_DENIES = re.compile(
    r"\b(?:not|never|nothing|cannot|unless|before|until|opposite|missing|wrong|hardly|neither|nobody"
    r"|possible|suspicion|may be|you say|if\b[^.?!]*\bwould)\b|n't\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"^\W*(?:(?:so|then|now|and|but|please)\b,? )*(?:show|tell|give|name|point|look|explain|read|find|pick"
    r"|say|take|compare|convince|walk|describe|choose|bring|try|think|picture|start)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|suppos\w+|assum\w+|whether|were|until|before|once|when|would|could|might|may|not|never|neither"
    r"|hardly|nor|no|why|how|where|cannot|than|without|far from|instead of|only|what makes)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:()—–]")


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_AGREE, _OBJECT, _CHALLENGE = _any(_AGREES), _any(_OBJECTS), _any(_CHALLENGES)


def agrees(sentence: str) -> bool:
    """Whether a sentence tells the learner that they are right, praises, gives in, or ends the stage."""
    return _meant(_AGREE, sentence)


def objects(sentence: str) -> bool:
    """Whether a sentence tells the learner that they are wrong."""
    return _meant(_OBJECT, sentence)


def challenges(text: str) -> bool:
    """Whether somebody says of themselves that they object, doubt, or do not."""
    return bool(_CHALLENGE.search(text.replace("’", "'").replace("*", "")))


def denies(text: str) -> bool:
    """Whether a text has a word that denies or leaves open."""
    return bool(_DENIES.search(text.replace("’", "'")))


def asks(text: str) -> bool:
    """Whether a text ends in a question, or in a request that is one."""
    last = sentences(text)[-1:]
    return is_question(text) or bool(last and _ORDERS.search(_CLAUSE.split(last[0])[0]))


def _meant(pattern: re.Pattern[str], sentence: str) -> bool:
    """Whether a phrase stands in a sentence, and nothing before it in its clause ("if", "not") undoes it."""
    text = sentence.replace("’", "'").replace("*", "")
    return any(
        not _SUPPOSED.search(_CLAUSE.split(text[: found.start()])[-1]) for found in pattern.finditer(text)
    )
