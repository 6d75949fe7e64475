"""The client's promises, against a real daemon: nothing is lost or doubled, and nobody waits for nothing."""

import os
import time
from array import array
from dataclasses import replace

import psutil
import pytest

from studiolo_client import connection, discovery
from studiolo_client.client import Client
from studiolo_client.job import JobCancelled
from studiolo_client.start import start, stop
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Result
from studiolo_contract.frames import read_daemon
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import hash_of
from tests.client.waiting import in_background, painting, wait_until


def test_many_that_start_a_daemon_at_once_find_the_same_one(home):
    threads = [in_background(start) for _ in range(4)]
    for thread, _ in threads:
        thread.join(60)
    found = [outcome[0] for _, outcome in threads]
    assert len({running.pid for running in found}) == 1, found
    assert discovery.read() == found[0]


def test_one_that_is_stopped_is_gone_and_can_be_started_again_at_once(running):
    stop(running)
    assert discovery.read() is None
    assert not discovery.runtime_file().exists()
    again = start()
    assert (again.pid, again.token) != (running.pid, running.token)


def test_a_picture_comes_with_its_log_its_previews_and_its_bytes(client, longer):
    job = client.submit(longer)
    previews = list(job.previews(timeout=90))
    assert previews
    assert previews[-1][1].startswith(b"\xff\xd8")
    result = job.wait(90)
    log = list(job.events())
    assert [happened.seq for happened in log] == list(range(1, len(log) + 1))
    assert isinstance(log[-1].event, Result)
    assert job.over
    picture = client.get(result.outputs[0].blob.sha256)
    assert picture.startswith(b"\x89PNG")
    assert [happened.seq for happened in job.events(after=2)] == list(range(3, len(log) + 1))
    assert list(client.resume(job.id, after=3).events(timeout=60)) == log[3:]
    assert not client._line._jobs


def test_memory_is_given_back_at_once_and_the_next_picture_is_painted(client, running, request_, longer):
    first = client.submit(request_).wait(90)
    worker = discovery.status(running)["lanes"]["image"]["worker"]
    client.free()
    assert discovery.status(running)["lanes"]["image"]["worker"] is None
    assert not psutil.pid_exists(worker)
    job = client.submit(longer)
    wait_until(lambda: painting(job), 90)
    client.free()
    assert not job.over
    assert job.wait(90)
    assert client.submit(request_).wait(90).outputs == first.outputs


def test_a_submit_whose_answer_is_lost_is_sent_again_and_is_one_job(wire, request_):
    with Client(wire.find(), "unlucky", find=wire.find) as client:
        wire.swallow = True
        thread, outcome = in_background(client.submit, request_)
        time.sleep(0.5)
        assert not outcome
        wire.swallow = False
        wire.cut()
        thread.join(20)
        job = outcome[0]
        assert job.wait(90)
        assert [info.job for info in client.jobs()] == [job.id]


def test_a_log_read_through_a_wire_that_is_cut_has_no_gap_and_no_double(wire, client, longer):
    with Client(wire.find(), "test", find=wire.find) as unlucky:
        job = unlucky.submit(replace(longer, steps=200, width=64, height=64))
        wait_until(lambda: painting(job), 90)
        for _ in range(4):
            assert not job.over
            wire.cut()
            seen = job.seq
            wait_until(lambda seen=seen: job.seq > seen or job.over)
        assert job.wait(90)
        there = list(client.resume(job.id).events(timeout=60))
        assert list(job.events()) == there
        assert [happened.seq for happened in there] == list(range(1, len(there) + 1))


def test_what_is_asked_while_the_daemon_is_away_is_answered_when_it_is_back(running, kill, request_):
    with Client(running, "patient") as client:
        kill(running)
        asked = [
            in_background(client.submit, request_, key="k"),
            in_background(client.put, b"x"),
            in_background(client.jobs),
        ]
        time.sleep(0.3)
        assert not any(outcome for _, outcome in asked)
        again = start()
        assert again.token != running.token
        for thread, _ in asked:
            thread.join(30)
        job, sha256, _ = (outcome[0] for _, outcome in asked)
        assert sha256 == hash_of(b"x")
        assert client.submit(request_, key="k").id == job.id
        assert [info.job for info in client.jobs()] == [job.id]
        client.cancel(job)
        with pytest.raises(JobCancelled):
            job.wait(30)


def test_patience_ends_with_a_sentence_and_the_job_can_be_asked_again(running, kill, request_):
    with Client(running, "hasty", patience=0.5) as client:
        job = client.submit(request_)
        kill(running)
        for call in (job.wait, client.jobs, lambda: list(job.events(after=job.seq)), lambda: client.put(b"y")):
            with pytest.raises(StudioloError, match="does not answer") as caught:
                call()
            assert caught.value.problem.code == "no_daemon"
            assert "studiolo serve" in caught.value.problem.mend
        start()
        wait_until(lambda: client._line._socket is not None)
        client.cancel(job)
        with pytest.raises(JobCancelled):
            job.wait(30)


def test_whoever_waits_is_let_go_when_the_client_closes(running, slow):
    client = Client(running, "leaving")
    job = client.submit(slow)
    thread, outcome = in_background(job.wait)
    client.close()
    thread.join(5)
    assert outcome[0].problem.code == "stopped"
    with Client(running, "leaving") as back:
        back.cancel(job)
        with pytest.raises(JobCancelled, match=job.id):
            back.resume(job.id).wait(30)


def test_waiting_has_an_end_of_ones_own(client, slow):
    job = client.submit(slow)
    with pytest.raises(TimeoutError, match=job.id):
        job.wait(0.2)
    client.cancel(job)
    client.cancel(job.id)
    with pytest.raises(JobCancelled):
        job.wait(30)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"token": "yesterday's"}, "bad_token"), ({"url": "http://127.0.0.1:1"}, "no_daemon")],
)
def test_a_first_connection_that_fails_says_why(running, change, code):
    with pytest.raises(StudioloError) as caught:
        Client(discovery.Running(**{**running.__dict__, **change}), "stranger")
    assert caught.value.problem.code == code
    assert caught.value.problem.mend


def test_an_older_client_is_told_to_update(running, monkeypatch):
    monkeypatch.setattr(connection, "PROTOCOL", 0)
    with pytest.raises(StudioloError, match="protocol 0") as caught:
        Client(running, "old")
    assert caught.value.problem.code == "bad_protocol"


def test_a_daemon_that_speaks_in_riddles_ends_the_client_with_a_sentence(running, longer, monkeypatch):
    with Client(running, "puzzled") as client:
        monkeypatch.setattr("studiolo_client.line.read_daemon", lambda frame: read_daemon('{"type": "riddle"}'))
        for call in (lambda: client.submit(longer), client.jobs):
            with pytest.raises(StudioloError, match="does not understand") as caught:
                call()
            assert caught.value.problem.code == "bad_protocol"


def test_refusals_are_the_daemons_own_words(client, request_):
    for call, code in (
        (lambda: client.cancel("nothing"), "unknown_job"),
        (lambda: client.resume("nothing"), "unknown_job"),
        (lambda: client.get("0" * 64), "unknown_blob"),
        (lambda: client.submit(ImageRequest(prompt="x", model="nothing at all")), "unknown_model"),
        (lambda: client.submit(ImageRequest(prompt="x", steps=1000)), "bad_request"),
        (lambda: client.put(bytes(3 * 2**20)), "too_large"),
    ):
        with pytest.raises(StudioloError) as caught:
            call()
        assert caught.value.problem.code == code
        assert caught.value.problem.mend
    assert not client._line._calls
    assert not client._line._jobs


def test_blobs_go_over_once(wire):
    data = bytes(range(256)) * 8000
    with Client(wire.find(), "sender", find=wire.find) as client:
        name = client.put(data)
        sent = []
        send = client._line._socket.send
        client._line._socket.send = lambda frame: (sent.append(frame), send(frame))
        assert client.put(data) == name
        assert len(sent) == 1
        assert len(sent[0]) < 1000
        assert client.get(name) == data


@pytest.mark.parametrize("size", [0, 1, 2**18 - 1, 2**18, 2**18 + 1, 2**21])
def test_blobs_of_every_size_come_back_as_they_were(client, size):
    data = os.urandom(size)
    name = client.put(data)
    assert name == hash_of(data)
    assert client.get(name) == data


def test_whatever_holds_bytes_in_a_row_can_be_put(client):
    numbers = array("i", range(-1000, 1000))
    for data in (bytearray(b"clay"), memoryview(b"a piece of clay")[2:7], numbers, memoryview(numbers)):
        assert client.get(client.put(data)) == bytes(data)
    with pytest.raises(TypeError):
        client.put(memoryview(b"every other byte")[::2])


def test_many_threads_share_one_client_without_mixing_their_words(client):
    """Large blobs go in fragments, between which nothing else may be said."""
    blobs = [os.urandom((i + 1) * 90_000) for i in range(20)]
    calls = [in_background(lambda data=data: client.get(client.put(data)) == data) for data in blobs]
    calls += [in_background(lambda: client.jobs() is not None) for _ in range(20)]
    for thread, _ in calls:
        thread.join(60)
    assert all(outcome == [True] for _, outcome in calls)


def test_a_blob_whose_way_is_cut_arrives_whole(wire):
    with Client(wire.find(), "sender", find=wire.find) as client:
        blobs = [os.urandom(2_000_000) for _ in range(12)]
        calls = [in_background(lambda data=data: client.get(client.put(data)) == data) for data in blobs]
        for _ in range(6):
            time.sleep(0.05)
            wire.cut()
        for thread, _ in calls:
            thread.join(60)
        assert all(outcome == [True] for _, outcome in calls)
