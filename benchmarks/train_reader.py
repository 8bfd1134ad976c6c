"""Learn the general models of the offline reader from the built-in scenarios.

    python -m benchmarks.train_reader           # learn from all; write reader.json and stance.npz
    python -m benchmarks.train_reader --check   # leave each scenario out in turn, print figures

Three small models, shared by all scenarios: does a message hold an idea ("idea", logistic), what is its
stance ("stance", recurrent networks: train_network.py), what does the message do ("act", logistic). They
know no idea of any scenario, so a scenario they have never seen profits as well; --check measures exactly
that. Readers are always fitted without the texts they are asked about (three folds).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks import materials, train_network
from benchmarks.materials import Scenario
from benchmarks.reader_rows import ASSERT, DENY, UNLEARNED, Rows, act_rows, folds, idea_rows, stance_rows
from tutor.consultant.offline import acts, candidates
from tutor.consultant.offline.general import General
from tutor.consultant.offline.logistic import Logistic
from tutor.consultant.offline.network import STANCES, Batch
from tutor.consultant.offline.reading import ACT_FEATURES

SEEDS = range(5)
"""The composed messages differ by chance; models learned from several draws hardly do. Each of the networks
that vote on the stance learns from a draw of its own."""


def learn(rows: Rows, classes: Sequence[str], names: Sequence[str], strength: float) -> Logistic:
    """`strength`: scikit-learn's C, the inverse of the L2 penalty."""
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(np.array(rows.values), rows.labels, sample_weight=rows.weights)
    weights, bias = model.coef_, model.intercept_
    if len(classes) == 2:  # one logit for the second class becomes a softmax over two
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return Logistic(tuple(classes), tuple(names), weights, bias)


def train(scenarios: Sequence[Scenario], seeds: Iterable[int] = SEEDS) -> General:
    draws = [
        ([fold for scenario in scenarios for fold in folds(scenario, seed)], random.Random(seed))
        for seed in seeds
    ]
    idea = learn(pooled(idea_rows(of, rng) for of, rng in draws), ("no", "yes"), candidates.FEATURES, 10.0)
    stance = train_network.train([stance_rows(of, idea, rng) for of, rng in draws])
    general = replace(UNLEARNED, idea=idea, stance=stance)
    rows = pooled(act_rows(of, general, rng) for of, rng in draws)
    return replace(general, act=learn(rows, acts.CLASSES, ACT_FEATURES, 1.0))


def pooled(draws: Iterable[Rows]) -> Rows:
    """The rows of all draws, each worth as much less as there are draws."""
    out = Rows()
    for rows in draws:
        out.values += rows.values
        out.labels += rows.labels
        out.weights += [weight / len(SEEDS) for weight in rows.weights]
        out.kinds += rows.kinds
    return out


def check(scenarios: Mapping[str, Scenario]) -> None:
    """Each scenario read with general models learned from the others: how its whole messages are taken."""
    for name, scenario in scenarios.items():
        general = train([other for other in scenarios.values() if other.id != name], [0])
        rows = stance_rows(folds(scenario), general.idea, random.Random(1))
        batches = [slice(k, k + 256) for k in range(0, len(rows.steps), 256)]
        found = [
            general.stance.probabilities(Batch.of(rows.steps[of]), np.array(rows.values[of]))
            for of in batches
        ]
        probability, truth, kinds = np.concatenate(found), np.array(rows.labels), np.array(rows.kinds)
        cells = [
            f"{kind}/{stance} taken for asserted {np.mean(probability[at, ASSERT] > 0.5):.2f} "
            f"denied {np.mean(probability[at, DENY] > 0.4):.2f}"
            for kind in ("message", "phrasing")
            for label, stance in enumerate(STANCES)
            if (at := (kinds == kind) & (truth == label)).sum() >= 20
        ]
        print(f"{name:22} " + "; ".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="leave each scenario out in turn; write nothing")
    options = parser.parse_args()
    scenarios = materials.load()
    if options.check:
        check(scenarios)
        return
    general = train(list(scenarios.values()))
    package = Path(__file__).parent.parent / "tutor" / "consultant" / "offline"
    value = {"idea": general.idea.as_json(), "act": general.act.as_json()}
    lines = (
        json.dumps(value, indent=1).replace("[\n    ", "[").replace(",\n    ", ", ").replace("\n   ]", "]")
    )
    (package / "reader.json").write_text(lines + "\n", encoding="utf-8")
    (package / "stance.npz").write_bytes(general.stance.to_bytes())


if __name__ == "__main__":
    main()
