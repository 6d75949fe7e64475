"""A worker process more than there is work for, so that one that dies is replaced at once. Knows no lane and no job.

Half of what a worker needs to come up is the loading of libraries; the spare has that behind it. It is made ready only
after the daemon has been of use for a while, and is gone as soon as no memory is to be held.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from studiolo_daemon.workshop.worker import Worker

log = logging.getLogger("studiolo.daemon")

SETTLE = 5.0
"""Seconds from the first result, or from when the last spare was taken, to the start of the next: who asks for one
thing and goes is spared it, and what runs just then is not slowed."""


class Spare:
    def __init__(self, home: Path, wanted: bool = True) -> None:
        """Where it is not `wanted` none is made ready; `take` starts one then."""
        self._home = home
        self._wanted = wanted
        self._starting: asyncio.Task[Worker] | None = None
        """Also once it has started."""
        self._timer: asyncio.TimerHandle | None = None
        self._taking = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process that is ready or on its way; None when there is none."""
        if self._starting is None or not self._starting.done() or self._starting.exception() is not None:
            return None
        worker = self._starting.result()
        return worker.pid if worker.alive else None

    def prepare(self) -> None:
        """Has one made ready in a while, unless there is one."""
        if (
            self._wanted
            and self._timer is None
            and (self._starting is None or (self._starting.done() and self.pid is None))
        ):
            self._timer = asyncio.get_running_loop().call_later(SETTLE, self._start)

    async def take(self) -> Worker:
        """The spare, or a new worker where there is none. Raises OSError when none can be started."""
        async with self._taking:
            self._put_off()
            while True:
                worker = await self._started(self._starting or self._start())
                self._starting = None
                if worker.alive:
                    return worker

    async def close(self) -> None:
        """Ends it, also while it is being started. Returns when it is gone."""
        async with self._taking:
            self._put_off()
            if self._starting is not None:
                try:
                    await (await self._started(self._starting)).stop()
                except OSError as error:
                    log.warning("the spare worker could not be started: %s", error)
                self._starting = None

    async def _started(self, starting: asyncio.Task[Worker]) -> Worker:
        """Waits for it. Whoever gives up waiting leaves it to the next who asks."""
        try:
            return await asyncio.shield(starting)
        except OSError:
            self._starting = None
            raise

    def _start(self) -> asyncio.Task[Worker]:
        self._timer = None
        self._starting = asyncio.create_task(Worker.start(self._home), name="spare worker")
        return self._starting

    def _put_off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
