"""A job as its client sees it: its log so far, its newest preview, its end. Knows no socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from studiolo_client.watching import tell
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import AnyPreview, Cancelled, Failed, Final, Result
from studiolo_contract.wire import Happened

TICK = 0.5
"""Seconds after which a waiting thread looks up, so that Ctrl-C reaches it on every system."""


class JobCancelled(Exception):
    """The job ended because its client asked for that."""

    def __init__(self, job: str) -> None:
        super().__init__(f"Job {job} was cancelled.")
        self.job = job


class Job:
    """A job of the daemon's. Any thread may read it; the client's own thread fills it."""

    def __init__(self, job_id: str, after: int, stuck: Callable[[], StudioloError | None]) -> None:
        """`after`: sequence number of the last event known. `stuck` says why nothing more can come just now, if so."""
        self.id = job_id
        self._after = after
        self._stuck = stuck
        self._log: list[Happened] = []
        self._preview: tuple[AnyPreview, bytes] | None = None
        self._shown = 0
        self._problem: StudioloError | None = None
        self._watchers: list[Callable[[Job], None]] = []
        self._changed = threading.Condition()

    @property
    def log(self) -> tuple[Happened, ...]:
        """The events that have come so far."""
        with self._changed:
            return tuple(self._log)

    @property
    def seq(self) -> int:
        """Sequence number of the latest event received."""
        return self._log[-1].seq if self._log else self._after

    @property
    def over(self) -> bool:
        """Whether its last event has come."""
        return bool(self._log) and isinstance(self._log[-1].event, Final)

    @property
    def preview(self) -> tuple[AnyPreview, bytes] | None:
        """The newest preview and its bytes."""
        return self._preview

    @property
    def problem(self) -> StudioloError | None:
        """Why nothing more of this job can come: the daemon does not know it any more, or the client has ended. None
        while the daemon is merely away, which `Client.problem` tells."""
        return self._problem

    def watch(self, callback: Callable[[Job], None]) -> None:
        """Calls `callback` with this job: once now, in this thread, and from then on in the client's own thread
        whenever an event or a preview has come, or the job was lost (`problem`).

        Nothing that comes after the first call began is passed over in silence; so the two threads may be in
        `callback` at once. It must not block, nor ask the client for anything; what it raises is logged.
        """
        with self._changed:
            self._watchers.append(callback)
        tell((callback,), self)

    def events(self, after: int = 0, timeout: float | None = None) -> Iterator[Happened]:
        """Each event with a number above `after`, waiting for those to come, to the last of the job.

        Connections that break are mended without a gap. Raises `StudioloError` (`no_daemon`) when the daemon stays
        away, and TimeoutError when `timeout` seconds pass without an event; the job goes on, and may be asked again.
        """
        place = max(0, after - self._after)
        while True:
            self._wait_for(lambda: len(self._log) > place, timeout)  # noqa: B023 (used at once)
            happened = self._log[place]
            place += 1
            yield happened
            if isinstance(happened.event, Final):
                return

    def previews(self, timeout: float | None = None) -> Iterator[tuple[AnyPreview, bytes]]:
        """The newest preview whenever there is a newer one, until the job is over. Raises as `events` does."""
        shown = 0
        while True:
            self._wait_for(lambda: self._shown > shown or self.over, timeout)  # noqa: B023 (used at once)
            if self._shown == shown or self._preview is None:
                return
            shown = self._shown
            yield self._preview

    def wait(self, timeout: float | None = None) -> Result:
        """The result, when it is there. Raises `StudioloError` if the job failed or the daemon stays away,
        `JobCancelled`, or TimeoutError after `timeout` seconds."""
        self._wait_for(lambda: self.over, timeout)
        last = self._log[-1].event
        if isinstance(last, Failed):
            problem = last.problem
            raise StudioloError(problem.code, problem.message, problem.mend, problem.retry_after)
        if isinstance(last, Cancelled):
            raise JobCancelled(self.id)
        assert isinstance(last, Result)
        return last

    # ---- for the client

    def take(self, happened: Happened) -> bool:
        """Adds an event to the log, or passes over one already there. False when some before it are missing."""
        with self._changed:
            if happened.seq > self.seq + 1:
                return False
            if happened.seq <= self.seq:
                return True
            self._log.append(happened)
        self._tell()
        return True

    def show(self, preview: AnyPreview, data: bytes) -> None:
        with self._changed:
            self._preview = (preview, data)
            self._shown += 1
        self._tell()

    def lose(self, problem: StudioloError) -> None:
        """The daemon cannot tell of this job any more: whoever waits gets `problem`."""
        with self._changed:
            self._problem = problem
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
            watchers = tuple(self._watchers)
        tell(watchers, self)

    def _wait_for(self, there: Callable[[], bool], timeout: float | None) -> None:
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not there():
                problem = self._problem or self._stuck()
                if problem is not None:
                    raise problem
                left = TICK if end is None else min(TICK, end - time.monotonic())
                if left <= 0:
                    raise TimeoutError(f"Nothing new of job {self.id} came within {timeout:g} seconds.")
                self._changed.wait(left)
