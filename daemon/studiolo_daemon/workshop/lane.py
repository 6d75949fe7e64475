"""The jobs of one kind, and the worker that runs them: as many at a time as it takes, the very same work once.

Knows no socket and no client. A worker that dies takes no job with it: all that were on it are tried again, each alone
from then on, so that none but the one that kills a second time is blamed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Queued
from studiolo_contract.request import files_of
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.row import Row
from studiolo_daemon.workshop.run import Run
from studiolo_daemon.workshop.spare import Spare
from studiolo_daemon.workshop.worker import SLOTS, Outcome, Worker, WorkerDied

log = logging.getLogger("studiolo.daemon")

MOST_DEATHS = 2
"""A job that has ended its worker this often while it was alone on it is not tried again."""
MOST_INTERRUPTED = 8
"""Neither is one that had been started this often when the daemon ended and came back."""
PATIENCE = 2.0
"""Seconds before anything is tried again that could not be written down."""
ANNOUNCED = 8
"""How many of the next jobs are told their place in the queue."""


class Lane(Row):
    def __init__(
        self,
        kind: str,
        jobs: Jobs,
        blobs: Blobs,
        keep_alive: float,
        spare: Spare,
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """`idle` is told when the worker was ended for want of work."""
        super().__init__(jobs)
        self.kind = kind
        self.runs: list[Run] = []
        self.worker: Worker | None = None
        self.deaths = 0
        """Workers that ended in the middle of a job."""
        self._slots = SLOTS.get(kind, 1)
        self._blobs = blobs
        self._keep_alive = keep_alive
        self._spare = spare
        self._idle = idle
        self._to_free = False
        self._changing = asyncio.Lock()
        """Held while the worker is started or ended."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> list[Job]:
        return [job for run in self.runs for job in run.jobs]

    async def serve(self) -> None:
        """Runs jobs for ever."""
        while True:
            self._news.clear()
            try:
                if self._to_free:
                    await self.free()
                self._fill()
            except Exception as error:
                # the journal cannot be written: nothing may happen that it does not know of
                log.error("%s jobs wait: %s", self.kind, error, exc_info=not isinstance(error, StudioloError))
                await asyncio.sleep(PATIENCE)
                continue
            try:
                await asyncio.wait_for(self._news.wait(), None if self.runs or not self.worker else self._keep_alive)
            except TimeoutError:
                await self.close()  # idle long enough: ending the process is what gives memory back for certain
                await self._idle()

    async def stop(self) -> None:
        """Lets go of every job, and ends the worker."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close()

    async def free(self) -> None:
        """Ends the worker, now or when the jobs are over that it is at; none is begun before."""
        self._to_free = bool(self.runs)
        if not self._to_free:
            await self.close()

    async def close(self) -> None:
        """Ends the worker, if there is one. Returns when it is gone, whoever ends it."""
        async with self._changing:
            if self.worker is not None:
                await self.worker.stop()
                self.worker = None

    def cancel(self, job: Job) -> None:
        """Ends the job, at once when it waits or others want the same, else at its next step."""
        if not self._withdraw(job):
            for run in self.runs:
                if job in run.jobs:
                    run.leave(job)

    # ---- what is begun, and when

    def _fill(self) -> None:
        """Has jobs join the runs that do the same work, and begins others while there is room."""
        while True:
            self._announce()
            self._join()
            job = self.queue.first()
            if job is None:
                return
            if job.cancel_asked is not None:
                self.cancel(job)  # it was asked for between two attempts
            elif self._room_for(job):
                self._begin(self.queue.take())
            else:
                return

    def _announce(self) -> None:
        """Tells the next jobs their place in the queue, and any other whose place is not what it was told."""
        first = len(self.runs)
        places = {run.work: 0 for run in self.runs if run.open}
        ahead = first
        for job in self.queue.order():
            if job.work not in places:
                places[job.work], ahead = ahead, ahead + 1
            position = places[job.work]
            last = job.log[-1].event if job.log else None
            told = last.position if isinstance(last, Queued) else None
            if told != position and (told is not None or position < first + ANNOUNCED):
                self._jobs.record(job, Queued(position=position))

    def _join(self) -> None:
        runs = {run.work: run for run in self.runs if run.open}
        for job in self.queue.order() if runs else ():
            if job.work in runs and job.cancel_asked is None:
                runs[job.work].join(job)
                self.queue.remove(job)

    def _room_for(self, job: Job) -> bool:
        """Whether the next job can begin. Where it can't, those behind it wait too: so none waits for ever."""
        if self._to_free:
            return False
        if not self.runs:
            return True
        if any(run.alone or run.judged or run.model != job.model for run in self.runs) or self._suspected(job):
            return False
        # one place is kept for who waits at a screen
        return len(self.runs) < (self._slots if job.priority == "interactive" else self._slots - 1)

    def _suspected(self, job: Job) -> bool:
        return any(other.alone and other.work == job.work for other in self.queue.order())

    def _begin(self, job: Job) -> None:
        run = Run(self._jobs, job)
        run.alone = job.alone or self._suspected(job)
        self.runs.append(run)
        task = asyncio.create_task(self._see_through(run), name=f"job {job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- one run, from its start to its end

    async def _see_through(self, run: Run) -> None:
        try:
            outcome = await self._outcome(run)
            run.check()
            if outcome is None:
                self._put_back(run)
            else:
                await self._record(run, outcome)
        except Exception as error:
            # nothing may happen that the journal does not know of, so the job waits
            log.error("job %s waits: %s", run.id, error, exc_info=not isinstance(error, StudioloError))
            await asyncio.sleep(PATIENCE)
            self._put_back(run)
        finally:
            self.runs.remove(run)
            self._news.set()

    async def _outcome(self, run: Run) -> Outcome | None:
        """How it ended; None when it is to be tried again."""
        if any(job.interrupted >= MOST_INTERRUPTED for job in run.jobs):
            return Outcome(problem=_given_up(run, "the daemon itself ended each time"))
        run.begin()
        try:
            return await self._attempt(run)
        except WorkerDied as died:
            log.warning("job %s: %s", run.id, died)
            return await self._survive(run, str(died))
        except Exception as error:
            log.exception("job %s could not be run", run.id)
            run.cancel_wanted.set()  # its worker is ended on its account, and of no other
            if run.worker is not None:
                await self._discard(run.worker)
            return Outcome(problem=internal(error))

    async def _attempt(self, run: Run) -> Outcome:
        try:
            names = {file.sha256 for file in files_of(run.request)}
            inputs = {name: await asyncio.to_thread(self._blobs.get, name) for name in names}
        except StudioloError as error:
            return Outcome(problem=error.problem)
        run.worker = await self._ready()
        return await run.worker.run(run.order(inputs), run.hear, run.show, run.cancel_wanted)

    async def _survive(self, run: Run, reason: str) -> Outcome | None:
        """What becomes of a run whose worker died."""
        assert run.worker is not None
        if not run.judged:
            self._judge(run.worker, reason)
        await self._discard(run.worker)
        if run.cancel_wanted.is_set():
            with suppress(OSError):  # if none can be started, the next job says why
                await self._ready()
            return Outcome()
        if any(job.deaths >= MOST_DEATHS for job in run.jobs):
            return Outcome(problem=_given_up(run, reason))
        return None

    def _judge(self, worker: Worker, reason: str) -> None:
        """Of the runs on a worker that died: which may be to blame."""
        self.deaths += 1
        crew = [run for run in self.runs if run.worker is worker]
        known = any(run.cancel_wanted.is_set() for run in crew)  # one did not stop, and the worker was ended for that
        for run in crew:
            run.judged = True
            for job in () if known else run.jobs:
                job.alone = True
                job.deaths += len(crew) == 1

    async def _ready(self) -> Worker:
        """The worker, or a new one in the place of none or a dead one. Raises OSError."""
        async with self._changing:
            if self.worker is None or not self.worker.alive:
                if self.worker is not None:
                    await self.worker.stop()
                    self.worker = None
                self.worker = await self._spare.take()
            return self.worker

    async def _discard(self, worker: Worker) -> None:
        """Ends this worker for certain."""
        async with self._changing:
            await worker.stop()
            if self.worker is worker:
                self.worker = None

    async def _record(self, run: Run, outcome: Outcome) -> None:
        if outcome.result is None:
            run.fail(outcome.problem)
            return
        try:
            for name, data in outcome.blobs.items():
                await asyncio.to_thread(self._blobs.put, name, data)
        except StudioloError as error:
            run.fail(error.problem)
        else:
            run.succeed(outcome.result)
            if not self._to_free:
                self._spare.prepare()

    def _put_back(self, run: Run) -> None:
        for job in reversed(run.jobs):
            if not job.over:
                self.queue.put_back(job)


def _given_up(run: Run, reason: str) -> Problem:
    attempts = max(job.attempts for job in run.jobs)
    return Problem(
        code="worker_died",
        message=f"The job was tried {attempts} times and {reason}.",
        mend="Ask for less at once (size, batch, length), or look into daemon.log in Studiolo's folder.",
    )


def internal(error: Exception) -> Problem:
    """What is told of a failure that nobody foresaw."""
    return Problem(
        code="internal",
        message=f"The job could not be run: {type(error).__name__}: {str(error) or 'no reason given'}"[:500],
        mend="Look into daemon.log in Studiolo's folder, and report it.",
    )
