"""The jobs of one kind that wait, and what can be done with them. Knows nothing of how they are run."""

from __future__ import annotations

import asyncio

from studiolo_contract.events import Cancelled
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.scheduler import Queue


class Row:
    def __init__(self, jobs: Jobs) -> None:
        self.queue = Queue()
        self._jobs = jobs
        self._news = asyncio.Event()
        """Set when there may be something to begin."""

    def enqueue(self, job: Job) -> None:
        self.queue.push(job)
        self._news.set()

    def move(self, job: Job, before: Job | None) -> None:
        """Has a waiting job run before another one of the same client and priority, or last of them. Raises
        `StudioloError`."""
        row = self.queue.moved(job, before)
        self._jobs.reorder(row)
        self.queue.arrange(row)
        self._news.set()

    def _withdraw(self, job: Job) -> bool:
        """Cancels a job that waits. False where it does not."""
        if job not in self.queue:
            return False
        self._jobs.record(job, Cancelled())
        self.queue.remove(job)
        self._news.set()
        return True
