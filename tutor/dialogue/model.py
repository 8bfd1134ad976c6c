"""The values of a conversation: what the learner's message was read as, what it is worth, what comes next."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen value; two with equal fields are the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Act(StrEnum):
    """What a learner's message does (a dialogue act)."""

    CONTRIBUTION = "contribution"
    QUESTION = "question"
    HINT_REQUEST = "hint_request"
    GIVE_UP = "give_up"
    OFF_TOPIC = "off_topic"
    MANIPULATION = "manipulation"
    VAGUE = "vague"


class Stance(StrEnum):
    """Whether a claim puts its idea forward or rejects it."""

    ASSERTS = "asserts"
    DENIES = "denies"


class Role(StrEnum):
    """What an idea is in one variant and stage (AutoTutor's terms; plausible: not wrong, not yet shown)."""

    EXPECTATION = "expectation"
    MISCONCEPTION = "misconception"
    PLAUSIBLE = "plausible"


class Verdict(StrEnum):
    """What a message is worth in its stage; computed from claims and roles, never by a model of language."""

    CORRECT = "correct"
    PARTLY_CORRECT = "partly_correct"
    WRONG = "wrong"
    PLAUSIBLE = "plausible"
    BESIDE_THE_POINT = "beside_the_point"
    NONE = "none"


class MoveKind(StrEnum):
    """What the consultant does next (a dialogue move)."""

    CONFIRM = "confirm"
    PUSH_BACK = "push_back"
    PROBE = "probe"
    PUMP = "pump"
    HINT = "hint"
    PROMPT = "prompt"
    ASSERTION = "assertion"
    ANSWER = "answer"
    SHOW_EXHIBIT = "show_exhibit"
    REDIRECT = "redirect"
    HOLD_FIRM = "hold_firm"
    CLARIFY = "clarify"
    ADVANCE = "advance"
    DEBRIEF = "debrief"


class Claim(Value):
    """An idea the learner put forward or rejected, in their own words (`quote` occurs in the message)."""

    idea: str
    stance: Stance = Stance.ASSERTS
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    quote: str = ""


class Assessment(Value):
    """How a message was read.

    `claims` holds only claims the assessor stands by. Where it is not sure enough, `abstained` is true and
    `candidates` names the ideas it wavers between, likeliest first. `asks` is the target of a question:
    "fact:ID" or "exhibit:ID".
    """

    act: Act
    claims: tuple[Claim, ...] = ()
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    abstained: bool = False
    candidates: tuple[str, ...] = ()
    asks: str | None = None

    def asserted(self) -> tuple[str, ...]:
        return tuple(c.idea for c in self.claims if c.stance is Stance.ASSERTS)

    def denied(self) -> tuple[str, ...]:
        return tuple(c.idea for c in self.claims if c.stance is Stance.DENIES)
