"""Old files become today's whole, broken ones are kept aside, and newer ones are left alone."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Cancelled, Result, Started
from studiolo_contract.media import hash_of
from studiolo_contract.text import TextRequest
from studiolo_daemon.kept.journal import Journal
from studiolo_daemon.kept.journal_file import VERSION
from studiolo_daemon.workshop.jobs import Jobs

DATA = Path(__file__).parent / "data"
"""Written by the daemons of that time."""
REQUEST = TextRequest(text="The sea.", seed=7)
KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from studiolo_daemon.kept import journal_file

class Watched(sqlite3.Connection):
    left = int(sys.argv[2])
    def executescript(self, script):
        def step():
            Watched.left -= 1
            if Watched.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        self.set_progress_handler(step, 1)
        return super().executescript(script)

connect = sqlite3.connect
sqlite3.connect = lambda *values, **named: connect(*values, factory=Watched, **named)
journal_file.open_file(Path(sys.argv[1])).close()
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.sqlite3"


def rows(file, query):
    with closing(sqlite3.connect(file)) as db:
        return db.execute(query).fetchall()


def old(version, file):
    shutil.copy(DATA / f"journal-{version}.sqlite3", file)
    order = "place" if version > 1 else "rowid"
    return {
        "jobs": rows(file, "SELECT job, client, key, priority, model, state, created FROM jobs ORDER BY rowid"),
        "events": rows(file, "SELECT job, seq, at, event FROM events ORDER BY job, seq"),
        "open": [
            job for (job,) in rows(file, f"SELECT job FROM jobs WHERE state IN ('queued', 'running') ORDER BY {order}")
        ],
    }


def is_whole(file, before):
    journal = Journal(file)
    assert (
        rows(file, "SELECT job, client, key, priority, model, state, created FROM jobs ORDER BY rowid")
        == before["jobs"]
    )
    assert rows(file, "SELECT job, seq, at, event FROM events ORDER BY job, seq") == before["events"]
    jobs = Jobs(journal, 10, 10)
    assert [job.id for job in jobs.open_jobs()] == before["open"]
    for job, client, key, _, _, state, _ in before["jobs"]:
        assert jobs.known(client, key) == job
        assert jobs.find(job).state == state
        assert [happened.seq for happened in jobs.find(job).log] == list(range(1, len(jobs.find(job).log) + 1))
    return jobs, journal


@pytest.mark.parametrize("version", [1, 2])
def test_an_old_file_is_brought_up_to_date_whole(file, version):
    jobs, journal = is_whole(file, old(version, file))
    painted = jobs.find(jobs.known("krita", "painted"))
    assert isinstance(painted.log[-1].event, Result)
    # what a result and a request name is known, though it was never written down before
    names = journal.standings().names
    assert names[painted.id] == {hash_of(b"painted"), hash_of(b"drawn")}
    assert names[jobs.known("krita", "failed")] == {hash_of(b"drawn")}
    standings = {standing.job: standing for standing in journal.standings().jobs}
    assert standings[painted.id].ended == painted.log[-1].at
    assert journal.standings().since == 0
    # and it goes on
    first, *_, last = jobs.open_jobs()
    jobs.reorder(jobs.open_jobs()[::-1])
    jobs.record(first, Started(attempt=1))
    jobs.record(first, Cancelled())
    added = jobs.add("obsidian", "later", "batch", REQUEST, "starter-text")
    journal.close()
    again = [job.id for job in Jobs(Journal(file), 10, 10).open_jobs()]
    assert again[0] == last.id
    assert again[-1] == added.id


def test_the_stored_files_are_of_the_version_that_they_say():
    for version in (1, 2):
        assert rows(DATA / f"journal-{version}.sqlite3", "PRAGMA user_version") == [(version,)]


@pytest.mark.skipif(os.name != "posix", reason="kills as only POSIX can")
@pytest.mark.parametrize("steps", [0, 40, 400, 1000, 1500, 1900])
def test_a_kill_in_the_middle_of_it_leaves_a_file_that_is_brought_up_to_date_later(file, steps):
    before = old(1, file)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file), str(steps)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert rows(file, "PRAGMA user_version")[0][0] < VERSION
    is_whole(file, before)


def test_a_newer_journal_is_left_alone(file):
    Journal(file).close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with pytest.raises(StudioloError, match="newer Studiolo"):
        Journal(file)
    assert file.read_bytes() == before


def test_what_a_newer_or_an_older_daemon_wrote_can_be_read(file):
    jobs = Jobs(Journal(file), 10, 10)
    job = jobs.add("a", "key", "batch", REQUEST, "m")
    jobs.record(job, Started(attempt=1))
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        (plain,) = db.execute("SELECT request FROM jobs").fetchone()
        newer = json.loads(plain) | {"mood": "stormy"}
        db.execute("UPDATE jobs SET request = ?", (json.dumps(newer),))
        db.execute("UPDATE events SET event = ?", (json.dumps({"type": "started", "attempt": 1, "where": "attic"}),))
    (read,) = Jobs(Journal(file), 10, 10).open_jobs()
    assert read.request == REQUEST
    assert read.log[0].event == Started(attempt=1)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("UPDATE jobs SET request = ?", (json.dumps({"kind": "text", "text": "The sea."}),))
    (read,) = Jobs(Journal(file), 10, 10).open_jobs()
    assert read.request == TextRequest(text="The sea.")


def garbage(file):
    file.write_bytes(os.urandom(20_000))


def cut(file):
    file.write_bytes(file.read_bytes()[:10_000])


def holed(file):
    """Damaged where nobody looks at the start, by a machine that was switched off."""
    data = bytearray(file.read_bytes())
    for start in range(8192, len(data), 4096):
        data[start : start + 64] = bytes(64)
    file.write_bytes(bytes(data))
    file.with_name(f"{file.name}-wal").write_bytes(b"")


@pytest.mark.parametrize("harm", [garbage, cut, holed])
def test_a_broken_journal_is_kept_aside_and_a_new_one_begun(file, harm, caplog):
    before = Journal(file)
    jobs = Jobs(before, 1000, 1000)
    for key in range(200):
        jobs.add("a", str(key), "batch", REQUEST, "m")
    before.close()
    harm(file)
    broken = file.read_bytes()
    again = Jobs(Journal(file), 10, 10)
    assert again.open_jobs() == []
    (aside,) = file.parent.glob("journal.sqlite3.broken-*[0-9]")
    assert aside.read_bytes() == broken
    (record,) = caplog.records
    assert str(file) in record.getMessage()
    assert aside.name in record.getMessage()
    again.add("a", "key", "batch", REQUEST, "m")
    assert len(Jobs(Journal(file), 10, 10).open_jobs()) == 1
