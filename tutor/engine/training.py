"""The training loop: forward, loss, backward, update. Every network in this project learns here.

Training a network is four lines, repeated. *Forward*: the network predicts a batch. *Loss*: one number says
how wrong it was. *Backward*: for every weight, the slope of that number. *Update*: a small step downhill.
Everything else on this page measures those four lines or decides when to stop repeating them.

`train` is a generator: it hands over a record after each step and each epoch, so whoever reads it can draw
the curve while the network learns, and stops training by no longer asking.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

Loss = Callable[[Tensor, Tensor], Tensor]  # (prediction, target) -> scalar
Augment = Callable[[Tensor], Tensor]  # a batch of inputs -> the same batch, altered
Evaluate = Callable[[nn.Module], Mapping[str, float]]  # the network, in evaluation mode -> named scores


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train: everything about a run that is neither data nor network."""

    learning_rate: float
    batch_size: int
    epochs: int
    optimizer: Literal["sgd", "adamw"] = "sgd"
    momentum: float = 0.9  # of SGD; AdamW keeps its usual two averages (0.9, 0.999)
    weight_decay: float = 0.0
    schedule: Literal["constant", "cosine", "step"] = "constant"
    warmup_steps: int = 0  # the learning rate rises linearly over the first steps
    clip_norm: float = 0.0  # the longest gradient allowed; 0 = any
    patience: int = 0  # epochs without a better score before stopping early; 0 = never stop
    monitor: str = "val_loss"  # the score that early stopping watches
    mode: Literal["min", "max"] = "min"  # whether less or more of it is better
    min_delta: float = 0.0  # improvements up to this size do not count


class Step(NamedTuple):
    """One update. The loss was measured on its batch before it, the gradient before any clipping."""

    epoch: int
    step: int  # counted through all epochs, from 1
    loss: float
    gradient_norm: float  # Euclidean, over all weights
    learning_rate: float


class Epoch(NamedTuple):
    """One pass over the training set, and the scores after it. Epoch 0: the network before its first step."""

    epoch: int
    step: int
    scores: Mapping[str, float]
    gradient_norm: float  # mean over the epoch's steps; NaN at epoch 0


class Stopped(NamedTuple):
    """Why training ended, and whose weights the network holds now."""

    reason: Literal["all_epochs", "early_stopping", "not_finite"]
    epoch: int  # the last epoch begun
    step: int
    weights_of_epoch: int  # the best one where early stopping is on, else the last


def train(
    model: nn.Module,
    loss_function: Loss,
    inputs: Tensor,
    targets: Tensor,
    recipe: Recipe,
    evaluate: Evaluate,
    *,
    seed: int = 0,
    augment: Augment | None = None,
) -> Iterator[Step | Epoch | Stopped]:
    """Train `model` in place, yielding a record of every step and epoch, and `Stopped` last.

    The first axis of `inputs` and `targets` counts examples. A loss that is not finite ends the run, as it
    would in a careful trainer: no later step can repair it. With `patience`, the best epoch's weights are put
    back at the end (Prechelt 1998, "Early stopping, but when?"). The same arguments give the same numbers,
    bit for bit, on one machine and torch version.
    """
    torch.set_num_threads(1)  # on networks this small, threads wait for each other longer than they compute
    # Dropout and augmentation draw from the global stream; the order of examples has its own, so that two
    # runs that differ in dropout alone see the same batches.
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)
    optimizer = make_optimizer(model, recipe)
    weights = list(model.parameters())
    total_steps = recipe.epochs * math.ceil(len(inputs) / recipe.batch_size)
    sign = 1 if recipe.mode == "min" else -1
    best_score, best_epoch, best_weights = math.inf, 0, None
    step, value = 0, math.inf

    yield Epoch(0, 0, measure(model, evaluate), math.nan)
    for epoch in range(1, recipe.epochs + 1):
        norms = []
        shuffled = torch.randperm(len(inputs), generator=order)
        for start in range(0, len(inputs), recipe.batch_size):
            batch = shuffled[start : start + recipe.batch_size]
            x, y = inputs[batch], targets[batch]
            rate = learning_rate_at(recipe, step, total_steps)
            for group in optimizer.param_groups:
                group["lr"] = rate

            prediction = model(augment(x) if augment else x)  # forward
            loss = loss_function(prediction, y)  # loss
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # backward
            gradients = [w.grad for w in weights if w.grad is not None]
            norm = get_total_norm(gradients)
            if recipe.clip_norm:
                clip_grads_with_norm_(weights, recipe.clip_norm, norm)
            optimizer.step()  # update

            step, value = step + 1, loss.item()
            norms.append(norm.item())
            yield Step(epoch, step, value, norms[-1], rate)
            if not math.isfinite(value):
                break

        scores = measure(model, evaluate)
        yield Epoch(epoch, step, scores, sum(norms) / len(norms))
        if not math.isfinite(value):
            yield Stopped("not_finite", epoch, step, epoch)
            return
        if recipe.patience:
            score = sign * scores[recipe.monitor]
            if score < best_score - recipe.min_delta:
                best_score, best_epoch, best_weights = score, epoch, deepcopy(model.state_dict())
            elif epoch - best_epoch >= recipe.patience:
                break

    if best_weights is not None:
        model.load_state_dict(best_weights)
    ran_through = epoch == recipe.epochs
    yield Stopped(
        "all_epochs" if ran_through else "early_stopping", epoch, step, best_epoch if best_weights else epoch
    )


def measure(model: nn.Module, evaluate: Evaluate) -> Mapping[str, float]:
    """The scores of the network as it is: dropout off, no gradients kept."""
    model.eval()
    with torch.no_grad():
        scores = evaluate(model)
    model.train()
    return scores


def learning_rate_at(recipe: Recipe, step: int, total_steps: int) -> float:
    """The learning rate of a step (from 0): after the warm-up constant, or a cosine to a twentieth
    (Loshchilov & Hutter 2017), or steps: a tenth from half-way, a hundredth from three quarters."""
    progress = step / max(1, total_steps)
    factor = {
        "constant": 1.0,
        "cosine": 0.05 + 0.95 * (1 + math.cos(math.pi * progress)) / 2,
        "step": 1.0 if progress < 0.5 else 0.1 if progress < 0.75 else 0.01,
    }[recipe.schedule]
    warmup = min(1.0, (step + 1) / recipe.warmup_steps) if recipe.warmup_steps else 1.0
    return recipe.learning_rate * factor * warmup


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The optimizer of a recipe. SGD adds weight decay to the gradient (L2), AdamW shrinks the weights
    themselves (Loshchilov & Hutter 2019). Fused: a seventh to a third faster on networks this small."""
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(
            model.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
        )
    return torch.optim.SGD(
        model.parameters(),
        recipe.learning_rate,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
        fused=True,
    )


def warm_up() -> None:
    """Take one step of each optimizer, so that torch does its late imports (over a second) before a run."""
    for optimizer in ("sgd", "adamw"):
        recipe = Recipe(learning_rate=0.0, batch_size=1, epochs=1, optimizer=optimizer)
        one = torch.zeros(1, 1)
        for _ in train(nn.Linear(1, 1), nn.functional.mse_loss, one, one, recipe, lambda model: {}):
            pass
