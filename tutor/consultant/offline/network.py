"""The stance network: does the writer put an idea forward, reject it, or neither? numpy alone.

Two gated recurrent units (Cho et al., 2014) read the words of a message, one from either end. What they make
of the words that carry the idea, of all words by attention, and the largest value of each unit, are weighed
together with hand-made features. Several networks, learned from other random starts, vote: their
probabilities are averaged. Learned by benchmarks/train_network.py.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline import vectors
from tutor.consultant.offline.sequence import Steps

Array = npt.NDArray[Any]

STANCES = ("assert", "deny", "neither")
SHAPES = {
    "mean": "(features,)", "deviation": "(features,)",
    "word_in": "(nets, dimensions, units)", "known_in": "(nets, channels, units)", "bias_in": "(nets, units)",
    "input": "(nets, 2, units, 3 units)", "input_bias": "(nets, 2, 3 units)",
    "state": "(nets, 2, units, 3 units)", "state_bias": "(nets, 2, 3 units)",
    "attention": "(nets, 2 units)", "side": "(nets, features, side)", "side_bias": "(nets, side)",
    "out": "(nets, 6 units + side, 3)", "out_bias": "(nets, 3)",
}  # fmt: skip
"""The arrays of a network: from either end, the three parts of a gated unit are reset, update and new."""
_FAR = 4.0
"""Features are cut off so many standard deviations from their mean."""


@dataclass(frozen=True)
class Batch:
    """Steps of several candidates side by side: `words` (n, steps), `known` (n, steps, channels), `lengths`
    (n,)."""

    words: Array
    known: Array
    lengths: Array

    @classmethod
    def of(cls, candidates: Sequence[Steps]) -> Batch:
        lengths = np.array([len(steps.words) for steps in candidates])
        words = np.zeros((len(candidates), int(lengths.max())), dtype=int)
        known = np.zeros((*words.shape, candidates[0].known.shape[1]), dtype=np.float32)
        for row, steps in enumerate(candidates):
            words[row, : len(steps.words)] = steps.words
            known[row, : len(steps.words)] = steps.known
        return cls(words, known, lengths)

    @property
    def present(self) -> Array:
        """Which steps are there: (n, steps) of bool."""
        found: Array = np.arange(self.words.shape[1]) < self.lengths[:, None]
        return found

    @property
    def backwards(self) -> Array:
        """For each step, the one that takes its place when a text is read from its end: (n, steps)."""
        at = np.arange(self.words.shape[1])
        found: Array = np.where(self.present, self.lengths[:, None] - 1 - at, at)
        return found


@dataclass(frozen=True)
class Network:
    """Arrays named and shaped as in `SHAPES`."""

    arrays: Mapping[str, Array]

    def probabilities(self, batch: Batch, features: Array) -> Array:
        """Of each stance: (n, 3). `features`: (n, features), as they come."""
        a = self.arrays
        standard = (features - a["mean"]) / a["deviation"]
        standard = np.clip(standard, -_FAR, _FAR).astype(np.float32)
        n, length = batch.words.shape
        words = vectors.table()[batch.words].reshape(n * length, -1)
        known = batch.known.reshape(n * length, -1)
        seen = np.tanh(words @ a["word_in"] + known @ a["known_in"] + a["bias_in"][:, None])
        states = self._recur(seen.reshape(-1, n, length, seen.shape[-1]), batch)
        present = batch.present[None, :, :, None]
        core = batch.known[None, :, :, :1]
        of_core = (states * core).sum(axis=2) / np.maximum(core.sum(axis=2), 1.0)
        attention = states @ a["attention"][:, None, :, None]
        attention = np.exp(attention - attention.max(axis=2, keepdims=True)) * present
        of_all = (states * (attention / attention.sum(axis=2, keepdims=True))).sum(axis=2)
        strongest = np.where(present, states, -np.inf).max(axis=2)
        side = np.tanh(standard @ a["side"] + a["side_bias"][:, None])
        together = np.concatenate([of_core, of_all, strongest, side], axis=-1)
        logits = together @ a["out"] + a["out_bias"][:, None]
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        found: Array = (odds / odds.sum(axis=-1, keepdims=True)).mean(axis=0)
        return found

    def _recur(self, seen: Array, batch: Batch) -> Array:
        """States of both readings: (nets, n, steps, 2 units)."""
        a = self.arrays
        nets, n, length, units = seen.shape
        rows = np.arange(n)[:, None]
        both = np.stack([seen, seen[:, rows, batch.backwards]], axis=1)
        gates = (
            both.reshape(nets, 2, n * length, units) @ a["input"] + a["input_bias"][:, :, None, :]
        ).reshape(nets, 2, n, length, 3 * units)
        state = np.zeros((nets, 2, n, units), dtype=np.float32)
        states = np.empty((nets, 2, n, length, units), dtype=np.float32)
        bias = a["state_bias"][:, :, None, :]
        for t in range(length):
            own = state @ a["state"]
            own += bias
            gate = gates[..., t, :]
            opened = gate[..., : 2 * units] + own[..., : 2 * units]
            opened *= 0.5
            np.tanh(opened, out=opened)  # the logistic function, which is half of this and a half
            opened += 1.0
            opened *= 0.5
            new = own[..., 2 * units :]
            new *= opened[..., :units]
            new += gate[..., 2 * units :]
            np.tanh(new, out=new)
            state = state - new
            state *= opened[..., units:]
            state += new
            states[..., t, :] = state
        return np.concatenate([states[:, 0], states[:, 1][:, rows, batch.backwards]], axis=-1)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        halved = {name: self.arrays[name].astype(np.float16) for name in SHAPES}
        np.savez_compressed(out, allow_pickle=False, **halved)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Network:
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            return cls({name: arrays[name].astype(np.float32) for name in SHAPES})
