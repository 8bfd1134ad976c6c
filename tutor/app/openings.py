"""How a case screen comes by its session."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Take:
    """A new session of a scenario, with a hidden cause drawn for it unless one is named."""

    scenario: str
    variant: str | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Resume:
    """A session as it was left."""

    session: str


Opening = Take | Resume
