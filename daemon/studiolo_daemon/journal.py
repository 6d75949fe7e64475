"""What is remembered over a crash: every job, its request and its events, in SQLite. Knows no queue and no socket.

Every call commits before it returns, so whatever a client was told is on disk even if the next thing is a kill -9.
(WAL with synchronous=NORMAL: a committed write outlives the process; a power cut may take the last moments.)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Event
from studiolo_contract.request import Request
from studiolo_contract.wire import Happened, to_json

State = Literal["queued", "running", "done", "failed", "cancelled"]
Priority = Literal["interactive", "batch"]
OPEN: tuple[State, ...] = ("queued", "running")

_VERSION = 2
_SCHEMA = """
CREATE TABLE jobs (
    job TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    key TEXT NOT NULL,
    priority TEXT NOT NULL,
    request TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    place INTEGER NOT NULL,
    UNIQUE (client, key)
);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_place ON jobs (place);
CREATE TABLE events (
    job TEXT NOT NULL REFERENCES jobs (job),
    seq INTEGER NOT NULL,
    at REAL NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (job, seq)
) WITHOUT ROWID;
"""
_FROM_1 = """
ALTER TABLE jobs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET place = rowid;
CREATE INDEX jobs_by_place ON jobs (place);
"""
_INSERT = """
INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(place), 0) + 1 FROM jobs))
"""
_SELECT = """
SELECT job, client, key, priority, request, model, state, created,
    (SELECT COALESCE(MAX(seq), 0) FROM events WHERE events.job = jobs.job)
FROM jobs
"""


@dataclass(frozen=True)
class Entry:
    """A job as it stands in the journal."""

    job: str
    client: str
    key: str
    priority: Priority
    request: Request
    model: str
    """Name of the model it runs on."""
    state: State
    created: float
    seq: int
    """Number of its latest event."""


class Journal:
    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version < _VERSION:
            script = _FROM_1 if version == 1 else _SCHEMA
            self._db.executescript(f"BEGIN; {script} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version > _VERSION:
            raise StudioloError("bad_request", f"{file} was written by a newer Studiolo.", "Update this one.")

    def add(self, entry: Entry) -> None:
        """Raises `StudioloError` (`disk_full`), like every call that writes."""
        request = to_json(entry.request)
        row = (entry.job, entry.client, entry.key, entry.priority, request, entry.model, entry.state, entry.created)
        with self._writing():
            self._db.execute(_INSERT, row)

    def append(self, happened: Happened, state: State) -> None:
        """The job's next event, and the state that it is in after it."""
        row = (happened.job, happened.seq, happened.at, to_json(happened.event))
        with self._writing():
            self._db.execute("INSERT INTO events VALUES (?, ?, ?, ?)", row)
            self._db.execute("UPDATE jobs SET state = ? WHERE job = ? AND state <> ?", (state, happened.job, state))

    def find(self, client: str, key: str) -> str | None:
        """The job that this client submitted under this key."""
        row = self._db.execute("SELECT job FROM jobs WHERE client = ? AND key = ?", (client, key)).fetchone()
        return cast(str, row[0]) if row else None

    def entry(self, job: str) -> Entry | None:
        return next(self._entries("WHERE job = ?", (job,)), None)

    def open_entries(self) -> list[Entry]:
        """Jobs that are not over, in the order in which they are to be queued: that of their submission, but for those
        that were put elsewhere."""
        return list(self._entries("WHERE state IN ('queued', 'running') ORDER BY place", ()))

    def reorder(self, jobs: Sequence[str]) -> None:
        """These jobs, in this order, take the places that they have among all."""
        rows = self._db.execute(
            "SELECT place FROM jobs WHERE job IN (SELECT value FROM json_each(?))", (to_json(jobs),)
        )
        places = sorted(place for (place,) in rows)
        with self._writing():
            self._db.executemany("UPDATE jobs SET place = ? WHERE job = ?", zip(places, jobs, strict=True))

    def newest(self, client: str | None, limit: int) -> list[Entry]:
        """The latest jobs, of one client or of all, newest first."""
        where = "WHERE client = ?" if client is not None else "WHERE ? IS NULL"
        return list(self._entries(f"{where} ORDER BY created DESC, rowid DESC LIMIT {int(limit)}", (client,)))

    def events(self, job: str, after: int = 0) -> list[Happened]:
        rows = self._db.execute(
            "SELECT seq, at, event FROM events WHERE job = ? AND seq > ? ORDER BY seq", (job, after)
        )
        return [
            Happened(job=job, seq=seq, at=at, event=from_plain(Event, json.loads(event))) for seq, at, event in rows
        ]

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: what is written within is there whole, or not at all."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
                raise
            raise StudioloError(
                "disk_full", "The disk is full: the journal cannot be written.", "Make room, then try again."
            ) from error

    def _entries(self, clause: str, values: tuple[str | None, ...]) -> Iterator[Entry]:
        rows = self._db.execute(f"{_SELECT} {clause}", values)
        for job, client, key, priority, request, model, state, created, seq in rows:
            plain: Request = from_plain(Request, json.loads(request))
            yield Entry(job, client, key, priority, plain, model, state, created, seq)
