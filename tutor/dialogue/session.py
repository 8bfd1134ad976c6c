"""The state of a session, and how each event changes it. Pure: the same events give the same state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
from tutor.dialogue.key import Group, Key
from tutor.dialogue.model import Act, Assessment, Move, MoveKind, Reason, Role, Stance, Usage, Verdict

Slot = tuple[str, str]  # (stage, idea): an idea counts, and is challenged, in one stage at a time

SHOTGUN_IDEAS = 4
SHOTGUN_MISSES = 2


@dataclass(frozen=True)
class Credit:
    """A right idea in the learner's own words. `grounded`: said in its stage, or together with evidence."""

    turn: int
    stage: str
    quote: str
    grounded: bool


@dataclass(frozen=True)
class Challenge:
    """A wrong idea the learner put forward: how often, and when it was dropped."""

    turn: int
    quote: str
    times: int = 1
    dropped: int | None = None


@dataclass(frozen=True)
class Turn:
    """One message, how it was read, and the reply; what is not there yet is None."""

    number: int
    stage: str
    text: str
    assessment: Assessment | None = None
    verdict: Verdict = Verdict.NONE
    move: Move | None = None
    reply: str | None = None
    by: str = ""
    note: str = ""
    disputed: str | None = None


@dataclass(frozen=True)
class Session:
    """Everything a screen, a report or the policy needs to know."""

    key: Key
    seed: int
    stage: str
    finished: bool = False
    ended_early: bool = False
    turns: tuple[Turn, ...] = ()
    credits: Mapping[Slot, Credit] = field(default_factory=dict)
    challenges: Mapping[Slot, Challenge] = field(default_factory=dict)
    probed: Mapping[Slot, int] = field(default_factory=dict)
    ladder: Mapping[Slot, int] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    experiments: tuple[Experimented, ...] = ()
    estimates: Mapping[int, float] = field(default_factory=dict)
    committed: frozenset[str] = frozenset()
    spent: Usage = field(default_factory=Usage)

    # ------------------------------------------------------------ questions the policy and the screens ask

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    @property
    def awaiting(self) -> Turn | None:
        """The learner's message that has no reply yet."""
        return self.turns[-1] if self.turns and self.turns[-1].move is None else None

    @property
    def next_turn(self) -> int:
        return len(self.turns) + 1

    def said(self) -> frozenset[str]:
        """The right ideas of the present stage that the learner has put forward."""
        return frozenset(idea for stage, idea in self.credits if stage == self.stage)

    def slot(self, idea: str) -> Slot:
        """Where an idea counts if it is said now."""
        placed = self.key.place(idea, self.stage)
        return (placed.stage if placed else self.stage, idea)

    def credit(self, idea: str) -> Credit | None:
        """The credit for an idea where it counts now."""
        return self.credits.get(self.slot(idea))

    def challenge(self, idea: str) -> Challenge | None:
        """The challenge of an idea where it counts now."""
        return self.challenges.get(self.slot(idea))

    def open_groups(self, stage: str | None = None) -> tuple[Group, ...]:
        """Expectations of the stage that were not put forward yet (with evidence, where said early)."""
        here = stage or self.stage
        return tuple(g for g in self.key.groups(here) if not any(self.holds(i, here) for i in g))

    def holds(self, idea: str, stage: str | None = None) -> bool:
        """Whether an idea is credited, with evidence where it was said early."""
        credit = self.credits.get((stage or self.stage, idea))
        return credit is not None and credit.grounded

    def unproven(self, stage: str | None = None) -> tuple[str, ...]:
        """Right ideas of the stage that were said early and without evidence."""
        here = stage or self.stage
        return tuple(i for group in self.open_groups(here) for i in group if (here, i) in self.credits)

    def open_challenges(self, stage: str | None = None) -> tuple[str, ...]:
        """Misconceptions of the stage not dropped yet, the latest first."""
        here = stage or self.stage
        held = [(c.turn, i) for (s, i), c in self.challenges.items() if s == here and c.dropped is None]
        return tuple(i for _, i in sorted(held, reverse=True))

    def observed_since(self, turn: int) -> bool:
        """Whether the learner has said, after a turn, what the evidence shows."""
        later = (t.assessment for t in self.turns[turn:] if t.assessment is not None)
        return any(self.key.is_evidence(idea) for read in later for idea in read.asserted())

    def stage_done(self, stage: str | None = None) -> bool:
        return not self.open_groups(stage) and not self.open_challenges(stage)

    def next_stage(self) -> str | None:
        """The first later stage that is not done already; None after the last."""
        here = self.key.stages.index(self.stage)
        return next((s for s in self.key.stages[here + 1 :] if not self.stage_done(s)), None)

    def hours_spent(self) -> float:
        """Hours used on the case's clock: experiments, and remedies committed to."""
        ideas = self.key.scenario.ideas
        remedies = sum(ideas[i].hours for i in self.committed if i in ideas)
        return remedies + sum(e.hours for e in self.experiments)

    def hours_left(self) -> float | None:
        """Hours left, never below 0; None where the case has no clock."""
        clock = self.key.scenario.clock
        return None if clock is None else max(0.0, clock.hours - self.hours_spent())

    def out_of_time(self) -> bool:
        clock = self.key.scenario.clock
        return clock is not None and self.stage in clock.runs_in and self.hours_left() == 0

    def available(self, exhibit: str) -> bool:
        """Whether the stage from which an exhibit is to be had has come."""
        since = self.key.scenario.exhibits[exhibit].since
        return since is None or not self.key.is_later(since, self.stage)

    def is_shotgun(self, assessment: Assessment) -> bool:
        """Whether a message names so many ideas that it commits to none."""
        asserted = set(assessment.asserted())
        misses = {i for i in asserted if self.key.role(i, self.stage) is not Role.EXPECTATION}
        misses = {i for i in misses if not self.key.is_evidence(i)}
        return len(asserted) >= SHOTGUN_IDEAS and len(misses) >= SHOTGUN_MISSES


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
    if assessment.act is not Act.CONTRIBUTION or session.is_shotgun(assessment):
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
