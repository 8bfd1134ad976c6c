"""Simple rules beside the network: what a shop could put in its place by this evening."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tutor.engine.simulate.recommender_world import DEPARTMENTS, Examples, Ints, Shop, department_of


def baselines(shop: Shop, products: int) -> dict[str, tuple[float, float]]:
    """The accuracy of each rule on validation and on test.

    *majority* always names the commonest department of the training purchases, *last_product* the department
    of the last product bought, *logistic_regression* is fitted to the bag of products (their order is lost).
    """
    commonest = np.bincount(shop.training.purchases, minlength=len(DEPARTMENTS)).argmax()
    regression = LogisticRegression(max_iter=200).fit(
        bag(shop.training.histories, products), shop.training.purchases
    )
    guesses: Mapping[str, Callable[[Ints], Ints]] = {
        "majority": lambda histories: np.full(len(histories), commonest),
        "last_product": lambda histories: department_of(histories[:, -1]),
        "logistic_regression": lambda histories: regression.predict(bag(histories, products)),
    }
    return {
        name: (share_right(guess, shop.validation), share_right(guess, shop.test))
        for name, guess in guesses.items()
    }


def share_right(guess: Callable[[Ints], Ints], examples: Examples) -> float:
    return float((guess(examples.histories) == examples.purchases).mean())


def bag(histories: Ints, products: int) -> csr_matrix:
    """How often each product occurs in each history, shape (n, products)."""
    n, length = histories.shape
    ones = np.ones(n * length)
    return csr_matrix((ones, (np.repeat(np.arange(n), length), histories.ravel())), shape=(n, products))
