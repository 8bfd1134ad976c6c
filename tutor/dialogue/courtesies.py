"""Rules for what a message does besides claiming: asking what to do, demanding, nodding, greeting. Pure.

They apply only where no idea was read, so they can neither credit nor challenge anything.
"""

from __future__ import annotations

from tutor.dialogue import rules
from tutor.dialogue.asides import Aside, aside
from tutor.dialogue.model import Assessment, Move, MoveKind, Reason
from tutor.dialogue.rule import LADDER, exhibit_of, held, held_firm, rule
from tutor.dialogue.session import Session


@rule("they want to be told the answer, or their word taken for it", MoveKind.HOLD_FIRM, MoveKind.PROMPT)
def unearned(session: Session, assessment: Assessment) -> Move | None:
    """What was told already is asked back; an answer has its own ladder, and a rank is no evidence."""
    found = None if assessment.asks else _aside(session)
    if found is Aside.DEMAND:
        return _say_it_back(session) or held_firm(session, Reason.DEMANDED)
    return held_firm(session, Reason.RANK) if found is Aside.RANK else None


@rule("they ask how they stand", MoveKind.ANSWER)
def standing(session: Session, assessment: Assessment) -> Move | None:
    if assessment.asks is not None or _aside(session) is not Aside.STANDING:
        return None
    target = held(session)
    exhibit = exhibit_of(session, target)
    return Move(kind=MoveKind.ANSWER, reason=Reason.STANDING, target=target, exhibit=exhibit)


@rule(
    "they ask what to do here, for the question again, what something means, or for a verdict on a guess",
    MoveKind.ANSWER,
    MoveKind.REDIRECT,
)
def orient(session: Session, assessment: Assessment) -> Move | None:
    reasons = {
        Aside.HOW: Reason.HOW_IT_WORKS,
        Aside.AGAIN: Reason.ASKED_AGAIN,
        Aside.OFFER: Reason.ON_OFFER,
        Aside.GUESS: Reason.YOURS_TO_SAY,
        Aside.MEANING: Reason.UNDEFINED,
        Aside.OPEN: Reason.YOURS_TO_ANSWER,
    }
    found = _aside(session)
    if assessment.asks is not None or found not in reasons:
        return None
    if found is Aside.HOW and len(session.turns) == 1:
        return Move(kind=MoveKind.REDIRECT, reason=Reason.GREETED)
    return Move(kind=MoveKind.ANSWER, reason=reasons[found])


@rule("they ask why they are asked, or why they are contradicted", MoveKind.ANSWER)
def explain(session: Session, assessment: Assessment) -> Move | None:
    found = None if assessment.asks else _aside(session)
    if found is Aside.WHY:
        return Move(kind=MoveKind.ANSWER, reason=Reason.WHY_ASKED)
    target = held(session)
    if found is not Aside.WHY_NOT or target is None:
        return None
    return Move(
        kind=MoveKind.ANSWER, reason=Reason.WHY_NOT, target=target, exhibit=exhibit_of(session, target)
    )


@rule("they want to go on", MoveKind.ANSWER, MoveKind.ADVANCE, MoveKind.DEBRIEF)
def stay(session: Session, assessment: Assessment) -> Move | None:
    """What is open keeps them, and costs them no hint; where nothing is, on they go."""
    if _aside(session) is not Aside.SKIP:
        return None
    target = held(session)
    exhibit = exhibit_of(session, target)
    return rules.done.choose(session, assessment) or Move(
        kind=MoveKind.ANSWER, reason=Reason.SKIPPED, target=target, exhibit=exhibit
    )


@rule("they are leaving", MoveKind.REDIRECT)
def farewell(session: Session, assessment: Assessment) -> Move | None:
    leaves = assessment.asks is None and _aside(session) is Aside.LEAVING
    return Move(kind=MoveKind.REDIRECT, reason=Reason.LEAVING) if leaves else None


@rule("a greeting, thanks, or a word about themselves", MoveKind.REDIRECT)
def courtesy(session: Session, assessment: Assessment) -> Move | None:
    reasons = {
        Aside.GREETING: Reason.GREETED,
        Aside.THANKS: Reason.THANKED,
        Aside.UNSETTLED: Reason.UNSETTLED,
    }
    found = None if assessment.asks else _aside(session)
    return Move(kind=MoveKind.REDIRECT, reason=reasons[found]) if found in reasons else None


@rule("they copy what was told", MoveKind.PROMPT)
def echo(session: Session, assessment: Assessment) -> Move | None:
    """Saying it back is for one's own words."""
    turn = session.awaiting
    return _say_it_back(session) if turn is not None and session.echoes(turn.text) else None


@rule("they only nod", MoveKind.PUMP, MoveKind.PROMPT)
def nod(session: Session, assessment: Assessment) -> Move | None:
    """Agreeing with the consultant drops no misconception and says nothing back."""
    if _aside(session) is not Aside.NOD:
        return None
    target = held(session)
    asked_back = None if target else _say_it_back(session)
    return asked_back or Move(
        kind=MoveKind.PUMP, reason=Reason.AGREED, target=target, exhibit=exhibit_of(session, target)
    )


@rule("they only say no", MoveKind.PUMP)
def disagreement(session: Session, assessment: Assessment) -> Move | None:
    if _aside(session) is not Aside.DISAGREEMENT:
        return None
    return Move(kind=MoveKind.PUMP, reason=Reason.DISAGREED)


def _aside(session: Session) -> Aside | None:
    """What else a message does, once it is known that no idea was read in it."""
    turn = session.awaiting
    read = turn.assessment if turn else None
    if turn is None or read is None or read.claims or read.candidates:
        return None
    return aside(turn.text)


def _say_it_back(session: Session) -> Move | None:
    """Asks for what the ladder has told in full and the learner has not said yet."""
    groups = session.open_groups()
    target = groups[0][0] if groups else None
    if target is None or session.ladder.get(session.slot(target), 0) < len(LADDER):
        return None
    return Move(kind=MoveKind.PROMPT, reason=Reason.SAY_IT_BACK, target=target)
