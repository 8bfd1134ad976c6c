"""The state of a session: what was said, earned, challenged and opened, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutor.dialogue.asides import copies, offers_alternatives
from tutor.dialogue.events import Experimented
from tutor.dialogue.key import Group, Key
from tutor.dialogue.model import Assessment, Move, MoveKind, Role, Usage, Verdict

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

    def commits(self, assessment: Assessment, text: str) -> bool:
        """Whether a message stands by what it names: no list of everything, no right one *or* another,
        no copy of what was told."""
        if self.echoes(text):
            return False
        return not self.is_shotgun(assessment) and not self.is_either_or(assessment, text)

    def echoes(self, text: str) -> bool:
        """Whether a message mostly copies what the consultant has told in full."""
        told = (t.reply for t in self.turns if t.move is not None and t.move.kind is MoveKind.ASSERTION)
        return any(copies(text, reply) for reply in told if reply)

    def is_either_or(self, assessment: Assessment, text: str) -> bool:
        """Whether a message offers ideas as alternatives, one of which is expected and another is not."""
        kinds = {i: self.key.scenario.ideas[i].kind for i in assessment.asserted()}
        rivals = [c for c in assessment.claims if c.idea in kinds and kinds[c.idea] != "observation"]
        placed = [self.key.place(c.idea, self.stage) for c in rivals]
        right = [p is not None and p.role is Role.EXPECTATION for p in placed]
        mixed = any(right) and not all(right)
        return mixed and offers_alternatives(text, [c.quote for c in rivals])

    def is_shotgun(self, assessment: Assessment) -> bool:
        """Whether a message names so many ideas that it commits to none."""
        asserted = set(assessment.asserted())
        misses = {i for i in asserted if self.key.role(i, self.stage) is not Role.EXPECTATION}
        misses = {i for i in misses if not self.key.is_evidence(i)}
        return len(asserted) >= SHOTGUN_IDEAS and len(misses) >= SHOTGUN_MISSES
