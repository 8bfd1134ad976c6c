"""The concept exhibits: curves fitted to noise, then a network on real handwritten digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from tutor.engine.records import Figure, Outcome, Progress
from tutor.engine.settings.concepts import ConceptsSettings
from tutor.engine.simulate.concept_fits import Shown, bias_variance, data_curve
from tutor.engine.simulate.concept_network import (
    Reader,
    answering,
    nudged,
    reader,
    strangers,
    uncertainty,
)

NETWORK: dict[str, Callable[[ConceptsSettings, int, Reader], Shown]] = {
    "mc_dropout": uncertainty,
    "abstention": answering,
    "ood": strangers,
    "adversarial": nudged,
}


HEADLINE: tuple[
    tuple[
        str,
        str,
        Callable[[dict[str, Any]], float | None],
        Literal["integer", "decimal", "percent"],
        Literal["higher", "lower", "neither"],
    ],
    ...,
] = (
    ("best_degree", "Best degree", lambda f: f["bias_variance"]["best_degree"], "integer", "neither"),
    ("accuracy", "Accuracy of the network", lambda f: f["network"]["accuracy"], "percent", "higher"),
    ("error_at_90", "Error on the surest 90%", lambda f: f["abstention"]["error"]["90"], "percent", "lower"),
    ("auc_ood", "ROC-AUC, unknown digits", lambda f: f["ood"]["auc_mahalanobis"], "decimal", "higher"),
    ("nudged", "Accuracy when nudged", lambda f: f["adversarial"]["on_purpose"], "percent", "higher"),
)


def simulate(settings: ConceptsSettings, seed: int) -> Iterator[Progress | Outcome]:
    """Every concept exhibit, the network's last."""
    facts: dict[str, Any] = {"config": settings.model_dump()}
    exhibits = []
    total = 2 + len(NETWORK)
    for name, show in (("bias_variance", bias_variance), ("learning_curve", data_curve)):
        facts[name], exhibit = show(settings, seed)
        exhibits.append(exhibit)
        yield Progress(unit="fit", done=len(exhibits), total=total)
    found = reader(settings, seed)
    facts["network"] = {
        "accuracy": found.accuracy(found.test_x),
        "trained_on": len(found.train_x),
        "tested_on": len(found.test_x),
        "unknown": len(found.unknown_x),
    }
    for name, examine in NETWORK.items():
        facts[name], exhibit = examine(settings, seed, found)
        exhibits.append(exhibit)
        yield Progress(unit="fit", done=len(exhibits), total=total)
    headline = tuple(
        Figure(name=name, label=label, value=pick(facts), format=form, better=better)
        for name, label, pick, form, better in HEADLINE
    )
    yield Outcome(facts=facts, headline=headline, exhibits=tuple(exhibits))
