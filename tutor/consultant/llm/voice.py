"""Wording through a language model: streamed, and shown word by word as far as the guard lets it pass."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from tutor.consultant import prompts
from tutor.consultant.guard import AT_ONCE, IN_THE_END, Fault, Guard
from tutor.consultant.llm.link import Link
from tutor.consultant.llm.trouble import Trouble
from tutor.consultant.llm.usage import Meter
from tutor.consultant.prose import sentences
from tutor.consultant.protocols import Context, Instead
from tutor.consultant.reader import Reader
from tutor.consultant.sealed import Sealed
from tutor.consultant.wording import compose
from tutor.dialogue.model import Act, Move, MoveKind
from tutor.scenario.templates import render

_ARGUES = frozenset({Act.CONTRIBUTION, Act.QUESTION})
_OPENS = re.compile(r"\s*<think(?:ing)?>")
_CLOSES = re.compile(r"</think(?:ing)?>\s*")
_MARK = len("</thinking>")


class Stopped(Exception):
    """The guard stopped a reply."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.why)


class LlmVoice:
    """A Voice. A reply that fails, or that the guard stops, is withdrawn and worded offline."""

    def __init__(self, link: Link, meter: Meter, reader: Reader) -> None:
        self._link = link
        self._meter = meter
        self._reader = reader
        self._thoughts = Thoughts()

    @property
    def name(self) -> str:
        out = self._meter.used_up or self._link.out
        return self._reader.name if out else self._link.label

    async def speak(self, move: Move, context: Context) -> AsyncGenerator[str | Instead, None]:
        draft = compose(move, context)
        try:
            guard = await asyncio.to_thread(guard_of, move, context, draft, self._reader)
            messages = prompts.wording(move, context, draft)
            name = context.session.key.scenario.consultant.name
            async with (
                aclosing(self._link.stream(messages, self._meter)) as pieces,
                aclosing(passed(guard, spoken(pieces, name, self._thoughts))) as words,
            ):
                async for word in words:
                    yield word
        except (Trouble, Stopped) as error:
            yield Instead(self._reader.name, str(error))
            for piece in re.findall(r"\S+\s*", draft):
                yield piece


def guard_of(move: Move, context: Context, draft: str, reader: Reader) -> Guard:
    """The guard for one reply: what was earned, what is on the table, which numbers there are."""
    session = context.session
    key = session.key
    exhibit = prompts.cited(move, context)
    shown = "" if exhibit is None else f"{exhibit.title}: {exhibit.summary}\n{exhibit.table}"
    asked = render(key.scenario.stages[session.stage].ask, context.facts)
    brief = render(key.scenario.brief, context.facts)
    said = "\n".join(t.text for t in session.turns)
    told = "\n".join(t.reply or "" for t in session.turns[-prompts.TURNS - 1 :])
    evidence = "\n".join((shown, asked, brief, told))
    argued = [t for t in session.turns if t.assessment and t.assessment.act in _ARGUES]
    earned = {c.idea for t in argued if t.assessment for c in t.assessment.claims}
    for made in (move, *(t.move for t in session.turns if t.move)):
        earned |= {made.target} if made.kind is MoveKind.ASSERTION and made.target else set()
        earned |= set(made.candidates) if made.kind is MoveKind.CLARIFY else set()
    right = {idea for stage in key.stages for group in key.groups(stage) for idea in group}
    return Guard(
        move,
        draft=draft,
        evidence=evidence,
        said=said,
        argued="\n".join(t.text for t in argued),
        sealed=Sealed.of(key.scenario, key.variant, right, earned, f"{draft}\n{evidence}\n{said}"),
        likely=lambda sentence: reader.likely(sentence, session),
    )


@dataclass
class Thoughts:
    """Whether a model begins its replies by thinking aloud without the mark that opens it, which some servers
    leave out. Found out by the mark that closes it."""

    unmarked: bool = False


async def spoken(pieces: AsyncIterator[str], name: str, thoughts: Thoughts) -> AsyncGenerator[str, None]:
    """The reply so far, ever longer: without thinking aloud before it, or the speaker's own name."""
    called = re.compile(rf"^\s*(?:\*\*)?{re.escape(name)}(?:\*\*)?:(?:\*\*)?\s*")
    text, hidden = "", thoughts.unmarked
    async for piece in pieces:
        text += piece
        hidden = hidden or bool(_OPENS.match(text))
        if hidden:
            end = _CLOSES.search(text)
            if end is None:
                text = text[-_MARK:]  # of what is thought, only the beginning of the closing mark may count
                continue
            text, hidden = text[end.end() :], False
        elif _CLOSES.search(text):
            thoughts.unmarked = True
        begun = text.strip()
        if not "<thinking>".startswith(begun[:_MARK]) and not name.startswith(begun.strip(" *")):
            yield called.sub("", text).lstrip()
    thoughts.unmarked = thoughts.unmarked and not hidden
    yield "" if hidden else called.sub("", text).strip()


async def passed(guard: Guard, texts: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """The words of a growing text that the guard lets through, as early as it does. A word that it would stop
    waits for the end of its sentence, which may set it right. Stopped when it does not."""
    shown, seen, text = 0, 0, ""
    async for text in texts:
        if len(text) > guard.most_characters:
            raise Stopped(Fault("long"))
        if not re.search(r"\S\s", text[max(0, seen - 1) :]):
            continue
        upto = await asyncio.to_thread(_passable, guard, text, seen)
        seen = len(text.rstrip())
        if upto > shown:
            yield text[shown:upto]
            shown = upto
    fault = await asyncio.to_thread(guard.check, text, whole=True)
    if fault is not None:
        raise Stopped(fault)
    if shown < len(text):
        yield text[shown:]


def _passable(guard: Guard, text: str, seen: int) -> int:
    """How much of a text may be shown by now, at a word's end; 0 where nothing more than before. `seen`: how
    far it was looked at already. Stopped at a fault that stands."""
    good = 0
    for gap in re.finditer(r"(?<=\S)\s+", text[max(0, seen - 1) :]):
        end = max(0, seen - 1) + gap.end()
        fault = guard.check(text[:end].rstrip())
        if fault is None:
            good = end
        elif fault.kind in IN_THE_END:
            continue
        elif fault.kind in AT_ONCE or _ended(text, end):
            raise Stopped(fault)
    return good


def _ended(text: str, end: int) -> bool:
    """Whether a sentence ends where a word does."""
    return len(sentences(text[:end] + "x")) > len(sentences(text[:end]))
