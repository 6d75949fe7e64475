"""How the tests of the client wait for what happens in other threads."""

import threading
import time

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress


def in_background(call, *arguments, **options):
    """A thread that makes the call, and the list where its outcome will be."""
    outcome = []

    def run():
        try:
            outcome.append(call(*arguments, **options))
        except (StudioloError, JobCancelled, TimeoutError) as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, outcome


def wait_until(true, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def painting(job):
    return any(isinstance(happened.event, Progress) and happened.event.stage == "steps" for happened in job.log)
