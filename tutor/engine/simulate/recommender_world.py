"""A small shop whose customers have a taste: where the recommender's histories and purchases come from.

Four departments share the catalogue. A customer's last four products say which department they will buy from
next, the recent ones more than the old ones. Two things keep that from being certain: some purchases have
nothing to do with the history, and some accounts are shared, so that one history comes with two purchases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tutor.engine.settings.recommender import RecommenderSettings

Ints = npt.NDArray[np.int64]

DEPARTMENTS = ("kitchen", "garden", "sports", "books")
LENGTH = 4  # products in a history, oldest first
WEIGHTS = np.linspace(0.5, 1.5, LENGTH)  # what each counts for the next purchase
CERTAINTY = 8.0  # inverse temperature: a lead of one product's weight decides almost always

KINDS = {
    "kitchen": "kettle pan whisk grater teapot apron toaster sieve ladle mug",
    "garden": "trowel hose rake lantern planter shears birdbath gloves hammock compost",
    "sports": "racket football yoga-mat dumbbell helmet jersey skates snorkel whistle net",
    "books": "thriller atlas cookbook novel biography comic diary poetry textbook memoir",
}
EDITIONS = ("classic", "small", "large", "red", "blue", "deluxe", "budget", "vintage", "travel", "gift")


@dataclass(frozen=True)
class Examples:
    """Histories, shape (n, LENGTH), product numbers; purchases, shape (n,), department numbers."""

    histories: Ints
    purchases: Ints

    def __len__(self) -> int:
        return len(self.purchases)


class Shop(NamedTuple):
    """What the recommender is trained, chosen and judged on. Product `p` belongs to department `p % 4`."""

    training: Examples
    validation: Examples
    test: Examples


def department_of(product: Ints) -> Ints:
    return product % len(DEPARTMENTS)


def product_name(product: int) -> str:
    """A name such as "red kettle"."""
    kinds = KINDS[DEPARTMENTS[product % len(DEPARTMENTS)]].split()
    rank = product // len(DEPARTMENTS)
    return f"{EDITIONS[rank // len(kinds)]} {kinds[rank % len(kinds)]}"


def draw(n: int, products: int, label_noise: float, random: np.random.Generator) -> Examples:
    """Histories of uniformly chosen products. The purchase follows the weighted count of departments through
    a multinomial logit (McFadden 1974) or, for a share `label_noise`, is another one."""
    histories = random.integers(0, products, (n, LENGTH))
    one_hot = department_of(histories)[:, :, None] == np.arange(len(DEPARTMENTS))
    appeal = (one_hot * WEIGHTS[:, None]).sum(1)
    purchases = (appeal + random.gumbel(size=appeal.shape) / CERTAINTY).argmax(1)
    return Examples(histories, np.where(random.random(n) < label_noise, other(purchases, random), purchases))


def other(purchases: Ints, random: np.random.Generator) -> Ints:
    """Another department for each."""
    shifted: Ints = (purchases + random.integers(1, len(DEPARTMENTS), len(purchases))) % len(DEPARTMENTS)
    return shifted


def share_accounts(examples: Examples, share: float, random: np.random.Generator) -> Examples:
    """The examples with `share` of them in pairs: the same history, two different purchases."""
    pairs = int(len(examples) * share / 2)
    if not pairs:
        return examples
    histories, purchases = examples.histories.copy(), examples.purchases.copy()
    one, two = random.permutation(len(examples))[: 2 * pairs].reshape(2, pairs)
    histories[two] = histories[one]
    purchases[two] = other(purchases[one], random)
    return Examples(histories, purchases)


def open_shop(settings: RecommenderSettings, seed: int) -> Shop:
    """The data of a seed. Each part has its own stream: more training examples leave the others alone."""
    training, validation, test, sharing = np.random.default_rng(seed).spawn(4)

    def part(n: int, random: np.random.Generator) -> Examples:
        return draw(n, settings.products, settings.label_noise, random)

    return Shop(
        training=share_accounts(
            part(settings.training_examples, training), settings.shared_accounts, sharing
        ),
        validation=part(settings.validation_examples, validation),
        test=part(settings.test_examples, test),
    )
