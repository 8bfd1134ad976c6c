"""The parent's side: one warm child process that computes runs, watched, killed on cancel, started again.

Torch stays out of this process: it costs seconds to import, and a run that is cancelled or hangs can only be
stopped at once by killing the process it runs in. `multiprocessing` would need a stderr with a file number,
which a running Textual app does not have; `asyncio` with pipes does not.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from tutor.engine.cache import Cache
from tutor.engine.levers import validate
from tutor.engine.records import Failed, Finished, Message, Progress, Ready, RunRequest

if TYPE_CHECKING:
    from filelock import FileLock

    from tutor.engine.slots import Slots

LINE_LIMIT = 64 * 2**20  # bytes in one message; asyncio's own limit of 64 KiB is less than a run's exhibits
START_TIMEOUT = 120.0  # seconds until a child must have imported everything
RESTS = 0.25  # seconds between two looks whether a child without work is to end
RUN_TIMEOUT = 120.0  # seconds a run may take in all: twenty times the slowest, for a busy machine

REPLY: TypeAdapter[Ready | Message] = TypeAdapter(Ready | Message)


class EngineError(RuntimeError):
    """The child died, hung or could not be started; the message is for a person."""


class Child:
    """One process of `python -m tutor.engine`, and the last lines of its stderr."""

    def __init__(self, process: Process, slot: FileLock | None = None) -> None:
        if not (process.stdin and process.stdout and process.stderr):
            raise ValueError("a child needs all three streams as pipes")
        self.process, self.slot = process, slot
        self.stdin, self.stdout, self.stderr = process.stdin, process.stdout, process.stderr
        self.last_words: deque[str] = deque(maxlen=20)
        self.draining = asyncio.create_task(self._drain())

    @classmethod
    async def start(cls, engine: str, slots: Slots | None = None) -> Child:
        """Start a child, in a slot if there are such, and wait until it is ready; EngineError when it does
        not get there."""
        slot = await slots.take() if slots else None
        try:
            child = cls(await cls._spawn(engine), slot)
        except BaseException:
            if slot:
                slot.release()
            raise
        try:
            await child.read(START_TIMEOUT)
        except BaseException:
            await child.reap()
            raise
        return child

    @staticmethod
    async def _spawn(engine: str) -> Process:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # a torch.py in the learner's directory is not ours
            "-m",
            "tutor.engine",
            engine,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LINE_LIMIT,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent
        )

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def ask(self, request: RunRequest) -> None:
        with suppress(ConnectionError):  # a child that just died is noticed when its answer is read
            self.stdin.write(request.model_dump_json().encode() + b"\n")
            await self.stdin.drain()

    async def read(self, timeout: float) -> Ready | Progress | Finished | Failed:
        """The next message; EngineError when the child is dead, silent for `timeout` seconds, or babbles."""
        try:
            async with asyncio.timeout(timeout):  # wait_for can swallow a cancellation (Python 3.11)
                line = await self.stdout.readline()
        except TimeoutError:
            raise EngineError(f"it did not answer within {timeout:.0f} seconds") from None
        except ValueError:
            raise EngineError(f"it sent a message of more than {LINE_LIMIT:,} bytes") from None
        if not line.endswith(b"\n"):
            await self.process.wait()
            await self.draining
            raise EngineError(self.obituary())
        try:
            return REPLY.validate_json(line)
        except ValidationError:
            raise EngineError(f"it sent something that is no message: {line[:80]!r}") from None

    def obituary(self) -> str:
        code = self.process.returncode or 0
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        words = f"; its last words: {self.last_words[-1]}" if self.last_words else ""
        return f"it ended unexpectedly ({how}){words}"

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()

    async def reap(self) -> None:
        """Kill the child and wait until nothing is left of it."""
        self.kill()
        await self.process.wait()
        await self.draining
        self.stdin.close()
        if self.slot:
            self.slot.release()

    async def _drain(self) -> None:
        while line := await self.stderr.readline():
            if text := line.decode(errors="replace").strip():
                self.last_words.append(text)


class Runner:
    """Runs requests, one at a time, in a warm child. It belongs to one event loop; `close` it at the end."""

    def __init__(
        self,
        cache: Cache | None = None,
        *,
        run_timeout: float = RUN_TIMEOUT,
        engine: str = "fraud",
        rest: float | None = None,
        slots: Slots | None = None,
    ) -> None:
        """With `rest`, memory counts for more than the first run's wait: no child is started before a run
        needs one, and a child that had nothing to do for that many seconds is ended. With `slots`, children
        take turns with those of other programs, and one without work gives way at once."""
        self.cache = cache
        self.run_timeout = run_timeout
        self.rest, self.slots = rest, slots
        self.engine = engine  # the one whose imports are done in advance
        self._starting: asyncio.Task[Child] | None = None
        self._reaping: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._resting: asyncio.TimerHandle | None = None
        self._closed = False

    def warm_up(self, engine: str | None = None) -> None:
        """Start a child in the background, if there is none, and if it may wait for work (`rest`). Must be
        called in a running event loop."""
        self.engine = engine or self.engine
        if self.rest is None:
            self._start()

    def _start(self) -> None:
        if self._starting is None and not self._closed:
            self._starting = asyncio.create_task(Child.start(self.engine, self.slots))
            self._starting.add_done_callback(lambda task: task.cancelled() or task.exception())

    @property
    def child_pid(self) -> int | None:
        """The process that computes, once it is ready."""
        if self._starting and self._starting.done() and not self._starting.cancelled():
            return None if self._starting.exception() else self._starting.result().process.pid
        return None

    async def run(self, request: RunRequest) -> AsyncGenerator[Progress | Finished | Failed, None]:
        """The stream of one run: `Progress` as it trains, then `Finished` or `Failed`.

        A run in the cache is replayed from there. Whoever stops reading (a cancelled task, `aclose`) kills
        the child at once, and another one starts in the background.
        """
        if problems := validate(request.engine, request.settings, request.seed):
            yield problems[0]
            return
        if self.cache and (known := self.cache.get(request)):
            for message in known:
                yield message
            return
        async with self._turn:
            stream: list[Progress | Finished] = []
            settled = True
            try:
                self._wake()
                child = await self._warm_child(request.engine)
                deadline = time.monotonic() + self.run_timeout
                settled = False
                await child.ask(request)
                while not settled:
                    reply = await child.read(max(0.0, deadline - time.monotonic()))
                    if isinstance(reply, Ready):
                        continue
                    settled = not isinstance(reply, Progress)
                    if not isinstance(reply, Failed):
                        stream.append(reply)
                    if self.cache and isinstance(reply, Finished):  # now: a reader may leave with the result
                        self.cache.put(request, stream)
                    yield reply
            except EngineError as error:
                yield Failed(
                    message=f"The process that computes the runs gave up: {error}. "
                    "A new one is being started; please try again."
                )
            finally:
                if not settled:
                    self._replace_child()
                if self.rest is not None and not self._closed:
                    self._rest(time.monotonic() + self.rest)

    async def close(self) -> None:
        """End the child and wait for it."""
        self._closed = True
        self._wake()
        self._discard_child()
        while self._reaping:
            await asyncio.gather(*self._reaping, return_exceptions=True)

    async def __aenter__(self) -> Runner:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _warm_child(self, engine: str) -> Child:
        if self._starting and self._starting.done():
            failed = self._starting.cancelled() or self._starting.exception()
            if failed or not self._starting.result().alive:
                self._discard_child()
        self.engine = engine
        self._start()
        if self._starting is None:
            raise EngineError("it has been closed")
        return await asyncio.shield(self._starting)

    def _rest(self, until: float) -> None:
        if time.monotonic() >= until or (self.slots and self.slots.wanted()):
            self._discard_child()
        else:
            self._resting = asyncio.get_running_loop().call_later(RESTS, self._rest, until)

    def _wake(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    def _replace_child(self) -> None:
        self._discard_child()
        self.warm_up()

    def _discard_child(self) -> None:
        starting, self._starting = self._starting, None
        if starting is None:
            return
        if not starting.done():
            starting.cancel()
        elif not starting.cancelled() and starting.exception() is None:
            starting.result().kill()
        task = asyncio.create_task(self._reap(starting))
        self._reaping.add(task)
        task.add_done_callback(self._reaping.discard)

    @staticmethod
    async def _reap(starting: asyncio.Task[Child]) -> None:
        with suppress(EngineError, OSError, asyncio.CancelledError):
            await (await starting).reap()


def run_all(
    requests: Iterable[RunRequest],
    *,
    cache: Cache | None = None,
    on_message: Callable[[RunRequest, Progress | Finished | Failed], None] | None = None,
) -> list[Finished | Failed]:
    """Run requests one after another in one child and wait for them: for commands and tests. Not to be called
    inside an event loop."""

    async def everything() -> list[Finished | Failed]:
        results: list[Finished | Failed] = []
        async with Runner(cache) as runner:
            for request in requests:
                async with aclosing(runner.run(request)) as stream:
                    async for message in stream:
                        if on_message:
                            on_message(request, message)
                        if not isinstance(message, Progress):
                            results.append(message)
        return results

    return asyncio.run(everything())
