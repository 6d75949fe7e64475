"""What is remembered over a crash: every job, its request and its events, in SQLite. Knows no queue, no socket and no
reason to give a job up.

Every call commits before it returns, so whatever a client was told is on disk even if the next thing is a kill -9.
(WAL with synchronous=NORMAL: a committed write outlives the process; a power cut may take the last moments.)
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Event
from studiolo_contract.frames import to_json
from studiolo_contract.request import Request
from studiolo_contract.wire import Happened
from studiolo_daemon.kept.journal_file import open_file, refusal

State = Literal["queued", "running", "done", "failed", "cancelled"]
Priority = Literal["interactive", "batch"]
OPEN: tuple[State, ...] = ("queued", "running")

_INSERT = """
INSERT INTO jobs (job, client, key, priority, request, model, state, created, place)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(place), 0) + 1 FROM jobs))
"""
_NAME = "INSERT OR IGNORE INTO names SELECT atom, ? FROM json_tree(?) WHERE key = 'sha256'"
"""Writes down which blobs a request or a result names: wherever it says `sha256`."""
_END = "UPDATE jobs SET ended = ?, day = (SELECT day FROM days) WHERE job = ?"
_SELECT = """
SELECT job, client, key, priority, request, model, state, created,
    (SELECT COALESCE(MAX(seq), 0) FROM events WHERE events.job = jobs.job), pinned, unwanted
FROM jobs
"""
_HEAD = """
SELECT job, client, json_extract(request, '$.kind'), state, created,
    (SELECT COALESCE(MAX(seq), 0) FROM events WHERE events.job = jobs.job), pinned,
    SUBSTR(LTRIM(COALESCE(json_extract(request, '$.text'), json_extract(request, '$.prompt'),
        json_extract(request, '$.brief'), ''),
        CHAR(9, 10, 13, 32)), 1, 400),
    json_extract(request, '$.image.width'), json_extract(request, '$.image.height'), json_extract(request, '$.scale')
FROM jobs
"""
"""Of long requests so little is read here that a list of two hundred takes a few milliseconds."""
_STAND = """
SELECT jobs.job, state IN ('queued', 'running'), pinned, COALESCE(day, 0), COALESCE(ended, 0),
    LENGTH(request) + COALESCE(written.bytes, 0)
FROM jobs LEFT JOIN (
    SELECT job, SUM(LENGTH(CAST(event AS BLOB))) AS bytes FROM events GROUP BY job
) AS written ON written.job = jobs.job
ORDER BY day, ended
"""
PAGES = 64
"""Pages of the file that are given back at once."""
REMEMBERED = 10_000
"""Jobs that were given up of which it is still known when and why."""


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
    pinned: bool = False
    unwanted: bool = False
    """Whether its client has cancelled it, though it is not over yet."""


@dataclass(frozen=True)
class Head:
    """What of a job is told in a list."""

    job: str
    client: str
    kind: str
    state: State
    created: float
    seq: int
    """Number of its latest event."""
    pinned: bool
    words: str
    """How its text or its prompt begins; empty where it has none."""
    width: int | None
    """Of its picture, in pixels; None without one."""
    height: int | None
    scale: int | None
    """How many times larger that is made; None where it is not."""


@dataclass(frozen=True)
class Standing:
    """A job as retention sees it."""

    job: str
    open: bool
    pinned: bool
    day: int
    """Of the days on which a daemon ran, the one on which it ended."""
    ended: float
    """Seconds since 1970."""
    bytes: int
    """Of its request and its events."""


@dataclass(frozen=True)
class Standings:
    """Everything that is kept, as it stood at one moment."""

    jobs: tuple[Standing, ...]
    """Those that ended first come first."""
    names: Mapping[str, frozenset[str]]
    """Job -> the blobs that it names."""
    bytes: int
    """Of the journal, without the room that it has free."""
    today: int
    since: float
    """When this journal was begun; 0 where nothing is older. Seconds since 1970."""


class Journal:
    def __init__(self, file: Path) -> None:
        """Raises `StudioloError` as `open_file` does."""
        self._file = file
        self._db = open_file(file)

    def add(self, entry: Entry) -> None:
        """Raises `StudioloError` (`disk_full`), like every call that writes."""
        request = to_json(entry.request)
        row = (entry.job, entry.client, entry.key, entry.priority, request, entry.model, entry.state, entry.created)
        with self._writing():
            self._db.execute(_INSERT, row)
            self._db.execute(_NAME, (entry.job, request))

    def append(self, happened: Happened, state: State) -> None:
        """The job's next event, and the state that it is in after it."""
        event = to_json(happened.event)
        with self._writing():
            self._db.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (happened.job, happened.seq, happened.at, event))
            self._db.execute("UPDATE jobs SET state = ? WHERE job = ? AND state <> ?", (state, happened.job, state))
            if state not in OPEN:
                self._db.execute(_NAME, (happened.job, event))
                self._db.execute(_END, (happened.at, happened.job))

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

    def newest(self, client: str | None, limit: int) -> list[Head]:
        """The latest jobs, of one client or of all, newest first."""
        where = "WHERE client = ?" if client is not None else "WHERE ? IS NULL"
        order = f"ORDER BY created DESC, rowid DESC LIMIT {int(limit)}"
        rows = self._db.execute(f"{_HEAD} {where} {order}", (client,))
        return [_head(row) for row in rows]

    def everyones(
        self, limit: int, skip: int = 0, states: Sequence[State] = (), kinds: Sequence[str] = (), client: str = ""
    ) -> list[Head]:
        """The latest jobs, newest first, after the first `skip`: those in one of `states`, of one of `kinds`, of
        `client`; what is empty holds none back."""
        where = """
        WHERE (?1 = '[]' OR state IN (SELECT value FROM json_each(?1)))
            AND (?2 = '[]' OR json_extract(request, '$.kind') IN (SELECT value FROM json_each(?2)))
            AND (?3 = '' OR client = ?3)
        """
        order = f"ORDER BY created DESC, rowid DESC LIMIT {int(limit)} OFFSET {int(skip)}"
        rows = self._db.execute(f"{_HEAD} {where} {order}", (to_json(states), to_json(kinds), client))
        return [_head(row) for row in rows]

    def last(self, job: str) -> Happened | None:
        """Its latest event; None before the first."""
        row = self._db.execute(
            "SELECT seq, at, event FROM events WHERE job = ? ORDER BY seq DESC LIMIT 1", (job,)
        ).fetchone()
        return row and Happened(job=job, seq=row[0], at=row[1], event=from_plain(Event, json.loads(row[2])))

    def events(self, job: str, after: int = 0) -> list[Happened]:
        rows = self._db.execute(
            "SELECT seq, at, event FROM events WHERE job = ? AND seq > ? ORDER BY seq", (job, after)
        )
        return [
            Happened(job=job, seq=seq, at=at, event=from_plain(Event, json.loads(event))) for seq, at, event in rows
        ]

    def name(self, job: str, blobs: Sequence[str]) -> None:
        """The job names these blobs too."""
        with self._writing():
            self._db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", [(blob, job) for blob in blobs])

    def pin(self, job: str, pinned: bool) -> None:
        """Whether the job is kept however old it grows."""
        with self._writing():
            self._db.execute("UPDATE jobs SET pinned = ? WHERE job = ?", (pinned, job))

    def unwant(self, job: str) -> None:
        """The job is not to be begun again, whatever happens to this daemon."""
        with self._writing():
            self._db.execute("UPDATE jobs SET unwanted = 1 WHERE job = ?", (job,))

    def unknown(self, job: str) -> StudioloError:
        """What is said of a job that is not here."""
        row = self._db.execute("SELECT at, why FROM given_up WHERE job = ?", (job,)).fetchone()
        if row is None:
            return StudioloError("unknown_job", f"No job is called '{job}'.", "`studiolo jobs` lists those there are.")
        date = time.strftime("%Y-%m-%d", time.localtime(row[0]))
        return StudioloError(
            "unknown_job",
            f"Job '{job}' was given up on {date}: {row[1]}.",
            "Submit it again; and pin what shall be kept, or raise keep_days and keep_bytes in settings.toml.",
        )

    # ---- for retention

    def begin_day(self, date: str) -> None:
        """Counts another day, if this is not the date of the last one."""
        with self._writing():
            self._db.execute("UPDATE days SET day = day + 1, date = ? WHERE date <> ?", (date, date))

    def standings(self) -> Standings:
        """Takes its time with a large journal; for any thread."""
        with closing(sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.execute("BEGIN")
            jobs = tuple(
                Standing(job, bool(still), bool(pinned), day, ended, size)
                for job, still, pinned, day, ended, size in db.execute(_STAND)
            )
            names = {
                job: frozenset(blobs.split())
                for job, blobs in db.execute("SELECT job, GROUP_CONCAT(sha256, ' ') FROM names GROUP BY job")
            }
            (pages,), (free,), (size,) = (
                db.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "freelist_count", "page_size")
            )
            today, since = db.execute("SELECT day, since FROM days").fetchone()
        return Standings(jobs, names, (pages - free) * size, today, since)

    def give_up(self, jobs: Sequence[tuple[str, str]], at: float, seconds: float) -> tuple[int, int]:
        """Takes the first of these jobs out, each with the reason why, and stops after about `seconds`: how many were
        looked at, and how many of them are gone. One that is open or pinned by now stays."""
        end, gone, looked = time.monotonic() + seconds, 0, 0
        with self._writing():
            for job, why in jobs:
                looked += 1
                over = self._db.execute(
                    "DELETE FROM jobs WHERE job = ? AND NOT pinned AND state NOT IN ('queued', 'running')", (job,)
                )
                if over.rowcount:
                    self._db.execute("DELETE FROM events WHERE job = ?", (job,))
                    self._db.execute("DELETE FROM names WHERE job = ?", (job,))
                    self._db.execute("INSERT OR REPLACE INTO given_up VALUES (?, ?, ?)", (job, at, why))
                    gone += 1
                if time.monotonic() > end:
                    break
            self._db.execute("DELETE FROM given_up WHERE rowid <= (SELECT MAX(rowid) FROM given_up) - ?", (REMEMBERED,))
        return looked, gone

    def shrink(self) -> bool:
        """Gives some of the room that is free in the file back to the disk; whether there is more. A file that began as
        one of version 2 keeps its room, and fills it anew."""
        (before,), (kind,) = (
            self._db.execute(f"PRAGMA {what}").fetchone() for what in ("freelist_count", "auto_vacuum")
        )
        if not before or not kind:
            return False
        with _refusing():
            self._db.executescript(f"PRAGMA incremental_vacuum({PAGES})")  # `execute` would free one page of them
        return bool(before > PAGES)

    def settle(self) -> None:
        """Moves what was written lately to where it belongs, as any write would have to once it is a thousand pages:
        so nobody waits for the disk. For any thread."""
        with closing(sqlite3.connect(self._file)) as db, _refusing():
            db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: what is written within is there whole, or not at all."""
        with _refusing():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _entries(self, clause: str, values: tuple[str | None, ...]) -> Iterator[Entry]:
        rows = self._db.execute(f"{_SELECT} {clause}", values)
        for job, client, key, priority, request, model, state, created, seq, pinned, unwanted in rows:
            plain: Request = from_plain(Request, json.loads(request))
            yield Entry(job, client, key, priority, plain, model, state, created, seq, bool(pinned), bool(unwanted))


def _head(row: tuple[Any, ...]) -> Head:
    job, whose, kind, state, created, seq, pinned, words, width, height, scale = row
    return Head(job, whose, kind, state, created, seq, bool(pinned), words, width, height, scale)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise refusal(error) from error
