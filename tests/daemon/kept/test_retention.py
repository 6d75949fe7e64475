"""What is given up, what never is, and that a crash in the middle harms nothing."""

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_client.discovery import call
from studiolo_contract.concept import Concept
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Cancelled, ImageOutput, Result, Started
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Blob, Picture, blob_of, hash_of
from studiolo_contract.recipe import Recipe, Timings
from studiolo_contract.text import TextRequest
from studiolo_daemon.kept.blobs import GRACE, Blobs, Found
from studiolo_daemon.kept.concepts import Concepts
from studiolo_daemon.kept.journal import Journal, Standing, Standings
from studiolo_daemon.kept.retention import Retention, plan
from studiolo_daemon.settings import Settings
from studiolo_daemon.workshop.jobs import Jobs

TEXT = TextRequest(text="The sea.", seed=7)
NOW = 1_000_000.0
OLD = NOW - 2 * GRACE


class Rooms:
    """Those that retention works on, in a folder, without a daemon."""

    def __init__(self, home, **settings):
        self.home = home
        self.settings = Settings(**settings)
        self.open()

    def open(self):
        self.journal = Journal(self.home / "journal.sqlite3")
        self.jobs = Jobs(self.journal, 100_000, 100_000)
        self.blobs = Blobs(self.home / "blobs", 10**6)
        self.concepts = Concepts(self.home / "concepts.json", self.blobs)
        self.retention = Retention(self.home, self.journal, self.blobs, self.concepts, self.settings)

    def put(self, data):
        self.blobs.put(hash_of(data), data)
        return hash_of(data)

    def painted(self, key, data, **request):
        """A job that is over, and its picture."""
        asked = ImageRequest(prompt="a boat", seed=1, **request)
        job = self.jobs.add("krita", key, "batch", asked, "m")
        self.put(data)
        recipe = Recipe(
            request=asked, settled=asked, final_prompt="", model="m", model_revision="", model_sha256="0" * 64,
            licence="", engine="", device="", studiolo="", timings=Timings(),
        )  # fmt: skip
        output = ImageOutput(blob=blob_of(data, "image/png"), width=8, height=8)
        self.jobs.record(job, Started(attempt=1))
        self.jobs.record(job, Result(outputs=(output,), recipe=recipe))
        return job

    def grow_old(self, days=0):
        """As if everything here had been done so many days of use ago."""
        with closing(sqlite3.connect(self.home / "journal.sqlite3", isolation_level=None)) as db:
            db.execute("UPDATE jobs SET ended = ended - ?, day = day - ?", (2 * GRACE, days))
            db.execute("UPDATE days SET since = since - ?", (3 * GRACE,))
        for file in self.blobs.all():
            path = next((self.home / "blobs").rglob(file.name))
            os.utime(path, (time.time() - 2 * GRACE,) * 2)

    def names(self):
        return {file.name for file in self.blobs.all()}


@pytest.fixture
def rooms(tmp_path):
    return Rooms(tmp_path, keep_days=30)


def test_what_is_old_goes_and_what_is_younger_stays(rooms):
    old = rooms.painted("old", b"old")
    rooms.grow_old(days=29)
    young = rooms.painted("young", b"young")
    rooms.grow_old(days=1)
    report = rooms.retention.collect_now()
    assert (report.jobs, report.blobs, report.kept) == (1, 1, 1)
    assert report.bytes == len(b"old")
    assert rooms.names() == {hash_of(b"young")}
    assert rooms.jobs.find(young.id).over
    with pytest.raises(StudioloError, match=r"was given up on 20.*kept for 30 days of use") as caught:
        rooms.jobs.find(old.id)
    assert caught.value.problem.code == "unknown_job"
    with pytest.raises(StudioloError, match="given up with the last job that named it"):
        rooms.blobs.get(hash_of(b"old"))
    # its key makes a new job
    assert rooms.jobs.known("krita", "old") is None
    assert rooms.painted("old", b"old").id != old.id


def test_nothing_goes_that_somebody_needs(rooms):
    pinned = rooms.painted("pinned", b"pinned")
    rooms.jobs.pin(pinned, True)
    seen = Picture(sha256=rooms.put(b"seen"), width=8, height=8)
    waiting = rooms.jobs.add("krita", "waiting", "batch", ImageRequest(prompt="a", image=seen, seed=1), "m")
    bible = Blob(sha256=rooms.put(b"{}"), size=2, media_type="application/json")
    rooms.jobs.add("obsidian", "writing", "batch", replace(TEXT, bible=bible), "m")
    shown = Picture(sha256=rooms.put(b"concept"), width=8, height=8)
    rooms.concepts.keep(Concept(name="Ada", kind="character", picture=shown))
    shared = rooms.painted("shared", b"shared")
    rooms.put(b"nobody's")
    rooms.grow_old(days=300)
    young = rooms.painted("young", b"shared")
    before = {hash_of(data) for data in (b"pinned", b"seen", b"{}", b"concept", b"shared")}
    report = rooms.retention.collect_now()
    assert rooms.names() == before
    assert (report.jobs, report.blobs, report.open, report.pinned, report.concepts) == (1, 1, 2, 1, 1)
    with pytest.raises(StudioloError, match="given up"):
        rooms.jobs.find(shared.id)
    for job in (pinned, waiting, young):
        assert rooms.jobs.find(job.id)
    # until it is needed no more
    rooms.jobs.pin(pinned, False)
    rooms.concepts.forget("Ada")
    rooms.grow_old(days=1)
    assert rooms.retention.collect_now().jobs == 1
    assert rooms.names() == before - {hash_of(b"pinned"), hash_of(b"concept")}


def test_a_pin_survives_a_restart(rooms):
    job = rooms.painted("pinned", b"pinned")
    rooms.jobs.pin(job, True)
    rooms.grow_old(days=300)
    rooms.journal.close()
    rooms.open()
    assert [info.pinned for info in rooms.jobs.listed("krita", everyone=False)] == [True]
    assert rooms.retention.collect_now().jobs == 0
    assert rooms.names() == {hash_of(b"pinned")}


def test_a_job_pinned_or_a_blob_wanted_while_a_run_goes_on_stays(rooms):
    jobs = [rooms.painted(str(number), b"%d" % number) for number in range(3)]
    rooms.grow_old(days=300)
    going = rooms.retention._plan()
    assert len(going.jobs) == len(going.blobs) == 3
    rooms.jobs.pin(jobs[0], True)
    assert rooms.blobs.has(hash_of(b"1"))  # some client has heard that it need not be put
    assert sum(rooms.retention._give_up(going)) == 2
    assert rooms.retention._sweep(going) == (1, 1)
    assert rooms.names() == {hash_of(b"0"), hash_of(b"1")}


def test_with_too_little_room_those_that_ended_first_go(tmp_path):
    rooms = Rooms(tmp_path, keep_days=0, keep_bytes=0)
    first, second, third = (rooms.painted(str(number), os.urandom(200_000)) for number in range(3))
    rooms.grow_old()
    assert rooms.retention.collect_now().jobs == 0  # no bound
    assert len(rooms.names()) == 3
    rooms.settings = Settings(keep_days=0, keep_bytes=500_000)
    rooms.journal.close()
    rooms.open()
    report = rooms.retention.collect_now(dry=True)
    assert (report.jobs, report.blobs) == (1, 1)
    assert len(rooms.names()) == 3  # a dry run changes nothing
    again = rooms.retention.collect_now()
    assert (again.jobs, again.blobs, again.bytes >= 200_000) == (1, 1, True)
    with pytest.raises(StudioloError, match="there was room for"):
        rooms.jobs.find(first.id)
    assert rooms.jobs.find(second.id)
    assert rooms.jobs.find(third.id)
    assert rooms.retention.collect_now().jobs == 0


def test_nothing_of_the_last_hour_goes_whatever_the_bounds(tmp_path):
    rooms = Rooms(tmp_path, keep_days=0, keep_bytes=1)
    rooms.painted("new", b"new")
    rooms.put(b"about to be named")
    report = rooms.retention.collect_now()
    assert (report.jobs, report.blobs) == (0, 0)
    assert len(rooms.names()) == 2


def test_a_day_counts_when_a_daemon_ran_on_it_and_once(rooms):
    for date in ("2026-01-01", "2026-01-01", "2031-07-01", "2026-01-02", "2026-01-02"):
        rooms.journal.begin_day(date)
    assert rooms.journal.standings().today == 3


@pytest.mark.parametrize("crash", ["before", "between", "within"])
def test_a_crash_in_the_middle_harms_nothing(rooms, crash):
    jobs = [rooms.painted(str(number), b"%d" % number) for number in range(40)]
    rooms.grow_old(days=300)
    kept = rooms.painted("kept", b"39")
    draft = rooms.home / "blobs" / hash_of(b"0")[:2] / ".half"
    draft.write_bytes(b"half")
    os.utime(draft, (time.time() - 2 * GRACE,) * 2)
    going = rooms.retention._plan()
    if crash == "between":
        sum(rooms.retention._give_up(going))
    elif crash == "within":
        rooms.journal.give_up(going.jobs, time.time(), 0.0)
        rooms.journal.give_up(going.jobs[1:], time.time(), 0.0)
    rooms.journal.close()
    rooms.open()
    for job in [*jobs, kept]:  # a job that is still there has everything that it names
        try:
            log = rooms.jobs.find(job.id).log
        except StudioloError:
            continue
        assert rooms.blobs.get(log[-1].event.outputs[0].blob.sha256)
    rooms.retention.collect_now()
    assert rooms.names() == {hash_of(b"39")}
    assert not draft.exists()
    assert [info.key for info in [rooms.jobs.find(kept.id)]] == ["kept"]


def test_drafts_of_files_are_swept_when_they_are_old(rooms):
    old, new, own = (rooms.home / name for name in ("daemon.json.0a1b2c3d", "paired.json.0a1b2c3d", "launch.json"))
    for file in (old, new, own):
        file.write_text("{}")
    for file in (old, own):
        os.utime(file, (time.time() - 2 * GRACE,) * 2)
    rooms.retention.collect_now()
    assert [file.exists() for file in (old, new, own)] == [False, True, True]


def test_blobs_of_a_journal_that_was_lost_are_kept_as_long_as_jobs_are(rooms):
    rooms.painted("lost", b"lost")
    rooms.journal.close()
    rooms.grow_old()
    for file in rooms.home.glob("journal.sqlite3*"):
        file.unlink()
    rooms.open()
    assert rooms.retention.collect_now().blobs == 0
    for day in range(28):
        rooms.journal.begin_day(f"day {day}")
    assert rooms.retention.collect_now().blobs == 0
    rooms.journal.begin_day("another")
    assert rooms.retention.collect_now().blobs == 1


def test_what_the_journal_gave_up_gives_its_room_back(rooms):
    for number in range(300):
        job = rooms.jobs.add("a", str(number), "batch", replace(TEXT, text="The sea. " * 200), "m")
        rooms.jobs.record(job, Cancelled())
    rooms.grow_old(days=300)
    rooms.journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (rooms.home / "journal.sqlite3").stat().st_size
    assert rooms.retention.collect_now().jobs == 300
    rooms.journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (rooms.home / "journal.sqlite3").stat().st_size < before / 2


BLOBS = st.sampled_from([hash_of(b"%d" % number) for number in range(6)])
JOBS = st.lists(
    st.tuples(
        st.booleans(),
        st.booleans(),
        st.integers(0, 50),
        st.sampled_from([OLD, NOW - 60, NOW + 999]),
        st.frozensets(BLOBS, max_size=3),
    ),
    max_size=8,
)
FILES = st.dictionaries(BLOBS, st.tuples(st.integers(0, 1000), st.sampled_from([OLD, NOW - 60, NOW + 999])))


@given(JOBS, FILES, st.frozensets(BLOBS, max_size=2), st.integers(0, 40), st.integers(0, 3000))
def test_whatever_there_is_a_plan_keeps_what_it_must_and_takes_no_more_than_it_need(jobs, files, held, days, most):
    standing = tuple(
        Standing(f"j{n}", still, pin, day, ended, 10) for n, (still, pin, day, ended, _) in enumerate(jobs)
    )
    standing = tuple(sorted(standing, key=lambda job: (job.day, job.ended)))
    names = {f"j{n}": blobs for n, (*_, blobs) in enumerate(jobs)}
    found = {name: Found(name, size, at) for name, (size, at) in files.items()}
    stand = Standings(standing, names, 10 * len(jobs), 50, 0.0)
    made = plan(stand, found, held, days, most, NOW)
    gone = {job for job, _ in made.jobs}
    kept = [job for job in standing if job.job not in gone]
    for job in standing:
        if job.job in gone:
            assert not job.open
            assert not job.pinned
            assert job.ended == OLD
            assert (days and 50 - job.day >= days) or most
        elif days and 50 - job.day >= days:
            assert job.open or job.pinned or job.ended != OLD
    needed = {name for job in kept for name in names[job.job]} | held
    assert not needed & set(made.blobs)
    assert set(made.blobs) == {name for name, file in found.items() if name not in needed and file.at == OLD}
    assert made.bytes == 10 * len(gone) + sum(found[name].size for name in made.blobs)
    if most and made.total - made.bytes > most:  # whoever could go has gone
        assert all(job.open or job.pinned or job.ended != OLD for job in kept)
    aged = [job.job for job in standing if days and 50 - job.day >= days]
    by_room = [job.job for job in standing if job.job in gone and job.job not in aged]
    movable = [job.job for job in standing if not (job.open or job.pinned or job.ended != OLD) and job.job not in aged]
    assert by_room == movable[: len(by_room)]  # those that ended first


def test_the_daemon_gives_up_when_it_is_asked_and_says_so(daemon):
    dry = TextRequest(text="The sea.", dry=True)
    with daemon.client("keeper") as client, daemon.client("other") as other:
        gone, pinned = (client.submit(dry, key=key) for key in ("gone", "pinned"))
        for job in (gone, pinned):
            job.wait(90)
        client.pin(pinned)
        client.pin(pinned)
        for forbidden in (other.pin, other.unpin):
            with pytest.raises(StudioloError, match="another client's"):
                forbidden(pinned)
        assert {info.job: info.pinned for info in client.jobs()} == {gone.id: False, pinned.id: True}
    daemon.stop()
    with closing(sqlite3.connect(daemon.home / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE jobs SET ended = ended - 99999, day = -1 WHERE client = 'keeper'")
        db.execute("UPDATE days SET day = 29")  # the next start begins day 30
    daemon.start()
    try:
        running = daemon.running()
        for _ in range(2):  # it does so at its start as well
            status, report = call(running, "POST", "/v1/gc", 30)
            assert status == 200
        assert report["pinned"] == 1
        with daemon.client("keeper") as client:
            assert [info.job for info in client.jobs()] == [pinned.id]
            with pytest.raises(StudioloError, match="was given up on"):
                client.resume(gone.id)
            assert client.submit(dry, key="pinned").id == pinned.id
            assert client.submit(dry, key="gone").id != gone.id
            client.unpin(pinned)
            assert call(running, "POST", "/v1/gc?dry=true", 30)[1]["jobs"] == 1
            assert call(running, "POST", "/v1/gc", 30)[1]["jobs"] == 1
            assert pinned.id not in {info.job for info in client.jobs()}
    finally:
        with closing(sqlite3.connect(daemon.home / "journal.sqlite3", isolation_level=None)) as db:
            db.execute("UPDATE days SET day = 0")
