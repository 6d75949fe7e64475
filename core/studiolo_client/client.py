"""The client: submits jobs and reads their logs over one socket, which it mends when it breaks.

Whatever the client says is safe to say twice: a submit carries its key, the rest changes nothing when repeated. So
after a break every call that is still unanswered is sent again, and every job that is not over is resumed from its
last event; a daemon that was killed and started again loses and doubles nothing.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from studiolo_client import discovery
from studiolo_client.connection import MIB, open_connection, raised
from studiolo_client.discovery import Running
from studiolo_client.job import TICK, Job
from studiolo_client.watching import tell
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.media import hash_of
from studiolo_contract.request import Request
from studiolo_contract.wire import (
    Accepted,
    Cancel,
    DaemonMessage,
    Get,
    Happened,
    Have,
    JobInfo,
    Jobs,
    ListJobs,
    ListModels,
    Missing,
    ModelInfo,
    Models,
    Previewed,
    Put,
    Refused,
    Resume,
    Submit,
    Welcome,
    read_daemon,
    to_binary,
    to_json,
)

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds between two tries to reach the daemon again; doubled each time."""


@dataclass
class _Call:
    """A message that waits for its answer."""

    frame: str | bytes
    answered: threading.Event = field(default_factory=threading.Event)
    answer: DaemonMessage | None = None
    payload: bytes = b""
    job: Job | None = None
    """The job that a submit became."""


class Client:
    """A conversation with the daemon under one name. Any thread may call it; a thread of its own listens."""

    def __init__(
        self,
        running: Running,
        name: str,
        patience: float = 15.0,
        find: Callable[[], Running | None] = discovery.recorded,
    ) -> None:
        """Connects. `name` says whose jobs these are, on every later connection too. When the connection breaks,
        whoever waits goes on waiting for `patience` seconds, and the client tries to mend it until it is closed;
        `find` says where the daemon is by then. Raises `StudioloError` when the first connection fails."""
        self._running = running
        self._name = name
        self._patience = patience
        self._find = find
        self._refs = itertools.count(1)
        self._lock = threading.Lock()
        self._calls: dict[int, _Call] = {}
        self._resumes: dict[int, Job] = {}
        """Resumes that the client asked for by itself, by ref."""
        self._jobs: dict[str, list[Job]] = {}
        """Those that are not over."""
        self._socket: ClientConnection | None
        self._lost_at = 0.0
        self._why: StudioloError | None = None
        """Why the latest try to connect failed."""
        self._broken: StudioloError | None = None
        """Why this client is of no use any more."""
        self._closing = threading.Event()
        self._watchers: list[Callable[[Client], None]] = []
        self._told: tuple[bool, Problem | None] = (True, None)
        """Whether it was connected, and its problem, when the watchers were last called."""
        self._socket, self._welcome = open_connection(running, name)
        self._listener = threading.Thread(target=self._listen, name=f"studiolo {name}", daemon=True)
        self._listener.start()

    @property
    def welcome(self) -> Welcome:
        """What the daemon said of itself on the latest connection: version, features, limits, models."""
        return self._welcome

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the daemon now."""
        return self._socket is not None

    @property
    def problem(self) -> StudioloError | None:
        """Why the latest try to connect failed, or why this client is of no use any more. None while it is connected,
        and from the moment that the connection breaks until a try has failed."""
        return self._broken or self._why

    def watch(self, callback: Callable[[Client], None]) -> None:
        """Calls `callback` with this client: once now, in this thread, and from then on in the client's own thread
        whenever `connected` or `problem` has changed. As with `Job.watch` it must not block, nor ask the client for
        anything; what it raises is logged."""
        with self._lock:
            self._watchers.append(callback)
        tell((callback,), self)

    # ---- what can be asked

    def submit(
        self, request: Request, key: str | None = None, priority: Literal["interactive", "batch"] = "interactive"
    ) -> Job:
        """A job for this request. The same `key` again is the same job; None for a new one. Raises `StudioloError`
        when the daemon refuses it or stays away."""
        ref = next(self._refs)
        call = self._call(ref, Submit(ref=ref, key=key or secrets.token_hex(16), request=request, priority=priority))
        assert call.job is not None
        return call.job

    def resume(self, job: str, after: int = 0) -> Job:
        """A job of this name's that was submitted before, its log read from the event after `after`. Raises
        `StudioloError` (`unknown_job`)."""
        known = Job(job, after, self._stuck)
        with self._lock:
            self._jobs.setdefault(job, []).append(known)
        ref = next(self._refs)
        try:
            self._call(ref, Resume(ref=ref, job=job, after=after))
        except StudioloError:
            with self._lock:
                self._forget(known)
            raise
        return known

    def cancel(self, job: Job | str) -> None:
        """Stops a job; one that is over stays as it is. The job's last event says when it has stopped. Raises
        `StudioloError` (`unknown_job`)."""
        ref = next(self._refs)
        self._call(ref, Cancel(ref=ref, job=job if isinstance(job, str) else job.id))

    def put(self, data: bytes) -> str:
        """Gives the daemon a blob, unless it has it already; its sha256. Raises `StudioloError` (`too_large`)."""
        most = self._welcome.limits.blob_bytes
        if len(data) > most:
            raise StudioloError(
                "too_large",
                f"{len(data) / MIB:.1f} MiB are more than the {most / MIB:.0f} MiB that the daemon takes at once.",
                "Make it smaller, or raise blob_bytes in settings.toml.",
            )
        sha256 = hash_of(data)
        ref = next(self._refs)
        missing = self._call(ref, Have(ref=ref, hashes=(sha256,))).answer
        if isinstance(missing, Missing) and missing.hashes:
            ref = next(self._refs)
            self._call(ref, Put(ref=ref, sha256=sha256), data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a blob. Raises `StudioloError` (`unknown_blob`)."""
        ref = next(self._refs)
        data = self._call(ref, Get(ref=ref, sha256=sha256)).payload
        if hash_of(data) != sha256:
            raise StudioloError("internal", f"Blob {sha256[:12]}… came with other bytes.", "Ask for it again.")
        return data

    def models(self) -> tuple[ModelInfo, ...]:
        """The models of the catalogue, installed or not."""
        ref = next(self._refs)
        answer = self._call(ref, ListModels(ref=ref)).answer
        assert isinstance(answer, Models)
        return answer.models

    def jobs(self, everyone: bool = False) -> tuple[JobInfo, ...]:
        """This name's jobs, newest first; with `everyone` all clients'."""
        ref = next(self._refs)
        answer = self._call(ref, ListJobs(ref=ref, everyone=everyone)).answer
        assert isinstance(answer, Jobs)
        return answer.jobs

    def close(self) -> None:
        """Ends the conversation. Jobs go on in the daemon; whoever still waits here gets a `StudioloError`."""
        self._closing.set()
        with self._lock:
            socket = self._socket
        if socket is not None:
            socket.close()
        self._listener.join(timeout=5.0)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- calls and their answers

    def _call(self, ref: int, message: Any, payload: bytes | None = None) -> _Call:
        """Says something and waits for the answer. Raises `StudioloError` when it is refused or none can come."""
        assert threading.current_thread() is not self._listener, "a watcher would wait for what its own thread reads"
        try:
            call = _Call(to_json(message) if payload is None else to_binary(message, payload))
        except ValueError as error:
            raise StudioloError(
                "bad_request", f"The request can't be sent: {error}.", "Give numbers that are finite."
            ) from None
        with self._lock:
            self._calls[ref] = call
            socket = self._socket
        try:
            if socket is not None:
                _send(socket, call.frame)
            while not call.answered.wait(TICK):
                problem = self._stuck()
                if problem is not None:
                    raise problem
        finally:
            with self._lock:
                self._calls.pop(ref, None)
        if isinstance(call.answer, Refused):
            raise raised(call.answer.problem)
        return call

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
            ref = next(self._refs)
            self._resumes[ref] = job
            _send(socket, to_json(Resume(ref=ref, job=job.id, after=job.seq)))

    def _forget(self, job: Job) -> None:
        """Takes a job off the live ones; the lock is held."""
        rest = [other for other in self._jobs.get(job.id, ()) if other is not job]
        if rest:
            self._jobs[job.id] = rest
        else:
            self._jobs.pop(job.id, None)

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
            self._running = self._find() or self._running
            try:
                socket, self._welcome = open_connection(self._running, self._name)
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
                _send(socket, call.frame)
            self._tell()
            return socket
        return None


def _send(socket: ClientConnection, frame: str | bytes) -> None:
    """Sends if it can; a broken socket is noticed by the listening thread, which says everything again."""
    try:
        socket.send(frame)
    except ConnectionClosed:
        return
