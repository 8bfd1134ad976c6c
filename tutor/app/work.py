"""Work that may fail: a worker never ends the app, it tells the screen and writes to the log."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

from tutor.app.messages import Trouble
from tutor.errors import TutorError

MOST_LOG = 2 * 2**20


class Journal:
    """The log of what should not have happened; begun anew when it grows too long."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, doing: str, error: BaseException) -> None:
        """Appends an error with its traceback. A log that cannot be written is no second failure."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.is_file() and self.path.stat().st_size > MOST_LOG:
                self.path.replace(self.path.with_suffix(".old.log"))
            with self.path.open("a", encoding="utf-8") as log:
                now = datetime.now(UTC).isoformat(timespec="seconds")
                log.write(f"{now} while {doing}\n{''.join(traceback.format_exception(error))}\n")
        except OSError:
            return


def attempt(
    node: DOMNode, work: Coroutine[Any, Any, None], doing: str, journal: Journal, *, group: str = "default"
) -> Worker[None]:
    """Runs `work` beside the event loop's other business. If it fails, `node` gets a `Trouble`."""

    async def guarded() -> None:
        try:
            await work
        except TutorError as error:
            node.post_message(Trouble(doing, str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not reach the learner's screen
            await asyncio.to_thread(journal.record, doing, error)
            what = f"{type(error).__name__} while {doing}"
            node.post_message(Trouble(doing, f"Something unexpected: {what}. Details are in {journal.path}"))

    return node.run_worker(guarded(), group=group, exit_on_error=False)
