"""What the consultant has just asked, for reading answers that lean on it ("yes", "the second", "too
high")."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.dialogue.model import MoveKind


@dataclass(frozen=True, slots=True)
class AskedContext:
    """The last move and the ideas it was about: its target, or the candidates it offered, in their order."""

    move: MoveKind
    ideas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtHand:
    """Exhibits that are not this stage's own ("exhibit:ID"): those of earlier stages, those of later ones."""

    earlier: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
