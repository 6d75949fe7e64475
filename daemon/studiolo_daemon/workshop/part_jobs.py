"""The jobs of one kit's parts: found again or begun, waited for, and told of. Knows no card and no preset.

A part's key is the hash of its request: what was made before under the same client is found again, also by the next
daemon when this one ends in the middle. What failed, was cancelled, or has lost a blob since is made anew, under the
next key.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from studiolo.compose.planning.presets import Presets
from studiolo.models.store import Store
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import Failed, Part, Preview, Result
from studiolo_contract.frames import to_json
from studiolo_contract.media import hash_of
from studiolo_contract.request import Request
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.journal import Priority
from studiolo_daemon.kept.project import Project
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.lane import internal

Order = Callable[[str, str, Priority, Request], Awaitable[tuple[Job, bool]]]
"""Takes a part in as a job of this client under this key, and queues it: the job, and whether it was there before.
Raises `StudioloError`."""
PartOf = Literal["card", "text", "image", "texture", "music", "match"]
AGAIN = 1.0
"""Seconds before a part is tried again that there was no room for, where nothing says how long."""
log = logging.getLogger("studiolo.daemon")


@dataclass(frozen=True)
class Desk:
    """What whoever makes a kit has at hand."""

    jobs: Jobs
    blobs: Blobs
    store: Store
    presets: Presets
    project: Project
    order: Order
    cancel: Callable[[Job], None]
    wanted: Counter[str]
    """How many kits wait for each job now: one that another kit waits for too is not cancelled."""


class PartJobs:
    def __init__(self, kit: Job, desk: Desk) -> None:
        self.given_up = False
        """Whether the client has cancelled the kit."""
        self._kit = kit
        self._desk = desk

    def tell(self, event: Part) -> None:
        """Writes into the kit's own log what became of a part."""
        self._desk.jobs.record(self._kit, event)

    async def ask(self, name: str, kind: PartOf, request: Request) -> Result | Problem:
        """Has a job done, or finds it done, and tells of it."""
        try:
            job, known = await self._job(request)
        except Exception as error:
            # what keeps one part from being begun keeps no other
            if not isinstance(error, StudioloError):
                log.exception("part %s of kit %s could not be begun", name, self._kit.id)
            problem = error.problem if isinstance(error, StudioloError) else internal(error)
            self.tell(Part(name=name, kind=kind, state="failed", problem=problem))
            return problem
        if not known:
            self.tell(Part(name=name, kind=kind, state="begun", job=job.id))
            await self._follow(job)
        end = job.log[-1].event
        if isinstance(end, Result):
            self.tell(Part(name=name, kind=kind, state="done", job=job.id, known=known, result=end))
            return end
        problem = end.problem if isinstance(end, Failed) else _cancelled(name)
        self.tell(Part(name=name, kind=kind, state="failed", job=job.id, problem=problem))
        return problem

    async def _job(self, request: Request) -> tuple[Job, bool]:
        """The job of this request, and whether it is done already. Raises `StudioloError`."""
        jobs, client = self._desk.jobs, self._kit.client
        signature = hash_of(to_json(request).encode())
        for attempt in itertools.count(1):
            key = f"kit-{signature}" if attempt == 1 else f"kit-{signature}-{attempt}"
            known = jobs.known(client, key)
            if known is None:
                return (await self._ordered(key, request)), False
            job = jobs.find(known)
            if not job.over and job.cancel_asked is None:
                return job, False
            if job.over and await asyncio.to_thread(self._is_whole, job):
                return job, True
        raise AssertionError("there is always another key")

    async def _ordered(self, key: str, request: Request) -> Job:
        """A new job, as soon as there is room for one."""
        while True:
            try:
                return (await self._desk.order(self._kit.client, key, self._kit.priority, request))[0]
            except StudioloError as error:
                if error.problem.code != "busy":
                    raise
                await asyncio.sleep(error.problem.retry_after or AGAIN)

    def _is_whole(self, job: Job) -> bool:
        """Whether a job that is over has a result whose blobs are all here still."""
        end = job.log[-1].event
        if not isinstance(end, Result):
            return False
        return all(self._desk.blobs.has(output.blob.sha256) for output in end.outputs if hasattr(output, "blob"))

    async def _follow(self, job: Job) -> None:
        """Returns when it is over. A picture that comes along is shown as this kit's."""
        news, shown = asyncio.Event(), 0
        job.watchers.add(news.set)
        self._desk.wanted[job.id] += 1
        try:
            while not job.over:
                if job.preview is not None and job.preview[2] != shown:
                    preview, data, shown = job.preview
                    if isinstance(preview, Preview):
                        self._desk.jobs.show(self._kit, preview, data)
                await news.wait()
                news.clear()
        finally:
            job.watchers.discard(news.set)
            self._desk.wanted[job.id] -= 1
            if not self._desk.wanted[job.id]:
                del self._desk.wanted[job.id]
                if self.given_up:
                    self._desk.cancel(job)


def _cancelled(name: str) -> Problem:
    return Problem(code="stopped", message=f"The job of {name} was cancelled.", mend="Compose again to have it made.")
