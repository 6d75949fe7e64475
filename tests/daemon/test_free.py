"""Memory is given back by ending workers, and only those that have nothing to do."""

import threading

import psutil
import pytest

from studiolo_contract.events import Started
from studiolo_contract.media import Picture
from studiolo_contract.upscale import UpscaleRequest
from tests.daemon.test_daemon import LONG, SHORT, kinds, wait_until, worker_of, written

MEDIUM = type(LONG)(**{**LONG.__dict__, "max_tokens": 200})


def larger(client, side):
    """A job for the other worker, which is up soonest for this."""
    picture = Picture(sha256=client.put(bytes(4 * side * side)), width=side, height=side, format="rgba8")
    return client.submit(UpscaleRequest(image=picture))


def attempts(job):
    return [happened.event.attempt for happened in job.log if isinstance(happened.event, Started)]


def test_idle_workers_are_gone_when_it_is_answered_and_come_back_with_the_next_job(daemon):
    with daemon.client() as client, daemon.client("renderer") as renderer:
        first = client.submit(SHORT).wait(60)
        shown = larger(client, 16).wait(120)
        there = [worker_of(daemon, "text"), worker_of(daemon, "image")]
        assert all(psutil.pid_exists(pid) for pid in there)
        renderer.free()  # any client may
        assert not any(psutil.pid_exists(pid) for pid in there)
        assert {lane["worker"] for lane in daemon.status()["lanes"].values()} == {None}
        renderer.free()  # nothing is left to end
        assert client.submit(SHORT).wait(60).outputs == first.outputs
        again = larger(client, 16).wait(120)
        assert again.outputs[0].width == shown.outputs[0].width == 32
        assert not {worker_of(daemon, "text"), worker_of(daemon, "image")} & {None, *there}


def test_a_job_that_runs_is_not_harmed_and_its_worker_ends_after_it(daemon):
    with daemon.client() as client:
        larger(client, 8).wait(120)
        job = client.submit(MEDIUM)
        wait_until(lambda: written(job), 60)
        busy, idle = worker_of(daemon, "text"), worker_of(daemon, "image")
        client.free()
        assert not job.over
        assert psutil.pid_exists(busy)
        assert not psutil.pid_exists(idle)
        assert job.wait(90).outputs[0].text.strip()
        assert attempts(job) == [1]
        wait_until(lambda: not psutil.pid_exists(busy), 10)
        wait_until(lambda: worker_of(daemon, "text") is None, 10)  # it hears of the end a moment later


def test_what_waits_runs_on_a_new_worker_which_then_stays(daemon):
    with daemon.client() as client:
        job = client.submit(MEDIUM)
        wait_until(lambda: written(job), 60)
        busy = worker_of(daemon, "text")
        client.free()
        behind = client.submit(SHORT)
        assert job.wait(90)
        assert behind.wait(90)
        assert attempts(job) == attempts(behind) == [1]
        assert worker_of(daemon, "text") not in (None, busy)
        assert not psutil.pid_exists(busy)


@pytest.mark.parametrize("times", [4])
def test_said_by_many_while_jobs_come_and_go_nothing_is_lost(daemon, times):
    with daemon.client() as client, daemon.client("renderer") as renderer:
        over = threading.Event()

        def free():
            while not over.wait(0.02):
                renderer.free()

        thread = threading.Thread(target=free)
        thread.start()
        try:
            for number in range(times):
                job = larger(client, 8 + number)
                assert job.wait(90).outputs
                assert attempts(job) == [1]
                assert kinds(job)[-1] == "Result"
        finally:
            over.set()
            thread.join()
