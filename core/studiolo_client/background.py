"""A client for programs whose own thread paints a window: every call returns at once, and what comes of it is told.

One thread does everything that may take a while: it looks for the daemon until there is one, puts blobs, submits, and
fetches what jobs have made. Knows the client and what a job's events mean to a person; knows no window and no document.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from studiolo_client import discovery, start
from studiolo_client.client import Client
from studiolo_client.job import Job
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import (
    AnyPreview,
    Cancelled,
    CardOutput,
    Failed,
    Final,
    MatchOutput,
    Output,
    Progress,
    Queued,
    Result,
    Started,
    Text,
    TextOutput,
)
from studiolo_contract.recipe import Recipe
from studiolo_contract.request import Request
from studiolo_contract.wire import ModelInfo

PAUSE = 1.0
"""Seconds between two looks for a daemon."""
PLAIN = (TextOutput, CardOutput, MatchOutput)
"""Outputs that are no bytes."""
NOT_RUNNING = StudioloError("no_daemon", "Studiolo's daemon is not running.", "Start it, then try again.")
NEVER_RAN = StudioloError(
    "no_daemon", "This program does not know yet where Studiolo is.", "Run `./studiolo serve` once."
)

T = TypeVar("T")

log = logging.getLogger("studiolo.client")


@dataclass(frozen=True)
class Connection:
    """Whether there is a daemon to speak to, and if not, why."""

    connected: bool = False
    starting: bool = False
    problem: Problem | None = None
    models: tuple[ModelInfo, ...] = ()


@dataclass(frozen=True)
class Report:
    """How far a job is."""

    key: str
    job: str
    state: str
    """`queued`, `running`, `done`, `failed` or `cancelled`."""
    position: int | None = None
    """Jobs that run before it, while it is queued; None while it is too far back to be told."""
    stage: str = ""
    done: int = 0
    total: int = 0
    text: str = ""
    """What has been written so far."""
    problem: Problem | None = None


@dataclass(frozen=True)
class Arrival:
    """A finished job, with the bytes of everything it made (empty for what stands in its output, such as a text)."""

    key: str
    job: str
    recipe: Recipe
    outputs: tuple[tuple[Output, bytes], ...]


class Listener(Protocol):
    """Who is told, on threads of this client's own: so it hands on what it hears, and returns at once."""

    def connection(self, connection: Connection) -> None: ...

    def reported(self, report: Report) -> None: ...

    def previewed(self, key: str, preview: AnyPreview, data: bytes) -> None: ...

    def arrived(self, arrival: Arrival) -> None: ...

    def refused(self, key: str, problem: Problem) -> None:
        """What never became a job, or can't be told of any more."""


class BackgroundClient:
    """Looks for the daemon, and speaks to it once there is one."""

    def __init__(self, name: str, listener: Listener) -> None:
        """`name` says whose jobs these are, today and after a restart."""
        self._name = name
        self._listener = listener
        self._work: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._client: Client | None = None
        self._said: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="studiolo", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Ends the conversation; jobs go on in the daemon."""
        self._work.put(None)
        self._thread.join(timeout=2.0)

    # ---- what can be asked, from any thread

    def submit(self, key: str, prepare: Callable[[Callable[[bytes], str]], Request]) -> None:
        """A job under this key; the same key again is the same job. `prepare` makes its request, on this client's
        thread; it is given a function that puts bytes into the daemon's keeping and returns their hash."""
        self._work.put(
            lambda: self._do(key, lambda client: client.submit(prepare(client.put), key).watch(_Watcher(self, key)))
        )

    def resume(self, key: str, job: str) -> None:
        """Go on with a job of an earlier connection, or of an earlier run of the program."""
        self._work.put(lambda: self._do(key, lambda client: client.resume(job).watch(_Watcher(self, key))))

    def cancel(self, job: str) -> None:
        self._work.put(lambda: self._do(job, lambda client: client.cancel(job)))

    def move(self, job: str, before: str) -> None:
        """Have a waiting job run before another one."""
        self._work.put(lambda: self._do(job, lambda client: client.move(job, before)))

    def free(self) -> None:
        """Have the daemon give back the memory of every model that is not at work."""
        self._work.put(lambda: self._do("", lambda client: client.free()))

    def ask(self, key: str, question: Callable[[Client], T], told: Callable[[T], object]) -> None:
        """Asks the daemon what is no job, and calls `told` with the answer, both on this client's thread. What can't be
        answered is refused under `key`."""
        self._work.put(lambda: self._do(key, lambda client: told(question(client))))

    def start_daemon(self) -> None:
        self._work.put(self._start)

    def stop_daemon(self) -> None:
        self._work.put(self._stop)

    # ---- on this client's own thread

    def _run(self) -> None:
        while True:
            self._look()
            try:
                work = self._work.get(timeout=PAUSE)
            except queue.Empty:
                continue
            if work is None:
                break
            work()
        if self._client is not None:
            self._client.close()

    def _look(self) -> None:
        """Connects where it has not yet; says what has changed."""
        if self._client is None:
            try:
                running = discovery.recorded()
                if running is None:
                    self._say(Connection())
                    return
                self._client = Client(running, self._name)
            except StudioloError as error:
                self._say(Connection(problem=error.problem))
                return
        client = self._client
        if client.problem is not None and client.problem.problem.code == "bad_protocol":
            client.close()  # it will never understand this daemon; a new one may
            self._client = None
            self._say(Connection(problem=client.problem.problem))
            return
        problem = client.problem.problem if client.problem is not None else None
        self._say(Connection(client.connected, False, None if client.connected else problem, client.welcome.models))

    def _say(self, connection: Connection) -> None:
        if connection != self._said:
            self._said = connection
            self._listener.connection(connection)

    def _must(self) -> Client:
        if self._client is None:
            raise NOT_RUNNING
        return self._client

    def _do(self, key: str, what: Callable[[Client], object]) -> None:
        """What was asked for; the person hears of it where it can't be, whatever that is, and the thread goes on."""
        try:
            what(self._must())
        except StudioloError as error:
            self._listener.refused(key, error.problem)
        except Exception as error:
            log.exception("What was asked for under '%s' could not be done", key)
            message = f"{type(error).__name__}: {error}."
            mend = "This is a mistake in the plugin; please report it."
            self._listener.refused(key, Problem(code="internal", message=message, mend=mend))

    def _collect(self, key: str, job: str, result: Result) -> None:
        """Fetches what a job has made."""
        try:
            client = self._must()
            outputs = tuple(
                (output, b"" if isinstance(output, PLAIN) else client.get(output.blob.sha256))
                for output in result.outputs
            )
        except StudioloError as error:
            self._listener.refused(key, error.problem)
        else:
            self._listener.arrived(Arrival(key, job, result.recipe, outputs))

    def _start(self) -> None:
        self._say(Connection(starting=True))
        try:
            start.check_ours()
            command = start.recorded_command()
            if command is None:
                raise NEVER_RAN
            start.start(command)
        except StudioloError as error:
            self._say(Connection(problem=error.problem))

    def _stop(self) -> None:
        try:
            start.check_ours()
        except StudioloError as error:
            self._listener.refused("", error.problem)  # it goes on, and so does the connection
            return
        running = discovery.read()
        if running is not None:
            try:
                start.stop(running)
            except StudioloError as error:
                self._say(Connection(problem=error.problem))

    # ---- on the listening thread of the client below

    def _heard(self, key: str, job: Job) -> None:
        """Something happened to a job."""
        self._listener.reported(report_of(key, job))
        last = job.log[-1].event if job.log else None
        if isinstance(last, Result):
            self._work.put(lambda: self._collect(key, job.id, last))


class _Watcher:
    """Tells what is new about one job, each thing once."""

    def __init__(self, background: BackgroundClient, key: str) -> None:
        self._background = background
        self._key = key
        self._seen = -1
        self._preview: tuple[AnyPreview, bytes] | None = None

    def __call__(self, job: Job) -> None:
        listener = self._background._listener
        if job.problem is not None:
            listener.refused(self._key, job.problem.problem)
            return
        preview = job.preview
        if preview is not None and preview is not self._preview:
            self._preview = preview
            listener.previewed(self._key, *preview)
        if len(job.log) != self._seen:
            self._seen = len(job.log)
            self._background._heard(self._key, job)


def report_of(key: str, job: Job) -> Report:
    """What the log of a job comes to."""
    position: int | None = None
    state, stage, done, total, text = "queued", "", 0, 0, ""
    problem: Problem | None = None
    for happened in job.log:
        event = happened.event
        if isinstance(event, Queued):
            state, position = "queued", event.position
        elif isinstance(event, Started):
            state, stage, done, total, text = "running", "", 0, 0, ""
        elif isinstance(event, Progress):
            stage, done, total = event.stage, event.done, event.total
        elif isinstance(event, Text) and event.variant == 0:
            text += event.text
        elif isinstance(event, Final):
            state = {Result: "done", Failed: "failed", Cancelled: "cancelled"}[type(event)]
            problem = event.problem if isinstance(event, Failed) else None
    return Report(key, job.id, state, position, stage, done, total, text, problem)
