"""The top of the case screen: which case, how far, what is asked, and who asks."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tutor.conversation import Conversation
from tutor.reports.filling import filled
from tutor.scenario.schema import Scenario

EMPHASIS = re.compile(r"\*+|`")  # Markdown that a single line has no use for


class CaseHeader(Vertical):
    """Two quiet lines."""

    DEFAULT_CSS = """
    CaseHeader {
        height: auto;
        padding: 1 2 0 2;
        border-bottom: solid $border-blurred;
        & Horizontal {
            height: 1;
        }
        & #title {
            width: 1fr;
            text-style: bold;
            text-overflow: ellipsis;
            text-wrap: nowrap;
        }
        & #who {
            width: auto;
            max-width: 50%;
            margin: 0 0 0 2;
            color: $consultant;
            text-overflow: ellipsis;
            text-wrap: nowrap;
        }
        & #where {
            width: auto;
            color: $case;
            margin: 0 2 0 0;
        }
        & #clock {
            width: auto;
            color: $case;
            text-style: bold;
            margin: 0 2 0 0;
        }
        & #spent {
            width: auto;
            color: $text-muted;
            margin: 0 0 0 2;
        }
        & #question {
            width: 1fr;
            color: $text-muted;
            text-overflow: ellipsis;
            text-wrap: nowrap;
        }
    }
    """

    spent = ""
    """What the session has asked of a language model, in a few words."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("", id="title", markup=False)
            yield Static("", id="who", markup=False)
        with Horizontal():
            yield Static("", id="where", markup=False)
            yield Static("", id="clock", markup=False)
            yield Static("", id="question", markup=False)
            yield Static("", id="spent", markup=False)

    def introduce(self, scenario: Scenario) -> None:
        """Before the evidence is there."""
        self.query_one("#clock").display = self.query_one("#spent").display = False
        self._set("title", scenario.title)
        self._set("who", f"◆ {scenario.consultant.name}")
        self._set("where", f"{scenario.level} · {scenario.minutes} min")

    def show(self, talk: Conversation) -> None:
        """Where the conversation stands."""
        stages = list(talk.scenario.stages)
        here = stages.index(talk.session.stage)
        done = len(stages) if talk.session.finished and not talk.session.ended_early else here
        steps = "".join("●" if i < done else "◐" if i == here else "○" for i in range(len(stages)))
        stage = talk.scenario.stages[talk.session.stage]
        by = ", ".join(dict.fromkeys((talk.assessor.name, talk.voice.name)))
        self._set("who", f"◆ {talk.scenario.consultant.name} ({by})")
        self.query_one("#spent").display = bool(self.spent)
        self._set("spent", self.spent)
        left = talk.session.hours_left()
        self.query_one("#clock").display = left is not None
        if left is not None:
            self._set("clock", f"{left:g} h left")
        if talk.session.finished:
            self._set("where", f"{steps} case closed")
            self._set("question", "")
        else:
            self._set("where", f"{steps} {here + 1}/{len(stages)} {stage.title}")
            self._set("question", EMPHASIS.sub("", filled(stage.ask, talk.run.facts)))

    def _set(self, name: str, text: str) -> None:
        self.query_one(f"#{name}", Static).update(Content(" ".join(text.split())))
