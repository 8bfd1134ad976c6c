"""Carry out one request, here and now. Imports torch or scikit-learn: for the child process and for tests."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tutor.engine.catalogue import simulation
from tutor.engine.levers import RequestError, resolve_request
from tutor.engine.records import Failed, Finished, Outcome, Progress, Run, RunRequest


def perform(request: RunRequest) -> Iterator[Progress | Finished | Failed]:
    """The progress of the run, then `Finished`; `Failed` alone for a request that cannot be carried out."""
    try:
        settings = resolve_request(request)
    except RequestError as error:
        yield error.problems[0]
        return
    began = time.perf_counter()
    for message in simulation(request.engine)(settings, request.seed):
        match message:
            case Progress():
                yield message
            case Outcome(facts=facts, headline=headline, exhibits=exhibits):
                run = Run(
                    request=request,
                    facts=facts,
                    headline=headline,
                    exhibits=exhibits,
                    seconds=round(time.perf_counter() - began, 3),
                )
                yield Finished(run=run)
