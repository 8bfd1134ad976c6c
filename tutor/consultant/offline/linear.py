"""A fitted linear reader: scores of classes for texts and for spans of texts; numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline.features import Text, pair_key

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class LinearReader:
    """Weights of features for classes.

    `keys`: feature keys, block by block; `idf`: (features,); `starts`: first feature of each block;
    `scales`: weight of each block; `weights`: (features, classes).
    """

    classes: tuple[str, ...]
    keys: tuple[str, ...]
    idf: Array
    starts: Array
    scales: Array
    weights: Array
    vocabulary: Mapping[str, int] = field(init=False, repr=False, compare=False)
    block: Array = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", {key: k for k, key in enumerate(self.keys)})
        ends = np.append(self.starts[1:], len(self.keys))
        object.__setattr__(self, "block", np.repeat(np.arange(len(self.starts)), ends - self.starts))

    def scores(self, keys: Iterable[str]) -> Array:
        """Scores (classes,) of a text given by all its feature keys."""
        found = [at for at in map(self.vocabulary.get, keys) if at is not None]
        if not found:
            return np.zeros(len(self.classes))
        ids, counts = np.unique(found, return_counts=True)
        scores: Array = self._weigh(counts[None, :].astype(float), ids).sum(axis=0)[0]
        return scores

    def span_scores(self, text: Text, runs: Sequence[tuple[int, int]]) -> Array:
        """Scores (spans, classes) of runs of clauses (first, after the last) of a text."""
        scores: Array = self.span_parts(text, runs).sum(axis=0)
        return scores

    def span_parts(self, text: Text, runs: Sequence[tuple[int, int]]) -> Array:
        """What each block of features gives to these scores: (blocks, spans, classes)."""
        vocabulary = self.vocabulary
        of_row = [[at for at in map(vocabulary.get, keys) if at is not None] for keys in text.rows]
        found = [at for row in of_row for at in row]
        if not found or not runs:
            return np.zeros((len(self.scales), len(runs), len(self.classes)))
        ids, columns = np.unique(found, return_inverse=True)
        rows = np.repeat(np.arange(len(of_row)), [len(row) for row in of_row])
        counts = np.bincount(rows * len(ids) + columns, minlength=len(of_row) * len(ids)).astype(float)
        counts = counts.reshape(len(of_row), len(ids))
        member = np.zeros((len(runs), len(text.rows)))
        for k, (first, last) in enumerate(runs):
            member[k, 2 * first : 2 * last - 1] = 1.0
        table = member @ counts

        groups = sorted({g for row in text.groups for g in row if f"t {g}" in vocabulary})
        at_group = np.searchsorted(ids, [vocabulary[f"t {g}"] for g in groups])
        column = dict(zip(groups, at_group.tolist(), strict=True))
        present = np.fromiter(column.values(), int, len(column))
        table[:, present] = np.minimum(table[:, present], 1.0)
        pairs = [
            (column[a], column[b], vocabulary[key])
            for a, b in combinations(groups, 2)
            if (key := pair_key(a, b)) in vocabulary
        ]
        if pairs:
            ones, others, features = np.array(pairs).T
            both = (table[:, ones] > 0) & (table[:, others] > 0)
            table = np.hstack([table, both])
            ids = np.concatenate([ids, features])
        return self._weigh(table, ids)

    def _weigh(self, counts: Array, ids: Array) -> Array:
        """Term counts (texts, len(ids)) to scores by block (blocks, texts, classes): (1 + log tf) idf, blocks
        to unit length times their scale. `ids` are sorted by block."""
        values = np.where(counts > 0, 1.0 + np.log(np.maximum(counts, 1.0)), 0.0) * self.idf[ids]
        bounds = [*np.searchsorted(self.block[ids], np.arange(len(self.scales))).tolist(), len(ids)]
        found = np.zeros((len(self.scales), len(counts), len(self.classes)))
        for k, (scale, first, last) in enumerate(zip(self.scales.tolist(), bounds, bounds[1:], strict=False)):
            if first < last:
                part = values[:, first:last]
                part *= scale / np.maximum(np.sqrt(np.einsum("ij,ij->i", part, part)), 1e-9)[:, None]
                found[k] = part @ self.weights[ids[first:last]]
        return found

    def word_weights(self, text: Text, spans_of_groups: Sequence[tuple[int, int, str]], of: int) -> Array:
        """How much each word of a text (words,) speaks for class `of`: by itself, with its neighbours, by
        group."""
        out = np.zeros(len(text.words))
        weights, idf, get = self.weights, self.idf, self.vocabulary.get
        for at, stemmed in enumerate(text.stems):
            feature = get(f"w {stemmed}")
            if feature is not None:
                out[at] += weights[feature, of] * idf[feature]
            if at + 1 < len(text.stems):
                feature = get(f"b {stemmed} {text.stems[at + 1]}")
                if feature is not None:
                    out[at : at + 2] += 0.25 * weights[feature, of] * idf[feature]
        for first, last, group in spans_of_groups:
            feature = get(f"t {group}")
            if feature is not None:
                out[first:last] += weights[feature, of] * idf[feature] / (last - first)
        return out
