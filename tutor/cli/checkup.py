"""The examinations of `tutor doctor`, one function a part."""

from __future__ import annotations

import asyncio
import locale
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing
from typing import Literal, NamedTuple

from tutor import settings
from tutor.errors import TutorError
from tutor.scenario.library import find
from tutor.settings import Settings


class Finding(NamedTuple):
    """What was found in one part; `mend` says what to do when it is not fine."""

    part: str
    state: Literal["fine", "limited", "broken"]
    found: str
    mend: str = ""


def check_all() -> Iterator[Finding]:
    """All findings, one after the other (the engine takes a few seconds)."""
    loaded = settings.load()
    for check in CHECKS:
        try:
            yield check(loaded)
        except TutorError as error:
            yield Finding(check.__name__.removeprefix("check_"), "broken", str(error))


def check_terminal(_: Settings) -> Finding:
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or locale.getpreferredencoding()).lower().replace("-", "")
    colours = os.environ.get("COLORTERM") or os.environ.get("TERM", "unknown")
    found = f"{size.columns}x{size.lines}, {encoding}, colours: {colours}"
    if not sys.stdout.isatty():
        return Finding(
            "terminal", "limited", "not a terminal", "'tutor chat' works in a pipe; the app does not."
        )
    if encoding != "utf8":
        return Finding(
            "terminal",
            "limited",
            found,
            "Set a UTF-8 locale (export LC_ALL=C.UTF-8), or use 'tutor chat', which needs none.",
        )
    if size.columns < 80 or size.lines < 24:
        return Finding("terminal", "limited", found, "Make the window at least 80x24.")
    return Finding("terminal", "fine", found)


def check_cases(loaded: Settings) -> Finding:
    library = find(loaded.scenarios)
    if not library.sources:
        return Finding(
            "cases", "broken", "none found", "Install the program anew: its scenarios are missing."
        )
    own = loaded.data_dir / "scenarios"
    found = f"{len(library.sources)} ({', '.join(library.sources)}); your own go to {own}"
    if library.problems:
        first = library.problems[0]
        return Finding("cases", "limited", f"{found}; {len(library.problems)} problem(s)", f"First: {first}")
    return Finding("cases", "fine", found)


def check_store(loaded: Settings) -> Finding:
    from tutor.store.database import Store

    store = Store(loaded.store_path)
    sessions = store.sessions()
    store.close()
    free = shutil.disk_usage(loaded.store_path.parent).free / 2**20
    found = f"{loaded.store_path}, {len(sessions)} session(s), {free:,.0f} MB free"
    if free < 50:
        return Finding("store", "limited", found, "Make room on this disk: new messages may not fit.")
    return Finding("store", "fine", found)


def check_engine(loaded: Settings) -> Finding:
    from tutor.engine.records import Failed, RunRequest
    from tutor.engine.runner import Runner

    async def one_run() -> tuple[float, float, str]:
        async with Runner() as runner:
            began = time.perf_counter()
            runner.warm_up()
            request = RunRequest(engine="fraud", settings={"transactions": 1000, "epochs": 2}, seed=1)
            last = ""
            first = 0.0
            async with aclosing(runner.run(request)) as messages:
                async for message in messages:
                    first = first or time.perf_counter() - began
                    last = message.message if isinstance(message, Failed) else ""
            return first, time.perf_counter() - began, last

    first, whole, failure = asyncio.run(one_run())
    if failure:
        return Finding("engine", "broken", failure, "Install torch and scikit-learn anew: pip install torch")
    return Finding(
        "engine", "fine", f"torch starts in {first:.1f} s, a small run takes {whole - first:.2f} s"
    )


def check_consultant(loaded: Settings) -> Finding:
    from tutor.consultant.reader import load_reader

    library = find(loaded.scenarios)
    began = time.perf_counter()
    for source in library.sources.values():
        load_reader(source, loaded.cache_dir / "assessor")
        break
    took = time.perf_counter() - began
    return Finding("consultant", "fine", f"offline; ready in {took:.1f} s; nothing is sent anywhere")


def check_model(loaded: Settings) -> Finding:
    if not loaded.online:
        return Finding("model", "fine", "none set up; the offline consultant needs none ('tutor config')")
    from tutor.consultant.llm.probe import probe

    report = asyncio.run(probe(loaded.llm))
    return Finding("model", "limited" if report.mend else "fine", report.found, report.mend)


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    check_terminal,
    check_cases,
    check_store,
    check_engine,
    check_consultant,
    check_model,
)
