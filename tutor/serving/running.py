"""A server from its first line to its last."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

import psutil
from aiohttp import web

from tutor.errors import TutorError
from tutor.serving.door import Door, is_loopback
from tutor.serving.memory import end, family
from tutor.serving.server import LOG, Site
from tutor.serving.visits import Plan, Visits

Tell = Callable[[str], None]
VISIT_BYTES = 100 * 2**20  # measured: docs/serving.md
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - what is warned of, not what is chosen


class ServingError(TutorError):
    """The server cannot be started; the message says why."""


@dataclass(frozen=True)
class Place:
    """Where the server listens, and the origin by which a proxy makes it known ("" without one)."""

    host: str
    port: int
    url: str = ""


def run(plan: Plan, place: Place, token: str, tell: Tell) -> None:
    """Serves until SIGINT or SIGTERM. ServingError when the address or the folder cannot be used."""
    asyncio.run(_run(plan, place, token, tell))


async def _run(plan: Plan, place: Place, token: str, tell: Tell) -> None:
    _log_to(plan.root)
    listening = _listen(place)
    port = listening[0].getsockname()[1]
    door = Door(token, port, place.url)
    visits = Visits(plan, tell)
    runner = web.AppRunner(Site(door, visits).application(), access_log=None, shutdown_timeout=3.0)
    await runner.setup()
    for open_socket in listening:
        await web.SockSite(runner, open_socket).start()
    stop = _stop_signal()
    _report_on_enter(visits, tell)
    _greet(plan, place, door, tell)
    measuring = asyncio.create_task(visits.measure())
    preparing = asyncio.create_task(_prepare(plan, tell))
    try:
        await stop.wait()
    finally:
        if visits.here:
            tell(f"Stopping: {len(visits.here)} visit(s) put their things away...")
        await visits.look()
        measuring.cancel()
        preparing.cancel()
        await visits.close()
        await runner.cleanup()
        tell(f"{visits.begun} visit(s), at most {visits.most_at_once} at once; {visits.tally.says()}.")


async def _prepare(plan: Plan, tell: Tell) -> None:
    """Holds the program that prepares, if there is one; cancelled, it ends that with all it started."""
    if not plan.prepare:
        return
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *plan.prepare,
        env={name: value for name, value in {**os.environ, **plan.environment}.items() if value},
        stdin=PIPE,  # it ends when this does: whatever happens here
        stdout=nothing,
        stderr=nothing,
        start_new_session=True,
    )
    try:
        if await process.wait() == 0:
            tell("All cases are prepared: to begin one needs no training run.")
    finally:
        if process.returncode is None:
            end(family(process.pid))


def _listen(place: Place) -> list[socket.socket]:
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise ServingError(f"{place.host!r} is no address of this computer: {error.strerror}") from error
    opened: list[socket.socket] = []
    for kind, _, _, _, address in dict.fromkeys(found):
        # With --port 0, the second address of one name gets the port that the first one found.
        target = (address[0], opened[0].getsockname()[1] if opened else address[1], *address[2:])
        try:
            opened.append(socket.create_server(target, family=kind, backlog=128))
        except OSError as error:
            if opened:  # localhost has two addresses and one of them is enough
                continue
            raise ServingError(_why(place, error)) from error
    return opened


def _why(place: Place, error: OSError) -> str:
    return (
        f"{place.host}:{place.port} cannot be used: {os.strerror(error.errno or 0)}. "
        "Another port can be named: --port 0 takes any free one"
    )


def _log_to(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        with suppress(NotImplementedError):
            root.chmod(0o700)
        handler = RotatingFileHandler(root / "serve.log", maxBytes=2**20, backupCount=1, encoding="utf-8")
    except OSError as error:
        raise ServingError(f"{root} cannot be used: {error.strerror or error}") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for logger in (
        LOG,
        logging.getLogger("aiohttp"),
        logging.getLogger("textual-serve"),
        logging.getLogger("asyncio"),
    ):
        logger.addHandler(handler)
        logger.propagate = False


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):  # Windows: Ctrl-C then ends asyncio.run, and the finally runs
                loop.add_signal_handler(number, stop.set)
    return stop


def _report_on_enter(visits: Visits, tell: Tell) -> None:
    async def report() -> None:
        seen = await visits.look()
        for visit in visits.here:
            now = seen.get(visit.number)
            if now is not None:
                tell(f"visit {visit.number}: app {now.app / 2**20:.0f} MB, runs {now.engine / 2**20:.0f} MB")
        own = psutil.Process().memory_info().rss / 2**20
        tell(f"{len(visits.here)} here; this server {own:.0f} MB; {visits.tally.says()}.")

    def pressed() -> None:
        if not sys.stdin.readline():
            loop.remove_reader(sys.stdin)
            return
        task = loop.create_task(report())
        reports.add(task)
        task.add_done_callback(reports.discard)

    loop = asyncio.get_running_loop()
    reports: set[asyncio.Task[None]] = set()
    if sys.stdin is not None and sys.stdin.isatty():
        with suppress(NotImplementedError):
            loop.add_reader(sys.stdin, pressed)


def _greet(plan: Plan, place: Place, door: Door, tell: Tell) -> None:
    tell("Open this in a browser:")
    for address in [place.url] if place.url else _addresses(place.host, door.port):
        tell(f"  {door.link(address)}")
    most, idle = plan.most, plan.idle / 60
    tell(f"At most {most} visit(s) at once; one without a key for {idle:g} minute(s) ends. Work is kept in")
    tell(f"  {plan.root}")
    needed, free = most * VISIT_BYTES / 2**30, psutil.virtual_memory().available / 2**30
    if needed > free:
        tell(f"That many may take {needed:.1f} GB of memory, and {free:.1f} GB are free.")
    tell("Enter says who is here and how much memory that takes. Ctrl+C stops; visitors lose nothing.")


def _addresses(host: str, port: int) -> list[str]:
    """Under which addresses people reach a server that listens on `host`."""
    if host not in EVERYWHERE:
        return [f"http://{f'[{host}]' if ':' in host else host}:{port}"]
    found = [
        address.address
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family is socket.AF_INET and not is_loopback(address.address)
    ]
    return [f"http://{address}:{port}" for address in found or ["127.0.0.1"]]
