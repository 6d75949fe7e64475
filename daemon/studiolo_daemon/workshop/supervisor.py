"""All lanes together, one for each kind of worker and one for kits, and the spare worker that they share. Knows no
socket and no client.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from studiolo.compose.planning.presets import Presets
from studiolo.models.store import Store
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.project import Project
from studiolo_daemon.workshop.composer import Composer
from studiolo_daemon.workshop.jobs import LANES, Job, Jobs
from studiolo_daemon.workshop.lane import Lane
from studiolo_daemon.workshop.part_jobs import Order
from studiolo_daemon.workshop.spare import Spare


class Supervisor:
    def __init__(
        self,
        home: Path,
        jobs: Jobs,
        blobs: Blobs,
        store: Store,
        presets: Presets,
        project: Project,
        keep_alive: float,
        spare: bool = True,
    ) -> None:
        self.spare = Spare(home, spare)
        self._jobs = jobs
        self._composer = Composer(jobs, blobs, store, presets, project, self.cancel)
        self._workers = {
            kind: Lane(kind, jobs, blobs, keep_alive, self.spare, self._idle)
            for kind in sorted(set(LANES.values()) - {self._composer.kind})
        }
        self.lanes: dict[str, Lane | Composer] = {**self._workers, self._composer.kind: self._composer}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, order: Order) -> None:
        """`order` takes in the parts of kits."""
        self._tasks = [asyncio.create_task(lane.serve(), name=lane.kind) for lane in self._workers.values()]
        self._tasks.append(asyncio.create_task(self._composer.serve(order), name=self._composer.kind))

    async def stop(self) -> None:
        """Ends all workers. Jobs that are not over stay in the journal and go on at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(lane.stop() for lane in self.lanes.values()))
        await self.spare.close()

    async def free(self) -> None:
        """Ends the workers that have no job now, and has the others end after theirs."""
        await asyncio.gather(*(lane.free() for lane in self.lanes.values()), self.spare.close())

    def enqueue(self, job: Job) -> None:
        self.lanes[job.lane].enqueue(job)
        if job.cancel_asked is not None:  # of a daemon that ended before the job did
            self.lanes[job.lane].cancel(job)

    def cancel(self, job: Job) -> None:
        if not job.over:
            first = job.cancel_asked is None
            job.cancel_asked = job.cancel_asked or time.monotonic()
            self.lanes[job.lane].cancel(job)
            if first and not job.over:
                self._jobs.unwant(job)

    def move(self, job: Job, before: Job | None) -> None:
        """Has a waiting job run before another one of the same queue, or last of its client's. Raises
        `StudioloError`."""
        self.lanes[job.lane].move(job, before)

    async def _idle(self) -> None:
        """With the last worker goes the spare."""
        if all(lane.worker is None for lane in self.lanes.values()):
            await self.spare.close()
