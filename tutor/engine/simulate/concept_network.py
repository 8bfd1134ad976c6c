"""Concept exhibits about what a network knows of its own limits: uncertainty, abstention, strangers,
nudges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from torch import Tensor, nn

from tutor.engine import concepts
from tutor.engine.metrics import Floats, Values, finite, roc_auc, roc_line, thin
from tutor.engine.records import Exhibit, Line, Lines
from tutor.engine.settings.concepts import ConceptsSettings
from tutor.engine.simulate.concept_fits import Shown, digits
from tutor.engine.training import Recipe, train

KNOWN = 8  # the network learns the digits 0 to 7


@dataclass(frozen=True)
class Reader:
    """A trained network, its training and test images of known digits, and images of digits it never met."""

    model: nn.Sequential
    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor
    unknown_x: Tensor

    def probabilities(self, x: Tensor) -> Floats:
        with torch.no_grad():
            found: Floats = torch.softmax(self.model(x), dim=1).double().numpy()
        return found

    def features(self, x: Tensor) -> Floats:
        """What the last hidden layer makes of the images."""
        with torch.no_grad():
            found: Floats = self.model[:-1](x).double().numpy()
        return found

    def accuracy(self, x: Tensor) -> float:
        return float(np.mean(self.probabilities(x).argmax(axis=1) == self.test_y.numpy()))

    @property
    def wrong(self) -> Values:
        found: Values = self.probabilities(self.test_x).argmax(axis=1) != self.test_y.numpy()
        return found


def reader(settings: ConceptsSettings, seed: int) -> Reader:
    """Train on half of the known digits, so that there are errors enough to look at."""
    x, y = digits()
    known = y < KNOWN
    parts = train_test_split(x[known], y[known], train_size=0.5, stratify=y[known], random_state=seed)
    train_x, test_x = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
    train_y, test_y = (torch.tensor(part, dtype=torch.int64) for part in parts[2:])
    torch.manual_seed(seed)
    width, drop = settings.width, settings.dropout
    hidden = [nn.Linear(64, width), nn.ReLU(), nn.Dropout(drop)]
    hidden += [nn.Linear(width, width), nn.ReLU(), nn.Dropout(drop)]
    model = nn.Sequential(*hidden, nn.Linear(width, KNOWN))
    recipe = Recipe(learning_rate=0.005, batch_size=64, epochs=settings.epochs, optimizer="adamw")
    for _ in train(model, nn.functional.cross_entropy, train_x, train_y, recipe, lambda model: {}, seed=seed):
        pass
    model.eval()
    return Reader(model, train_x, train_y, test_x, test_y, torch.tensor(x[~known], dtype=torch.float32))


def uncertainty(settings: ConceptsSettings, seed: int, r: Reader) -> Shown:
    """Predictive entropy under Monte Carlo dropout, for images read right, read wrong, and of unknown
    digits."""
    both = torch.cat([r.test_x, r.unknown_x])
    mean = concepts.mc_dropout(r.model, both, settings.passes, seed).mean(axis=0)
    spread = concepts.entropy(mean)
    known, unknown = spread[: len(r.test_x)], spread[len(r.test_x) :]
    wrong = mean[: len(r.test_x)].argmax(axis=1) != r.test_y.numpy()
    groups = {"right": known[~wrong], "wrong": known[wrong], "unknown": unknown}
    lines = []
    for name, values in groups.items():
        ordered = np.sort(values)
        xs, ys = thin(ordered, np.arange(1, len(ordered) + 1) / max(1, len(ordered)), 60)
        lines.append(Line(name=name, x=tuple(xs), y=tuple(ys)))
    means = {name: finite(float(np.mean(values))) if len(values) else None for name, values in groups.items()}
    told = ", ".join(f"{name} {value:.2f}" for name, value in means.items() if value is not None)
    exhibit = Exhibit(
        name="mc_dropout",
        title="Uncertainty by Monte Carlo dropout",
        summary=f"Mean predictive entropy over {settings.passes} passes with dropout on, in nats: {told}.",
        body=Lines(x_label="predictive entropy", y_label="share at most as high", lines=tuple(lines)),
    )
    return {"entropy": means, "auc_errors": roc_auc(wrong.astype(int), known)}, exhibit


def answering(settings: ConceptsSettings, seed: int, r: Reader) -> Shown:
    """Abstaining on what the network is least sure of."""
    wrong = r.wrong
    coverage, error = concepts.abstention(1 - concepts.max_softmax(r.probabilities(r.test_x)), wrong)

    def at(share: float) -> float:
        return float(error[max(0, round(share * len(error)) - 1)])

    shares = {"all": 1.0, "95": 0.95, "90": 0.9, "80": 0.8, "50": 0.5}
    facts = {"error": {name: at(share) for name, share in shares.items()}}
    xs, ys = thin(coverage, error)
    exhibit = Exhibit(
        name="abstention",
        title="Error by share answered",
        summary=f"Answering every image, the network errs on {at(1):.1%}; answering the surest 90%, on "
        f"{at(0.9):.1%}; "
        f"the surest 80%, on {at(0.8):.1%}.",
        body=Lines(
            x_label="share of the images answered",
            y_label="error among them",
            lines=(Line(name="error", x=tuple(xs), y=tuple(ys)),),
        ),
    )
    return facts, exhibit


def strangers(settings: ConceptsSettings, seed: int, r: Reader) -> Shown:
    """Digits the network never met against digits it knows, by two scores."""
    foreign = np.r_[np.zeros(len(r.test_x)), np.ones(len(r.unknown_x))].astype(int)
    both = torch.cat([r.test_x, r.unknown_x])
    distance = concepts.mahalanobis(r.features(r.train_x), r.train_y.numpy())
    softmax = concepts.max_softmax(r.probabilities(both))
    scores = {"highest softmax": softmax, "Mahalanobis distance": distance(r.features(both))}
    aucs = {name: roc_auc(foreign, score) for name, score in scores.items()}
    sure = float(np.mean(softmax[foreign == 1] < 0.1))
    facts = {
        "auc_softmax": aucs["highest softmax"],
        "auc_mahalanobis": aucs["Mahalanobis distance"],
        "unknown_read_with_confidence": sure,
    }
    exhibit = Exhibit(
        name="ood_score",
        title="Known and unknown digits",
        summary="ROC-AUC for telling 8 and 9, never seen in training, from 0 to 7: "
        + ", ".join(f"{name} {auc:.3f}" for name, auc in aucs.items())
        + f". Of the unknown digits {sure:.1%} are read with a probability above 90%.",
        body=Lines(
            x_label="known digits flagged",
            y_label="unknown digits flagged",
            lines=tuple(roc_line(foreign, score, name) for name, score in scores.items()),
            diagonal=True,
        ),
    )
    return facts, exhibit


def nudged(settings: ConceptsSettings, seed: int, r: Reader) -> Shown:
    """Accuracy under nudges of every pixel, in the worst direction and in a random one."""
    sizes = np.linspace(0, settings.epsilon, 9)
    signs = np.random.default_rng([seed, 1]).choice([-1.0, 1.0], r.test_x.shape)
    sign = torch.tensor(signs, dtype=torch.float32)
    on_purpose, at_random = [], []
    for size in sizes.tolist():
        moved = concepts.adversarial_nudge(r.model, r.test_x, r.test_y, size)
        on_purpose.append(r.accuracy(moved))
        at_random.append(r.accuracy((r.test_x + size * sign).clamp(0, 1)))
    facts = {"clean": on_purpose[0], "on_purpose": on_purpose[-1], "at_random": at_random[-1]}
    xs = tuple(sizes.tolist())
    exhibit = Exhibit(
        name="adversarial_nudge",
        title="Accuracy under small nudges",
        summary=f"Accuracy is {on_purpose[0]:.1%} on the images as they are; with every pixel moved by "
        f"{settings.epsilon:g} it is {at_random[-1]:.1%} when moved at random and "
        f"{on_purpose[-1]:.1%} when moved "
        "against the network's gradient.",
        body=Lines(
            x_label="size of the nudge",
            y_label="accuracy",
            lines=(
                Line(name="on purpose", x=xs, y=tuple(on_purpose)),
                Line(name="at random", x=xs, y=tuple(at_random)),
            ),
        ),
    )
    return facts, exhibit
