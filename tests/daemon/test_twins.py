"""Two jobs that ask for the very same are done once, and each has its own log, its own cancel and its own end."""

import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.events import Context, Queued, Started, Text
from studiolo_contract.image import ImageRequest
from tests.daemon.test_daemon import LONG, SHORT, kinds, wait_until, written

MEDIUM = type(LONG)(**{**LONG.__dict__, "max_tokens": 80})


def text_of(job):
    return "".join(happened.event.text for happened in job.log if isinstance(happened.event, Text))


def run_of(job):
    """What only jobs of the same run have in common: how long it took, to the millisecond, and what it made."""
    result = job.wait(120)
    return result.recipe.timings.run, result.outputs


def running(daemon, kind="text"):
    return set(daemon.status()["lanes"][kind]["running"])


def whole(job):
    return [happened.seq for happened in job.log] == list(range(1, len(job.log) + 1))


def test_who_asks_for_what_is_being_written_is_told_what_there_is_and_what_comes(daemon):
    with daemon.client("one") as one, daemon.client("two") as two:
        first = one.submit(MEDIUM)
        wait_until(lambda: len([kind for kind in kinds(first) if kind == "Text"]) > 3, 60)
        second = two.submit(MEDIUM)
        wait_until(lambda: running(daemon) == {first.id, second.id})
        assert run_of(first) == run_of(second)
        assert text_of(first) == text_of(second)
    assert whole(second)
    events = [happened.event for happened in second.log]
    assert events[:2] == [Queued(position=0), Started(attempt=1)]
    assert [event for event in events if isinstance(event, Context)] == [
        happened.event for happened in first.log if isinstance(happened.event, Context)
    ]
    assert 1 < kinds(second).count("Text") < kinds(first).count("Text")
    waits = [job.log[-1].event.recipe.timings.queued for job in (first, second)]
    assert all(0 <= wait < 60 for wait in waits)


def test_one_of_two_is_cancelled_at_once_and_the_work_only_when_nobody_wants_it(daemon):
    with daemon.client("one") as one, daemon.client("two") as two:
        first = one.submit(LONG)
        wait_until(lambda: written(first), 60)
        second, third = two.submit(LONG), two.submit(LONG)
        wait_until(lambda: running(daemon) == {first.id, second.id, third.id})
        one.cancel(first)
        with pytest.raises(JobCancelled):
            first.wait(60)
        so_far = len(second.log)
        wait_until(lambda: len(second.log) > so_far + 3)
        for job in (second, third):
            two.cancel(job)
        for job in (second, third):
            with pytest.raises(JobCancelled):
                job.wait(60)
        assert kinds(second).count("Started") == 1
        wait_until(lambda: not running(daemon))
        again = two.submit(LONG)  # it does not join what nobody wanted
        wait_until(lambda: written(again), 60)
        two.cancel(again)


def test_where_something_is_left_to_chance_nothing_is_shared(daemon):
    free = type(SHORT)(**{**SHORT.__dict__, "seed": None})
    with daemon.client("one") as one, daemon.client("two") as two:
        jobs = [one.submit(free), two.submit(free), two.submit(SHORT)]
        assert len({job.wait(90).recipe.settled.seed for job in jobs}) == 3


def test_after_a_killed_daemon_both_are_there_and_done_once(daemon):
    with daemon.client("one") as one, daemon.client("two") as two:
        first = one.submit(MEDIUM)
        wait_until(lambda: written(first), 60)
        second = two.submit(MEDIUM)
        wait_until(lambda: written(second), 20)
        daemon.kill()
        daemon.start()
        assert run_of(first) == run_of(second)
        for job in (first, second):
            assert kinds(job).count("Started") == 2
            assert whole(job)


def test_an_urgent_twin_of_a_job_that_waits_takes_it_along(daemon, painter):
    def picture(seed, steps=1):
        return ImageRequest(prompt="a lamp", model=painter, steps=steps, width=32, height=32, seed=seed)

    def place(job):
        return next((h.event.position for h in reversed(job.log) if isinstance(h.event, Queued)), None)

    def started(job):
        return next(happened.at for happened in job.log if isinstance(happened.event, Started))

    with daemon.client("patient") as patient, daemon.client("artist") as artist:
        blocker = patient.submit(picture(0, steps=200), priority="batch")
        wait_until(lambda: "Progress" in kinds(blocker), 90)
        ahead, waiting = (patient.submit(picture(seed), priority="batch") for seed in (1, 2))
        wait_until(lambda: [place(ahead), place(waiting)] == [1, 2])
        urgent = artist.submit(picture(2))
        wait_until(lambda: [place(urgent), place(waiting), place(ahead)] == [1, 1, 2])
        doubt = artist.submit(picture(2))
        artist.cancel(doubt)  # which takes nobody along
        with pytest.raises(JobCancelled):
            doubt.wait(60)
        patient.cancel(blocker)
        assert run_of(urgent) == run_of(waiting)
        assert run_of(ahead) != run_of(waiting)
        assert started(waiting) < started(ahead)
