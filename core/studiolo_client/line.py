"""A line to the daemon that mends itself: brings back the answer to what is said, and keeps the logs of jobs growing.

Whatever is said here must be safe to say twice: a submit carries its key, the rest changes nothing when repeated. So
after a break every call that is still unanswered is sent again, and every job that is not over is resumed from its
last event; a daemon that was killed and started again loses and doubles nothing. Knows nothing of what is asked for.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Union

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from studiolo_client.connection import open_connection, raised
from studiolo_client.discovery import Running
from studiolo_client.job import TICK, Job
from studiolo_client.watching import tell
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.frames import read_daemon, to_fragments, to_json
from studiolo_contract.wire import Accepted, DaemonMessage, Happened, Previewed, Refused, Resume

PART = 2**18
"""Bytes of a blob that are sent or taken at once. Without the extension in C, which host programs lack, each part costs
about a millisecond in which no other thread of the program runs."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds between two tries to reach the daemon again; doubled each time."""

Frame = Union[str, tuple[Union[bytes, memoryview], ...]]
"""A text frame, or a binary one in fragments."""


@dataclass
class Call:
    """A message that waits for its answer."""

    frame: Frame
    answered: threading.Event = field(default_factory=threading.Event)
    answer: DaemonMessage | None = None
    payload: bytes = b""
    job: Job | None = None
    """The job that a submit became."""


class Line:
    """Any thread may speak; a thread of its own listens."""

    def __init__(self, running: Running, name: str, patience: float, find: Callable[[], Running | None]) -> None:
        """Connects. Raises `StudioloError` when that fails; when the connection breaks later, whoever waits goes on
        waiting for `patience` seconds, and the line tries to mend it until it is closed. `find` says where the daemon
        is by then."""
        self._running = running
        self._name = name
        self._patience = patience
        self._find = find
        self._refs = itertools.count(1)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._calls: dict[int, Call] = {}
        self._resumes: dict[int, Job] = {}
        """Resumes that the line asked for by itself, by ref."""
        self._jobs: dict[str, list[Job]] = {}
        """Those that are not over."""
        self._socket: ClientConnection | None
        self._lost_at = 0.0
        self._why: StudioloError | None = None
        """Why the latest try to connect failed."""
        self._broken: StudioloError | None = None
        """Why this line is of no use any more."""
        self._closing = threading.Event()
        self._watchers: list[Callable[[Line], None]] = []
        self._told: tuple[bool, Problem | None] = (True, None)
        """Whether it was connected, and its problem, when the watchers were last called."""
        self._socket, self.welcome = open_connection(running, name)
        """`welcome`: what the daemon said of itself on the latest connection."""
        self._listener = threading.Thread(target=self._listen, name=f"studiolo {name}", daemon=True)
        self._listener.start()

    @property
    def connected(self) -> bool:
        return self._socket is not None

    @property
    def problem(self) -> StudioloError | None:
        """Why the latest try to connect failed, or why this line is of no use any more."""
        return self._broken or self._why

    def watch(self, callback: Callable[[Line], None]) -> None:
        """Calls `callback` once now, and from then on in the listening thread whenever `connected` or `problem` has
        changed."""
        with self._lock:
            self._watchers.append(callback)
        tell((callback,), self)

    def ref(self) -> int:
        """A number for the next message."""
        return next(self._refs)

    def call(self, message: Any, payload: memoryview | None = None) -> Call:
        """Says something and waits for the answer. Raises `StudioloError` when it is refused or none can come."""
        assert threading.current_thread() is not self._listener, "a watcher would wait for what its own thread reads"
        try:
            call = Call(to_json(message) if payload is None else to_fragments(message, payload, PART))
        except ValueError as error:
            raise StudioloError(
                "bad_request", f"The request can't be sent: {error}.", "Give numbers that are finite."
            ) from None
        with self._lock:
            self._calls[message.ref] = call
            socket = self._socket
        try:
            if socket is not None:
                self._send(socket, call.frame)
            while not call.answered.wait(TICK):
                problem = self._stuck()
                if problem is not None:
                    raise problem
        finally:
            with self._lock:
                self._calls.pop(message.ref, None)
        if isinstance(call.answer, Refused):
            raise raised(call.answer.problem)
        return call

    def resume(self, job: str, after: int) -> Job:
        """A job whose log is read from the event after `after`. Raises `StudioloError` (`unknown_job`)."""
        known = Job(job, after, self._stuck)
        with self._lock:
            self._jobs.setdefault(job, []).append(known)
        try:
            self.call(Resume(ref=self.ref(), job=job, after=after))
        except StudioloError:
            with self._lock:
                self._forget(known)
            raise
        return known

    def close(self) -> None:
        """Hangs up; whoever still waits gets a `StudioloError`."""
        self._closing.set()
        with self._lock:
            socket = self._socket
        if socket is not None:
            socket.close()
        self._listener.join(timeout=5.0)

    # ---- what comes back

    def _stuck(self) -> StudioloError | None:
        """Why no answer can come, if so."""
        if self._broken is not None:
            return self._broken
        if self._closing.is_set():
            return StudioloError("stopped", "The connection to the daemon was closed on this side.", "Connect again.")
        if self._socket is None and time.monotonic() - self._lost_at > self._patience:
            return self._why
        return None

    def _take(self, message: DaemonMessage, payload: memoryview, socket: ClientConnection) -> None:
        """Brings a message to whom it is for."""
        if isinstance(message, Happened):
            for job in tuple(self._jobs.get(message.job, ())):
                if not job.take(message):
                    self._ask_again(job, socket)
                elif job.over:
                    with self._lock:
                        self._forget(job)
            return
        if isinstance(message, Previewed):
            data = bytes(payload)
            for job in tuple(self._jobs.get(message.job, ())):
                job.show(message.preview, data)
            return
        resumed = self._resumes.pop(message.ref, None)
        if resumed is not None and isinstance(message, Refused):
            with self._lock:
                self._forget(resumed)
            resumed.lose(raised(message.problem))
        with self._lock:
            call = self._calls.get(message.ref)
            if call is None or call.answered.is_set():
                return
            if isinstance(message, Accepted):
                call.job = Job(message.job, 0, self._stuck)
                self._jobs.setdefault(message.job, []).append(call.job)
        call.answer, call.payload = message, bytes(payload)
        call.answered.set()

    def _ask_again(self, job: Job, socket: ClientConnection) -> None:
        """Has the daemon send what is missing of this job's log, once."""
        if job not in self._resumes.values():
            ref = self.ref()
            self._resumes[ref] = job
            self._send(socket, to_json(Resume(ref=ref, job=job.id, after=job.seq)))

    def _forget(self, job: Job) -> None:
        """Takes a job off the live ones; the lock is held."""
        rest = [other for other in self._jobs.get(job.id, ()) if other is not job]
        if rest:
            self._jobs[job.id] = rest
        else:
            self._jobs.pop(job.id, None)

    def _send(self, socket: ClientConnection, frame: Frame) -> None:
        """Sends if it can; a broken socket is noticed by the listening thread, which says everything again."""
        with self._sending:  # between the fragments of one message there may be no other
            try:
                socket.send(frame)
            except ConnectionClosed:
                return

    # ---- the listening thread

    def _listen(self) -> None:
        try:
            while not self._closing.is_set():
                socket = self._socket or self._reopen()
                if socket is None:
                    return
                self._hear(socket)
                self._lost_at = time.monotonic()
                with self._lock:
                    self._socket = None
                self._tell()
        except (ValueError, StudioloError):
            self._broken = StudioloError(
                "bad_protocol",
                "The daemon said something that this client does not understand.",
                "Update the client, or run the daemon of the same version.",
            )
        finally:
            if self._broken is None and not self._closing.is_set():
                self._broken = StudioloError("internal", "The client's listening thread ended.", "Connect again.")
            self._end()

    def _end(self) -> None:
        """Nothing more will be heard: whoever watches a job is told so."""
        with self._lock:
            socket, self._socket = self._socket, None
            live = [job for jobs in self._jobs.values() for job in jobs]
            self._jobs.clear()
        if socket is not None:
            socket.close()
        problem = self._stuck()
        assert problem is not None
        for job in live:
            job.lose(problem)
        self._tell()

    def _tell(self) -> None:
        """Calls the watchers, if there is something new to see."""
        error = self.problem
        state = (self.connected, error.problem if error is not None else None)
        if state == self._told:
            return
        self._told = state
        with self._lock:
            watchers = tuple(self._watchers)
        tell(watchers, self)

    def _hear(self, socket: ClientConnection) -> None:
        """Takes messages until the socket closes."""
        while True:
            try:
                frame = socket.recv()
            except ConnectionClosed:
                return
            message, payload = read_daemon(frame)
            self._take(message, payload, socket)

    def _reopen(self) -> ClientConnection | None:
        """A new socket on which everything unfinished has been said again; None once the client is closing."""
        pause = FIRST_PAUSE
        while not self._closing.wait(pause):
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                self._running = self._find() or self._running
                socket, self.welcome = open_connection(self._running, self._name)
            except StudioloError as error:
                self._why = error
                self._tell()
                continue
            with self._lock:
                self._socket, self._why = socket, None
                calls = list(self._calls.values())
                live = [job for jobs in self._jobs.values() for job in jobs]
            if self._closing.is_set():
                break  # whoever closed may have looked before there was a socket; `_end` closes this one
            self._resumes.clear()
            for job in live:
                self._ask_again(job, socket)
            for call in calls:
                self._send(socket, call.frame)
            self._tell()
            return socket
        return None
