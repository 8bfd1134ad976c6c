"""What a scenario file may say: frozen, strict (an unknown key is an error), readable as a play.

Cross-references (does this idea exist?) are the business of `checking`; this module knows shapes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 1

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Saying = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Setting = bool | int | float | str

LearnerAct = Literal[
    "contribution", "question", "hint_request", "give_up", "off_topic", "manipulation", "vague"
]
IdeaKind = Literal[
    "observation", "diagnosis", "remedy", "metric", "monitoring", "safeguard", "stance_on_delivery"
]


class Part(BaseModel):
    """Base of every part of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Consultant(Part):
    """Who the learner talks to."""

    name: Short
    style: Short


class ExhibitEntry(Part):
    """Evidence of the engine under the scenario's own name. `show` names it in the engine."""

    show: Id
    engine: Id | None = Field(default=None, description="Another engine that has it, such as concepts.")
    title: Short
    open: Literal["at_start", "on_request"] = "on_request"
    since: Id | None = Field(default=None, description="The stage before which it is not to be had.")
    asked_by: tuple[Saying, ...] = ()
    say: Text | None = Field(default=None, description="What the consultant says when handing it over.")


class FactEntry(Part):
    """An answer to a question that learners may ask; rendered from the run."""

    about: Short
    asked_by: tuple[Saying, ...] = Field(min_length=1)
    answer: Text


class Lever(Part):
    """What the learner may change in the lab: allowed values, and its cost where the case has a clock."""

    values: tuple[Setting, ...] = Field(min_length=1)
    hours: float = Field(default=0.0, ge=0)
    label: Short | None = None


class Idea(Part):
    """Something a learner can put forward. Right or wrong only within a variant and stage."""

    kind: IdeaKind
    means: Saying
    short: Short | None = Field(
        default=None, description="The idea as a noun phrase: 'a learning rate too high'."
    )
    phrasings: tuple[Saying, ...] = ()
    hints: tuple[Text, ...] = Field(
        default=(), description="The ladder, one step each: a pump, a hint, a prompt. For expectations."
    )
    assertion: Text | None = Field(default=None, description="The idea told, after the third hint.")
    hours: float = Field(default=0.0, ge=0, description="What committing to it costs on the case's clock.")


class Pushback(Part):
    """Why an idea is wrong here: the kind of error, the evidence, a question at the end."""

    exhibit: Id
    error: Short = Field(
        description="The kind of error in a few words: 'that is a reading of the wrong curve'."
    )
    because: Text
    again: Text | None = Field(default=None, description="Other words for a learner who insists.")


class Probe(Part):
    """A question for the evidence that would tell a plausible idea apart."""

    exhibit: Id
    ask: Text


class Confirmation(Part):
    """What shows that an expectation is right in this run."""

    exhibit: Id
    because: Text


class StageRoles(Part):
    """The roles of ideas in one stage. Every item of `expects` must be put forward; a list inside it means
    any one of these."""

    expects: tuple[Id | Annotated[tuple[Id, ...], Field(min_length=2)], ...] = Field(min_length=1)
    confirms: Mapping[Id, Confirmation] = {}
    wrong: Mapping[Id, Pushback] = {}
    plausible: Mapping[Id, Probe] = {}

    def expected(self) -> tuple[tuple[str, ...], ...]:
        """The expectations as groups of alternatives."""
        return tuple((item,) if isinstance(item, str) else item for item in self.expects)


class Stage(Part):
    """One question of the case. `roles` hold for every variant that does not give its own."""

    title: Short
    ask: Text
    roles: StageRoles | None = None


class Variant(Part):
    """One hidden truth: what is simulated, what tells it apart, which ideas are right and wrong in it."""

    cause: Short = Field(description="The truth in one line, shown in the debrief.")
    simulate: Mapping[Id, Setting] = {}
    signature: tuple[Expression, ...] = Field(min_length=1)
    seeds: tuple[Annotated[int, Field(ge=0, le=2**31 - 1)], ...] = Field(min_length=1)
    stages: Mapping[Id, StageRoles] = {}
    debrief: Text


class Clock(Part):
    """Hours until it must be done.

    Experiments cost what their levers cost; in the stages of `runs_in` each remedy that the learner commits
    to costs its `hours`. When they are used up, the stage ends with `out_of_time`.
    """

    hours: float = Field(gt=0)
    runs_in: tuple[Id, ...] = Field(min_length=1)
    out_of_time: Text


class ContentTest(Part):
    """One line of a learner and how it must be taken."""

    variant: Id
    stage: Id
    says: Saying
    claims: tuple[Id, ...] | None = None
    denies: tuple[Id, ...] | None = None
    act: LearnerAct | None = None
    verdict: Literal["correct", "partly_correct", "wrong", "plausible", "beside_the_point", "none"] | None = (
        None
    )
    move: Id | None = None


class Scenario(Part):
    """A whole case."""

    format: Literal[1]
    id: Id
    title: Short
    level: Literal["beginner", "intermediate", "advanced"]
    minutes: int = Field(ge=1, le=240)
    concepts: tuple[Id, ...] = ()
    you: Short
    consultant: Consultant
    engine: Id
    clock: Clock | None = None
    summary: Short
    brief: Text
    exhibits: Mapping[Id, ExhibitEntry] = Field(min_length=1)
    facts: Mapping[Id, FactEntry] = {}
    levers: Mapping[Id, Lever] = {}
    ideas: Mapping[Id, Idea] = Field(min_length=1)
    stages: Mapping[Id, Stage] = Field(min_length=1)
    variants: Mapping[Id, Variant] = Field(min_length=1)
    tests: tuple[ContentTest, ...] = ()

    def roles(self, variant: str, stage: str) -> StageRoles:
        """The roles in one variant and stage; KeyError where the file has none."""
        own = self.variants[variant].stages.get(stage)
        if own is not None:
            return own
        shared = self.stages[stage].roles
        if shared is None:
            raise KeyError(stage)
        return shared


class StanceSaying(Part):
    """A message with the ideas it rejects and those it puts forward."""

    text: Saying
    asserts: tuple[Id, ...] = ()
    denies: tuple[Id, ...] = ()


class Phrasings(Part):
    """The file beside a scenario: many ways to say each idea, and messages by what they do."""

    format: Literal[1]
    phrasings: Mapping[Id, tuple[Saying, ...]] = {}
    acts: Mapping[LearnerAct, tuple[Saying, ...]] = {}
    mentions: tuple[Saying, ...] = ()
    stances: tuple[StanceSaying, ...] = ()
