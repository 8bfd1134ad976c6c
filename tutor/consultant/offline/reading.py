"""Reading one message with a fitted model: the ideas it may hold, and the stance towards each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline import acts, candidates, clauses, features, marks, sequence, stance
from tutor.consultant.offline.candidates import Candidate
from tutor.consultant.offline.features import Text
from tutor.consultant.offline.general import General, shipped
from tutor.consultant.offline.model import FittedModel
from tutor.consultant.offline.network import STANCES, Batch
from tutor.consultant.offline.sequence import Steps
from tutor.consultant.offline.spelling import Speller

Array = npt.NDArray[Any]

LEAST = 0.05
"""Candidates less probable than this are not looked at for their stance."""
ANOTHER = 0.25
"""A candidate as probable as this is another idea that the words may carry."""

MANY = 3.0
"""More ideas than this say no more about what a message does."""

ACT_FEATURES = (
    *(f"act {name}" for name in acts.CLASSES), "act lead",
    "best idea", "best assert", "best deny", "best neither",
    "asserts", "best assert without asking", "field words", "ends asking", "asks", "log words", "short",
)  # fmt: skip


SIDE = (*candidates.FEATURES, *stance.feature_names(), "log odds of the idea")
"""What the stance network is told beside the words."""


@dataclass(frozen=True)
class Seen:
    """A candidate as the stance network sees it: `side` are the values of `SIDE`."""

    candidate: Candidate
    p_idea: float
    clause: int
    steps: Steps
    side: Array


@dataclass(frozen=True)
class Found:
    """An idea that a message may hold: the probability that it is meant at all (`p_idea`), and, by a closer
    look, that it is asserted or denied."""

    idea: str
    clause: int
    run: tuple[int, int]
    p_idea: float
    asserted: float
    denied: float

    @property
    def named(self) -> float:
        """How likely the words name the idea, whatever for: what both looks make of it (geometric mean)."""
        return float(np.sqrt(self.p_idea * (self.asserted + self.denied)))


def _weight(found: Found) -> float:
    return max(found.asserted, found.denied)


class Reading:
    """One message, read step by step; every step is worked out when first asked for."""

    def __init__(
        self,
        model: FittedModel,
        speller: Speller | None,
        message: str,
        stage: str,
        general: General | None = None,
    ) -> None:
        """`general`: those that come with the reader, or others in their place."""
        self.general = shipped() if general is None else general
        self.model = model
        self.message = message
        self.stage = stage
        self.text: Text = features.read(message, speller)

    @cached_property
    def in_stage(self) -> Array:
        return self.model.in_stage(self.stage)

    @cached_property
    def windows(self) -> list[tuple[int, int]]:
        return clauses.windows(self.text.clauses) if self.text.clauses else []

    @cached_property
    def _runs_by_window(self) -> list[list[tuple[int, int]]]:
        return [clauses.spans(first, last) for first, last in self.windows]

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        return [run for runs in self._runs_by_window for run in runs]

    @cached_property
    def _parts(self) -> Array:
        """Scores (blocks, runs, ideas)."""
        return self.model.ideas.span_parts(self.text, self.runs)

    @cached_property
    def scores(self) -> Array:
        """Scores (runs, ideas)."""
        found: Array = self._parts.sum(axis=0)
        return found

    @cached_property
    def _unknown(self) -> Array:
        """How many words of each run the reader has never seen, and how many it has: (runs, 2)."""
        vocabulary = self.model.ideas.vocabulary
        new = np.cumsum([0, *(f"w {stem}" not in vocabulary for stem in self.text.stems)])
        bounds = [(self.text.clauses[a].first, self.text.clauses[b - 1].last) for a, b in self.runs]
        return np.array([(new[last] - new[first], last - first) for first, last in bounds], dtype=float)

    @cached_property
    def whole_scores(self) -> Array:
        """Scores (ideas,) of the message as one: the best of its windows."""
        last = np.cumsum([len(runs) for runs in self._runs_by_window]) - 1
        found: Array = self.scores[last].max(axis=0)
        return found

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Candidates of every window; an idea may be one in several."""
        out: list[Candidate] = []
        at = 0
        for window, runs in zip(self.windows, self._runs_by_window, strict=True):
            part = slice(at, at + len(runs))
            out += candidates.find(self._parts[:, part], self._unknown[part], runs, window, self.in_stage)
            at += len(runs)
        return out

    @cached_property
    def p_idea(self) -> Array:
        """Probability of each candidate that the message is about it."""
        if not self.candidates:
            return np.zeros(0)
        found: Array = self.general.idea.probabilities(np.array([c.values for c in self.candidates]))[:, 1]
        return found

    @cached_property
    def marked(self) -> marks.Marked:
        return marks.Marked.of(self.text)

    @cached_property
    def seen(self) -> list[Seen]:
        """The likely candidates, with all that decides their stance."""
        likely = [(c, float(p)) for c, p in zip(self.candidates, self.p_idea, strict=True) if p >= LEAST]
        marked, ideas = self.marked, self.model.ideas
        carried = {c.of: ideas.word_weights(self.text, marked.groups, c.of) for c, _ in likely}
        rivals = {c.of for c, p in likely if p >= ANOTHER}
        nothing = np.zeros(len(self.text.words))
        out = []
        for c, p in likely:
            others = [carried[of] for of in rivals if of != c.of]
            core = marks.core(carried[c.of], self.text, c.run)
            other = np.max(others, axis=0) if others else nothing
            steps = sequence.steps(marked, carried[c.of], other, core[1], core[2])
            usual = self.model.usual[ideas.classes[c.of]]
            cued = stance.features(marked, carried[c.of], core, usual, p)
            side = np.concatenate([c.values, cued, [np.log(p / (1 - p + 1e-6))]])
            out.append(Seen(c, p, core[0], steps, side))
        return out

    @cached_property
    def found(self) -> list[Found]:
        """Likely ideas with their stances, likeliest first."""
        if not self.seen:
            return []
        batch = Batch.of([seen.steps for seen in self.seen])
        stances = self.general.stance.probabilities(batch, np.array([seen.side for seen in self.seen]))
        names = self.model.ideas.classes
        asserted, denied = stances[:, STANCES.index("assert")], stances[:, STANCES.index("deny")]
        out = [
            Found(names[s.candidate.of], s.clause, s.candidate.run, s.p_idea, float(a), float(d))
            for s, a, d in zip(self.seen, asserted, denied, strict=True)
        ]
        if len(self.windows) > 1:
            out = [max((f for f in out if f.idea == idea), key=_weight) for idea in {f.idea: 0 for f in out}]
        return sorted(out, key=lambda f: -f.p_idea)

    @cached_property
    def act_scores(self) -> Array:
        return self.model.acts.scores(acts.keys(self.text))

    def act_values(self, act_scores: Array | None = None) -> Array:
        """The features of the act model; `act_scores` may be given from a reader fitted without this
        message."""
        scores = self.act_scores if act_scores is None else act_scores
        best = np.sort(scores)
        asserted = [f.asserted for f in self.found]
        forms = self.text.words
        return np.array(
            [
                *scores,
                best[-1] - best[-2],
                max((f.p_idea for f in self.found), default=0.0),
                max(asserted, default=0.0),
                max((f.denied for f in self.found), default=0.0),
                max((max(0.0, f.p_idea - f.asserted - f.denied) for f in self.found), default=0.0),
                min(float(sum(asserted)), MANY),
                max(asserted, default=0.0) * ("?" not in self.text.folded),
                len({at for first, last, _ in self.marked.groups for at in range(first, last)})
                / max(1, len(forms)),
                self.text.folded.rstrip().endswith("?"),
                "?" in self.text.folded,
                np.log(1 + len(forms)),
                len(forms) <= acts.SHORT,
            ],
            dtype=float,
        )

    @cached_property
    def act_probabilities(self) -> Array:
        """Over `acts.CLASSES`."""
        found: Array = self.general.act.probabilities(self.act_values()[None, :])[0]
        return found
