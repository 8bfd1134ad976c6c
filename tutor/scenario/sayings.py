"""The form of the file beside a scenario, from which the offline consultant learns to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from tutor.scenario.schema import SOME, Id, LearnerAct, Part, Saying


class StanceSaying(Part):
    """A message with the ideas it rejects and those it puts forward."""

    text: Saying = Field(description="The message.")
    asserts: tuple[Id, ...] = Field(default=(), description="Ideas it puts forward.")
    denies: tuple[Id, ...] = Field(default=(), description="Ideas it rejects.")
    words: Mapping[Id, Saying] = Field(
        default={}, description="For each of these ideas, the words of the message that name it."
    )


class Phrasings(Part):
    """The file beside a scenario: many ways to say each idea, and messages by what they do."""

    format: Literal[1] = Field(description="The version of the format: 1.")
    phrasings: Mapping[Id, tuple[Saying, ...]] = Field(
        default={}, max_length=SOME, description="For each idea, ways in which learners say it."
    )
    acts: Mapping[LearnerAct, tuple[Saying, ...]] = Field(
        default={}, description="Messages of this case by what they do: off_topic, vague, ..."
    )
    mentions: tuple[Saying, ...] = Field(
        default=(), description="Messages that name ideas without putting any forward."
    )
    stances: tuple[StanceSaying, ...] = Field(default=(), description="Messages that reject ideas.")
