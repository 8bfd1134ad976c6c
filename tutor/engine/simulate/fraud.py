"""The fraud case: a small network trained on a table of payments, and the evidence of how that went."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid, mse_loss

from tutor.engine.exhibits import finite
from tutor.engine.records import Outcome, Progress, Record
from tutor.engine.settings.fraud import PARTS, FraudSettings
from tutor.engine.simulate.fraud_data import build_table
from tutor.engine.simulate.fraud_exhibits import exhibits_of
from tutor.engine.simulate.fraud_facts import TrainedRun, facts_of, headline, part_of
from tutor.engine.training import Augment, Epoch, Loss, Recipe, Step, Stopped, train

ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    "leaky_relu": nn.LeakyReLU,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
    "sigmoid": nn.Sigmoid,
}
LEAK = 0.1  # slope of LeakyReLU below zero: the network survives a large step that would kill every ReLU
FOCUS = 2.0  # gamma of the focal loss


def simulate(settings: Record, seed: int) -> Iterator[Progress | Outcome]:
    """Train once and yield progress by step (first epoch) and by epoch, then the evidence.

    Raises TypeError for settings of another engine.
    """
    if not isinstance(settings, FraudSettings):
        raise TypeError(f"the fraud simulation needs FraudSettings, not {type(settings).__name__}")
    table = build_table(settings, seed)
    inputs = torch.from_numpy(table.inputs.astype(np.float32))
    labels = torch.from_numpy(table.labels.astype(np.float32))
    train_rows, validation_rows = (torch.from_numpy(table.parts[p]) for p in ("train", "validation"))
    x, y, x_val, y_val = (
        inputs[train_rows],
        labels[train_rows],
        inputs[validation_rows],
        labels[validation_rows],
    )
    model = build_network(settings, inputs.shape[1], seed)
    before = flat_weights(model)
    loss = loss_function(settings)
    cut = math.log(settings.threshold / (1 - settings.threshold))

    def scores(network: nn.Module) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for part, features, target in (("train", x, y), ("val", x_val, y_val)):
            z = network(features)
            found[f"{part}_loss"] = loss(z, target).item()
            right = ((z >= cut) == (target > 0.5)).float().mean().item()
            found[f"{part}_accuracy"] = math.nan if z.isnan().any() else right
        return found

    steps: list[Step] = []
    epochs: list[Epoch] = []
    stopped = Stopped("all_epochs", 0, 0, 0)
    total_steps = math.ceil(len(x) / settings.batch_size)
    for record in train(
        model, loss, x, y, recipe(settings), scores, seed=seed, augment=augmentation(settings)
    ):
        match record:
            case Step():
                steps.append(record)
                if record.epoch == 1:
                    values = {
                        "train_loss": finite(record.loss),
                        "gradient_norm": finite(record.gradient_norm),
                    }
                    yield Progress(unit="step", done=record.step, total=total_steps, values=values)
            case Epoch():
                epochs.append(record)
                if record.epoch:
                    values = {name: finite(value) for name, value in record.scores.items()}
                    values["gradient_norm"] = finite(record.gradient_norm)
                    yield Progress(done=record.epoch, total=settings.epochs, values=values)
            case Stopped():
                stopped = record

    model.eval()
    with torch.no_grad():
        log_odds = model(inputs).numpy().astype(float)
    change = (flat_weights(model) - before).norm() / before.norm()
    run = TrainedRun(
        settings=settings,
        table=table,
        steps=tuple(steps),
        epochs=tuple(epochs),
        stopped=stopped,
        log_odds=log_odds,
        weight_change=change.item(),
    )
    parts = {name: part_of(run, name) for name in PARTS}
    facts = facts_of(run, parts)
    yield Outcome(facts=facts, headline=headline(facts), exhibits=exhibits_of(run, parts, facts))


def build_network(settings: FraudSettings, inputs: int, seed: int) -> nn.Sequential:
    """A multilayer perceptron with He initialisation (He et al. 2015) times `init_gain`, and one output: the
    log-odds of fraud, shape (rows,). The output layer starts small, near a probability of one half."""
    generator = torch.Generator().manual_seed(seed)
    layers: list[nn.Module] = []
    for _ in range(settings.layers):
        layers.append(linear(inputs, settings.width, settings.init_gain * math.sqrt(2 / inputs), generator))
        inputs = settings.width
        activation = ACTIVATIONS[settings.activation]
        layers.append(activation(LEAK) if activation is nn.LeakyReLU else activation())
        if settings.dropout:
            layers.append(nn.Dropout(settings.dropout))
    output = linear(inputs, 1, 0.1 * settings.init_gain * math.sqrt(1 / inputs), generator)
    return nn.Sequential(*layers, output, nn.Flatten(0))


def linear(inputs: int, outputs: int, deviation: float, generator: torch.Generator) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=deviation, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def flat_weights(model: nn.Module) -> Tensor:
    """All weights in one vector, in double precision: a copy."""
    return torch.cat([weight.detach().double().flatten() for weight in model.parameters()])


def recipe(settings: FraudSettings) -> Recipe:
    return Recipe(
        learning_rate=settings.learning_rate,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        optimizer=settings.optimizer,
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
        schedule=settings.schedule,
        clip_norm=settings.clip_norm,
        patience=settings.patience,
        min_delta=1e-4,
    )


def loss_function(settings: FraudSettings) -> Loss:
    """Mean loss of log-odds against labels: binary cross-entropy, focal loss (Lin et al. 2017) or the squared
    error of the probability (Brier score)."""
    weight = torch.tensor(settings.positive_weight)

    def cross_entropy(z: Tensor, y: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(z, y, pos_weight=weight)

    def plain_cross_entropy(z: Tensor, y: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(z, y)

    def focal(z: Tensor, y: Tensor) -> Tensor:
        towards = torch.where(y > 0.5, z, -z)  # log-odds of the right answer
        weights = torch.where(y > 0.5, weight, 1.0)
        return (-weights * torch.sigmoid(-towards) ** FOCUS * logsigmoid(towards)).mean()

    def squared_error(z: Tensor, y: Tensor) -> Tensor:
        return mse_loss(torch.sigmoid(z), y)

    if settings.loss == "bce":
        return plain_cross_entropy if settings.positive_weight == 1 else cross_entropy
    return focal if settings.loss == "focal" else squared_error


def augmentation(settings: FraudSettings) -> Augment | None:
    """Gaussian noise on the inputs (Bishop 1995: for small noise, a form of regularisation)."""
    if not settings.input_noise:
        return None
    return lambda x: x + settings.input_noise * torch.randn_like(x)
