"""Checks that need the evidence: does every variant show its signature, and does every text render on it?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

from tutor.conversation.evidence import Engine, evidence
from tutor.engine.records import Failed, Finished, Run
from tutor.scenario.problems import Problem, did_you_mean
from tutor.scenario.reading import Source
from tutor.scenario.report import Report, texts
from tutor.scenario.signature import broken
from tutor.scenario.templates import RenderError, render


async def runs(source: Source, engine: Engine) -> AsyncIterator[tuple[str, Run | Failed]]:
    """Each variant with the run of its first seed, or with why there is none."""
    scenario = source.scenario
    for name, variant in scenario.variants.items():
        async with aclosing(evidence(engine, scenario, name, variant.seeds[0])) as messages:
            async for message in messages:
                if isinstance(message, Finished):
                    yield name, message.run
                elif isinstance(message, Failed):
                    yield name, message


def check_run(source: Source, variant: str, run: Run | Failed) -> Iterator[Problem]:
    """What is wrong with a scenario in the light of one variant's run."""
    report, scenario = Report(source), source.scenario
    if isinstance(run, Failed):
        yield report.error(("variants", variant, "simulate"), f"{variant} cannot be run: {run.message}")
        return
    given = {exhibit.name for exhibit in run.exhibits}
    for name, entry in scenario.exhibits.items():
        if entry.show not in given:
            hint = did_you_mean(entry.show, given)
            message = f"in {variant} the engine has no exhibit {entry.show!r}{hint}"
            known = f"{message}; it has: {', '.join(sorted(given))}"
            yield report.error(("exhibits", name, "show"), known)
    for loc, text, only in texts(scenario):
        if only not in (None, variant):
            continue
        try:
            render(text, run.facts)
        except RenderError as error:
            yield report.error(loc, f"in {variant} (seed {run.request.seed}): {error}")
    try:
        missing = broken(scenario.variants[variant], run.facts)
    except RenderError:
        return  # reported above, at the expression
    for expression in missing:
        number = scenario.variants[variant].signature.index(expression)
        message = f"seed {run.request.seed} of {variant} does not show this; find others with: tutor seeds"
        yield report.error(("variants", variant, "signature", number), message)
