"""Learn the general models of the offline reader from the built-in scenarios, and write reader.json.

    python -m benchmarks.train_reader           # learn from all scenarios and write
    python -m benchmarks.train_reader --check   # leave each scenario out in turn and print figures

Three small logistic models, shared by all scenarios: does a message hold an idea ("idea"), what is its stance
("stance"), what does the message do ("act"). Their features name no word of any scenario, so a scenario they
have never seen profits as well; --check measures exactly that. Readers are always fitted without the texts
they are asked about (three folds).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from benchmarks import materials
from benchmarks.materials import Scenario
from benchmarks.reader_rows import STANCES, Rows, act_rows, folds, idea_rows, stance_rows
from tutor.consultant.offline import acts, candidates, stance
from tutor.consultant.offline.logistic import Logistic
from tutor.consultant.offline.reading import ACT_FEATURES

RARE = 15
"""Words around an idea must occur in so many rows to be kept."""
SHARE = 0.1
"""The scale of these words against the other features, so that they are held back more by the penalty."""


def learn(rows: Rows, classes: Sequence[str], names: Sequence[str], strength: float) -> Logistic:
    """`strength`: scikit-learn's C, the inverse of the L2 penalty."""
    counts = Counter(key for keys in rows.keys for key in keys)
    kept = {key: k for k, key in enumerate(sorted(key for key, n in counts.items() if n >= RARE))}
    at = [[kept[key] for key in keys if key in kept] for keys in rows.keys]
    words = sparse.csr_matrix(
        (np.full(sum(map(len, at)), SHARE), [k for of in at for k in of], np.cumsum([0, *map(len, at)])),
        shape=(len(at), len(kept)),
    )
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(sparse.hstack([np.array(rows.values), words]).tocsr(), rows.labels, sample_weight=rows.weights)
    weights, bias = model.coef_, model.intercept_
    weights[:, len(names) :] *= SHARE
    names = [*names, *kept]
    if len(classes) == 2:  # one logit for the second class becomes a softmax over two
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return Logistic(tuple(classes), tuple(names), weights, bias)


SEEDS = range(3)
"""The composed messages differ by chance; models learned from several draws hardly do."""


def train(scenarios: Sequence[Scenario]) -> dict[str, Logistic]:
    draws = [
        ([fold for scenario in scenarios for fold in folds(scenario, seed)], random.Random(seed))
        for seed in SEEDS
    ]
    general: dict[str, Logistic] = {}
    rows = pooled(idea_rows(of, rng) for of, rng in draws)
    general["idea"] = learn(rows, ("no", "yes"), candidates.FEATURES, 10.0)
    rows = pooled(stance_rows(of, general, rng) for of, rng in draws)
    general["stance"] = learn(rows, STANCES, stance.feature_names(), 0.2)
    rows = pooled(act_rows(of, general, rng) for of, rng in draws)
    general["act"] = learn(rows, acts.CLASSES, ACT_FEATURES, 1.0)
    return general


def pooled(draws: Iterable[Rows]) -> Rows:
    """The rows of all draws, each worth as much less as there are draws."""
    out = Rows()
    for rows in draws:
        out.values += rows.values
        out.labels += rows.labels
        out.weights += [weight / len(SEEDS) for weight in rows.weights]
        out.kinds += rows.kinds
        out.keys += rows.keys
    return out


def check(scenarios: Mapping[str, Scenario]) -> None:
    """Each scenario read with general models learned from the others."""
    for name, scenario in scenarios.items():
        general = train([other for other in scenarios.values() if other.id != name])
        rng = random.Random(1)
        own = folds(scenario)
        for part, rows in (
            ("idea", idea_rows(own, rng)),
            ("stance", stance_rows(own, general, rng)),
            ("act", act_rows(own, general, rng)),
        ):
            model = general[part]
            table = np.array([model.with_keys(v, k) for v, k in zip(rows.values, rows.keys, strict=True)])
            guess = model.probabilities(table).argmax(axis=1)
            truth = np.array(rows.labels)
            kinds = np.array(rows.kinds)
            if part == "idea":
                both = int(((guess == 1) & (truth == 1)).sum())
                print(f"{name:22} idea   F1 {2 * both / ((guess == 1).sum() + (truth == 1).sum()):.3f}")
                continue
            cells = [
                f"{kind}/{general[part].classes[label]} {np.mean(guess[picked] == label):.2f}"
                for kind in sorted(set(rows.kinds))
                for label in range(len(general[part].classes))
                if (picked := (kinds == kind) & (truth == label)).sum() >= 8
            ]
            print(f"{name:22} {part:6} " + "  ".join(cells))


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
    target = Path(__file__).parent.parent / "tutor" / "consultant" / "offline" / "reader.json"
    value = {name: model.as_json() for name, model in general.items()}
    lines = (
        json.dumps(value, indent=1).replace("[\n    ", "[").replace(",\n    ", ", ").replace("\n   ]", "]")
    )
    target.write_text(lines + "\n", encoding="utf-8")
    print(f"wrote {target.name}: " + ", ".join(f"{k} {v.weights.shape}" for k, v in general.items()))


if __name__ == "__main__":
    main()
