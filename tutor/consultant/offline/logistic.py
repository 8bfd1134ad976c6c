"""Small logistic models over named features, shipped as readable JSON; numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
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
