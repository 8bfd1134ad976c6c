"""The child process: `python -m tutor.engine [ENGINE]`.

Requests come in on stdin, one JSON line each; messages go out on stdout. It says `ready` once the engine
named is imported, and ends when stdin does.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from tutor.engine.catalogue import ENGINES, simulation
from tutor.engine.perform import perform
from tutor.engine.records import Failed, Finished, Progress, Ready, RunRequest


def main() -> None:
    """Serve requests until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to stderr, never between two messages
    sys.stdout = sys.stderr

    def send(message: BaseModel) -> None:
        out.write(message.model_dump_json().encode() + b"\n")
        out.flush()

    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(lines,), daemon=True).start()
    warm_up(sys.argv[1] if len(sys.argv) > 1 else "fraud")
    send(Ready())
    while True:
        for message in answer(lines.get()):
            send(message)


def listen(lines: queue.SimpleQueue[bytes]) -> None:
    """Hand over requests as they come. When stdin ends, the parent is gone: end at once, even in mid-run."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def warm_up(engine: str) -> None:
    """Do the slow imports of an engine; the others import theirs when they are first asked for."""
    if engine in ENGINES:
        simulation(engine)
    if "torch" in sys.modules:
        from tutor.engine import training

        training.warm_up()


def answer(line: bytes) -> Iterator[Progress | Finished | Failed]:
    """The messages of one request; an error inside a simulation is told, and the child lives on."""
    try:
        request = RunRequest.model_validate_json(line)
    except ValidationError as error:
        yield Failed(message=f"this request cannot be read: {error.errors()[0]['msg']}")
        return
    try:
        yield from perform(request)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: tell the parent, whatever it is
        sys.excepthook(type(error), error, error.__traceback__)
        yield Failed(message=f"the {request.engine} simulation failed: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
