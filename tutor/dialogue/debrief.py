"""What a session amounts to: by stage, what was said, challenged, hinted and never looked at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.dialogue.calibration import Estimate, estimates_of
from tutor.dialogue.model import Act, MoveKind
from tutor.dialogue.session import Challenge, Credit, Session


@dataclass(frozen=True)
class Found:
    """An expectation, and the words in which the learner met it (None: never said)."""

    ideas: tuple[str, ...]
    said: str | None
    credit: Credit | None
    told: bool  # the consultant had to give it away first


@dataclass(frozen=True)
class Challenged:
    """A misconception the learner put forward, and whether it was dropped."""

    idea: str
    challenge: Challenge


@dataclass(frozen=True)
class StageReport:
    stage: str
    reached: bool
    found: tuple[Found, ...]
    challenged: tuple[Challenged, ...]
    messages: int
    hints: int


@dataclass(frozen=True)
class Debrief:
    """The whole session in review."""

    variant: str
    complete: bool
    stages: tuple[StageReport, ...]
    never_opened: tuple[str, ...]
    questions: int
    experiments: int
    disputes: int
    estimates: tuple[Estimate, ...]

    @property
    def missed(self) -> tuple[tuple[str, ...], ...]:
        """The expectations never put forward, over all stages."""
        return tuple(f.ideas for s in self.stages for f in s.found if f.said is None)


_LADDER = {MoveKind.PUMP, MoveKind.HINT, MoveKind.PROMPT, MoveKind.ASSERTION}


def debrief(session: Session) -> Debrief:
    """The review of a session, finished or not."""
    key = session.key
    here = key.stages.index(session.stage)
    exhibits = key.scenario.exhibits.items()
    return Debrief(
        variant=key.variant,
        complete=session.finished and not session.ended_early,
        stages=tuple(_stage(session, stage, i <= here) for i, stage in enumerate(key.stages)),
        never_opened=tuple(n for n, e in exhibits if e.open == "on_request" and n not in session.opened),
        questions=sum(t.assessment is not None and t.assessment.act is Act.QUESTION for t in session.turns),
        experiments=len(session.experiments),
        disputes=sum(t.disputed is not None for t in session.turns),
        estimates=estimates_of(session),
    )


def _stage(session: Session, stage: str, reached: bool) -> StageReport:
    turns = [t for t in session.turns if t.stage == stage]
    hints = sum(
        t.move is not None
        and t.move.kind in _LADDER
        and t.assessment is not None
        and t.assessment.act in (Act.HINT_REQUEST, Act.GIVE_UP)
        for t in turns
    )
    return StageReport(
        stage=stage,
        reached=reached,
        found=tuple(_found(session, stage, group) for group in session.key.groups(stage)),
        challenged=tuple(
            Challenged(idea, challenge)
            for (where, idea), challenge in session.challenges.items()
            if where == stage
        ),
        messages=len(turns),
        hints=hints,
    )


def _found(session: Session, stage: str, group: tuple[str, ...]) -> Found:
    told = any(session.ladder.get((stage, idea), 0) >= len(_LADDER) for idea in group)
    for idea in group:
        credit = session.credits.get((stage, idea))
        if credit is not None:
            return Found(group, idea, credit, told)
    return Found(group, None, None, told)
