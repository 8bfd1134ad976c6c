"""What the consultant does next: an ordered table of rules for each act. Pure.

The first rule that gives a move wins; the last of each table always does. `docs/dialogue.md` is printed from
these tables.
"""

from __future__ import annotations

from tutor.dialogue import answers, courtesies, rules
from tutor.dialogue.model import Act, Assessment, Move
from tutor.dialogue.rule import Rule
from tutor.dialogue.session import Session

ASIDES: tuple[Rule, ...] = (
    courtesies.explain,
    courtesies.stay,
    courtesies.orient,
    courtesies.standing,
    courtesies.unearned,
    courtesies.nod,
    courtesies.disagreement,
    courtesies.farewell,
    courtesies.courtesy,
)

UNSURE: tuple[Rule, ...] = (*ASIDES, rules.tried, rules.clarify)

RULES: dict[Act, tuple[Rule, ...]] = {
    Act.CONTRIBUTION: (
        courtesies.echo,
        rules.commit,
        rules.out_of_time,
        rules.push_back,
        rules.done,
        rules.ruled_out,
        rules.confirm,
        rules.probe_plausible,
        rules.still_open,
        rules.banked,
        rules.show_evidence,
        rules.dropped,
        rules.known,
        rules.tried,
        rules.beside,
        *ASIDES,
        rules.unread,
    ),
    Act.QUESTION: (
        courtesies.explain,
        courtesies.stay,
        courtesies.orient,
        courtesies.standing,
        courtesies.unearned,
        courtesies.farewell,
        courtesies.courtesy,
        answers.answer,
    ),
    Act.HINT_REQUEST: (
        courtesies.explain,
        courtesies.stay,
        courtesies.orient,
        courtesies.standing,
        courtesies.disagreement,
        courtesies.farewell,
        rules.next_hint,
    ),
    Act.GIVE_UP: (
        courtesies.explain,
        courtesies.stay,
        courtesies.orient,
        courtesies.standing,
        courtesies.disagreement,
        courtesies.farewell,
        rules.next_hint,
    ),
    Act.OFF_TOPIC: (*ASIDES, rules.tried, rules.off_topic),
    Act.MANIPULATION: (
        courtesies.explain,
        courtesies.stay,
        courtesies.standing,
        courtesies.unearned,
        rules.hold_firm,
    ),
    Act.VAGUE: (rules.done, *ASIDES, rules.tried, rules.vague),
    Act.DISPUTE: (rules.restate,),
}


def _with_what_was_asked_for(session: Session, assessment: Assessment, move: Move) -> Move:
    """A contribution may ask for an exhibit in passing ("I'd look at the confusion matrix"): it is shown."""
    kind, _, name = (assessment.asks or "").partition(":")
    asked = assessment.act is Act.CONTRIBUTION and kind == "exhibit" and name in session.key.scenario.exhibits
    return move.model_copy(update={"shows": name}) if asked and session.available(name) else move


def next_move(session: Session) -> Move:
    """The move that answers the message awaiting a reply. ValueError when none is, or it was not assessed."""
    turn = session.awaiting
    if turn is None or turn.assessment is None:
        raise ValueError("there is no assessed message that awaits a reply")
    assessment = turn.assessment
    table = UNSURE if assessment.abstained else RULES[assessment.act]
    for row in table:
        move = row.choose(session, assessment)
        if move is not None:
            return _with_what_was_asked_for(session, assessment, move)
    raise AssertionError(f"no rule for {assessment.act}")
