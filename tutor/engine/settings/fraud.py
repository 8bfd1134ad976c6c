"""The levers of the fraud case: a table of card payments, a small network, and how it is fitted to them.

The defaults are the healthy run; each fault of the case, and each remedy, is a change of a few of them.
`FACTS` and `EXHIBITS` name what a run gives back, for whoever writes a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from tutor.engine.records import Record

TRAIN_SHARE, VALIDATION_SHARE = 0.70, 0.15  # the rest is the test set
MAX_STEPS = 20_000  # with MAX_WORK: no settings keep a machine busy for more than about half a minute
MAX_WORK = 20_000_000_000
FEATURES = 20  # columns of the payments table, without the leaky one and the engineered ones
ENGINEERED, LEAKY = 4, 1
MIN_FRAUDS = 20  # a recall out of fewer is noise


class FraudSettings(Record):
    """Every lever, with its healthy default."""

    # the data
    transactions: int = Field(
        24_000, ge=400, le=120_000, description="Payments in the table, before it is split 70/15/15."
    )
    fraud_rate: float = Field(0.04, ge=0.002, le=0.5, description="Share of the payments that are fraud.")
    signal: float = Field(
        2.0, ge=0.0, le=5.0, description="How clearly fraud shows in the features; 0 = not at all."
    )
    shuffle_labels: bool = Field(
        False,
        description="Match payments and labels by row number; off = by payment number. The ledger is in an "
        "order of its own.",
    )
    scale_amount: bool = Field(
        True, description="Take the logarithm of the amount and standardise it; off = raw cents."
    )
    leaky_feature: bool = Field(
        False, description="Include the chargeback code, which is written only after fraud is known."
    )
    drop_leaky_feature: bool = Field(
        False, description="Train without columns that are filled in after the payment."
    )
    engineered_features: bool = Field(
        False, description="Add four products of features that a fraud analyst would ask for."
    )
    split: Literal["random", "by_time"] = Field(
        "random", description="Split at random (stratified), or with validation and test later than training."
    )

    # the network
    layers: int = Field(2, ge=0, le=16, description="Hidden layers; 0 = logistic regression.")
    width: int = Field(32, ge=1, le=128, description="Neurons in each hidden layer.")
    activation: Literal["leaky_relu", "relu", "tanh", "gelu", "sigmoid"] = Field(
        "leaky_relu", description="The activation function of the hidden layers."
    )
    init_gain: float = Field(
        1.0, ge=0.01, le=10.0, description="Scale of the starting weights; 1 = He initialisation."
    )
    dropout: float = Field(
        0.0, ge=0.0, le=0.9, description="Share of hidden neurons switched off at each step."
    )

    # training
    loss: Literal["bce", "focal", "mse"] = Field(
        "bce",
        description="Binary cross-entropy, focal loss (gamma 2) or squared error of the probability.",
    )
    positive_weight: float = Field(
        1.0, ge=0.01, le=1000.0, description="How many legitimate payments one fraud counts for in the loss."
    )
    optimizer: Literal["sgd", "adamw"] = Field("sgd", description="SGD with momentum, or AdamW.")
    learning_rate: float = Field(0.1, ge=1e-9, le=1000.0, description="Size of the steps.")
    momentum: float = Field(
        0.9, ge=0.0, le=0.999, description="Share of the last step kept in the next; SGD only."
    )
    schedule: Literal["constant", "cosine", "step"] = Field(
        "constant", description="How the learning rate changes: not, along a cosine, or in steps."
    )
    weight_decay: float = Field(1e-3, ge=0.0, le=10.0, description="L2 regularisation.")
    clip_norm: float = Field(0.0, ge=0.0, le=1000.0, description="Longest gradient allowed; 0 = any.")
    batch_size: int = Field(512, ge=8, le=8192, description="Payments in each step.")
    epochs: int = Field(20, ge=1, le=200, description="Passes over the training set, at most.")
    patience: int = Field(
        0,
        ge=0,
        le=50,
        description="Early stopping: epochs without a better validation loss, then the best weights are put "
        "back; 0 = off.",
    )
    input_noise: float = Field(
        0.0,
        ge=0.0,
        le=2.0,
        description="Augmentation: noise added to each standardised feature, at each step.",
    )

    # the decision
    threshold: float = Field(
        0.5, gt=0.0, lt=1.0, description="Payments with at least this probability are flagged as fraud."
    )

    @property
    def parameters(self) -> int:
        """Weights and biases of the network."""
        inputs = FEATURES + ENGINEERED * self.engineered_features
        inputs += LEAKY * (self.leaky_feature and not self.drop_leaky_feature)
        sizes = [inputs, *[self.width] * self.layers, 1]
        return sum((a + 1) * b for a, b in pairwise(sizes))

    @model_validator(mode="after")
    def check(self) -> FraudSettings:
        """Settings that contradict each other, or that would keep the machine busy too long."""
        if self.patience >= self.epochs:
            raise ValueError(
                f"patience: {self.patience} epochs of waiting do not fit into {self.epochs}; "
                "it must be smaller than epochs"
            )
        if self.transactions * VALIDATION_SHARE * self.fraud_rate < 1:
            raise ValueError(
                f"fraud_rate: {self.fraud_rate:g} of {self.transactions:,} transactions leaves no fraud to "
                "validate on; raise it, or transactions"
            )
        if self.loss == "mse" and self.positive_weight != 1:
            raise ValueError("positive_weight: applies to the losses bce and focal, not to mse")
        rows = int(self.transactions * TRAIN_SHARE)
        steps = self.epochs * math.ceil(rows / self.batch_size)
        if steps > MAX_STEPS:
            raise ValueError(
                f"batch_size: {steps:,} training steps (transactions x 0.7 x epochs / batch_size) are more "
                f"than the {MAX_STEPS:,} allowed; raise it, or lower epochs or transactions"
            )
        work = rows * self.epochs * self.parameters
        if work > MAX_WORK:
            raise ValueError(
                f"width: {work:.1e} multiplications (transactions x 0.7 x epochs x {self.parameters:,} "
                f"parameters) are more than the {MAX_WORK:.0e} allowed; lower it, or layers, epochs or "
                "transactions"
            )
        return self


FACTS: Mapping[str, str] = {
    "config.*": "every setting of this run, by name",
    "network": "the layers in words, such as 20-32-32-1",
    "inputs": "features the network is given",
    "parameters": "weights and biases of the network",
    "examples": "payments in the table",
    "frauds": "payments that are fraud according to the labels",
    "fraud_rate": "their share",
    "steps_per_epoch": "updates in one epoch",
    "steps_run": "updates made",
    "epochs_run": "epochs begun",
    "stopped": "why training ended: all_epochs, early_stopping or not_finite",
    "weights_of_epoch": "the epoch whose weights the finished model has",
    "first_nonfinite_step": "the first step whose loss is infinite or NaN; none in a run that stays finite",
    "first_nonfinite_epoch": "its epoch",
    "loss.initial_train": "training loss before the first step",
    "loss.initial_validation": "validation loss before the first step",
    "loss.first_epoch_train": "training loss after the first epoch",
    "loss.first_epoch_validation": "validation loss after the first epoch",
    "loss.train": "training loss of the finished model",
    "loss.validation": "validation loss of the finished model",
    "loss.best_validation": "lowest validation loss of any epoch",
    "loss.best_epoch": "the epoch that had it",
    "loss.train_at_best": "training loss at that epoch",
    "loss.gap": "validation loss less training loss, finished model",
    "loss.rise": "validation loss of the last epoch less the lowest",
    "loss.drop": "share of the initial training loss that training removed",
    "loss.first_step": "loss of the first batch",
    "loss.largest_step": "largest finite loss of any batch",
    "loss.largest_step_at": "the step that had it",
    "loss.median_last_epoch": "median loss of the last epoch's batches",
    "reference.ln2": "cross-entropy of always saying one half (0.693)",
    "reference.base_rate_entropy": "cross-entropy of always saying the fraud rate of the training labels",
    "gradients.first": "length of the gradient at step 1",
    "gradients.second": "at step 2",
    "gradients.third": "at step 3",
    "gradients.median": "median over all steps",
    "gradients.largest": "largest finite length",
    "weight_change": "length of the change of all weights, relative to their length before training",
    "batch.rows": "payments in the batch shown",
    "batch.mismatches": "of these, how many have a training label that the ledger contradicts",
    "labels.agree": "share of the table's training labels that agree with the ledger",
    "labels.fraud_confirmed": "of the payments labelled fraud, the share that the ledger calls fraud",
    "features.strongest": "the feature most correlated with the label",
    "features.strongest_correlation": "its correlation, training rows",
    "features.second": "the next one",
    "features.second_correlation": "its correlation",
    "features.written_later": "the feature that is filled in after the decision, if the model is given one",
    "features.written_after_days": "the median delay until it is filled in",
    "low_threshold.threshold": "a low threshold, for comparison",
    "low_threshold.recall": "validation recall there",
    "low_threshold.precision": "validation precision there",
    "low_threshold.flagged": "share of validation payments flagged there",
    "PART.rows": "payments in a part (PART: train, validation, test, production)",
    "PART.frauds": "labelled fraud among them",
    "PART.enough_frauds": f"whether at least {MIN_FRAUDS}: below that recall and precision are not reported",
    "PART.cross_entropy": "cross-entropy of the finished model",
    "PART.accuracy": "share of right decisions at the threshold",
    "PART.majority_accuracy": "accuracy of calling every payment legitimate",
    "PART.recall": "share of the frauds that are flagged",
    "PART.precision": "share of the flagged that are fraud",
    "PART.auc": "area under the ROC curve",
    "PART.average_precision": "area under the precision-recall curve",
    "PART.tp": "frauds flagged",
    "PART.fn": "frauds missed",
    "PART.fp": "legitimate payments flagged",
    "PART.tn": "legitimate payments let through",
}
PARTS = ("train", "validation", "test", "production")

EXHIBITS: Mapping[str, str] = {
    "loss_curves": "training and validation loss by epoch (by step when the run ends in epoch 1)",
    "first_steps": "loss of each batch of the first epoch",
    "gradient_norms": "length of the gradient by step",
    "accuracy_curves": "accuracy by epoch, with that of calling everything legitimate",
    "training_log": "every epoch in figures",
    "config_card": "the configuration, as the team would write it down",
    "splits": "training, validation, test and first month of production side by side",
    "confusion_matrix": "validation, at the threshold in use",
    "threshold_sweep": "validation, at every threshold",
    "precision_recall": "precision against recall, validation",
    "batch": "16 training payments with the label used and what the ledger says",
    "features": "each feature's correlation with the label, and when it is filled in",
}
