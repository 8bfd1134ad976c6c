"""How often the guard errs, on replies labelled by hand.

    python -m benchmarks.guard [LABELLED.jsonl ...] [--cache DIR] [--errors]

LABELLED has situations (case, variant, stage, what the learner says) and replies to them, each labelled
fine, concedes, reveals, invents or contradicts. Each situation is played with the offline reader on a real
run. Prints misses (a bad reply passes) and false alarms (a fine one is stopped) with 95% intervals. Without a
file: those the guard was made with (guard), those that try to get past it, written before it was made to stop
them (guard_evasive), and those written afterwards (guard_unseen), which alone say how it does on new ones.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor import content
from tutor.authoring.content_tests import hear, reply
from tutor.consultant.guard import Fault, Guard
from tutor.consultant.llm.voice import guard_of
from tutor.consultant.protocols import Context
from tutor.consultant.reader import Reader, load_reader
from tutor.consultant.wording import compose
from tutor.conversation.evidence import evidence
from tutor.dialogue.key import Key
from tutor.dialogue.session import at_stage
from tutor.engine.cache import Cache
from tutor.engine.records import Finished, Run
from tutor.engine.runner import Runner
from tutor.scenario.library import find
from tutor.scenario.reading import Source
from tutor.scenario.templates import render

DATA = Path(__file__).parents[1] / "tests" / "data"
LABELLED = tuple(DATA / f"{name}.jsonl" for name in ("guard", "guard_evasive", "guard_unseen"))


@dataclass(frozen=True)
class Checked:
    """A labelled reply and what the guard made of it."""

    at: str
    label: str
    reply: str
    fault: Fault | None

    @property
    def wrong(self) -> bool:
        return (self.label == "fine") == (self.fault is not None)


def load(path: Path) -> tuple[dict[str, Mapping[str, Any]], list[Mapping[str, Any]]]:
    """(situations by name, labelled replies)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {r["situation"]: r for r in rows if "situation" in r}, [r for r in rows if "reply" in r]


def check_all(path: Path, cache: Path) -> list[Checked]:
    """Every reply through the guard of its situation."""
    situations, replies = load(path)
    library = find([content.scenarios_dir()])
    runs = asyncio.run(_runs(situations.values(), library.sources, cache))
    readers = {
        name: load_reader(library.get(name), cache / "assessor")
        for name in {s["scenario"] for s in situations.values()}
    }
    guards: dict[str, tuple[Guard, Run]] = {}
    for name, situation in situations.items():
        run = runs[name]
        guards[name] = _guard(library.get(situation["scenario"]), situation, run, readers), run
    return [
        Checked(row["at"], row["label"], text, guards[row["at"]][0].check(text, whole=True))
        for row in replies
        if (text := render(row["reply"], guards[row["at"]][1].facts))
    ]


async def _runs(
    situations: Iterable[Mapping[str, Any]], sources: Mapping[str, Source], cache: Path
) -> dict[str, Run]:
    found = {}
    async with Runner(Cache(cache / "runs", 10**8)) as runner:
        for situation in situations:
            scenario = sources[situation["scenario"]].scenario
            seed = scenario.variants[situation["variant"]].seeds[0]
            last = [m async for m in evidence(runner, scenario, situation["variant"], seed)][-1]
            if not isinstance(last, Finished):
                raise SystemExit(f"{situation['situation']}: {last}")
            found[situation["situation"]] = last.run
    return found


def _guard(source: Source, situation: Mapping[str, Any], run: Run, readers: Mapping[str, Reader]) -> Guard:
    """The guard of the reply to the situation's last message."""
    reader = readers[situation["scenario"]]
    session = at_stage(Key(source.scenario, situation["variant"]), situation["stage"])
    *before, last = situation["says"]
    for text in before:
        session, _, move = hear(reader, session, text)
        session = reply(session, move)
    session, _, move = hear(reader, session, last)
    context = Context(session, run)
    return guard_of(move, context, compose(move, context), reader)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson, 1927)."""
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path, nargs="*", default=LABELLED)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--errors", action="store_true", help="Print every reply that was judged wrongly.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for path in arguments.labelled:
            checked = check_all(path, arguments.cache or Path(folder))
            _print(path.stem, checked, errors=arguments.errors)


def _print(name: str, checked: list[Checked], *, errors: bool) -> None:
    counts, wrong = Counter(c.label for c in checked), Counter(c.label for c in checked if c.wrong)
    print(f"\n{name}\n{'label':<12} {'replies':>7} {'errors':>7} {'rate':>7}  95% interval")
    for label, count in counts.items():
        low, high = wilson(wrong[label], count)
        what = "false alarms" if label == "fine" else "misses"
        rate = f"{wrong[label] / count:.1%}"
        print(f"{label:<12} {count:>7} {wrong[label]:>7} {rate:>7}  {low:.1%} to {high:.1%}  {what}")
    if errors:
        for c in checked:
            if c.wrong:
                print(f"{c.at} {c.label} -> {c.fault.kind if c.fault else 'passed'}: {c.reply}")


if __name__ == "__main__":
    main()
