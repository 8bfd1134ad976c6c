"""The levers of the recommender case: data, network, training, and how often validation was asked.

The defaults are the run as it was found. `FACTS` and `EXHIBITS` name what a run gives back, for whoever
writes a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from tutor.engine.records import Record

MAX_WORK = (
    24_000_000_000  # multiplications; with MAX_STEPS, no settings keep a machine busy over a minute or so
)
MAX_STEPS = 4000
MAX_REFITS = 800_000  # examples seen in all tuning rounds together


class RecommenderSettings(Record):
    """A shop's recommender: from a customer's last four products, the department they buy from next."""

    # the data
    training_examples: int = Field(2000, ge=200, le=20_000, description="Histories to learn from.")
    validation_examples: int = Field(1000, ge=50, le=5000, description="Histories to choose models with.")
    test_examples: int = Field(1000, ge=200, le=10_000, description="Histories that stay untouched.")
    products: int = Field(
        100, ge=40, le=400, description="Products in the catalogue, a quarter per department."
    )
    label_noise: float = Field(
        0.11, ge=0.0, le=0.7, description="Share of purchases that do not follow from the history."
    )
    shared_accounts: float = Field(
        0.06,
        ge=0.0,
        le=0.5,
        description="Share of training histories that come twice, with different purchases.",
    )

    # the network
    layers: int = Field(15, ge=1, le=24, description="Transformer layers.")
    width: int = Field(32, ge=4, le=64, description="Numbers that represent one product.")
    feed_forward: int = Field(16, ge=4, le=128, description="Hidden units in each layer's feed-forward part.")
    dropout: float = Field(0.0, ge=0.0, le=0.8, description="Share of numbers switched off at each step.")

    # training
    learning_rate: float = Field(5e-3, ge=1e-6, le=0.1, description="Size of AdamW's steps.")
    schedule: Literal["constant", "cosine", "step"] = Field(
        "constant", description="How the learning rate changes: not, along a cosine, or in steps."
    )
    warmup_steps: int = Field(15, ge=0, le=1000, description="Steps over which the learning rate rises.")
    weight_decay: float = Field(
        0.0,
        ge=0.0,
        le=10.0,
        description="Each of AdamW's steps shrinks the weights by learning rate x weight decay.",
    )
    clip_norm: float = Field(1.0, ge=0.0, le=100.0, description="Longest gradient allowed; 0 = any.")
    batch_size: int = Field(250, ge=16, le=2000, description="Histories in each step.")
    epochs: int = Field(12, ge=1, le=60, description="Passes over the training set, at most.")
    patience: int = Field(
        0,
        ge=0,
        le=20,
        description="Early stopping: epochs without a lower validation loss, then the best weights are put "
        "back; 0 = off.",
    )
    label_smoothing: float = Field(
        0.0, ge=0.0, le=0.5, description="Share of each label that is spread over all departments."
    )
    augmentation: Literal["none", "mask", "swap"] = Field(
        "none", description="Hide products of a history, or swap them for others of the same department."
    )
    augmentation_share: float = Field(
        0.3, ge=0.0, le=0.9, description="Share of a history's products that augmentation changes."
    )

    # the choice of a model
    tuning_rounds: int = Field(
        0,
        ge=0,
        le=400,
        description="Refits of the last layer with other settings, each kept where validation does not fall.",
    )

    @property
    def steps(self) -> int:
        return self.epochs * math.ceil(self.training_examples / self.batch_size)

    @model_validator(mode="after")
    def check(self) -> RecommenderSettings:
        """Settings that contradict each other, or that would keep the machine busy too long."""
        if self.patience >= self.epochs:
            raise ValueError(
                f"patience: {self.patience} epochs of waiting do not fit into {self.epochs}; "
                "it must be smaller than epochs"
            )
        if self.steps > MAX_STEPS:
            raise ValueError(
                f"batch_size: {self.steps:,} training steps (training_examples x epochs / batch_size) are "
                f"more than the {MAX_STEPS:,} allowed; raise it, or lower epochs or training_examples"
            )
        work = self.training_examples * self.epochs * (self.layers + 1) * self.width
        work *= 10 * (self.width + self.feed_forward)
        if work > MAX_WORK:
            raise ValueError(
                f"epochs: {work:.1e} multiplications (training_examples x epochs x layers x width x (width + "
                f"feed_forward) x 10) are more than the {MAX_WORK:.1e} allowed; lower one of them"
            )
        if self.tuning_rounds * self.training_examples > MAX_REFITS:
            raise ValueError(
                f"tuning_rounds: {self.tuning_rounds} refits on {self.training_examples:,} examples are more "
                f"than the {MAX_REFITS:,} examples allowed; lower it, or training_examples"
            )
        return self


FACTS: Mapping[str, str] = {
    "config.*": "every setting of the run, by its name",
    "examples": "training examples",
    "layers": "transformer layers",
    "parameters": "weights and biases that training changes",
    "parameters_per_example": "parameters divided by training examples",
    "epochs_run": "epochs begun",
    "stopped": "why training ended: all_epochs, early_stopping or not_finite",
    "weights_of_epoch": "the epoch whose weights the network holds (the best one after early stopping)",
    "train.accuracy, .loss, .examples": "on all training examples, at the end",
    "validation.accuracy, .loss, .examples": "on the validation set, at the end (after tuning, if any)",
    "validation.low, .high": "95% confidence interval of the accuracy (Wilson 1927)",
    "test.accuracy, .loss, .examples, .low, .high": "the same on the test set, which nothing was chosen on",
    "gap_points": "training minus validation accuracy, in points",
    "best.epoch, .accuracy": "where validation accuracy was highest during training (the first such epoch)",
    "best.points_lost": "points of validation accuracy between that epoch and the last one of training",
    "best.loss_epoch, .loss": "where validation loss was lowest",
    "baselines.majority": "validation accuracy of always naming the commonest department",
    "baselines.last_product": "validation accuracy of naming the department of the last product",
    "baselines.logistic_regression": "validation accuracy of a logistic regression on the bag of products",
    "baselines.*_test": "the same three on the test set",
    "tuning.rounds, .kept": "tuning rounds, and those after which the model was replaced",
    "tuning.validation_before, .validation_after": "validation accuracy before and after all rounds",
    "tuning.test_before, .test_after": "test accuracy before and after (measured, never used)",
    "tuning.gain_points, .test_gain_points": "what tuning added, in points",
    "tuning.after": "list of {rounds, validation, test} after 1, 2, 5, 10, 20, 50, ... rounds",
    "optimism_points": "validation minus test accuracy, in points",
    "data.departments": "share of each department among training purchases",
    "data.repeated": "share of training examples whose history occurs more than once",
    "data.contradictory": "share of training examples whose history occurs with another purchase too",
}

EXHIBITS: Mapping[str, str] = {
    "loss_curves": "training and validation loss by epoch",
    "accuracy_curves": "training and validation accuracy by epoch, the best epoch marked",
    "validation_interval": "validation accuracy with its 95% interval, at the end and at the best epoch",
    "gap": "the two accuracies and what lies between them",
    "config": "how the network was trained",
    "architecture": "the network's parts and their parameters",
    "training_log": "a row per epoch",
    "tuning_history": "validation accuracy round by round",
    "tuning_audit": "the kept model's validation accuracy against its test accuracy, by round",
    "baselines": "simple rules beside the network, on validation",
    "batch": "some histories with the product names and the next purchase",
    "test_score": "accuracy on the untouched examples, with its interval",
}
