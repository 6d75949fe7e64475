"""What is kept: the journal and the blobs, read without changing them."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from studiolo.models.record import hash_file
from studiolo_cli.checks.finding import Finding, broken, hint, ok

SAMPLE = 100
"""Blobs whose every byte is read; of more than that, as many by chance."""
MOST = 512 * 2**20
"""Bytes that are read of them at most."""
AHEAD = 60.0
"""Seconds that a clock may have been ahead of what it is now."""


def journal(home: Path) -> Iterator[Finding]:
    """Whether it is whole, of a version that is known, and of the past."""
    from studiolo_daemon.kept.journal_file import VERSION

    file = home / "journal.sqlite3"
    if not file.exists():
        yield ok("journal", "There is no journal yet.")
        return
    mend = f"Stop the daemon and move {file} away: a new one is begun, and finished pictures stay among the blobs."
    try:
        with _opened(file) as db:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                yield broken("journal", f"The journal is damaged: {' '.join(str(said).split())}.", mend)
                return
            (version,) = db.execute("PRAGMA user_version").fetchone()
            (jobs,) = db.execute("SELECT COUNT(*) FROM jobs").fetchone()
            (latest,) = db.execute("SELECT MAX(at) FROM events").fetchone()
    except sqlite3.DatabaseError as error:
        yield broken("journal", f"The journal can't be read: {error}.", mend)
        return
    if version > VERSION:
        yield broken(
            "journal",
            f"A newer Studiolo wrote the journal: it is of version {version}, and this one knows {VERSION}.",
            "Update this copy of Studiolo.",
        )
        return
    yield ok("journal", f"The journal is whole: {jobs} jobs, {file.stat().st_size / 2**20:.1f} MiB, version {version}.")
    if latest is not None and latest > time.time() + AHEAD:
        yield hint(
            "clock",
            f"The journal's latest event is {(latest - time.time()) / 60:.0f} minutes ahead: a clock was turned.",
            "Set this machine's clock by the network; jobs are not harmed, only their ages are wrong.",
        )


def put_aside(home: Path) -> Iterator[Finding]:
    """Journals that a daemon could not read and kept under another name."""
    aside = sorted(home.glob("journal.sqlite3.broken-*"))
    if aside:
        yield hint(
            "journal",
            f"A journal that could not be read was kept as {aside[-1].name}.",
            "Keep it for a bug report, or delete it.",
        )


def blobs(home: Path) -> Iterator[Finding]:
    """Whether they have the bytes that their names say, as far as is read."""
    folder = home / "blobs"
    if not folder.is_dir():
        yield ok("blobs", "There are no blobs yet.")
        return
    files = sorted(file for file in folder.glob("??/*") if file.is_file() and not file.name.startswith("."))
    chosen = files if len(files) <= SAMPLE else random.sample(files, SAMPLE)
    read = looked = 0
    faults = 0
    for file in chosen:
        try:
            read += file.stat().st_size
            if read > MOST:
                break
            whole = hash_file(file) == file.name
        except FileNotFoundError:  # collected meanwhile
            continue
        except OSError as error:
            whole = False
            yield broken("blobs", f"{file} can't be read: {error.strerror}.", "Look after that disk.")
        looked += 1
        if not whole:
            faults += 1
            yield broken(
                "blobs",
                f"{file} does not have the bytes that its name says.",
                "Delete it, and run its job again: the recipe makes the same picture.",
            )
    if not faults:
        yield ok("blobs", f"{looked} of {len(files)} blobs were read, and have the bytes that their names say.")
    old = [file for file in folder.glob("??/.*") if time.time() - file.stat().st_mtime > 86400]
    if old:
        yield hint("blobs", f"{len(old)} unfinished files were left by a daemon that was killed.", "Run `studiolo gc`.")


def _opened(file: Path) -> sqlite3.Connection:
    """For reading only, beside a daemon that writes."""
    return sqlite3.connect(f"file:{_quoted(file)}?mode=ro", uri=True, timeout=5.0)


def _quoted(file: Path) -> str:
    from urllib.parse import quote

    return quote(os.fspath(file))
