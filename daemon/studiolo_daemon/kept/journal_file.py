"""The journal's file: its tables, how one that an older Studiolo wrote becomes today's, and what is done with a broken
one. Knows no job's meaning.

Each step to the next version is one transaction: a kill -9 in the middle leaves the file as it was before that step. A
file that can't be read is never written to: it is put aside under a name that says when, and a new one is begun.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path

from studiolo_contract.errors import StudioloError

log = logging.getLogger("studiolo.daemon")

_STEPS = (
    """
CREATE TABLE jobs (
    job TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    key TEXT NOT NULL,
    priority TEXT NOT NULL,
    request TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    UNIQUE (client, key)
);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE TABLE events (
    job TEXT NOT NULL REFERENCES jobs (job),
    seq INTEGER NOT NULL,
    at REAL NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (job, seq)
) WITHOUT ROWID;
""",
    # the order of waiting jobs
    """
ALTER TABLE jobs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET place = rowid;
CREATE INDEX jobs_by_place ON jobs (place);
""",
    # that a cancel outlives the daemon; and what retention asks: when a job ended, by the clock and by the days on
    # which a daemon ran, and which blobs it names
    """
ALTER TABLE jobs ADD COLUMN unwanted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN ended REAL;
ALTER TABLE jobs ADD COLUMN day INTEGER;
UPDATE jobs SET day = 0, ended = (SELECT MAX(at) FROM events WHERE events.job = jobs.job)
    WHERE state NOT IN ('queued', 'running');
CREATE TABLE names (
    sha256 TEXT NOT NULL,
    job TEXT NOT NULL REFERENCES jobs (job),
    PRIMARY KEY (sha256, job)
) WITHOUT ROWID;
CREATE INDEX names_by_job ON names (job);
INSERT OR IGNORE INTO names SELECT atom, job FROM jobs, json_tree(request) WHERE json_tree.key = 'sha256';
INSERT OR IGNORE INTO names SELECT atom, job FROM events, json_tree(event)
    WHERE event LIKE '{"type":"result"%' AND json_tree.key = 'sha256';
CREATE TABLE given_up (
    job TEXT PRIMARY KEY,
    at REAL NOT NULL,
    why TEXT NOT NULL
);
CREATE TABLE days (
    since REAL NOT NULL,
    day INTEGER NOT NULL,
    date TEXT NOT NULL
);
INSERT INTO days SELECT CASE WHEN COUNT(*) THEN 0 ELSE CAST(strftime('%s', 'now') AS REAL) END, 0, '' FROM jobs;
""",
)
"""Each makes the next version of the one before; the first makes version 1 of an empty file."""
VERSION = len(_STEPS)
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)


def open_file(file: Path) -> sqlite3.Connection:
    """The journal in this file, of today's version; a new one where there is none, or where it is broken. Raises
    `StudioloError`: `bad_request` when a newer Studiolo wrote it, `disk_full`."""
    try:
        return _opened(file)
    except sqlite3.DatabaseError as error:
        if not broken(error):
            raise refusal(error) from error
        aside = _put_aside(file)
        log.error("%s can't be read (%s). It is kept as %s, and a new one is begun.", file, error, aside.name)
        return _opened(file)


def broken(error: sqlite3.Error) -> bool:
    """Whether it says that the file's bytes are not those that were written."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN


def refusal(error: sqlite3.Error) -> Exception:
    """What is raised for this error: `disk_full` where the file can't be written, or the error itself."""
    if getattr(error, "sqlite_errorcode", None) not in _FULL:
        return error
    return StudioloError("disk_full", "The disk is full: the journal cannot be written.", "Make room, then try again.")


def _opened(file: Path) -> sqlite3.Connection:
    unclean = file.with_name(f"{file.name}-wal").exists()
    db = sqlite3.connect(file, isolation_level=None)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StudioloError("bad_request", f"{file} was written by a newer Studiolo.", "Update this one.")
        if unclean:  # whoever wrote it last was killed, or the machine was
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                raise _Broken(" ".join(said.split()))
        if version == 0:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # so that room can be given back in small steps
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        for number in range(version, VERSION):
            db.executescript(f"BEGIN IMMEDIATE; {_STEPS[number]} PRAGMA user_version = {number + 1}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


class _Broken(sqlite3.DatabaseError):
    """What SQLite found when it looked for itself."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def _put_aside(file: Path) -> Path:
    """The file's new name; what belongs to it goes with it, so that SQLite's own tools can still save what they can."""
    aside = file.with_name(f"{file.name}.broken-{time.strftime('%Y-%m-%dT%H%M%S')}")
    for part in ("-wal", "-shm", ""):
        whole = file.with_name(file.name + part)
        if whole.exists():
            whole.replace(aside.with_name(aside.name + part))
    return aside
