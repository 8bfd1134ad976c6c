"""The event log: what was written stays, whatever happens next."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tutor.dialogue.events import Ended, Opened, Said, Started
from tutor.store.database import MIGRATIONS, Store, StoreError

STARTED = Started(scenario="tiny", variant="exploding", seed=1)
NOW = "2026-01-02T03:04:05+00:00"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "deep" / "er" / "sessions.db")


def test_events_come_back_as_they_were(store: Store) -> None:
    identity = store.begin(STARTED)
    said = Said(turn=1, text="a line\nand “another” \U0001f600")
    store.append(identity, said)
    store.append(identity, Opened(exhibit="curves"))
    store.close()
    again = Store(store.path)
    assert again.events(identity) == (STARTED, said, Opened(exhibit="curves"))
    (row,) = again.sessions()
    assert (row.id, row.finished, row.events) == (identity, False, 3)
    again.append(identity, Ended(), finished=True, ended_early=True)
    assert again.sessions(unfinished=True) == ()
    assert again.variants_seen("tiny") == {"exploding": 1}
    with pytest.raises(StoreError, match="no session"):
        again.events("nonsense")
    again.close()


def test_what_is_removed_comes_back_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = store.begin(STARTED)
    store.append(identity, Ended(), finished=True, ended_early=True)
    before = store.sessions()
    store.remove(identity)
    assert store.sessions() == ()
    assert store.variants_seen("tiny") == {}
    with pytest.raises(StoreError, match="no session"):
        store.remove(identity)
    store.close()
    again = Store(store.path)
    again.restore(identity)
    assert again.sessions() == before
    with pytest.raises(StoreError, match="was removed"):
        again.restore(identity)
    again.remove(identity)
    again.close()
    monkeypatch.setattr("tutor.store.database.KEPT", timedelta(seconds=-1))
    late = Store(store.path)
    with pytest.raises(StoreError, match="was removed"):
        late.restore(identity)
    late.close()


def test_sessions_of_the_first_version_say_whether_they_were_ended_early(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    db = sqlite3.connect(path)
    db.executescript(MIGRATIONS[0])
    for name, last in (("early", Ended()), ("whole", Opened(exhibit="x"))):
        db.execute("INSERT INTO sessions VALUES (?, 'tiny', 'exploding', 1, ?, ?, 1)", (name, *[NOW] * 2))
        db.execute("INSERT INTO events VALUES (?, 1, ?, ?)", (name, NOW, last.model_dump_json()))
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    store = Store(path)
    assert {row.id: row.ended_early for row in store.sessions()} == {"early": True, "whole": False}
    store.close()


def test_two_programs_and_many_threads_may_write(store: Store) -> None:
    identity = store.begin(STARTED)
    other = Store(store.path)

    def write(where: Store) -> None:
        for _ in range(25):
            where.append(identity, Opened(exhibit="x"))

    threads = [threading.Thread(target=write, args=(s,)) for s in (store, store, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.events(identity)) == 76
    store.close()
    other.close()


def test_a_killed_process_loses_nothing_it_had_stored(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from tutor.dialogue.events import Said, Started
        from tutor.store.database import Store
        store = Store(Path(sys.argv[1]))
        identity = store.begin(Started(scenario="tiny", variant="exploding", seed=1))
        turn = 0
        while True:
            turn += 1
            store.append(identity, Said(turn=turn, text="x" * 500))
            print(identity, turn, flush=True)
    """)
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert child.stdout is not None
    seen = 0
    identity = ""
    for line in child.stdout:
        identity, number = line.split()
        seen = int(number)
        if seen == 40:
            os.kill(child.pid, signal.SIGKILL)
            break
    for line in child.stdout:
        seen = int(line.split()[1])
    child.stdout.close()
    child.wait()
    store = Store(path)
    stored = [e.turn for e in store.events(identity) if isinstance(e, Said)]
    assert stored[:seen] == list(range(1, seen + 1))
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(StoreError, match="newer version"):
        Store(path)


def test_what_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    path.write_bytes(b"this is a text file, really" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(path)
    with pytest.raises(StoreError):
        Store(Path("/proc/nowhere/sessions.db"))


def test_an_event_of_another_version_is_kept_and_explained(store: Store) -> None:
    identity = store.begin(STARTED)
    db = sqlite3.connect(store.path)
    db.execute("INSERT INTO events VALUES (?, 2, '', ?)", (identity, '{"kind": "unheard_of"}'))
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="kept as it is"):
        store.events(identity)
    store.close()


def test_a_full_disk_is_said_in_words(store: Store) -> None:
    identity = store.begin(STARTED)
    store._db.execute("PRAGMA max_page_count = 20")
    many = [Said(turn=turn, text="x" * 10_000) for turn in range(1, 100)]
    with pytest.raises(StoreError, match="disk is full"):
        [store.append(identity, said) for said in many]
    store._db.execute("PRAGMA max_page_count = 100000")
    before = len(store.events(identity))
    store.append(identity, Said(turn=before, text="room again"))
    assert len(store.events(identity)) == before + 1
    store.close()
