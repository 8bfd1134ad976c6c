"""Small logistic models over named features, shipped as readable JSON; numpy alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Logistic:
    """Softmax regression: `weights` (classes, features), `bias` (classes,)."""

    classes: tuple[str, ...]
    features: tuple[str, ...]
    weights: Array
    bias: Array

    def probabilities(self, values: Array) -> Array:
        """(n, features) -> (n, classes), rows summing to one."""
        logits = values @ self.weights.T + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        found: Array = odds / odds.sum(axis=1, keepdims=True)
        return found

    def with_keys(self, values: Array, keys: Iterable[str]) -> Array:
        """Values of the first features, completed with 1 for each of the others that is among `keys`."""
        out = np.zeros(len(self.features))
        out[: len(values)] = values
        out[[at for at in map(self._position.get, keys) if at is not None]] = 1.0
        return out

    @cached_property
    def _position(self) -> dict[str, int]:
        return {feature: k for k, feature in enumerate(self.features)}

    def as_json(self) -> dict[str, Any]:
        table = {
            feature: [round(float(w), 4) for w in self.weights[:, k]]
            for k, feature in enumerate(self.features)
        }
        return {
            "classes": list(self.classes),
            "bias": [round(float(b), 4) for b in self.bias],
            "weights": table,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Logistic:
        features = tuple(value["weights"])
        weights = np.array([value["weights"][f] for f in features], dtype=float).T
        return cls(tuple(value["classes"]), features, weights, np.array(value["bias"], dtype=float))


@cache
def shipped() -> dict[str, Logistic]:
    """The general models of the reader ("idea", "stance", "act"), learned once
    (benchmarks/train_reader.py)."""
    raw = json.loads(files(__package__).joinpath("reader.json").read_text(encoding="utf-8"))
    return {name: Logistic.from_json(value) for name, value in raw.items()}
