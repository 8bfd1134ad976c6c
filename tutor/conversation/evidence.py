"""The evidence of a case: the run of its engine, joined by the runs of other engines its exhibits name."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Protocol

from tutor.engine.records import Failed, Finished, Progress, Run, RunRequest
from tutor.scenario.schema import Scenario, Setting

Messages = AsyncGenerator[Progress | Finished | Failed, None]


class Engine(Protocol):
    """Runs a request and streams what happens; the last message is Finished or Failed."""

    def run(self, request: RunRequest) -> Messages: ...

    def warm_up(self, engine: str | None = None) -> None: ...

    async def close(self) -> None: ...


def request_for(
    scenario: Scenario, variant: str, seed: int, changes: Mapping[str, Setting] | None = None
) -> RunRequest:
    """The run of a variant, with changed levers where an experiment changes them."""
    settings = {**scenario.variants[variant].simulate, **(changes or {})}
    return RunRequest(engine=scenario.engine, settings=settings, seed=seed)


def guests(scenario: Scenario) -> tuple[str, ...]:
    """The other engines whose exhibits a scenario shows."""
    named = (e.engine for e in scenario.exhibits.values() if e.engine is not None)
    return tuple(dict.fromkeys(name for name in named if name != scenario.engine))


async def evidence(engine: Engine, scenario: Scenario, variant: str, seed: int) -> Messages:
    """The stream of a case's run. The run it ends with holds the exhibits of every engine the scenario names;
    the facts of another engine stand under that engine's name."""
    run: Run | None = None
    requests = [request_for(scenario, variant, seed)]
    requests += [RunRequest(engine=name, seed=seed) for name in guests(scenario)]
    for request in requests:
        async with aclosing(engine.run(request)) as messages:
            async for message in messages:
                if isinstance(message, Failed):
                    yield message
                    return
                if isinstance(message, Finished):
                    run = message.run if run is None else joined(run, message.run)
                elif run is None:
                    yield message
    if run is not None:
        yield Finished(run=run)


def joined(run: Run, guest: Run) -> Run:
    """A run with the exhibits of another one, and its facts under the other engine's name."""
    return run.model_copy(
        update={
            "facts": {**run.facts, guest.request.engine: guest.facts},
            "exhibits": (*run.exhibits, *guest.exhibits),
            "seconds": run.seconds + guest.seconds,
        }
    )
