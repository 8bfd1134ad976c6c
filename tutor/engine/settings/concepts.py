"""Settings of the concept exhibits: ideas of the field that no single case shows, each measured on a small
run.

`FACTS` and `EXHIBITS` name what a run gives back, for whoever writes a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from tutor.engine.records import Record


class ConceptsSettings(Record):
    """Curves fitted to noisy points (bias and variance), and a network that reads handwritten digits."""

    # bias and variance: polynomials fitted to many samples of the same curve
    points: int = Field(30, ge=20, le=500, description="Noisy points in each sample.")
    noise: float = Field(0.3, ge=0.0, le=2.0, description="Standard deviation of the noise.")
    samples: int = Field(200, ge=20, le=1000, description="How many samples are drawn and fitted.")
    max_degree: int = Field(12, ge=2, le=15, description="Polynomials up to this degree.")

    # learning curve: a classifier fitted to more and more of the digits
    learner: Literal["decision_tree", "naive_bayes", "nearest_neighbours"] = Field(
        "decision_tree", description="The classifier of the learning curve."
    )

    # the network: it learns the digits 0 to 7 and later meets 8 and 9 as well
    width: int = Field(64, ge=4, le=128, description="Neurons in each of its two hidden layers.")
    dropout: float = Field(
        0.3, ge=0.05, le=0.8, description="Share of hidden neurons switched off at each step."
    )
    epochs: int = Field(20, ge=1, le=40, description="Passes over its training set.")
    passes: int = Field(50, ge=2, le=200, description="Predictions of each image with dropout left on.")
    epsilon: float = Field(
        0.2, ge=0.01, le=1.0, description="The largest nudge of a pixel; pixels span 0 to 1."
    )


FACTS: Mapping[str, str] = {
    "config.*": "every setting of this run, by name",
    "bias_variance.best_degree": "the degree with the least expected error on new points",
    "bias_variance.lowest.*": "degree, bias2, variance and error of the lowest degree",
    "bias_variance.best.*": "the same of the best degree",
    "bias_variance.highest.*": "the same of the highest degree",
    "learning_curve.first.*": "examples, training and validation accuracy at the smallest size",
    "learning_curve.last.*": "the same at the largest",
    "network.*": "test accuracy, and the images trained and tested on",
    "mc_dropout.entropy.*": "mean predictive entropy of images read right, read wrong, and of unknown digits",
    "mc_dropout.auc_errors": "how well the entropy ranks wrong readings above right ones",
    "abstention.error.*": "error when all, 95%, 90%, 80% or half of the images are answered",
    "ood.*": "how well two scores tell unknown digits from known ones; how many are read with confidence",
    "adversarial.*": "accuracy on the test images as they are, nudged on purpose, and nudged at random",
}

EXHIBITS: Mapping[str, str] = {
    "bias_variance": "expected error by polynomial degree, split into bias, variance and noise",
    "learning_curve": "training and validation accuracy by number of training examples",
    "mc_dropout": "predictive entropy with dropout left on, of images read right, read wrong, and unknown",
    "abstention": "error among the images answered, by the share answered",
    "ood_score": "telling unknown digits from known ones: ROC curves of two scores",
    "adversarial_nudge": "accuracy by size of the nudge, on purpose and at random",
}
