"""Concept exhibits about fitting: bias and variance on a curve, accuracy by the amount of data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.polynomial import legendre
from sklearn.datasets import load_digits
from sklearn.model_selection import learning_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from tutor.engine import concepts
from tutor.engine.metrics import Floats, Values
from tutor.engine.records import Exhibit, Line, Lines
from tutor.engine.settings.concepts import ConceptsSettings

Shown = tuple[dict[str, Any], Exhibit]
LEARNERS: dict[str, Callable[[int], Any]] = {
    "decision_tree": lambda seed: DecisionTreeClassifier(random_state=seed),
    "naive_bayes": lambda seed: GaussianNB(var_smoothing=1e-3),
    "nearest_neighbours": lambda seed: KNeighborsClassifier(3),
}


@cache
def digits() -> tuple[Values, Values]:
    """The handwritten digits that come with scikit-learn (Alpaydin & Kaynak 1998): images (1797, 64) with
    pixels from 0 to 1, and the digits (1797,)."""
    images, labels = load_digits(return_X_y=True)
    return images / 16.0, labels


def target(x: Floats) -> Floats:
    """The curve behind the noise."""
    found: Floats = np.sin(2.5 * x) + 0.5 * x
    return found


def bias_variance(settings: ConceptsSettings, seed: int) -> Shown:
    """Least-squares polynomials of each degree, fitted to many samples of the same noisy curve."""
    rng = np.random.default_rng([seed, 0])
    at = np.linspace(-0.95, 0.95, 60)
    # one point in each of as many equal stretches: a gap would leave high degrees free to run away
    cells = np.arange(settings.points) + rng.random((settings.samples, settings.points))
    drawn = 2 * cells / settings.points - 1
    seen = target(drawn) + settings.noise * rng.standard_normal(drawn.shape)
    degrees = range(settings.max_degree + 1)
    found = []
    for degree in degrees:
        fits = np.array([legendre.legfit(x, y, degree) for x, y in zip(drawn, seen, strict=True)])
        found.append(concepts.bias_variance(legendre.legval(at, fits.T), target(at), settings.noise))
    best = min(degrees, key=lambda degree: found[degree].error)
    parts = (
        ("expected error", [d.error for d in found]),
        ("bias squared", [d.bias2 for d in found]),
        ("variance", [d.variance for d in found]),
        ("noise", [d.noise for d in found]),
    )
    xs = tuple(float(degree) for degree in degrees)
    # a logarithmic axis has no place for a bias of nothing
    lines = tuple(
        Line(name=name, x=xs, y=tuple(v if v > 1e-6 else None for v in values)) for name, values in parts
    )
    facts: dict[str, Any] = {"best_degree": best}
    for name, degree in (("lowest", 0), ("best", best), ("highest", settings.max_degree)):
        d = found[degree]
        facts[name] = {"degree": degree, "bias2": d.bias2, "variance": d.variance, "error": d.error}
    low, high = found[0], found[-1]
    exhibit = Exhibit(
        name="bias_variance",
        title="Bias and variance",
        summary=f"Degree 0: bias squared {low.bias2:.3f}, variance {low.variance:.3f}. Degree "
        f"{settings.max_degree}: {high.bias2:.3f} and {high.variance:.3f}. The expected error is "
        "least at degree "
        f"{best}, {found[best].error:.3f}, of which {found[best].noise:.3f} is noise.",
        body=Lines(x_label="degree of the polynomial", y_label="squared error", lines=lines, y_scale="log"),
    )
    return facts, exhibit


def data_curve(settings: ConceptsSettings, seed: int) -> Shown:
    """Accuracy by training size, by scikit-learn's `learning_curve` (cross-validated; Cortes et al. 1994)."""
    x, y = digits()
    sizes, training, validation = learning_curve(
        LEARNERS[settings.learner](seed),
        x,
        y,
        train_sizes=np.geomspace(0.05, 1.0, 7),
        cv=4,
        shuffle=True,
        random_state=seed,
    )
    seen, held = training.mean(axis=1), validation.mean(axis=1)
    xs = tuple(float(n) for n in sizes)
    facts = {
        name: {"examples": int(sizes[i]), "training": float(seen[i]), "validation": float(held[i])}
        for name, i in (("first", 0), ("last", -1))
    }
    exhibit = Exhibit(
        name="learning_curve",
        title="Accuracy by amount of data",
        summary=f"With {sizes[0]} examples the {settings.learner.replace('_', ' ')} reaches {seen[0]:.1%} on "
        "them "
        f"and {held[0]:.1%} in validation; with {sizes[-1]:,}, {seen[-1]:.1%} and {held[-1]:.1%}.",
        body=Lines(
            x_label="training examples",
            y_label="accuracy",
            lines=(
                Line(name="training", x=xs, y=tuple(seen.tolist())),
                Line(name="validation", x=xs, y=tuple(held.tolist())),
            ),
        ),
    )
    return facts, exhibit
