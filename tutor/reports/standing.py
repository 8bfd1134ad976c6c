"""Where a session stands: what lists of sessions, and whoever comes back to one, are told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.dialogue.session import Session
from tutor.reports.review import count


@dataclass(frozen=True)
class Standing:
    """The stage that was reached, from 1, of how many, its title, and how many messages were sent."""

    stage: int
    stages: int
    title: str
    messages: int

    @property
    def words(self) -> str:
        """'stage 2 of 4 · 5 messages'."""
        return f"stage {self.stage} of {self.stages} · {count(self.messages, 'message')}"


def standing(session: Session) -> Standing:
    """Where it stands."""
    stages = session.key.stages
    return Standing(
        stage=stages.index(session.stage) + 1,
        stages=len(stages),
        title=session.key.scenario.stages[session.stage].title,
        messages=len(session.turns),
    )
