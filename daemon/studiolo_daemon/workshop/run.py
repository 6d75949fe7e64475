"""One attempt at a piece of work, for one job or for several that ask for the very same. Knows no queue.

Whoever joins later is told what the others know; whoever leaves takes nothing from the rest. When the last one wants to
leave, or what happens cannot be written down, the worker is asked to stop.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Sequence

from studiolo_contract.errors import Problem
from studiolo_contract.events import AnyPreview, Cancelled, Context, Event, Failed, Progress, Result, Started, Text
from studiolo_contract.wire import Happened
from studiolo_daemon.workshop.jobs import Job, Jobs
from studiolo_daemon.workshop.worker import Order, Worker


class Run:
    def __init__(self, jobs: Jobs, first: Job) -> None:
        self.jobs = [first]
        """Those that want it; never none."""
        self.work = first.work
        self.request = first.request
        self.model = first.model
        self.alone = first.alone
        """Whether nothing else may be on its worker."""
        self.worker: Worker | None = None
        self.cancel_wanted = asyncio.Event()
        self.judged = False
        """Whether its worker died, and it is known who may be to blame."""
        self._first = first
        self._all = jobs
        self._began: float | None = None
        self._unwritten: Exception | None = None

    @property
    def id(self) -> str:
        return self._first.id

    @property
    def open(self) -> bool:
        """Whether another job may join it."""
        return not self.cancel_wanted.is_set() and not self.judged

    def join(self, job: Job) -> None:
        """Does the same work for this job too. What cannot be written down leaves all as it was."""
        if self._began is not None:
            before = self.jobs[0]
            self._all.record(job, Started(attempt=job.attempts + 1))
            for event in _so_far(before.log):
                self._all.record(job, event)
            if before.preview is not None:
                self._all.show(job, *before.preview[:2])
        self.jobs.append(job)

    def leave(self, job: Job) -> None:
        """This job is wanted no more; at once, unless it is the last, which ends when its worker has let go of it."""
        if len(self.jobs) > 1:
            self._all.record(job, Cancelled())
            self.jobs.remove(job)
        else:
            self.cancel_wanted.set()

    def begin(self) -> None:
        for job in self.jobs:
            self._all.record(job, Started(attempt=job.attempts + 1))
        self._began = time.time()

    def order(self, inputs: dict[str, bytes]) -> Order:
        return Order(self.id, self.request, self.model, inputs, time.time() - self._first.created)

    def hear(self, event: Event) -> None:
        """What the worker says of it. Never raises: `check` does, once the worker has stopped."""
        if self._unwritten is not None:
            return
        try:
            for job in self.jobs:
                self._all.record(job, event)
        except Exception as error:  # noqa: BLE001 (raised by `check`)
            self._unwritten = error
            self.cancel_wanted.set()

    def show(self, preview: AnyPreview, data: bytes) -> None:
        for job in self.jobs:
            self._all.show(job, preview, data)

    def check(self) -> None:
        """Raises what kept an event from being written down."""
        if self._unwritten is not None:
            raise self._unwritten

    def succeed(self, result: Result) -> None:
        for job in self.jobs:
            self._all.record(job, result if job is self._first else _waited(job, result))

    def fail(self, problem: Problem | None) -> None:
        """With no problem it was cancelled."""
        for job in self.jobs:
            self._all.record(job, Cancelled() if problem is None else Failed(problem=problem))


def _so_far(log: Sequence[Happened]) -> list[Event]:
    """What has happened since the latest start, in few events: what a variant's text is by now is one of them, and of
    progress only the newest counts."""
    start = max(place for place, happened in enumerate(log) if isinstance(happened.event, Started))
    texts: dict[int, list[Text]] = {}
    newest: dict[type, Event] = {}
    for happened in log[start + 1 :]:
        event = happened.event
        if isinstance(event, Text):
            texts.setdefault(event.variant, []).append(event)
        elif isinstance(event, (Context, Progress)):
            newest[type(event)] = event
    joined = [
        Text(
            variant=variant,
            text="".join(piece.text for piece in pieces),
            tokens=tuple(token for piece in pieces for token in piece.tokens),
        )
        for variant, pieces in texts.items()
    ]
    return [*newest.values(), *joined]


def _waited(job: Job, result: Result) -> Result:
    """The result of another one's work, with the time that this job itself has waited."""
    assert job.started is not None
    timings = dataclasses.replace(result.recipe.timings, queued=round(max(0.0, job.started - job.created), 3))
    return dataclasses.replace(result, recipe=dataclasses.replace(result.recipe, timings=timings))
