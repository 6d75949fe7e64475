"""A client puts its waiting jobs in another order; the daemon keeps to it."""

import pytest

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Queued, Started
from studiolo_contract.image import ImageRequest
from tests.daemon.test_daemon import SHORT, kinds, wait_until


def place(job):
    """Where the job stands in the queue, as it was told last; None when it waits no more."""
    last = job.log[-1].event if job.log else None
    return last.position if isinstance(last, Queued) else None


def places(*jobs):
    return [place(job) for job in jobs]


def started(job):
    return next(happened.at for happened in job.log if isinstance(happened.event, Started))


@pytest.fixture
def picture(painter):
    """A request for a small picture, which never has a twin; of these one is painted at a time."""

    def picture(steps=1):
        return ImageRequest(prompt="a lamp", model=painter, steps=steps, width=32, height=32)

    return picture


@pytest.fixture
def queue(daemon, picture):
    """A client whose first job runs, three more that wait behind it, and one of another client's."""
    with daemon.client("mover") as client, daemon.client("neighbour") as neighbour:
        running = client.submit(picture(steps=200))
        wait_until(lambda: "Progress" in kinds(running), 60)
        jobs = [client.submit(picture()) for _ in range(3)]
        others = neighbour.submit(picture())
        wait_until(lambda: places(*jobs, others) == [1, 3, 4, 2])
        yield client, running, jobs, others
        for job in (running, *jobs):
            client.cancel(job)
        neighbour.cancel(others)


def test_a_waiting_job_is_put_before_another_and_all_are_told(queue):
    client, running, (one, two, three), others = queue
    client.move(three, before=one)
    wait_until(lambda: places(three, others, one, two) == [1, 2, 3, 4])
    client.move(three.id, before=two.id)
    wait_until(lambda: places(one, others, three, two) == [1, 2, 3, 4])
    client.move(one)
    wait_until(lambda: places(three, others, two, one) == [1, 2, 3, 4])
    client.move(two, before=two)
    client.move(three, before=two)
    client.cancel(running)
    with pytest.raises(JobCancelled):
        running.wait(30)
    for job in (one, two, three, others):
        assert job.wait(60)
    assert started(three) < started(others) < started(two) < started(one)


def test_only_jobs_that_wait_side_by_side_can_be_moved(queue, picture):
    client, running, (one, two, _), others = queue
    batch = client.submit(picture(), priority="batch")
    text = client.submit(SHORT)
    for job, before, code, words in (
        (running, one, "bad_request", "is not waiting"),
        (one, running, "bad_request", "is not waiting"),
        (others, one, "unknown_job", "another client"),
        (one, others, "unknown_job", "another client"),
        (one, "nothing", "unknown_job", "No job"),
        (one, batch, "bad_request", "another queue"),
        (one, text, "bad_request", "another queue"),
    ):
        with pytest.raises(StudioloError, match=words) as caught:
            client.move(job, before)
        assert caught.value.problem.code == code
        assert caught.value.problem.mend
    client.cancel(two)
    with pytest.raises(StudioloError, match="is not waiting"):
        client.move(two)
    for job in (batch, text):
        client.cancel(job)


def test_a_job_that_was_moved_far_back_is_not_left_with_the_place_it_had(queue, picture):
    client, _, jobs, _ = queue
    more = [client.submit(picture()) for _ in range(9)]
    client.move(jobs[0])
    wait_until(lambda: place(jobs[0]) == 13)
    assert place(more[-1]) is None
    for job in more:
        client.cancel(job)
    wait_until(lambda: place(jobs[0]) == 4)


def test_the_order_survives_a_killed_daemon(daemon, queue):
    client, running, (one, two, three), others = queue
    client.move(three, before=one)
    client.move(one)
    daemon.kill()
    daemon.start()
    wait_until(lambda: sum(isinstance(happened.event, Started) for happened in running.log) == 2, 60)
    # the running job was the client's turn, so that the neighbour's comes next
    wait_until(lambda: places(others, three, two, one) == [1, 2, 3, 4], 60)
    client.cancel(running)
    for job in (one, two, three):
        assert job.wait(60)
    assert started(three) < started(two) < started(one)
