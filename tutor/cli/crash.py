"""What happens to an error that nobody foresaw: its traceback goes to a file, a line to the person."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

from tutor import __version__, settings


def keep(error: BaseException) -> str:
    """Appends the traceback to the log and returns the line to show. Never fails itself."""
    path = settings.load().data_dir / "errors.log"
    name = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"\n{datetime.now(UTC).isoformat()} tutor {__version__}\n")
            log.writelines(traceback.format_exception(error))
    except OSError:
        return f"something unforeseen went wrong ({name}); your session is kept"
    return f"something unforeseen went wrong ({name}); your session is kept, details are in {path}"
