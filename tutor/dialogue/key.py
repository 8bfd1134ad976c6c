"""The answer key of one variant: which role an idea has where. Sealed: no learner sees it unearned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tutor.dialogue.model import Assessment, Role, Stance, Verdict
from tutor.scenario.schema import Scenario, StageRoles

Group = tuple[str, ...]


@dataclass(frozen=True)
class Placed:
    """The role of an idea and the stage that gives it."""

    role: Role
    stage: str


@dataclass(frozen=True)
class Key:
    """A scenario seen through one variant."""

    scenario: Scenario
    variant: str

    @cached_property
    def stages(self) -> tuple[str, ...]:
        return tuple(self.scenario.stages)

    @cached_property
    def _roles(self) -> dict[str, StageRoles]:
        return {stage: self.scenario.roles(self.variant, stage) for stage in self.stages}

    @cached_property
    def _table(self) -> dict[tuple[str, str], Role]:
        table: dict[tuple[str, str], Role] = {}
        for stage, roles in self._roles.items():
            table |= {(stage, idea): Role.PLAUSIBLE for idea in roles.plausible}
            table |= {(stage, idea): Role.MISCONCEPTION for idea in roles.wrong}
            table |= {(stage, idea): Role.EXPECTATION for group in roles.expected() for idea in group}
        return table

    def roles(self, stage: str) -> StageRoles:
        return self._roles[stage]

    def groups(self, stage: str) -> tuple[Group, ...]:
        """The expectations of a stage: from each group any one idea must be put forward."""
        return self._roles[stage].expected()

    def role(self, idea: str, stage: str) -> Role | None:
        """The role of an idea in a stage, None when it is beside the point there."""
        return self._table.get((stage, idea))

    def place(self, idea: str, stage: str) -> Placed | None:
        """The role of an idea where it counts: in this stage, else in the nearest later one, else in the
        nearest earlier one. None when the variant gives it no role at all."""
        for place in self._order(idea, stage):
            role = self.role(idea, place)
            if role is not None:
                return Placed(role, place)
        return None

    def _order(self, idea: str, stage: str) -> tuple[str, ...]:
        here = self.stages.index(stage)
        if not self.scenario.separate_stages:
            return (stage, *self.stages[here + 1 :], *reversed(self.stages[:here]))
        # Stages that are cases of their own: an observation or diagnosis that belongs to one of them only may
        # be said early; everything else counts where it is said.
        others = [s for s in self.stages if s != stage and self.role(idea, s) is not None]
        travels = self.scenario.ideas[idea].kind in ("observation", "diagnosis") and len(others) == 1
        return (stage, *others) if travels else (stage,)

    def is_later(self, stage: str, than: str) -> bool:
        return self.stages.index(stage) > self.stages.index(than)

    def is_evidence(self, idea: str) -> bool:
        """Whether an idea is an observation that this variant does not contradict."""
        if self.scenario.ideas[idea].kind != "observation":
            return False
        return not any(self.role(idea, stage) is Role.MISCONCEPTION for stage in self.stages)

    def verdict(self, assessment: Assessment, stage: str, said: frozenset[str] = frozenset()) -> Verdict:
        """What a message is worth in its stage: wrong if any asserted idea is wrong there, else correct or
        partly correct (given what was `said` before) if any is expected, else plausible, else beside the
        point; none if nothing is asserted or the message is no attempt."""
        if assessment.act != "contribution":
            return Verdict.NONE
        asserted = [c.idea for c in assessment.claims if c.stance is Stance.ASSERTS]
        if not asserted:
            return Verdict.NONE
        roles = {self.role(idea, stage) for idea in asserted}
        if Role.MISCONCEPTION in roles:
            return Verdict.WRONG
        if Role.EXPECTATION in roles:
            now = said.union(asserted)
            whole = all(now.intersection(group) for group in self.groups(stage))
            return Verdict.CORRECT if whole else Verdict.PARTLY_CORRECT
        return Verdict.PLAUSIBLE if Role.PLAUSIBLE in roles else Verdict.BESIDE_THE_POINT
