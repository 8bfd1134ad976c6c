"""The event log on disk: SQLite, one transaction per event, nothing ever changed or removed by a turn.

Safe against a killed process at any instant (write-ahead log), and against two programs at once.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from tutor.dialogue.events import EVENT, Event, Started
from tutor.errors import TutorError

# One entry per schema version; a database of version n gets the entries from n on. Never edit, only append.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        scenario TEXT NOT NULL,
        variant TEXT NOT NULL,
        seed INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        finished INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE events (
        session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (session, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_by_time ON sessions (updated_at);
    """,
    """
    ALTER TABLE sessions ADD COLUMN ended_early INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sessions ADD COLUMN removed_at TEXT;
    UPDATE sessions SET ended_early = 1 WHERE finished AND EXISTS (
        SELECT 1 FROM events WHERE session = id AND json_extract(body, '$.kind') = 'ended'
    );
    """,
)
KEPT = timedelta(days=30)  # how long a removed session can be brought back


class StoreError(TutorError):
    """The store cannot be used; the message says why and what would help."""


@dataclass(frozen=True)
class SessionRow:
    """A session as the list of sessions shows it."""

    id: str
    scenario: str
    variant: str
    seed: int
    created_at: datetime
    updated_at: datetime
    finished: bool
    ended_early: bool
    events: int


class Store:
    """The sessions of one person, in one file. May be used from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens (and makes, and migrates) the database. StoreError when that is not possible."""
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
            self._forget()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the session store {path} cannot be opened: {error}") from error

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _migrate(self) -> None:
        with self._transaction() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                raise StoreError(
                    f"the session store {self.path} was made by a newer version of this program; update the "
                    "program, or move the file away to begin anew"
                )
            for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
                for statement in filter(str.strip, script.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number}")

    def _forget(self) -> None:
        """What was removed long ago is gone for good."""
        before = (datetime.now(UTC) - KEPT).isoformat(timespec="microseconds")
        with self._transaction() as db:
            db.execute("DELETE FROM sessions WHERE removed_at < ?", (before,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._rollback()
                raise StoreError(_explain(error, self.path)) from error
            except BaseException:
                self._rollback()
                raise

    def _rollback(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    # ------------------------------------------------------------ writing

    def begin(self, started: Started) -> str:
        """Makes a session with its first event and returns its id."""
        session = uuid4().hex[:12]
        now = _now()
        with self._transaction() as db:
            db.execute(
                "INSERT INTO sessions (id, scenario, variant, seed, created_at, updated_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (session, started.scenario, started.variant, started.seed, now, now),
            )
            db.execute("INSERT INTO events VALUES (?, 1, ?, ?)", (session, now, started.model_dump_json()))
        return session

    def append(
        self, session: str, event: Event, *, finished: bool = False, ended_early: bool = False
    ) -> None:
        """Adds an event; `finished` and `ended_early` tell how the session stands after it. When this
        returns, the event is on disk. StoreError otherwise."""
        now = _now()
        with self._transaction() as db:
            db.execute(
                "INSERT INTO events "
                "SELECT ?, coalesce(max(number), 0) + 1, ?, ? FROM events WHERE session = ?",
                (session, now, EVENT.dump_json(event).decode(), session),
            )
            db.execute(
                "UPDATE sessions SET updated_at = ?, finished = max(finished, ?), "
                "ended_early = max(ended_early, ?) WHERE id = ?",
                (now, int(finished), int(ended_early), session),
            )

    def remove(self, session: str) -> None:
        """Takes a session out of all lists; it can be restored for a month. StoreError when there is none."""
        self._set_removed(session, _now(), "there is no session {session!r} in {path}")

    def restore(self, session: str) -> None:
        """Brings a removed session back just as it was. StoreError when none of that name was removed."""
        self._set_removed(session, None, "no session {session!r} was removed in the last month")

    def _set_removed(self, session: str, at: str | None, otherwise: str) -> None:
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE sessions SET removed_at = ?1 WHERE id = ?2 AND (removed_at IS NULL) = (?1 NOT NULL)",
                (at, session),
            )
            if not changed.rowcount:
                raise StoreError(otherwise.format(session=session, path=self.path))

    # ------------------------------------------------------------ reading

    def events(self, session: str) -> tuple[Event, ...]:
        """All events of a session in order. StoreError when it is unknown or cannot be read."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM events WHERE session = ? ORDER BY number", (session,)
            ).fetchall()
        if not rows:
            raise StoreError(f"there is no session {session!r} in {self.path}")
        try:
            return tuple(EVENT.validate_json(body) for (body,) in rows)
        except ValidationError as error:
            raise StoreError(
                f"session {session!r} holds an event that this version cannot read "
                f"({error.error_count()} problem(s)); it is kept as it is"
            ) from error

    def sessions(self, *, scenario: str | None = None, unfinished: bool = False) -> tuple[SessionRow, ...]:
        """The sessions, latest first."""
        with self._lock:
            rows = self._db.execute(
                """
                SELECT id, scenario, variant, seed, created_at, updated_at, finished, ended_early,
                       (SELECT count(*) FROM events WHERE session = id)
                FROM sessions
                WHERE (?1 IS NULL OR scenario = ?1) AND NOT (?2 AND finished) AND removed_at IS NULL
                ORDER BY updated_at DESC, id
                """,
                (scenario, unfinished),
            ).fetchall()
        return tuple(
            SessionRow(
                id=row[0],
                scenario=row[1],
                variant=row[2],
                seed=row[3],
                created_at=datetime.fromisoformat(row[4]),
                updated_at=datetime.fromisoformat(row[5]),
                finished=bool(row[6]),
                ended_early=bool(row[7]),
                events=row[8],
            )
            for row in rows
        )

    def variants_seen(self, scenario: str) -> dict[str, int]:
        """How often each variant of a scenario was taken."""
        with self._lock:
            rows = self._db.execute(
                "SELECT variant, count(*) FROM sessions WHERE scenario = ? AND removed_at IS NULL "
                "GROUP BY variant",
                (scenario,),
            ).fetchall()
        return dict(rows)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _explain(error: sqlite3.Error, path: Path) -> str:
    text = str(error)
    if "full" in text:
        return f"the disk is full: nothing could be written to {path}; make room and send it again"
    if "readonly" in text or "read-only" in text:
        return f"{path} may not be written to; mend its permissions and send it again"
    if "locked" in text:
        return f"{path} is held by another program; close it and send it again"
    return f"the session store {path} failed: {text}"
