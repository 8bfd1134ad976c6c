"""Methods behind the concept exhibits, each a small function with its source. Arrays and networks in, numbers
out, so that any engine can use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from sklearn.covariance import EmpiricalCovariance
from torch import Tensor, nn

from tutor.engine.metrics import Floats, Values


class Decomposition(NamedTuple):
    """Expected squared error on new points and its parts; error = bias2 + variance + noise."""

    bias2: float
    variance: float
    noise: float

    @property
    def error(self) -> float:
        return self.bias2 + self.variance + self.noise


def bias_variance(predictions: Floats, truth: Floats, noise: float) -> Decomposition:
    """Split the expected squared error of a learner (Geman, Bienenstock & Doursat 1992).

    `predictions` (fits, points): what each of many fits, on a fresh sample each, predicts at the same points;
    `truth` (points,): the noiseless target there; `noise`: the standard deviation of an outcome around it.
    Bias is how wrong the fits are on average, variance how much they differ. The mean of finitely many fits
    strays by variance / fits, which is taken off the bias.
    """
    variance = float(np.mean(np.var(predictions, axis=0, ddof=1)))
    bias2 = float(np.mean((predictions.mean(axis=0) - truth) ** 2)) - variance / len(predictions)
    return Decomposition(max(bias2, 0.0), variance, noise**2)


def mc_dropout(model: nn.Module, inputs: Tensor, passes: int, seed: int) -> Floats:
    """Class probabilities of repeated predictions with dropout left on, (passes, n, classes): Monte Carlo
    dropout (Gal & Ghahramani 2016). Their mean is the prediction, their spread its uncertainty. The model
    must end in logits; it is left in evaluation mode."""
    torch.manual_seed(seed)
    model.train()
    with torch.no_grad():
        drawn = [torch.softmax(model(inputs), dim=1) for _ in range(passes)]
    model.eval()
    found: Floats = torch.stack(drawn).double().numpy()
    return found


def entropy(probabilities: Floats) -> Floats:
    """Shannon entropy in nats over the last axis: the uncertainty of a prediction, 0 when it is sure."""
    p = np.clip(probabilities, 1e-12, 1.0)
    found: Floats = -np.sum(p * np.log(p), axis=-1)
    return found


def abstention(confidence: Floats, wrong: Values) -> tuple[Floats, Floats]:
    """The risk-coverage curve (El-Yaniv & Wiener 2010): answer the most confident cases only. Returns the
    coverage, ascending (n,), and the error among the cases answered (n,)."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    return answered / len(order), np.cumsum(np.asarray(wrong, dtype=float)[order]) / answered


def max_softmax(probabilities: Floats) -> Floats:
    """Out-of-distribution score of Hendrycks & Gimpel (2017): one minus the highest class probability. Higher
    means less like the training data."""
    found: Floats = 1.0 - probabilities.max(axis=-1)
    return found


def mahalanobis(train: Floats, classes: Values) -> Callable[[Floats], Floats]:
    """Out-of-distribution score of Lee et al. (2018): squared Mahalanobis distance of features to the nearest
    class mean, under one covariance shared by the classes. `train` (n, k) are features of training cases."""
    means = np.stack([train[classes == c].mean(axis=0) for c in np.unique(classes)])
    shared = EmpiricalCovariance(assume_centered=True).fit(
        train - means[np.searchsorted(np.unique(classes), classes)]
    )
    precision = shared.get_precision()

    def score(features: Floats) -> Floats:
        gap = features[:, None, :] - means
        found: Floats = np.einsum("ncj,jk,nck->nc", gap, precision, gap).min(axis=1)
        return found

    return score


def adversarial_nudge(model: nn.Module, inputs: Tensor, targets: Tensor, epsilon: float) -> Tensor:
    """The fast gradient sign method (Goodfellow, Shlens & Szegedy 2015): every input value moved by `epsilon`
    in the direction that raises the loss most, kept within 0 and 1. The model must end in logits."""
    nudged = inputs.clone().requires_grad_(True)
    loss = nn.functional.cross_entropy(model(nudged), targets)
    (gradient,) = torch.autograd.grad(loss, nudged)
    return (inputs + epsilon * gradient.sign()).clamp(0, 1)
