"""Which ideas a message may hold, and what speaks for each: features for the model that accepts them.

A message is cut into the runs of clauses that are best explained by one idea each (a semi-Markov segmentation
by dynamic programming, after Sarawagi & Cohen, 2004); an idea that owns a run of its own is a far better
candidate than one that merely resembles another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

STAGE_BONUS = 0.08
"""What belonging to the stage is worth in score, against not belonging to it, each way."""
PRICE_OF_A_RUN = 0.30
"""What a run must score before it is worth cutting out."""
MOST = 8

FEATURES = (
    "score", "whole_score", "lead_in_run", "best_lead", "wins_somewhere", "owns_run", "lead_in_own_run",
    "score_of_own_run", "behind_the_best", "in_stage", "lead_in_whole", "best_of_whole", "log_clauses",
    "runs", "score_squared", "owns_run_in_stage", "log_words", "unknown_words",
    "from_words", "from_pairs", "from_letters", "from_groups", "from_pairs_of_groups",
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """Class number `of`, the run of clauses it fits best, and its features (see `FEATURES`)."""

    of: int
    run: tuple[int, int]
    values: Array


def find(
    parts: Array, words: Array, runs: Sequence[tuple[int, int]], window: tuple[int, int], in_stage: Array
) -> list[Candidate]:
    """Candidates among the clauses of a window, in order of their best score.

    `parts`: scores by block of features (blocks, runs, ideas); `words`: (runs, 2), how many are new to the
    reader, and how many there are; `in_stage`: (ideas,) of bool.
    """
    scores = parts.sum(axis=0)
    if not runs:
        return []
    clauses = window[1] - window[0]
    fair = scores + np.where(in_stage, STAGE_BONUS, -STAGE_BONUS)
    top = fair.argmax(axis=1)
    best = fair.max(axis=1)
    rest = fair.copy()
    rest[np.arange(len(runs)), top] = -np.inf
    second = rest.max(axis=1) if fair.shape[1] > 1 else best - 1.0
    own = _segment(best, runs, window)
    whole = len(runs) - 1
    of_idea = fair.max(axis=0)
    out = []
    for i in np.argsort(-of_idea, kind="stable")[:MOST]:
        r = int(fair[:, i].argmax())
        lead = fair[:, i] - np.where(top == i, second, best)
        wins = lead[top == i]
        owned = [q for q in own if top[q] == i]
        mine = max(owned, key=lambda q: float(scores[q, i])) if owned else r
        values = (
            scores[r, i], scores[whole, i], lead[r], wins.max() if len(wins) else 0.0, len(wins) > 0,
            bool(owned), max((lead[q] for q in owned), default=0.0), scores[mine, i] if owned else 0.0,
            of_idea[i] - of_idea.max(), in_stage[i], lead[whole], top[whole] == i, np.log(clauses), len(own),
            scores[r, i] ** 2, bool(owned) and in_stage[i], np.log(words[mine, 1]),
            words[mine, 0] / words[mine, 1], *parts[:, mine, i],
        )  # fmt: skip
        out.append(Candidate(int(i), runs[mine], np.array(values, dtype=float)))
    return out


def _segment(best: Array, runs: Sequence[tuple[int, int]], window: tuple[int, int]) -> list[int]:
    """Numbers of the disjoint runs with the largest total of (best score - price)."""
    ending: dict[int, list[tuple[int, int]]] = {}
    for r, (first, last) in enumerate(runs):
        ending.setdefault(last - window[0], []).append((first - window[0], r))
    clauses = window[1] - window[0]
    value = [0.0] * (clauses + 1)
    chosen: list[tuple[int, int] | None] = [None] * (clauses + 1)
    for end in range(1, clauses + 1):
        value[end] = value[end - 1]
        for first, r in ending.get(end, ()):
            gain = value[first] + float(best[r]) - PRICE_OF_A_RUN
            if gain > value[end]:
                value[end], chosen[end] = gain, (first, r)
    out, end = [], clauses
    while end > 0:
        step = chosen[end]
        if step is None:
            end -= 1
        else:
            out.append(step[1])
            end = step[0]
    return out
