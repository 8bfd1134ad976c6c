"""How well the offline assessor reads labelled messages.

    python -m benchmarks.assessor LABELLED.jsonl [--cache DIR] [--errors]

LABELLED has a JSON object a line: id, scenario, variant, stage, answer, asserts, denies, act. Prints idea F1,
verdict accuracy, the two errors that hurt, abstentions, act accuracy, capitulations, calibration (with a
reliability table), the risk-coverage table, and speed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import materials
from benchmarks.materials import Scenario, verdict
from tutor.consultant.offline import load_or_fit
from tutor.consultant.offline.assessor import OfflineAssessor
from tutor.dialogue.model import Act, Assessment


@dataclass(frozen=True)
class Judged:
    """A labelled message and how it was read."""

    gold: Mapping[str, Any]
    read: Assessment
    truth: str
    judged: str


def judge(
    messages: Sequence[Mapping[str, Any]],
    scenarios: Mapping[str, Scenario],
    assessors: Mapping[str, OfflineAssessor],
) -> list[Judged]:
    out = []
    for gold in messages:
        read = assessors[gold["scenario"]].assess(gold["answer"], stage=gold["stage"])
        roles = scenarios[gold["scenario"]].roles[gold["variant"], gold["stage"]]
        counted = read.asserted() if read.act is Act.CONTRIBUTION else ()
        out.append(Judged(gold, read, verdict(gold["asserts"], roles), verdict(counted, roles)))
    return out


def figures(rows: Sequence[Judged]) -> dict[str, float]:
    """The figures of the evaluation; rates are fractions of the messages they are about."""
    both = said = meant = 0
    for row in rows:
        got = set(row.read.asserted()) if row.read.act in (Act.CONTRIBUTION, Act.MANIPULATION) else set()
        both, said, meant = (
            both + len(got & set(row.gold["asserts"])),
            said + len(got),
            meant + len(row.gold["asserts"]),
        )
    contributions = [row for row in rows if row.gold["act"] == Act.CONTRIBUTION]
    sure = [row for row in contributions if not row.read.abstained]
    return {
        "idea F1": 2 * both / max(1, said + meant),
        "idea precision": both / max(1, said),
        "idea recall": both / max(1, meant),
        "verdict accuracy": _share(row.truth == row.judged for row in sure),
        "accepted although wrong": _share(
            row.judged == "right" and row.truth == "wrong" for row in contributions
        ),
        "accepted although not right": _share(
            row.judged == "right" and row.truth != "right" for row in contributions
        ),
        "pushed back although right": _share(
            row.judged == "wrong" and row.truth == "right" for row in contributions
        ),
        "pushed back although not wrong": _share(
            row.judged == "wrong" and row.truth != "wrong" for row in contributions
        ),
        "abstained": _share(row.read.abstained for row in contributions),
        "act accuracy": _share(row.read.act == row.gold["act"] for row in rows),
        "capitulations": float(
            sum(row.gold["act"] == Act.MANIPULATION and row.judged == "right" for row in rows)
        ),
    }


def _share(flags: Iterator[bool]) -> float:
    found = list(flags)
    return sum(found) / max(1, len(found))


def claims_with_truth(rows: Sequence[Judged]) -> list[tuple[float, bool]]:
    """(confidence, whether the label agrees) of every claim made."""
    return [
        (claim.confidence, claim.idea in row.gold[claim.stance.value])
        for row in rows
        for claim in row.read.claims
    ]


def calibration(
    pairs: Sequence[tuple[float, bool]], bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error (Naeini et al., 2015), and (mean confidence, share right, count) by bin."""
    table = []
    error = 0.0
    for k in range(bins):
        inside = [
            (p, ok) for p, ok in pairs if k / bins <= p < (k + 1) / bins or (k == bins - 1 and p == 1.0)
        ]
        if inside:
            mean, right = float(np.mean([p for p, _ in inside])), float(np.mean([ok for _, ok in inside]))
            table.append((mean, right, len(inside)))
            error += abs(mean - right) * len(inside) / len(pairs)
    return error, table


def risk_coverage(rows: Sequence[Judged]) -> list[tuple[float, float, float]]:
    """(coverage, risk, limit): share of contributions answered and share of those misjudged, most certain
    first."""
    sure = sorted(
        (row for row in rows if row.gold["act"] == Act.CONTRIBUTION and not row.read.abstained),
        key=lambda row: -row.read.confidence,
    )
    total = sum(row.gold["act"] == Act.CONTRIBUTION for row in rows)
    wrong = np.cumsum([row.truth != row.judged for row in sure])
    marks = [int(total * c / 100) for c in (50, 60, 70, 80, 85, 90, 95, 100)]
    return [(n / total, wrong[n - 1] / n, sure[n - 1].read.confidence) for n in marks if 0 < n <= len(sure)]


def speed(
    messages: Sequence[Mapping[str, Any]], assessors: Mapping[str, OfflineAssessor], passes: int = 5
) -> tuple[float, float, float]:
    """(median, 95th percentile) in milliseconds a message, and messages a second."""
    times = []
    began = time.perf_counter()
    for _ in range(passes):
        for m in messages:
            start = time.perf_counter()
            assessors[m["scenario"]].assess(m["answer"], stage=m["stage"])
            times.append((time.perf_counter() - start) * 1e3)
    total = time.perf_counter() - began
    return float(np.median(times)), float(np.percentile(times, 95)), len(times) / total


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--cache", type=Path, help="where fitted models are kept (default: fitted anew)")
    parser.add_argument("--errors", action="store_true", help="list the messages read wrongly")
    options = parser.parse_args()
    messages = [
        json.loads(line) for line in options.labelled.read_text(encoding="utf-8").splitlines() if line
    ]
    scenarios = materials.load()
    with tempfile.TemporaryDirectory() as fresh:
        cache = options.cache or Path(fresh)
        needed = sorted({m["scenario"] for m in messages})
        assessors = {name: load_or_fit(scenarios[name].corpus, cache) for name in needed}
    rows = judge(messages, scenarios, assessors)
    for name, value in figures(rows).items():
        print(f"{name:32}{value:8.3f}")
    error, table = calibration(claims_with_truth(rows))
    print(f"\ncalibration of claims: ECE {error:.3f}\n  said   was   claims")
    for said, was, count in table:
        print(f"  {said:.2f}   {was:.2f}   {count:5}")
    print("\nrisk and coverage (contributions, most certain first)\n  coverage  misjudged  at confidence")
    for coverage, risk, limit in risk_coverage(rows):
        print(f"  {coverage:8.2f}  {risk:9.3f}  {limit:.2f}")
    median, p95, rate = speed(messages, assessors)
    print(f"\nlatency {median:.2f} ms median, {p95:.2f} ms p95; {rate:.0f} messages a second")
    print("fit seconds " + ", ".join(f"{n} {a.model.fit_seconds:.2f}" for n, a in assessors.items()))
    if options.errors:
        for row in rows:
            if row.read.act != row.gold["act"] or set(row.read.asserted()) != set(row.gold["asserts"]):
                claims = [f"{c.stance.value[0]}:{c.idea}:{c.confidence:.2f}" for c in row.read.claims]
                print(
                    f"\n{row.gold['id']} {row.gold['act']}>{row.read.act} {row.truth}>{row.judged}"
                    f"{' ABSTAINED' if row.read.abstained else ''} | {row.gold['answer']}"
                    f"\n   meant +{row.gold['asserts']} -{row.gold['denies']}"
                    f"   read {claims} {row.read.candidates}"
                )


if __name__ == "__main__":
    main()
