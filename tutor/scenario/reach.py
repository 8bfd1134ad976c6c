"""Whether everything in a scenario can come up: exhibits when they are named, stages in time."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source
from tutor.scenario.report import Check, Report, places
from tutor.scenario.schema import Scenario
from tutor.scenario.yaml_reader import PathKey


def _exhibits(source: Source, report: Report) -> Iterator[Problem]:
    """An exhibit that speaks for or against an idea must be on offer in that stage."""
    scenario = source.scenario
    order = list(scenario.stages)
    for path, roles in places(scenario):
        stage = str(path[1] if path[0] == "stages" else path[3])
        for part in ("confirms", "wrong", "plausible"):
            for idea, entry in getattr(roles, part).items():
                shown = scenario.exhibits.get(entry.exhibit)
                if shown is None or shown.since not in order or stage not in order:
                    continue
                if order.index(shown.since) > order.index(stage):
                    message = (
                        f"the exhibit {entry.exhibit!r} is not to be had before the stage {shown.since!r}, "
                        f"and this stage, {stage!r}, comes earlier"
                    )
                    yield report.error((*path, part, idea, "exhibit"), message)


def _asked(source: Source, report: Report) -> Iterator[Problem]:
    """Two things asked for in the same words: one of them is never handed over."""
    owner: dict[str, str] = {}
    for kind, entries in (("fact", source.scenario.facts), ("exhibit", source.scenario.exhibits)):
        for name, entry in entries.items():
            for number, text in enumerate(entry.asked_by):
                folded = " ".join(text.casefold().split()).rstrip(".!?")
                other = owner.setdefault(folded, f"{kind} {name!r}")
                if other != f"{kind} {name!r}":
                    message = f"the {other} is asked for in these words too: only one of them can be meant"
                    yield report.error((f"{kind}s", name, "asked_by", number), message)


def _stages(source: Source, report: Report) -> Iterator[Problem]:
    """A stage whose cheapest way through costs more hours than the clock has cannot be finished."""
    scenario = source.scenario
    for variant in scenario.variants if scenario.clock is not None else ():
        hours = 0.0
        for stage in scenario.stages:
            groups = _groups(scenario, variant, stage)
            loc: PathKey = ("variants", variant, "stages", stage, "expects")
            if stage not in scenario.variants[variant].stages:
                loc = ("stages", stage, "roles", "expects")
            if scenario.clock is not None and stage in scenario.clock.runs_in:
                hours += sum(min(scenario.ideas[i].hours for i in group) for group in groups)
                if hours > scenario.clock.hours:
                    message = (
                        f"in {variant} the cheapest way through takes {hours:g} hours, and the clock has "
                        f"{scenario.clock.hours:g}: the stage could not be finished"
                    )
                    yield report.error(loc, message, key=True)


def _groups(scenario: Scenario, variant: str, stage: str) -> tuple[tuple[str, ...], ...]:
    """What is expected; nothing where another check has complained already."""
    try:
        groups = scenario.roles(variant, stage).expected()
    except KeyError:
        return ()
    return groups if all(i in scenario.ideas for group in groups for i in group) else ()


REACH: tuple[Check, ...] = (_exhibits, _asked, _stages)
