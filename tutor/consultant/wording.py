"""The consultant's words for a move, without a language model. Pure: the same session, the same words.

What is said comes from the scenario's author, the run and the learner; the phrase bank (prompts/wording.yaml)
joins it. From the sealed key only what the move names is looked up.
"""

from __future__ import annotations

from tutor.consultant.filling import HINTS, Material
from tutor.consultant.phrasebook import Chooser, Phrasebook, phrasebook
from tutor.consultant.prose import normalised, sentences
from tutor.consultant.protocols import Context
from tutor.dialogue.model import Move, MoveKind, Reason
from tutor.dialogue.session import Session, Turn

PROPOSED = {
    "possible": "sound",
    "return": "sound_again",
}  # parts for proposals in the place of those for claims
_ENDS = frozenset({MoveKind.ADVANCE, MoveKind.DEBRIEF})
RECENT = 4  # replies within which nothing long is said again


def compose(move: Move, context: Context) -> str:
    """The move in words: a few sentences of Markdown with *emphasis* and **bold** at most, and at most one
    question of the consultant's own, at the end. No sentence of it was said before in the session.
    RenderError when a template of the scenario names what the run lacks."""
    book = phrasebook()
    turn, before = _now(context.session)
    entry = entry_of(book, move)
    chooser = Chooser(
        book=book,
        entry=entry,
        seed=context.session.seed,
        round=sum(t.move is not None and entry_of(book, t.move) == entry for t in before),
        said=frozenset(normalised(s) for t in before if t.reply for s in sentences(t.reply)),
        recent=" ".join(normalised(t.reply) for t in before[-RECENT:] if t.reply),
        values=Material(move, context, book.proper, turn, before).values(),
        own=context.session.key.scenario.consultant.phrases,
        instead=PROPOSED if _is_proposal(move, context) else {},
    )
    text = chooser.reply()
    known = move.shows is None or move.shows in context.session.opened
    return text if known or move.kind in _ENDS else chooser.handing_over(text)


def _is_proposal(move: Move, context: Context) -> bool:
    """Whether the idea is something to do, measure or watch, and no claim about what is the case."""
    if move.target is None:
        return False
    return context.session.key.scenario.ideas[move.target].kind not in ("observation", "diagnosis")


def entry_of(book: Phrasebook, move: Move) -> str:
    """The bank's entry for a move: `kind`, `kind.reason`, and `.level` once it was said before."""
    key = move.kind.value if move.reason is Reason.PLAIN else f"{move.kind.value}.{move.reason.value}"
    ladder = move.kind in HINTS or move.kind is MoveKind.ASSERTION  # its level is the rung, not a repetition
    return book.wording(key, 0 if ladder else move.level)


def _now(session: Session) -> tuple[Turn | None, tuple[Turn, ...]]:
    """The turn to answer and those before it."""
    turn = session.awaiting or session.last
    return turn, tuple(t for t in session.turns if turn is not None and t.number < turn.number)
