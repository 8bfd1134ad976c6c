"""Tuning on the validation set, done for real: many small refits, each kept where validation does not fall.

In each round the network's last layer is trained a little further on a quarter of the examples, with settings
drawn at random (random search: Bergstra & Bengio 2012). No round is dishonest in itself. What makes the final
figure too good is that the same few validation examples choose again and again, so that the winner is partly
the luckiest (Cawley & Talbot 2010, "On over-fitting in model selection"). The test set is measured beside it
and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from tutor.engine.simulate.recommender_data import Part, Parts, score
from tutor.engine.training import Recipe, train
from tutor.engine.transformer import Recommender

RATES = (1e-3, 3e-2)  # drawn evenly on a logarithmic scale
DECAYS = (1e-3, 1.0)  # likewise
DROPOUTS = (0.0, 0.1, 0.2, 0.3)
BATCHES = (64, 128, 256)
SAMPLE = 0.25  # of the training examples, another quarter in each round


@dataclass(frozen=True)
class Round:
    """One refit: what was tried, how it did on validation, and the accuracies of the model held after it."""

    number: int  # from 1
    learning_rate: float
    weight_decay: float
    dropout: float
    batch_size: int
    tried: float
    kept: bool
    validation: float
    test: float


def tune(model: Recommender, parts: Parts, rounds: int, seed: int) -> Iterator[Round]:
    """Refit the last layer of `model`, in place, `rounds` times, reporting each round."""
    model.eval()
    with torch.no_grad():
        training, validation, test = (Part(model.features(part.x), part.y) for part in parts)
    random = np.random.default_rng([seed, 1])
    best, best_test = score(model.head, validation).accuracy, score(model.head, test).accuracy
    for number in range(1, rounds + 1):
        dropout, batch_size = float(random.choice(DROPOUTS)), int(random.choice(BATCHES))
        recipe = Recipe(
            optimizer="adamw",
            learning_rate=float(np.exp(random.uniform(*np.log(RATES)))),
            weight_decay=float(np.exp(random.uniform(*np.log(DECAYS)))),
            batch_size=batch_size,
            epochs=1,
        )
        candidate = nn.Sequential(nn.Dropout(dropout), deepcopy(model.head))
        sample = torch.from_numpy(random.permutation(len(training.y))[: int(SAMPLE * len(training.y))])
        for _ in train(
            candidate,
            nn.functional.cross_entropy,
            training.x[sample],
            training.y[sample],
            recipe,
            lambda _: {},
            seed=int(random.integers(2**31)),
        ):
            pass
        candidate.eval()
        tried = score(candidate, validation).accuracy
        kept = tried >= best
        if kept:
            model.head.load_state_dict(candidate[1].state_dict())
            best, best_test = tried, score(model.head, test).accuracy
        yield Round(
            number,
            recipe.learning_rate,
            recipe.weight_decay,
            dropout,
            batch_size,
            tried,
            kept,
            best,
            best_test,
        )
