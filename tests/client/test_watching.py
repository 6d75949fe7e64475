"""Whoever watches is told of everything, in time, and can break nothing by it."""

import threading
import time
from dataclasses import replace

import pytest

from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.job import JobCancelled
from studiolo_client.start import start, stop
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Result
from studiolo_contract.frames import read_daemon
from tests.client.waiting import in_background, painting, wait_until


def test_a_watcher_sees_every_event_and_preview_and_is_called_at_once(client, longer):
    seen = []
    job = client.submit(replace(longer, steps=200))  # a busy machine skips previews, but not all of so many
    job.watch(lambda job: seen.append((threading.current_thread().name, job.seq, job.preview and job.preview[0].step)))
    assert seen
    assert seen[0][0] == threading.current_thread().name
    job.wait(90)
    wait_until(lambda: seen[-1][1] == job.seq)
    numbers = [seq for _, seq, _ in seen]
    assert set(range(numbers[0], job.seq + 1)) <= set(numbers)
    assert {thread for thread, _, _ in seen[1:]} == {"studiolo test"}
    steps = [step for _, _, step in seen if step is not None]
    assert steps == sorted(steps)
    assert len(set(steps)) > 1
    assert [happened.seq for happened in job.log] == list(range(1, job.seq + 1))
    assert isinstance(job.log[-1].event, Result)
    late = []
    job.watch(lambda job: late.append(job.over))
    assert late == [True]


def test_a_watcher_that_fails_is_logged_and_harms_nobody(client, request_, caplog):
    seen = []
    job = client.submit(request_)

    def clumsy(job):
        raise KeyError("spilt ink")

    def waits(job):
        client.jobs()

    client.watch(clumsy)
    job.watch(clumsy)
    job.watch(waits)
    job.watch(lambda job: seen.append(job.seq))
    assert job.wait(90)
    wait_until(lambda: seen[-1] == job.seq)
    assert client.jobs()
    assert "spilt ink" in caplog.text
    assert "a watcher would wait" in caplog.text


def test_a_client_tells_when_its_connection_breaks_why_and_when_it_is_mended(running, request_):
    seen = []
    with Client(running, "watched", patience=0.2) as client:
        client.watch(lambda client: seen.append((client.connected, client.problem and client.problem.problem.code)))
        assert seen == [(True, None)]
        stop(running)
        wait_until(lambda: (False, "no_daemon") in seen)
        time.sleep(1.0)  # several tries
        assert seen == [(True, None), (False, None), (False, "no_daemon")]
        assert "does not answer" in str(client.problem)
        start()
        wait_until(lambda: client.connected)
        wait_until(lambda: seen[-1] == (True, None))
        assert client.problem is None
        assert client.submit(request_).wait(90)
    assert seen[-1] == (False, None)
    assert not client.connected


def test_a_watched_job_goes_on_by_itself_long_after_its_daemon_was_killed(running, kill, longer):
    ends = []
    with Client(running, "steadfast", patience=0.3) as client:
        job = client.submit(longer)
        job.watch(lambda job: ends.append(job.over))
        wait_until(lambda: painting(job), 90)
        kill(running)
        wait_until(lambda: client.problem is not None)
        time.sleep(4.0)  # far past its patience, and past the longest pause between two tries
        assert not job.over
        assert job.problem is None
        again = start()
        assert (again.token, again.url) != (running.token, running.url)
        wait_until(lambda: ends[-1], 90)
        assert isinstance(job.log[-1].event, Result)
        assert [happened.seq for happened in job.log] == list(range(1, job.seq + 1))


def test_a_job_that_the_daemon_has_forgotten_is_lost_to_its_watcher(running, kill, slow, home):
    problems = []
    with Client(running, "forgotten") as client:
        job = client.submit(slow)
        job.watch(lambda job: problems.append(job.problem))
        kill(running)
        for file in home.glob("journal.sqlite3*"):
            file.unlink()
        start()
        wait_until(lambda: problems[-1] is not None)
        assert problems[-1].problem.code == "unknown_job"
        assert not client._line._jobs
        with pytest.raises(StudioloError, match=job.id):
            job.wait(1)
        assert client.jobs() == ()


def test_watchers_learn_that_their_client_has_ended(running, slow):
    ends = []
    client = Client(running, "ended")
    job = client.submit(slow)
    job.watch(lambda job: ends.append(job.problem))
    client.close()
    wait_until(lambda: ends[-1] is not None)
    assert ends[-1].problem.code == "stopped"
    with Client(running, "ended") as back:
        back.cancel(job)
        with pytest.raises(JobCancelled):
            back.resume(job.id).wait(30)


def test_watchers_learn_that_their_client_is_too_old(running, slow, monkeypatch):
    ends, states = [], []
    with Client(running, "outdated") as client:
        job = client.submit(slow)
        job.watch(lambda job: ends.append(job.problem))
        client.watch(lambda client: states.append((client.connected, client.problem)))
        monkeypatch.setattr("studiolo_client.line.read_daemon", lambda frame: read_daemon('{"type": "riddle"}'))
        with pytest.raises(StudioloError, match="does not understand"):
            client.jobs()
        wait_until(lambda: ends[-1] is not None and not states[-1][0])
        assert ends[-1].problem.code == states[-1][1].problem.code == "bad_protocol"
    monkeypatch.undo()
    with Client(running, "outdated") as back:
        back.cancel(job)


def test_a_client_that_is_closed_while_it_connects_leaves_no_connection(running, monkeypatch):
    from studiolo_client.connection import open_connection

    trying, go_on = threading.Event(), threading.Event()

    def slowly(*arguments):
        trying.set()
        go_on.wait(10)
        return open_connection(*arguments)

    client = Client(running, "hurried")
    before = discovery.status(running)["sockets"]
    monkeypatch.setattr("studiolo_client.line.open_connection", slowly)
    client._line._socket.close()
    assert trying.wait(10)
    thread, _ = in_background(client.close)
    wait_until(client._line._closing.is_set)
    go_on.set()
    thread.join(10)
    client._line._listener.join(10)
    assert not client._line._listener.is_alive()
    wait_until(lambda: discovery.status(running)["sockets"] == before - 1, 10)
