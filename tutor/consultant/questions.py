"""Questions that the reader of ideas does not take apart: what a word means, several things at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tutor.consultant.defining import meaning_asked
from tutor.dialogue.asides import Aside, wholly
from tutor.dialogue.model import Act, Assessment
from tutor.scenario.cards import Term
from tutor.scenario.schema import Scenario

Assess = Callable[[str], Assessment]

_ASKS = (
    r"(?:(?:please|also|then)\s)?(?:what|which|who|how|when|why|where|is|are|was|were|did|do|does|can|could|may"
    r"|show|give|tell|let\sme)\b"
)
_JOINT = re.compile(
    rf"[?;.!]+\s+(?:(?:and|also|plus)\s)?|\s*,?\s+(?:and|plus|as\swell\sas)\s+(?:also\s)?(?={_ASKS})|,\s+(?={_ASKS})",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*(?:,|&|\band\b|\bplus\b|\bas well as\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|an?|your|which|what)\s+", re.IGNORECASE)
_WANTS = re.compile(
    r"(?:first,? )?(?:i|we)(?:'d| would)?(?: first)? (?:need|want|like)"
    r"(?: to (?:see|look at|have|know|read))? (?P<what>(?:the|a|an|its|their) [\w' -]+)[.!]?$",
    re.IGNORECASE,
)
_NOTHING_IN_PARTICULAR = frozenset({Aside.STANDING, Aside.AGAIN, Aside.SKIP, Aside.GREETING, Aside.LEAVING})
_HOLLOW = frozenset({
    "what", "which", "who", "how", "why", "when", "where", "is", "are", "was", "were", "did", "do",
    "does", "can", "could", "may", "show", "give", "tell", "let", "me", "i", "we", "you", "it",
    "the", "a", "an", "of", "in", "on", "at", "to", "for", "with", "and", "or", "many", "much",
    "long", "often", "there", "they", "them", "used", "use", "have", "has", "had", "this", "that",
    "please", "see", "look", "time", "times",
})  # fmt: skip
_ORDER = ("term", "fact", "exhibit")


def read_with_questions(text: str, scenario: Scenario, assess: Assess) -> Assessment:
    """A message as `assess` reads it, and what its questions ask for besides: the meaning of words
    ("term:NAME"), and each of several things. A question is never an attempt, whatever words stand in it."""
    meaning = meaning_asked(text)
    if meaning is not None and not meaning.terms:
        return Assessment(act=Act.QUESTION)
    if meaning is not None:
        terms = [f"term:{term.name}" for term in meaning.terms]
        return _asking([*terms, *_value_of(meaning.terms, text, scenario, assess)])
    read = assess(text)
    if read.act is Act.CONTRIBUTION and read.asks is None and (wanted := _WANTS.match(text.strip())):
        return read.model_copy(update={"asks": _exhibit(assess(f"show me {wanted['what']}").asks)})
    if read.act is not Act.QUESTION or read.claims or read.abstained:
        return read
    if wholly(text) in _NOTHING_IN_PARTICULAR:
        return read.model_copy(update={"asks": None})
    targets = [*dict.fromkeys(_targets(text, scenario, assess))]
    if read.asks is not None and any(target.startswith("term:") for target in targets):
        targets = [*dict.fromkeys((*targets, read.asks))]  # "explain what that is and show it to me"
    if len(targets) < 2:
        return read
    return _asking(targets).model_copy(update={"confidence": read.confidence})


def _asking(targets: list[str]) -> Assessment:
    asks, *also = sorted(targets, key=lambda t: _ORDER.index(t.partition(":")[0]))
    return Assessment(act=Act.QUESTION, asks=asks, also=tuple(also))


def _value_of(terms: Sequence[Term], text: str, scenario: Scenario, assess: Assess) -> list[str]:
    """The fact of the case about the very word whose meaning is asked for."""
    target = assess(text).asks or ""
    kind, _, name = target.partition(":")
    if kind != "fact" or len(terms) > 1:
        return []
    names = {known.casefold() for known in terms[0].names}
    same = names & {_bare(scenario.facts[name].about), name.replace("_", " ")}
    return [target] if same else []


def _targets(text: str, scenario: Scenario, assess: Assess) -> Iterator[str]:
    """What each part of a message asks for."""
    for part in filter(None, map(str.strip, _JOINT.split(text))):
        meaning = meaning_asked(part)
        if meaning is not None and meaning.terms:
            yield from (f"term:{term.name}" for term in meaning.terms)
            continue
        first, *others = _LIST.split(part.rstrip("?.! "))
        named = [_named(other, scenario) for other in others]
        whole = first if others and all(named) else part
        asks = assess(whole).asks
        if asks is not None and _bears_on(whole, asks, scenario):
            yield asks
        if whole is first:
            yield from filter(None, named)


def _bears_on(part: str, target: str, scenario: Scenario) -> bool:
    """Whether a part of a message shares a word of substance with what people ask for by it. Alone, a few
    words look like a question for almost anything."""
    kind, _, name = target.partition(":")
    if kind == "fact":
        texts = (scenario.facts[name].about, *scenario.facts[name].asked_by)
    else:
        texts = (scenario.exhibits[name].title, *scenario.exhibits[name].asked_by)
    return bool(_substance(part) & _substance(" ".join(texts)))


def _substance(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in re.findall(r"[^\W_]+", text.casefold())) - _HOLLOW


def _exhibit(target: str | None) -> str | None:
    return target if target is not None and target.startswith("exhibit:") else None


def _named(phrase: str, scenario: Scenario) -> str | None:
    """The fact or exhibit that a bare noun phrase names ("the batch size")."""
    wanted = _bare(phrase)
    for name, fact in scenario.facts.items():
        if wanted in map(_bare, (fact.about, *fact.asked_by)):
            return f"fact:{name}"
    for name, entry in scenario.exhibits.items():
        if wanted in map(_bare, (entry.title, *entry.asked_by)):
            return f"exhibit:{name}"
    return None


def _bare(phrase: str) -> str:
    return _ARTICLE.sub("", phrase.strip().casefold().rstrip("?.! "))
