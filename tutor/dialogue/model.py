"""The values of a conversation: what the learner's message was read as, what it is worth, what comes next."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen value; two with equal fields are the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Usage(Value):
    """What a language model was asked: calls, and tokens sent and received. `guessed`: those of them that the
    server did not count, reckoned from the length."""

    calls: int = 0
    sent: int = 0
    received: int = 0
    guessed: int = 0

    @property
    def tokens(self) -> int:
        return self.sent + self.received

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            sent=self.sent + other.sent,
            received=self.received + other.received,
            guessed=self.guessed + other.guessed,
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls - other.calls,
            sent=self.sent - other.sent,
            received=self.received - other.received,
            guessed=self.guessed - other.guessed,
        )


class Act(StrEnum):
    """What a learner's message does (a dialogue act)."""

    CONTRIBUTION = "contribution"
    QUESTION = "question"
    HINT_REQUEST = "hint_request"
    GIVE_UP = "give_up"
    OFF_TOPIC = "off_topic"
    MANIPULATION = "manipulation"
    VAGUE = "vague"
    DISPUTE = "dispute"  # the learner marks a reply as unfair; never read from text, always said on purpose


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


class Reason(StrEnum):
    """Why a move was chosen, where its kind alone does not say; the wording differs by it."""

    PLAIN = "plain"
    ACKNOWLEDGED = "acknowledged"  # push_back: a right part stands beside the wrong one
    INSISTED = "insisted"  # push_back: the claim came back
    EARLY = "early"  # push_back, probe: an idea of a later stage
    LATE = "late"  # push_back, probe, pump: an idea of a stage that is closed
    STILL_OPEN = "still_open"  # probe: all is said, but a misconception was never dropped
    SHOTGUN = "shotgun"  # probe: many ideas at once, commit to one
    EITHER_OR = "either_or"  # probe: alternatives, commit to one
    RULED_OUT = "ruled_out"  # probe: the learner crosses off what the evidence has not
    EVIDENCE = "evidence"  # probe, advance: said early, now show it
    DROPPED = "dropped"  # pump: a misconception was let go
    DENIED = "denied"  # pump: something was crossed off
    BANKED = "banked"  # pump: right, for a later stage
    KNOWN = "known"  # pump: said before
    FITS = "fits"  # pump: an observation that is true of the run and not asked for
    UNREAD = "unread"  # pump: no idea recognised
    VAGUE = "vague"  # pump
    TRIED = "tried"  # pump: an experiment was put forward, with no word about it
    WHICH = "which"  # clarify: a yes to one of two
    HELD = "held"  # clarify: for or against an idea that is in dispute
    SAY_IT_BACK = "say_it_back"  # prompt: told already, in your own words now
    BESIDE = "beside"  # redirect: no bearing on this stage
    OFF_TOPIC = "off_topic"  # redirect
    OUT_OF_TIME = "out_of_time"  # advance, debrief: the hours of the case are used up
    NOT_YET = "not_yet"  # answer: that exhibit belongs to a later stage
    DISPUTED = "disputed"  # hold_firm: the learner finds it unfair; say what evidence would change it
    UNANSWERABLE = "unanswerable"  # answer: the case does not tell
    DEFINED = "defined"  # answer: what a word means, from the cards
    UNDEFINED = "undefined"  # answer: what something means that no card explains
    WHY_ASKED = "why_asked"  # answer: what the question is good for
    WHY_NOT = "why_not"  # answer: what an objection rests on
    SKIPPED = "skipped"  # answer: they want to go on, and what is open keeps them
    HOW_IT_WORKS = "how_it_works"  # answer: what one can do here
    ON_OFFER = "on_offer"  # answer: what there is to look at and to ask for
    STANDING = "standing"  # answer: what is in dispute, and how much is to come
    YOURS_TO_SAY = "yours_to_say"  # answer: a guess in the form of a question
    YOURS_TO_ANSWER = "yours_to_answer"  # answer: the consultant's own question, asked back
    ASKED_AGAIN = "asked_again"  # answer: the question once more
    DEMANDED = "demanded"  # hold_firm: "just tell me"
    RANK = "rank"  # hold_firm: somebody says so
    AGREED = "agreed"  # pump: a nod, which is no answer and drops nothing
    DISAGREED = "disagreed"  # pump: a plain no to nothing in particular
    GREETED = "greeted"  # redirect
    THANKED = "thanked"  # redirect
    UNSETTLED = "unsettled"  # redirect: new to this, tired
    LEAVING = "leaving"  # redirect


class Move(Value):
    """The consultant's next move: its kind, what it is about, and the evidence it points at.

    `target` is an idea, `level` counts how often the same thing was said before (or the step of the ladder),
    `acknowledged` are right ideas in the same message, `fact` answers a question, `stage` is where an advance
    leads, `candidates` are what a clarification offers, `shows` is an exhibit asked for in passing, `terms`
    are the words that an answer explains, `also` are further facts that it gives, `unmet` is how many more
    things were asked for at once.
    """

    kind: MoveKind
    reason: Reason = Reason.PLAIN
    target: str | None = None
    exhibit: str | None = None
    fact: str | None = None
    stage: str | None = None
    level: int = 0
    acknowledged: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    shows: str | None = None
    terms: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unmet: int = 0


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
    "fact:ID", "exhibit:ID", or "term:NAME" where it asks what a word means; `also` are those of a question
    that asks for more at once.
    """

    act: Act
    claims: tuple[Claim, ...] = ()
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    abstained: bool = False
    candidates: tuple[str, ...] = ()
    asks: str | None = None
    also: tuple[str, ...] = ()

    def asserted(self) -> tuple[str, ...]:
        return tuple(c.idea for c in self.claims if c.stance is Stance.ASSERTS)

    def denied(self) -> tuple[str, ...]:
        return tuple(c.idea for c in self.claims if c.stance is Stance.DENIES)
