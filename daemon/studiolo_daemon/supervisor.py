"""Takes jobs from the queues to the workers, one lane for each kind of worker, and sees each job to its end.

Knows no socket and no client. A worker that dies takes only its own job with it: that is tried once more, then fails
with the reason.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from pathlib import Path

from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Cancelled, Failed, Queued, Started
from studiolo_contract.request import files_of
from studiolo_daemon.blobs import Blobs
from studiolo_daemon.jobs import LANES, Job, Jobs
from studiolo_daemon.scheduler import Queue
from studiolo_daemon.worker import Order, Outcome, Worker, WorkerDied

log = logging.getLogger("studiolo.daemon")

MOST_ATTEMPTS = 4
"""A job that has been started this often, over restarts of the daemon too, is not started again."""
PATIENCE = 2.0
"""Seconds before a job is tried again that could not be written down."""
ANNOUNCED = 8
"""How many of the next jobs are told their place in the queue."""


class Lane:
    """The queue and the worker of one kind of job."""

    def __init__(self, kind: str, home: Path, jobs: Jobs, blobs: Blobs, keep_alive: float) -> None:
        self.kind = kind
        self.queue = Queue()
        self.running: Job | None = None
        self.worker: Worker | None = None
        self._to_free = False
        self._closing = asyncio.Lock()
        self._home = home
        self._jobs = jobs
        self._blobs = blobs
        self._keep_alive = keep_alive

    async def serve(self) -> None:
        """Runs jobs for ever."""
        while True:
            try:
                job = await asyncio.wait_for(self.queue.next(), self._keep_alive if self.worker else None)
            except TimeoutError:
                await self.close()  # idle long enough: ending the process is what gives memory back for certain
                continue
            self.running = job
            try:
                self.announce()
                await self._see_through(job)
            except StudioloError as error:
                # the journal cannot be written: nothing may happen that it does not know of, so the job waits
                log.error("job %s waits: %s", job.id, error)
                await self.close()
                await asyncio.sleep(PATIENCE)
                self.queue.push(job)
            finally:
                self.running = None
            if self._to_free:
                await self.free()

    async def free(self) -> None:
        """Ends the worker, now or when the job is over that it is at."""
        self._to_free = self.running is not None
        if not self._to_free:
            await self.close()

    async def close(self) -> None:
        """Ends the worker, if there is one. Returns when it is gone, whoever ends it."""
        async with self._closing:
            worker, self.worker = self.worker, None
            if worker is not None:
                await worker.stop()

    def cancel(self, job: Job) -> None:
        """Ends the job, at once when it waits, at its next step when it runs."""
        if self.queue.remove(job):
            self._jobs.record(job, Cancelled())
            self.announce()
        else:
            job.cancel_wanted.set()

    def move(self, job: Job, before: Job | None) -> None:
        """Has a waiting job run before another of its row, or last of it. Raises `StudioloError`."""
        row = self.queue.row(job)
        if job not in row:
            raise _not_waiting(job)
        if before is not None and (before.lane, before.priority) != (job.lane, job.priority):
            raise StudioloError(
                "bad_request",
                f"Job '{before.id}' is in another queue than job '{job.id}'.",
                "Name one of the same kind and priority.",
            )
        if before is not None and before not in row:
            raise _not_waiting(before)
        if job is before:
            return
        row.remove(job)
        row.insert(len(row) if before is None else row.index(before), job)
        self._jobs.reorder(row)
        self.queue.arrange(row)
        self.announce()

    def announce(self) -> None:
        """Tells the next jobs their place in the queue, and any other whose place is not what it was told."""
        first = 1 if self.running else 0
        for position, job in enumerate(self.queue.order(), start=first):
            last = job.log[-1].event if job.log else None
            told = last.position if isinstance(last, Queued) else None
            if told != position and (told is not None or position < first + ANNOUNCED):
                self._jobs.record(job, Queued(position=position))

    async def _see_through(self, job: Job) -> None:
        deaths: list[str] = []
        while len(deaths) < 2 and job.attempts < MOST_ATTEMPTS:
            self._jobs.record(job, Started(attempt=job.attempts + 1))
            try:
                outcome = await self._attempt(job)
            except StudioloError:
                raise
            except WorkerDied as died:
                log.warning("job %s: %s", job.id, died)
                await self.close()
                if job.cancel_wanted.is_set():
                    self._jobs.record(job, Cancelled())
                    with suppress(OSError):  # if none can be started, the next job says why
                        self.worker = await Worker.start(self._home)
                    return
                deaths.append(str(died))
                continue
            except Exception as error:
                log.exception("job %s could not be run", job.id)
                await self.close()
                outcome = Outcome(problem=_internal(error))
            await self._record(job, outcome)
            return
        reason = deaths[-1] if deaths else "the daemon itself ended each time"
        problem = Problem(
            code="worker_died",
            message=f"The job was tried {job.attempts} times and {reason}.",
            mend="Ask for less at once (size, batch, length), or look into daemon.log in Studiolo's folder.",
        )
        self._jobs.record(job, Failed(problem=problem))

    async def _attempt(self, job: Job) -> Outcome:
        if self.worker is None or not self.worker.alive:
            await self.close()
            self.worker = await Worker.start(self._home)
        try:
            names = {file.sha256 for file in files_of(job.request)}
            inputs = {name: await asyncio.to_thread(self._blobs.get, name) for name in names}
        except StudioloError as error:
            return Outcome(problem=error.problem)
        order = Order(job.id, job.request, job.model, inputs, time.time() - job.created)
        return await self.worker.run(
            order,
            lambda event: self._jobs.record(job, event),
            lambda preview, data: self._jobs.show(job, preview, data),
            job.cancel_wanted,
        )

    async def _record(self, job: Job, outcome: Outcome) -> None:
        problem = outcome.problem
        if outcome.result is not None:
            try:
                for name, data in outcome.blobs.items():
                    await asyncio.to_thread(self._blobs.put, name, data)
            except StudioloError as error:
                problem = error.problem
            else:
                self._jobs.record(job, outcome.result)
                return
        self._jobs.record(job, Cancelled() if problem is None else Failed(problem=problem))


class Supervisor:
    """All lanes."""

    def __init__(self, home: Path, jobs: Jobs, blobs: Blobs, keep_alive: float) -> None:
        self.lanes = {kind: Lane(kind, home, jobs, blobs, keep_alive) for kind in sorted(set(LANES.values()))}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(lane.serve(), name=lane.kind) for lane in self.lanes.values()]

    async def stop(self) -> None:
        """Ends all workers. Jobs that are not over stay in the journal and go on at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(lane.close() for lane in self.lanes.values()))

    async def free(self) -> None:
        """Ends the workers that have no job now, and has the others end after theirs."""
        await asyncio.gather(*(lane.free() for lane in self.lanes.values()))

    def enqueue(self, job: Job) -> None:
        lane = self.lanes[job.lane]
        lane.queue.push(job)
        lane.announce()

    def cancel(self, job: Job) -> None:
        if not job.over:
            job.cancel_asked = job.cancel_asked or time.monotonic()
            self.lanes[job.lane].cancel(job)

    def move(self, job: Job, before: Job | None) -> None:
        """Has a waiting job run before another one of the same queue, or last of its client's. Raises
        `StudioloError`."""
        self.lanes[job.lane].move(job, before)


def _not_waiting(job: Job) -> StudioloError:
    return StudioloError("bad_request", f"Job '{job.id}' is not waiting.", "Only jobs that wait can be moved.")


def _internal(error: Exception) -> Problem:
    return Problem(
        code="internal",
        message=f"The job could not be run: {type(error).__name__}: {str(error) or 'no reason given'}"[:500],
        mend="Look into daemon.log in Studiolo's folder, and report it.",
    )
