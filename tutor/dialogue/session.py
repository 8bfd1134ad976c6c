"""How each event changes the state of a session. Pure: the same events give the same state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from tutor.dialogue.events import (
    Assessed,
    Disputed,
    Ended,
    Estimated,
    Event,
    Experimented,
    Opened,
    Replied,
    Said,
    Spent,
    Started,
)
from tutor.dialogue.key import Key
from tutor.dialogue.model import Act, Assessment, MoveKind, Reason, Role, Stance
from tutor.dialogue.state import SHOTGUN_IDEAS, SHOTGUN_MISSES, Challenge, Credit, Session, Slot, Turn

__all__ = [
    "SHOTGUN_IDEAS",
    "SHOTGUN_MISSES",
    "Challenge",
    "Credit",
    "Session",
    "Slot",
    "Turn",
    "advance",
    "at_stage",
    "replay",
    "start",
]


def start(key: Key, seed: int) -> Session:
    return Session(key=key, seed=seed, stage=key.stages[0])


def at_stage(key: Key, stage: str, seed: int = 0) -> Session:
    """A session that stands at a stage with nothing said in it; the earlier ones count as done."""
    return replace(start(key, seed), stage=stage)


def replay(key: Key, events: Iterable[Event]) -> Session:
    """The session after all events."""
    session: Session | None = None
    for event in events:
        session = start(key, event.seed) if isinstance(event, Started) else session
        if session is None:
            raise ValueError("the first event of a session must be 'started'")
        session = advance(session, event)
    if session is None:
        raise ValueError("a session has at least one event")
    return session


def advance(session: Session, event: Event) -> Session:
    """The session after one event."""
    match event:
        case Started():
            return session
        case Said():
            turn = Turn(event.turn, session.stage, event.text)
            return replace(session, turns=(*session.turns, turn))
        case Assessed():
            return _assessed(session, event)
        case Replied():
            return _replied(session, event)
        case Opened():
            if event.exhibit in session.opened:
                return session
            return replace(session, opened=(*session.opened, event.exhibit))
        case Experimented():
            return replace(session, experiments=(*session.experiments, event))
        case Disputed():
            return _with_turn(session, event.turn, disputed=event.reason)
        case Estimated():
            return replace(session, estimates={**session.estimates, event.turn: event.probability})
        case Spent():
            return replace(session, spent=session.spent + event.usage)
        case Ended():
            return replace(session, finished=True, ended_early=True)
        case _:
            assert_never(event)


def _with_turn(session: Session, number: int, **changes: object) -> Session:
    turns = tuple(replace(t, **changes) if t.number == number else t for t in session.turns)  # type: ignore[arg-type]
    return replace(session, turns=turns)


def _assessed(session: Session, event: Assessed) -> Session:
    assessment = event.assessment
    verdict = session.key.verdict(assessment, session.stage, session.said())
    session = _with_turn(session, event.turn, assessment=assessment, verdict=verdict)
    if assessment.abstained:
        return session
    if assessment.act is Act.QUESTION:
        return _credit(session, event, only_observations=True)
    if assessment.act is not Act.CONTRIBUTION or not session.commits(assessment, session.turns[-1].text):
        return session
    session = _commit(_credit(session, event), assessment)
    return _challenge(_drop(session, event), event)


def _credit(session: Session, event: Assessed, *, only_observations: bool = False) -> Session:
    """Bank every right idea, whichever stage it belongs to. What is credited is never taken back."""
    key, credits = session.key, dict(session.credits)
    asserted = [c for c in event.assessment.claims if c.stance is Stance.ASSERTS]
    evidence = any(key.is_evidence(c.idea) for c in asserted)
    wrong = any(_is_wrong(session, c.idea) for c in asserted)
    for claim in asserted:
        placed = key.place(claim.idea, session.stage)
        if placed is None or placed.role is not Role.EXPECTATION:
            continue
        early = key.is_later(placed.stage, session.stage)
        if only_observations and (early or key.scenario.ideas[claim.idea].kind != "observation"):
            continue
        slot = (placed.stage, claim.idea)
        before = credits.get(slot)
        grounded = not early or evidence
        if before is None or (grounded and not before.grounded):
            credits[slot] = Credit(event.turn, session.stage, claim.quote, grounded)
    if evidence and not wrong:
        for idea in session.unproven():
            slot = (session.stage, idea)
            credits[slot] = replace(credits[slot], grounded=True)
    return replace(session, credits=credits)


def _commit(session: Session, assessment: Assessment) -> Session:
    """Keeps track of the remedies that cost hours: put forward in a stage against time, not taken back."""
    clock = session.key.scenario.clock
    if clock is None or session.stage not in clock.runs_in:
        return session
    costly = {Role.EXPECTATION, Role.PLAUSIBLE}
    now = {i for i in assessment.asserted() if session.key.role(i, session.stage) in costly}
    return replace(session, committed=(session.committed | now) - set(assessment.denied()))


def _is_wrong(session: Session, idea: str) -> bool:
    placed = session.key.place(idea, session.stage)
    return placed is not None and placed.role is Role.MISCONCEPTION


def _drop(session: Session, event: Assessed) -> Session:
    """A misconception is dropped when it is denied, or when the right idea is put in its place with evidence:
    an observation said since the challenge."""
    denied = set(event.assessment.denied())
    asserted = set(event.assessment.asserted())
    challenges = dict(session.challenges)
    for (stage, idea), challenge in session.challenges.items():
        if challenge.dropped is not None or idea in asserted:
            continue
        right = {i for group in session.key.groups(stage) for i in group}
        replaced = asserted & right and session.observed_since(challenge.turn)
        if idea in denied or replaced:
            challenges[stage, idea] = replace(challenge, dropped=event.turn)
    return replace(session, challenges=challenges)


def _challenge(session: Session, event: Assessed) -> Session:
    """Open (or reopen) every misconception that the message puts forward."""
    challenges = dict(session.challenges)
    for claim in event.assessment.claims:
        placed = session.key.place(claim.idea, session.stage)
        if claim.stance is Stance.DENIES or placed is None or placed.role is not Role.MISCONCEPTION:
            continue
        before = challenges.get((placed.stage, claim.idea))
        times = before.times + 1 if before else 1
        challenges[placed.stage, claim.idea] = Challenge(event.turn, claim.quote, times)
    return replace(session, challenges=challenges)


_LADDER = {MoveKind.PUMP: 1, MoveKind.HINT: 2, MoveKind.PROMPT: 3, MoveKind.ASSERTION: 4}


# Whoever argues with an exhibit lays it on the table.
_PUTS_ON_THE_TABLE = {MoveKind.SHOW_EXHIBIT, MoveKind.PUSH_BACK, MoveKind.CONFIRM, MoveKind.ADVANCE}


def _replied(session: Session, event: Replied) -> Session:
    move = event.move
    session = _with_turn(session, event.turn, move=move, reply=event.text, by=event.by, note=event.note)
    if move.kind is MoveKind.PROBE and move.target is not None:
        slot = session.slot(move.target)
        probed = {**session.probed, slot: session.probed.get(slot, 0) + 1}
        session = replace(session, probed=probed)
    if move.target is not None and move.reason is Reason.PLAIN and move.kind in _LADDER:
        session = replace(session, ladder={**session.ladder, session.slot(move.target): _LADDER[move.kind]})
    if move.kind in _PUTS_ON_THE_TABLE and move.exhibit is not None and session.available(move.exhibit):
        session = advance(session, Opened(exhibit=move.exhibit))
    if move.shows is not None:
        session = advance(session, Opened(exhibit=move.shows))
    if move.kind is MoveKind.ADVANCE and move.stage is not None:
        session = replace(session, stage=move.stage)
    if move.kind is MoveKind.DEBRIEF:
        session = replace(session, finished=True)
    return session
