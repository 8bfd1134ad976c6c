"""What a move is called, where the learner should see at a glance what kind of answer it is. Pure."""

from __future__ import annotations

from tutor.dialogue.model import Move, MoveKind, Reason

LABELS: dict[MoveKind, str] = {
    MoveKind.PUSH_BACK: "Challenge",
    MoveKind.HOLD_FIRM: "Holding firm",
    MoveKind.PROBE: "Show me",
    MoveKind.CONFIRM: "That holds",
    MoveKind.ADVANCE: "Stage done",
    MoveKind.DEBRIEF: "Case closed",
    MoveKind.CLARIFY: "Did you mean",
    MoveKind.HINT: "Hint",
    MoveKind.PROMPT: "Hint",
    MoveKind.ASSERTION: "The answer",
}


def label(move: Move) -> str:
    """The word beside the consultant's name; empty for plain talk."""
    if move.kind is MoveKind.PUMP and move.target and move.reason is Reason.PLAIN:
        return "Hint"
    return LABELS.get(move.kind, "")
