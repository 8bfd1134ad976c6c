"""What the offline assessor learns from: a plain value built from a scenario; its hash names the fit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class StanceExample(BaseModel):
    """A message together with the ideas it puts forward and the ideas it rejects.

    `words`: for some of these ideas, the words of the message that name them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    asserts: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    words: Mapping[str, str] = {}


class Corpus(BaseModel):
    """The labelled text of one scenario.

    `phrasings`: idea id -> ways to assert it (the statement of the idea is one of them).
    `acts`: dialogue act (question, hint_request, give_up, off_topic, manipulation, vague) -> messages.
    `mentions`: messages that name ideas without asserting or denying any (they are questions or vague).
    `stances`: messages with denials, and with what they assert beside them.
    `asked_by`: target of a question ("fact:learning_rate", "exhibit:curves") -> what it is called, and ways
    to ask for it.
    `stage_ideas`: stage id -> the ideas that have any role there in any variant (a prior, not the key).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrasings: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, tuple[str, ...]]
    mentions: tuple[str, ...] = ()
    stances: tuple[StanceExample, ...] = ()
    asked_by: Mapping[str, tuple[str, ...]] = {}
    stage_ideas: Mapping[str, tuple[str, ...]] = {}

    def digest(self) -> str:
        """Content hash, hex."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]
