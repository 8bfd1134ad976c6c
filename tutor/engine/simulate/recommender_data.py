"""Examples as tensors, and a network's score on them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from tutor.engine.simulate.recommender_world import Examples

CHUNK = 1000  # examples per forward pass: as fast as all at once, in less memory


class Part(NamedTuple):
    """Inputs, first axis n (histories, or features of them), and the departments bought from, shape (n,)."""

    x: Tensor
    y: Tensor


class Parts(NamedTuple):
    training: Part
    validation: Part
    test: Part


class Score(NamedTuple):
    """Mean cross-entropy in nats, and how many of the examples were named right."""

    loss: float
    right: int
    examples: int

    @property
    def accuracy(self) -> float:
        return self.right / self.examples


def tensors(examples: Examples) -> Part:
    return Part(torch.from_numpy(examples.histories), torch.from_numpy(examples.purchases))


def score(model: nn.Module, part: Part) -> Score:
    """How the model does on `part`. It must be in evaluation mode."""
    with torch.no_grad():
        logits = torch.cat([model(chunk) for chunk in torch.split(part.x, CHUNK)])
    loss = nn.functional.cross_entropy(logits, part.y).item()
    return Score(loss, int((logits.argmax(1) == part.y).sum()), len(part.y))
