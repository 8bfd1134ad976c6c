"""The offline assessor: free text to claims, with numpy alone."""

from __future__ import annotations

from math import exp, log

import numpy as np

from tutor.consultant.asked import AskedContext, AtHand
from tutor.consultant.offline import acts
from tutor.consultant.offline.asking import ANYTHING, EXHIBIT, Targets
from tutor.consultant.offline.leaning import lean
from tutor.consultant.offline.model import FittedModel
from tutor.consultant.offline.reading import Found, Reading
from tutor.consultant.offline.spelling import Speller
from tutor.dialogue.model import Act, Assessment, Claim, Stance

ASSERT = 0.45
DENY = 0.40
"""A claim is made when its probability reaches this (chosen on the risk-coverage curve: docs/assessor.md)."""
CLEAR = 0.80
BESIDE = 0.56
"""Beside an idea asserted as clearly as CLEAR, another one is a claim only if it reaches BESIDE."""
SURE = 0.55
"""Of what is asserted, something must be so probable, or the consultant asks what was meant."""
DOUBTFUL = 0.40
"""If ideas are denied and none is asserted, the consultant asks as soon as an assertion is so many times as
probable as the clearest denial."""
CALIBRATION = (1.28, 0.29)
"""Slope and intercept on the log-odds (Platt, 1999), fitted to claims read in sets of learner messages."""
ASK_IN_PASSING = 0.45
PASSING = 0.10
"""A contribution asks for an exhibit in passing if its score reaches this, and if it may be a question."""
TOLD, PLAIN = 0.2, 0.70
"""What sounds like a request ("log the gradient norms") is a contribution if it may be one, asks nothing, and
plainly puts an idea forward."""
CANDIDATES = 3
WORTH_ASKING = 0.1
"""What may have been meant: so many ideas at most, none of them less probable than this."""


class OfflineAssessor:
    """Reads messages of one scenario. Pure: the same message and context give the same assessment."""

    def __init__(self, model: FittedModel) -> None:
        self.model = model
        self._speller = Speller(model.known, model.targets)
        self._targets = Targets(model)

    def read(self, text: str, stage: str) -> Reading:
        """All that was weighed in reading a message (for benchmarks and explanations)."""
        return Reading(self.model, self._speller, text, stage)

    def rank(self, text: str, stage: str = "") -> list[tuple[str, float]]:
        """All ideas with the score of the whole message, best first."""
        reading = self.read(text, stage)
        if not reading.runs:
            return [(idea, 0.0) for idea in self.model.ideas.classes]
        scores = reading.whole_scores
        return [(self.model.ideas.classes[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")]

    def assess(
        self, text: str, *, stage: str, asked: AskedContext | None = None, at_hand: AtHand = ANYTHING
    ) -> Assessment:
        """What a message does and claims. `stage` is the stage it was said in; unknown stages have no prior.

        A question carries what it asserts beside asking ("show me the matrix, accuracy hides the errors").
        """
        reading = self.read(text, stage)
        if not reading.text.words:
            return Assessment(act=_wordless(text), confidence=0.9)
        if asked is not None:
            leaning = lean(reading, asked)
            if leaning is not None:
                return leaning
        act, confidence = self._act(reading)
        if act is Act.QUESTION:
            asks = self._targets.best(reading, at_hand)
            claims = tuple(_claims(reading)) if asks is not None and asks.startswith(EXHIBIT) else ()
            return Assessment(act=act, confidence=confidence, asks=asks, claims=claims)
        if act is Act.CONTRIBUTION:
            found = self._contribution(reading, confidence)
            asks = self._asked_in_passing(reading, at_hand)
            if found.abstained and asks is not None and reading.text.folded.rstrip().endswith("?"):
                return Assessment(act=Act.QUESTION, confidence=confidence, asks=asks)
            return found.model_copy(update={"asks": asks})
        claims = tuple(_claims(reading)) if act is Act.MANIPULATION else ()
        return Assessment(act=act, confidence=confidence, claims=claims)

    def _act(self, reading: Reading) -> tuple[Act, float]:
        p = reading.act_probabilities
        best = int(p.argmax())
        name = acts.CLASSES[best]
        if name == Act.QUESTION and "?" not in reading.text.folded:
            told = float(p[acts.CLASSES.index(Act.CONTRIBUTION)])
            if told >= TOLD and max((f.asserted for f in reading.found), default=0.0) >= PLAIN:
                return Act.CONTRIBUTION, told
        if name == "mention":
            return (Act.QUESTION if "?" in reading.text.folded else Act.VAGUE), float(p[best])
        return Act(name), float(p[best])

    def _contribution(self, reading: Reading, confidence: float) -> Assessment:
        claims = tuple(_claims(reading))
        likeliest = sorted(reading.found, key=lambda f: -f.asserted)
        clearest = likeliest[0].asserted if likeliest else 0.0
        asserting = any(claim.stance is Stance.ASSERTS for claim in claims)
        denied = max((f.denied for f in reading.found), default=0.0)
        if claims and (clearest >= SURE if asserting else clearest < DOUBTFUL * denied):
            return Assessment(
                act=Act.CONTRIBUTION,
                claims=claims,
                confidence=min(confidence, *(c.confidence for c in claims)),
            )
        return Assessment(
            act=Act.CONTRIBUTION,
            confidence=clearest,
            abstained=True,
            candidates=tuple(f.idea for f in likeliest[:CANDIDATES] if f.asserted >= WORTH_ASKING),
        )

    def _asked_in_passing(self, reading: Reading, at_hand: AtHand) -> str | None:
        asking = reading.act_probabilities[acts.CLASSES.index("question")] >= PASSING
        if not asking and not reading.text.folded.rstrip().endswith("?"):
            return None
        target = self._targets.best(reading, at_hand, ASK_IN_PASSING)
        return target if target is not None and target.startswith(EXHIBIT) else None


def _claims(reading: Reading) -> list[Claim]:
    out = []
    clearest = max((found.asserted for found in reading.found), default=0.0)
    for found in reading.found:
        least = BESIDE if found.asserted < clearest and clearest >= CLEAR else ASSERT
        if found.asserted >= least:
            out.append(_claim(reading, found, Stance.ASSERTS, found.asserted))
        elif found.denied >= max(DENY, found.asserted):
            out.append(_claim(reading, found, Stance.DENIES, found.denied))
    return out


def calibrated(probability: float) -> float:
    """The share of claims of this probability that are right."""
    p = min(max(probability, 1e-6), 1 - 1e-6)
    slope, intercept = CALIBRATION
    return 1.0 / (1.0 + exp(-(slope * log(p / (1 - p)) + intercept)))


def _claim(reading: Reading, found: Found, stance: Stance, probability: float) -> Claim:
    clause = reading.text.clauses[found.clause]
    words = reading.text.words
    quote = reading.message[words[clause.first].start : words[clause.last - 1].end]
    return Claim(idea=found.idea, stance=stance, confidence=calibrated(probability), quote=quote)


def _wordless(text: str) -> Act:
    return Act.HINT_REQUEST if text.strip() and set(text.strip()) == {"?"} else Act.VAGUE
