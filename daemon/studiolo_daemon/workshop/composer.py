"""The lane of kits: several at a time, clients in turn, and no worker of its own. Knows no socket; what a kit consists
of stands in `kit_job.py`."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial

from studiolo.compose.planning.presets import Presets
from studiolo.models.store import Store
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Failed, Queued, Started
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.project import Project
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.kit_job import KitJob
from studiolo_daemon.workshop.lane import MOST_INTERRUPTED, PATIENCE, internal
from studiolo_daemon.workshop.part_jobs import Desk, Order
from studiolo_daemon.workshop.row import Row
from studiolo_daemon.workshop.worker import Worker

log = logging.getLogger("studiolo.daemon")

KITS = 4
"""Made at a time. Their parts take turns as all jobs do."""


class Composer(Row):
    kind = "compose"
    worker: Worker | None = None
    """None: parts run on the workers of their own lanes."""
    deaths = 0

    def __init__(
        self, jobs: Jobs, blobs: Blobs, store: Store, presets: Presets, project: Project, cancel: Callable[[Job], None]
    ) -> None:
        """`cancel` ends a job of whichever lane."""
        super().__init__(jobs)
        self._blobs = blobs
        self._store = store
        self._presets = presets
        self._project = project
        self._cancel = cancel
        self._running: dict[KitJob, asyncio.Task[None]] = {}
        self._wanted: Counter[str] = Counter()

    @property
    def running(self) -> list[Job]:
        return [kit.job for kit in self._running]

    async def serve(self, order: Order) -> None:
        """Makes kits for ever; `order` has a part made."""
        desk = Desk(
            self._jobs, self._blobs, self._store, self._presets, self._project, order, self._cancel, self._wanted
        )
        while True:
            self._news.clear()
            try:
                self._fill(desk)
            except Exception as error:
                # the journal cannot be written: nothing may happen that it does not know of
                log.error("kits wait: %s", error, exc_info=not isinstance(error, StudioloError))
                await asyncio.sleep(PATIENCE)
                continue
            await self._news.wait()

    async def stop(self) -> None:
        """Lets go of every kit; those that are not over go on at the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def free(self) -> None:
        """There is nothing to free."""

    def cancel(self, job: Job) -> None:
        """Ends the kit and those of its jobs that no other kit waits for."""
        self._withdraw(job)
        for kit, task in self._running.items():
            if kit.job is job and not kit.given_up:
                kit.give_up()
                task.cancel()

    def _fill(self, desk: Desk) -> None:
        while len(self._running) < KITS and (job := self.queue.first()) is not None:
            if job.cancel_asked is not None:
                self.cancel(job)
                continue
            if job.interrupted >= MOST_INTERRUPTED:
                self._jobs.record(job, Failed(problem=_given_up(job)))
                self.queue.remove(job)
                continue
            self._jobs.record(job, Started(attempt=job.attempts + 1))
            kit = KitJob(self.queue.take(), desk)
            task = self._running[kit] = asyncio.create_task(self._see_through(kit), name=f"job {job.id}")
            task.add_done_callback(partial(self._ended, kit))
        for position, job in enumerate(self.queue.order(), start=len(self._running)):
            last = job.log[-1].event if job.log else None
            if not isinstance(last, Queued) or last.position != position:
                self._jobs.record(job, Queued(position=position))

    async def _see_through(self, kit: KitJob) -> None:
        try:
            problem = await self._problem(kit)
            if problem is not None:
                self._jobs.record(kit.job, Failed(problem=problem))
        except Exception as error:
            # nothing may happen that the journal does not know of, so the kit waits
            log.error("kit %s waits: %s", kit.job.id, error, exc_info=not isinstance(error, StudioloError))
            await asyncio.sleep(PATIENCE)

    async def _problem(self, kit: KitJob) -> Problem | None:
        """Makes the kit: why that could not be done, if so. Raises what kept a part's end from being written down."""
        try:
            await kit.make()
        except StudioloError as error:
            return error.problem
        except Exception as error:
            if isinstance(error, ExceptionGroup) and error.subgroup(StudioloError):
                raise
            log.exception("kit %s could not be made", kit.job.id)
            return internal(error)
        return None

    def _ended(self, kit: KitJob, _: asyncio.Task[None]) -> None:
        """One that was let go of before its end waits again; where its client has cancelled it, for that alone."""
        del self._running[kit]
        if not kit.job.over:
            self.queue.put_back(kit.job)
        self._news.set()


def _given_up(job: Job) -> Problem:
    return Problem(
        code="worker_died",
        message=f"The kit was begun {job.attempts} times and the daemon itself ended each time.",
        mend="Compose again with fewer parts, or look into daemon.log in Studiolo's folder.",
    )
