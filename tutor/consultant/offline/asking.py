"""What a question asks for: the fact or exhibit that fits it best, of the stage it is asked in.

Exhibits whose titles differ in one word ("Client A's confusion matrix", "Client B's ...") are told apart by
what the message says beside the words of their titles, and if it says nothing, by the stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.asked import AtHand
from tutor.consultant.offline import clauses, features
from tutor.consultant.offline.text import words

if TYPE_CHECKING:
    from tutor.consultant.offline.model import FittedModel
    from tutor.consultant.offline.reading import Reading

Array = npt.NDArray[Any]

ASK_LEAST = 0.20
"""A question is linked to a fact or exhibit whose score reaches this."""
EARLIER, LATER = 0.08, 0.15
"""What it costs in score that an exhibit came with an earlier stage, or comes with a later one."""
EXHIBIT = "exhibit:"
ANYTHING = AtHand()


class Targets:
    """The facts and exhibits of one scenario that can be asked for."""

    def __init__(self, model: FittedModel) -> None:
        self._asks = model.asks
        self.names = model.asks.classes if model.asks is not None else ()
        titles = {
            name: [word.form for word in words(title)]
            for name, title in model.titles.items()
            if name.startswith(EXHIBIT)
        }
        self._alike = _find_alike(titles)
        self._title_words = frozenset(form for title in titles.values() for form in title)

    def best(self, reading: Reading, at_hand: AtHand = ANYTHING, least: float = ASK_LEAST) -> str | None:
        """The target that fits a message best ("fact:ID", "exhibit:ID"), if one fits well enough."""
        if self._asks is None:
            return None
        scores = self._scores(reading.text, reading.runs)
        costs = [EARLIER * (name in at_hand.earlier) + LATER * (name in at_hand.later) for name in self.names]
        fair = scores - np.array(costs)
        best = int(fair.argmax())
        if scores[best] < least:
            return None
        return self._among_alike(self.names[best], reading, costs)

    def _among_alike(self, best: str, reading: Reading, costs: Sequence[float]) -> str:
        alike = self._alike.get(best)
        if alike is None:
            return best
        said = [word.form for word in reading.text.words]
        named = [name for name, own in alike.items() if _names(reading, own)]
        if len(named) == 1:
            return named[0]
        rest = features.read(" ".join(word for word in said if word not in self._title_words))
        scores = self._scores(rest, clauses.spans(0, len(rest.clauses)))
        at = {name: self.names.index(name) for name in alike}
        return max(alike, key=lambda name: float(scores[at[name]]) - costs[at[name]])

    def _scores(self, read: features.Text, runs: list[tuple[int, int]]) -> Array:
        if self._asks is None or not runs:
            return np.zeros(len(self.names))
        found: Array = self._asks.span_scores(read, runs).max(axis=0)
        return found


def _names(reading: Reading, own: str) -> bool:
    """Whether a message holds the word; "a" is an article unless it is written large inside the message."""
    at = [word.start for word in reading.text.words[own == "a" :] if word.form == own]
    return any(own != "a" or reading.message[start] == "A" for start in at)


def _find_alike(titles: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """Exhibit -> those alike, itself among them, each with the word of its title that is its own."""
    out: dict[str, dict[str, str]] = {}
    for name, own in titles.items():
        for other, theirs in titles.items():
            if len(own) != len(theirs):
                continue
            apart = [k for k in range(len(own)) if own[k] != theirs[k]]
            if len(apart) == 1:
                out.setdefault(name, {}).update({name: own[apart[0]], other: theirs[apart[0]]})
    return out
