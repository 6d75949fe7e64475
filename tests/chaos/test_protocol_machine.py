"""The protocol against a model of it: whatever clients say in whatever order, over broken connections and restarts, the
daemon answers as the model does.

Most jobs are parked behind one that never ends, because its worker is stopped; so they cost nothing, and where they
stand is known. A few are dry text jobs, which come to their end.
"""

import contextlib
import itertools
import os
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field

import psutil
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Cancelled, Final, Result
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of
from studiolo_contract.text import TextRequest
from tests.daemon.test_daemon import wait_until

WHO = st.sampled_from(["a", "b"])
KEYS = st.sampled_from(["1", "2", "3", "4"])
DATA = st.sampled_from([b"", b"x", bytes(range(256)) * 300])
numbers = itertools.count()


@dataclass
class Known:
    """A job, as the model has it."""

    owner: str
    key: str
    id: str
    kind: str
    priority: str
    cancelled: bool = False
    pinned: bool = False
    logs: list = field(default_factory=list)
    """As its client follows it on each of its submits."""


class Parked:
    """A daemon whose painter is at a job for ever."""

    def __init__(self, daemon, painter):
        self.daemon, self.painter = daemon, painter
        with daemon.client("blocker") as client:
            self.blocker = client.submit(self.picture(0), key="blocker", priority="interactive")
        self.park()

    def picture(self, seed):
        return ImageRequest(prompt="a lamp", width=64, height=64, steps=200, seed=seed, model=self.painter)

    def worker(self):
        return self.daemon.status()["lanes"]["image"]["worker"]

    def park(self):
        wait_until(lambda: self.worker() is not None, 60)
        os.kill(self.worker(), signal.SIGSTOP)

    def restart(self):
        stuck = psutil.Process(self.worker())
        self.daemon.kill()
        stuck.kill()
        self.daemon.start()
        self.park()

    def end(self):
        os.kill(self.worker(), signal.SIGCONT)
        with self.daemon.client("blocker") as client:
            client.cancel(self.blocker)


class Protocol(RuleBasedStateMachine):
    parked: Parked

    def __init__(self):
        super().__init__()
        self.daemon = self.parked.daemon
        self.example = next(numbers)
        self.jobs: dict[tuple[str, str], Known] = {}
        self.row = {(who, priority): [] for who in "ab" for priority in ("interactive", "batch")}
        """What waits of each client and priority, in order."""
        self.blobs: set[str] = set()
        self.steps, self.restarted = 0, False
        self.clients = {}
        for who in "ab":
            self.connect(who)

    def connect(self, who):
        self.clients[who] = self.daemon.client(f"{self.example}{who}")

    def refused(self, code, ask, *values):
        with pytest.raises(StudioloError) as caught:
            ask(*values)
        assert caught.value.problem.code == code
        assert caught.value.problem.mend

    def some(self, pick):
        return list(self.jobs.values())[pick % len(self.jobs)] if self.jobs else None

    # ---- what clients say

    @rule(who=WHO, key=KEYS, kind=st.sampled_from(["parked"] * 5 + ["dry"]), batch=st.booleans())
    def submit(self, who, key, kind, batch):
        self.steps += 1
        priority = "batch" if batch else "interactive"
        request = self.parked.picture(next(numbers) + 1) if kind == "parked" else TextRequest(text="a", dry=True)
        job = self.clients[who].submit(request, key=key, priority=priority)
        known = self.jobs.get((who, key))
        if known is None:
            known = self.jobs[who, key] = Known(who, key, job.id, kind, priority)
            if kind == "parked":
                self.row[who, priority].append(job.id)
        assert job.id == known.id
        known.logs.append(job)

    @rule(who=WHO, key=st.sampled_from(["5", "6"]))
    def submit_what_names_an_unknown_blob(self, who, key):
        seen = Picture(sha256=hash_of(b"never put"), width=8, height=8)
        request = ImageRequest(prompt="a", image=seen, model=self.parked.painter)
        self.refused("unknown_blob", lambda: self.clients[who].submit(request, key=key))

    @rule(who=WHO, pick=st.integers(0, 99))
    def cancel(self, who, pick):
        job = self.some(pick)
        if job is None:
            self.refused("unknown_job", self.clients[who].cancel, "nobody's")
        elif job.owner != who:
            self.refused("unknown_job", self.clients[who].cancel, job.id)
        else:
            self.clients[who].cancel(job.id)
            job.cancelled = True
            if job.id in self.row[who, job.priority]:
                self.row[who, job.priority].remove(job.id)
            self.listed(who)

    @rule(who=WHO, pick=st.integers(0, 99), other=st.one_of(st.none(), st.integers(0, 99)))
    def move(self, who, pick, other):
        job, before = self.some(pick), None if other is None else self.some(other)
        if job is None or job.kind == "dry" or (before is not None and before.kind == "dry"):
            return
        row = self.row[job.owner, job.priority]
        waits = job.id in row
        names = (job.id, before.id if before is not None else "")
        if job.owner != who or (before is not None and before.owner != who):
            self.refused("unknown_job", self.clients[who].move, *names)
        elif not waits or (before is not None and before.id not in row):
            self.refused("bad_request", self.clients[who].move, *names)
        else:
            self.clients[who].move(*names)
            if before is not job:
                row.remove(job.id)
                row.insert(len(row) if before is None else row.index(before.id), job.id)
            self.rows()

    @rule(who=WHO, pick=st.integers(0, 99), other=st.booleans())
    def pin(self, who, pick, other):
        job = self.some(pick)
        pinned = job is not None and job.pinned != other
        say = self.clients[who].pin if pinned else self.clients[who].unpin
        if job is None or job.owner != who:
            self.refused("unknown_job", say, job.id if job else "nobody's")
        else:
            say(job.id)
            job.pinned = pinned
            self.listed(who)

    @rule(who=WHO, pick=st.integers(0, 99), after=st.integers(0, 3))
    def resume(self, who, pick, after):
        job = self.some(pick)
        if job is None or job.owner != who:
            self.refused("unknown_job", self.clients[who].resume, job.id if job else "nobody's", after)
            return
        again = self.clients[who].resume(job.id, after)
        whole = self.clients[who].resume(job.id)
        if job.cancelled:
            with contextlib.suppress(TimeoutError):
                list(whole.events(timeout=20))
            if len(whole.log) > after:
                assert list(again.events(after, timeout=20)) == list(whole.log[after:])

    @rule(who=WHO, data=DATA)
    def put(self, who, data):
        assert self.clients[who].put(data) == hash_of(data)
        self.blobs.add(hash_of(data))

    @rule(who=WHO, data=DATA)
    def get(self, who, data):
        if hash_of(data) in self.blobs:
            assert self.clients[who].get(hash_of(data)) == data
        else:  # another example may have put it
            with contextlib.suppress(StudioloError):
                assert self.clients[who].get(hash_of(data)) == data

    @rule(who=WHO)
    def listed(self, who):
        told = {info.job: info for info in self.clients[who].jobs()}
        own = {job.id: job for job in self.jobs.values() if job.owner == who}
        assert set(told) == set(own)
        for name, job in own.items():
            assert told[name].pinned == job.pinned
            if job.kind == "parked":
                assert told[name].state == ("cancelled" if job.cancelled else "queued")
        stranger = "b" if who == "a" else "a"
        everyone = {info.job: info for info in self.clients[who].jobs(everyone=True)}
        assert all(everyone[job.id].title == "" for job in self.jobs.values() if job.owner == stranger)

    @rule()
    def rows(self):
        """The journal has every row in the order that the model has."""
        with closing(sqlite3.connect(self.daemon.home / "journal.sqlite3")) as db:
            for (who, priority), row in self.row.items():
                found = db.execute(
                    "SELECT job FROM jobs WHERE client = ? AND priority = ? AND state = 'queued'"
                    ' AND request LIKE \'{"kind":"image"%\' ORDER BY place',
                    (f"{self.example}{who}", priority),
                )
                assert [job for (job,) in found] == row

    # ---- what happens to connections and to the daemon

    @rule(who=WHO)
    def hang_up_and_come_again(self, who):
        self.clients[who].close()
        self.connect(who)

    @rule(who=WHO)
    def break_the_connection(self, who):
        connection = self.clients[who]._line._socket
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)

    @rule(who=WHO, nonsense=st.sampled_from(["{", "[]", '{"type":"no"}', '{"type":"pin","ref":1}', "\x00"]))
    def talk_nonsense(self, who, nonsense):
        connection = self.clients[who]._line._socket
        if connection is not None:
            with contextlib.suppress(OSError, Exception):
                connection.send(nonsense)

    @precondition(lambda self: self.steps > 8 and not self.restarted)
    @rule()
    def kill_the_daemon(self):
        self.restarted = True
        self.parked.restart()

    # ---- how it ends

    def teardown(self):
        try:
            self.rows()
            deadline = time.monotonic() + 90
            for job in self.jobs.values():
                client = self.clients[job.owner]
                if job.kind == "parked":
                    client.cancel(job.id)
                log = []
                while not (log and isinstance(log[-1].event, Final)):
                    assert time.monotonic() < deadline, f"{job} was not over in time"
                    with contextlib.suppress(TimeoutError):
                        log = list(client.resume(job.id).events(timeout=30))
                assert [happened.seq for happened in log] == list(range(1, len(log) + 1))
                assert sum(isinstance(happened.event, Final) for happened in log) == 1
                if job.kind == "parked":
                    assert isinstance(log[-1].event, Cancelled)
                elif not job.cancelled:
                    assert isinstance(log[-1].event, Result)
                for followed in job.logs:  # by clients that were there all the time
                    if followed.problem is None and followed.seq == len(log):
                        assert list(followed.log) == log
        finally:
            for client in self.clients.values():
                client.close()


@pytest.mark.skipif(sys.platform != "linux", reason="stops a worker as only POSIX can")
def test_whatever_clients_say_the_daemon_answers_as_the_model_does(daemon, painter):
    Protocol.parked = Parked(daemon, painter)
    run_state_machine_as_test(
        Protocol,
        settings=settings(
            max_examples=6,
            stateful_step_count=100,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
    Protocol.parked.end()
