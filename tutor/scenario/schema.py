"""What a scenario file may say: frozen, strict (an unknown key is an error), readable as a play.

Cross-references (does this idea exist?) are the business of `checking`; this module knows shapes only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

FORMAT = 1

ID_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Saying = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Setting = bool | int | float | str

# No honest case comes near these; they keep what a stranger's file can cost in proportion.
FEW, SOME, MANY = 60, 400, 2_000

LearnerAct = Literal[
    "contribution", "question", "hint_request", "give_up", "off_topic", "manipulation", "vague"
]
IdeaKind = Literal[
    "observation", "diagnosis", "remedy", "metric", "monitoring", "safeguard", "stance_on_delivery"
]
VerdictName = Literal["correct", "partly_correct", "wrong", "plausible", "beside_the_point", "none"]
MoveName = Literal[
    "confirm", "push_back", "probe", "pump", "hint", "prompt", "assertion", "answer", "show_exhibit",
    "redirect", "hold_firm", "clarify", "advance", "debrief",
]  # fmt: skip


class Part(BaseModel):
    """Base of every part of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid")


PLAIN_NAME = r"\{\{\s*\w+\s*\}\}"


def _plain_names_only(text: str) -> str:
    if "{" in re.sub(PLAIN_NAME, "", text):
        raise ValueError("only plain {{ names }} may be filled in")
    return text


Phrase = Annotated[Saying, AfterValidator(_plain_names_only)]
Moment = Literal[
    "greeting", "thanks", "push_back", "insisted", "confirm", "advance", "probe", "hint", "assertion",
    "unread", "vague", "redirect", "hold_firm", "debrief",
]  # fmt: skip


class Consultant(Part):
    """Who the learner talks to."""

    name: Short = Field(description="First and last name.")
    style: Short = Field(description="How they talk, in a few words: 'dry, precise, kind'.")
    phrases: Mapping[Moment, Annotated[tuple[Phrase, ...], Field(max_length=FEW)]] = Field(
        default_factory=dict,
        description="Sentences of their own for moments of the talk, used before the shared ones.",
    )


class ExhibitEntry(Part):
    """Evidence of the engine under the scenario's own name. `show` names it in the engine."""

    show: Id = Field(description="The exhibit's name in the engine; docs/evidence.md lists them.")
    engine: Id | None = Field(default=None, description="Another engine that has it, such as concepts.")
    title: Short = Field(description="What the learner reads above it.")
    open: Literal["at_start", "on_request"] = Field(
        default="on_request", description="On the table from the start, or only when the learner asks."
    )
    since: Id | None = Field(default=None, description="The stage before which it is not to be had.")
    asked_by: tuple[Saying, ...] = Field(
        default=(), max_length=SOME, description="Ways in which a learner asks for it."
    )
    say: Text | None = Field(default=None, description="What the consultant says when handing it over.")


class FactEntry(Part):
    """An answer to a question that learners may ask; rendered from the run."""

    about: Short = Field(description="What it is about: 'the learning rate'.")
    stage: Id | None = Field(
        default=None,
        description="The one stage in which it is offered unasked; in all, where it is not given.",
    )
    asked_by: tuple[Saying, ...] = Field(
        min_length=1, max_length=SOME, description="Ways in which a learner asks for it."
    )
    answer: Text = Field(description="The answer; {{ run.... }} fills in values of the run.")


class Lever(Part):
    """What the learner may change in the lab: allowed values, and its cost where the case has a clock."""

    values: tuple[Setting, ...] = Field(
        min_length=1,
        max_length=SOME,
        description="What it may be set to; with numbers only, anything between goes too.",
    )
    hours: float = Field(default=0.0, ge=0, description="What an experiment with it costs on the clock.")
    label: Short | None = Field(default=None, description="Its name for the learner.")


class Idea(Part):
    """Something a learner can put forward. Right or wrong only within a variant and stage."""

    taken_from: Id | None = Field(
        default=None,
        alias="from",
        description="A concept of the library: what is not said here comes from it; phrasings are added.",
    )
    kind: IdeaKind = Field(description="What sort of idea it is. Observations also serve as evidence.")
    means: Saying = Field(description="The idea as one full sentence.")
    short: Short | None = Field(
        default=None, description="The idea as a noun phrase: 'a learning rate too high'."
    )
    phrasings: tuple[Saying, ...] = Field(
        default=(),
        max_length=MANY,
        description="Ways in which learners say it; more go into the .phrasings.yaml beside.",
    )
    hints: tuple[Text, ...] = Field(
        default=(),
        max_length=FEW,
        description="The ladder, one step each: a pump, a hint, a prompt. For expectations.",
    )
    assertion: Text | None = Field(default=None, description="The idea told, after the third hint.")
    hours: float = Field(default=0.0, ge=0, description="What committing to it costs on the case's clock.")
    beside_the_point: bool = Field(
        default=False,
        description="Meant to have no role anywhere: the consultant leads back to the question.",
    )


class Pushback(Part):
    """Why an idea is wrong here: the kind of error, the evidence, a question at the end."""

    exhibit: Id = Field(description="The exhibit that speaks against it.")
    error: Short = Field(
        description="The kind of error in a few words: 'that is a reading of the wrong curve'."
    )
    because: Text = Field(description="Two to four sentences with numbers of this run; the last one asks.")
    again: Text | None = Field(default=None, description="Other words for a learner who insists.")


class Probe(Part):
    """A question for the evidence that would tell a plausible idea apart."""

    exhibit: Id = Field(description="The exhibit that would tell.")
    ask: Text = Field(description="The question for the evidence.")


class Confirmation(Part):
    """What shows that an expectation is right in this run."""

    exhibit: Id = Field(description="The exhibit that shows it.")
    because: Text = Field(description="What on it shows that the idea is right, with numbers of this run.")


class StageRoles(Part):
    """The roles of ideas in one stage. Every item of `expects` must be put forward; a list inside it means
    any one of these."""

    expects: tuple[Id | Annotated[tuple[Id, ...], Field(min_length=1, max_length=FEW)], ...] = Field(
        min_length=1,
        max_length=FEW,
        description="Ideas that must all be put forward; of a list inside, any one.",
    )
    confirms: Mapping[Id, Confirmation] = Field(
        default={}, max_length=SOME, description="What shows each expected idea."
    )
    wrong: Mapping[Id, Pushback] = Field(
        default={}, max_length=SOME, description="Ideas that are pushed back."
    )
    plausible: Mapping[Id, Probe] = Field(
        default={},
        max_length=SOME,
        description="Ideas neither wrong nor shown yet: the consultant asks for the evidence.",
    )

    def expected(self) -> tuple[tuple[str, ...], ...]:
        """The expectations as groups of alternatives."""
        return tuple((item,) if isinstance(item, str) else item for item in self.expects)


class Stage(Part):
    """One question of the case. `roles` hold for every variant that does not give its own."""

    title: Short = Field(description="The stage in a few words.")
    ask: Text = Field(description="What the consultant asks.")
    why: Text | None = Field(
        default=None, description="What the question is good for, for learners who ask; names no answer."
    )
    roles: StageRoles | None = Field(
        default=None, description="What is right and wrong here in every variant that does not say itself."
    )


class Variant(Part):
    """One hidden truth: what is simulated, what tells it apart, which ideas are right and wrong in it."""

    cause: Short = Field(description="The truth in one line, shown in the debrief.")
    simulate: Mapping[Id, Setting] = Field(
        default={},
        max_length=SOME,
        description="Settings of the engine that plant the fault; docs/evidence.md lists them.",
    )
    signature: tuple[Expression, ...] = Field(
        min_length=1,
        max_length=FEW,
        description="What is measurably true of every run of it: 'run.loss.drop < 0.05'.",
    )
    seeds: tuple[Annotated[int, Field(ge=0, le=2**31 - 1)], ...] = Field(
        min_length=1,
        max_length=SOME,
        description="Seeds whose runs show the signature; `tutor seeds` finds them.",
    )
    stages: Mapping[Id, StageRoles] = Field(
        default={}, max_length=FEW, description="What is right and wrong in each stage."
    )
    debrief: Text = Field(description="The whole story, told at the end.")


class Clock(Part):
    """Hours until it must be done.

    Experiments cost what their levers cost; in the stages of `runs_in` each remedy that the learner commits
    to costs its `hours`. When they are used up, the stage ends with `out_of_time`.
    """

    hours: float = Field(gt=0, description="The hours there are.")
    runs_in: tuple[Id, ...] = Field(min_length=1, description="The stages in which remedies cost hours.")
    out_of_time: Text = Field(description="What happens when they are used up.")


class Taken(Part):
    """How a line of a learner must be taken; what is left out may be anything."""

    says: Saying = Field(description="What the learner writes.")
    claims: tuple[Id, ...] | None = Field(default=None, description="All ideas it puts forward.")
    denies: tuple[Id, ...] | None = Field(default=None, description="All ideas it rejects.")
    act: LearnerAct | None = Field(default=None, description="What the message does.")
    verdict: VerdictName | None = Field(default=None, description="What it is worth in its stage.")
    move: MoveName | None = Field(default=None, description="What the consultant does next.")


class ContentTest(Taken):
    """One line of a learner, said first thing in a stage, and how it must be taken."""

    variant: Id = Field(description="The variant that is played.")
    stage: Id = Field(description="The stage in which it is said.")


class Turn(Taken):
    """One line of a conversation, and where it leads."""

    target: Id | None = Field(default=None, description="The idea that the consultant's move is about.")
    stage: Id | None = Field(default=None, description="The stage in which the conversation stands after it.")


class ScriptedConversation(Part):
    """A conversation from its first line on, and how each line must be taken."""

    title: Short | None = Field(default=None, description="What it shows: 'a learner who insists'.")
    variant: Id = Field(description="The variant that is played.")
    turns: tuple[Turn, ...] = Field(
        min_length=1, max_length=SOME, description="The learner's lines in order."
    )


class Scenario(Part):
    """A whole case."""

    format: Literal[1] = Field(description="The version of the format: 1.")
    id: Id = Field(description="The name of the case; no two cases share one.")
    title: Short = Field(description="What the learner picks it by.")
    level: Literal["beginner", "intermediate", "advanced"] = Field(description="For whom it is.")
    minutes: int = Field(ge=1, le=240, description="How long it takes, about.")
    concepts: tuple[Id, ...] = Field(
        default=(), max_length=FEW, description="The concept cards that go with it."
    )
    you: Short = Field(description="Who the learner is: 'the ML engineer on call at a start-up'.")
    consultant: Consultant = Field(description="Who the learner talks to.")
    engine: Id = Field(description="What is simulated; docs/evidence.md lists the engines.")
    clock: Clock | None = Field(default=None, description="Hours until it must be done.")
    summary: Short = Field(description="One or two sentences for the list of cases.")
    brief: Text = Field(description="The scene, in Markdown; {{ run.... }} fills in values of the run.")
    exhibits: Mapping[Id, ExhibitEntry] = Field(min_length=1, max_length=SOME, description="The evidence.")
    facts: Mapping[Id, FactEntry] = Field(
        default={}, max_length=SOME, description="Answers to what a learner may ask."
    )
    levers: Mapping[Id, Lever] = Field(
        default={}, max_length=SOME, description="What the lab lets the learner change."
    )
    ideas: Mapping[Id, Idea] = Field(
        min_length=1, max_length=SOME, description="What a learner may put forward."
    )
    stages: Mapping[Id, Stage] = Field(
        min_length=1, max_length=FEW, description="The questions of the case, in order."
    )
    separate_stages: bool = Field(
        default=False, description="Stages are cases of their own: what is said in one counts in that one."
    )
    variants: Mapping[Id, Variant] = Field(
        min_length=1, max_length=FEW, description="The hidden truths; one is drawn."
    )
    tests: tuple[ContentTest, ...] = Field(
        default=(), max_length=MANY, description="Lines and how they must be taken."
    )
    conversations: tuple[ScriptedConversation, ...] = Field(
        default=(), max_length=SOME, description="Whole conversations and how each line must be taken."
    )

    def roles(self, variant: str, stage: str) -> StageRoles:
        """The roles in one variant and stage; KeyError where the file has none."""
        own = self.variants[variant].stages.get(stage)
        if own is not None:
            return own
        shared = self.stages[stage].roles
        if shared is None:
            raise KeyError(stage)
        return shared
