"""Runs variants over seeds and holds their signatures, and their texts, against the facts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing

from tutor.authoring.evidence import check_runs
from tutor.cli.status import Say, silent
from tutor.conversation.evidence import Engine, request_for
from tutor.engine.records import Failed, Finished, Run, RunRequest
from tutor.engine.runner import Runner
from tutor.errors import TutorError
from tutor.scenario.reading import Source
from tutor.scenario.schema import Scenario
from tutor.scenario.signature import broken


async def one_run(engine: Engine, request: RunRequest) -> Run:
    """The finished run of a request. TutorError when it fails."""
    async with aclosing(engine.run(request)) as messages:
        async for message in messages:
            if isinstance(message, Finished):
                return message.run
            if isinstance(message, Failed):
                raise TutorError(message.message)
    raise TutorError("the engine ended without a result")


async def find_seeds(
    scenario: Scenario, variants: Iterable[str], count: int, most: int, say: Say, working: Say = silent
) -> None:
    """Prints, for each variant, the first `count` seeds whose run shows its signature."""
    async with Runner(engine=scenario.engine) as runner:
        for name in variants:
            variant = scenario.variants[name]
            seeds: list[int] = []
            tried = 0
            while len(seeds) < count and tried < most:
                tried += 1
                working(f"{name}: seed {tried}")
                run = await one_run(runner, request_for(scenario, name, tried))
                if not broken(variant, run.facts):
                    seeds.append(tried)
            working("")
            say(f"{name}: {len(seeds)} of the first {tried} seeds show the signature\n    seeds: {seeds}")


async def verify_seeds(source: Source, variants: Iterable[str], say: Say, working: Say = silent) -> int:
    """Runs every listed seed; prints and counts those whose run does not show the signature, or on which a
    text cannot be filled in."""
    failures, scenario = 0, source.scenario
    async with Runner(engine=scenario.engine) as runner:
        for name in variants:
            variant = scenario.variants[name]
            wrong: dict[int, list[str]] = {}
            for seed in variant.seeds:
                working(f"{name}: seed {seed}")
                run = await one_run(runner, request_for(scenario, name, seed))
                found = [str(problem) for problem in check_runs(source, {name: run})]
                if found:
                    wrong[seed] = found
            failures += len(wrong)
            working("")
            say(f"{name}: {len(variant.seeds) - len(wrong)} of {len(variant.seeds)} seeds are sound")
            for problem in (problem for found in wrong.values() for problem in found):
                say(f"  {problem}")
    return failures
