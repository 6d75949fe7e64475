# SPDX-License-Identifier: GPL-3.0-or-later
"""What is under way: tasks, the jobs they wait for, and the turn of each of their steps.

Everything here happens on Blender's main thread, in `pump`, which a timer calls, and so does `wait` while a script
waits: timers do not fire then. What other threads tell lies in an inbox until then. Knows tasks and the background
client; knows nothing of bpy, so it is told which file is open and when Blender may be changed.
"""

from __future__ import annotations

import logging
import queue
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from studiolo_client.background import Arrival as Came
from studiolo_client.background import BackgroundClient, Connection, Report
from studiolo_client.client import Client
from studiolo_client.job import JobCancelled
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import AnyPreview

from .pending import Pending, PendingFolder
from .task import Arrival, Aside, Ask, Look, Made, Task, Wait
from .underway import Underway

T = TypeVar("T")

TICK = 0.05
"""Seconds at most that `wait` sleeps before it looks whether it was cancelled."""
LOOK = 1.5
"""Seconds after which a daemon that was not found is taken for one that does not run."""
PATIENCE = 40.0
"""Seconds that a script waits for a daemon that starts, or is away."""

log = logging.getLogger("studiolo.blender")


class Jobs:
    """All tasks of this Blender."""

    def __init__(
        self,
        name: str,
        pending: PendingFolder,
        ready: Callable[[], bool] = lambda: True,
        finished: Callable[[Underway], None] = lambda underway: None,
    ) -> None:
        """`name` says whose jobs these are. `ready` tells whether Blender may be changed just now; `finished` hears of
        each task that ended."""
        self.connection = Connection()
        self.place = _unsaved()
        """The file that is open: its path, or a name of its own for one that was never saved."""
        self._ready = ready
        self._finished = finished
        self._pending = pending
        self._underway: dict[str, Underway] = {}
        self._let_go: set[str] = set()
        """Keys of jobs that nobody waits for any more, and of which the daemon has not told yet."""
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._aside = ThreadPoolExecutor(1, "studiolo-aside")
        self._client = BackgroundClient(name, _Inbox(self))
        self._client.open()

    # ---- asking

    def start(self, task: Task, key: str | None = None) -> Underway:
        """Begins a task. Raises `StudioloError` at once where it makes no sense. A `key` of an earlier start takes up
        the jobs of then."""
        underway = Underway(key or uuid.uuid4().hex, task, self.place, task.steps())
        wait = self._turn(underway, lambda: next(underway.steps), at_the_door=True)
        if wait is not None:
            self._underway[underway.key] = underway
            self._pending.add(Pending(key=underway.key, task=task, place=self.place, created=time.time()))
            self._await(underway, wait)
        return underway

    def cancel(self, key: str) -> None:
        """Stops a task; what it had under way ends as soon as the daemon has heard."""
        underway = self._underway.get(key)
        if underway is None:
            return
        self._stop_jobs(underway)
        self._end(underway, "cancelled")

    def start_daemon(self) -> None:
        self.connection = Connection(starting=True)
        self._client.start_daemon()

    def stop_daemon(self) -> None:
        self._client.stop_daemon()

    def free(self) -> None:
        """Has the daemon give back the memory of every model that is not at work."""
        self._client.free()

    def ask(self, question: Callable[[Client], T], then: Callable[[T], None]) -> None:
        """Asks the daemon what is no task, on another thread, and calls `then` with the answer in a later `pump`. What
        can't be answered is not told: this is for what is shown where it is at hand."""
        self._client.ask("", question, lambda answer: self._inbox.put(lambda: then(answer)))

    def answer(self, question: Callable[[Client], T]) -> T:
        """What the daemon answers, waited for. Raises `StudioloError`."""
        answers: queue.SimpleQueue[T | StudioloError] = queue.SimpleQueue()

        def asked(client: Client) -> T | StudioloError:
            try:
                return question(client)
            except StudioloError as error:
                return error

        self._client.ask("", asked, answers.put)
        try:
            found = answers.get(timeout=PATIENCE)
        except queue.Empty:
            raise self._no_daemon() from None
        if isinstance(found, StudioloError):
            raise found
        return found

    def close(self) -> None:
        """Ends the conversation. Jobs go on in the daemon; their tasks are taken up when their file is opened again."""
        self._client.close()
        self._aside.shutdown(wait=False, cancel_futures=True)
        for underway in self._underway.values():
            underway.steps.close()
        self._underway.clear()

    # ---- the file

    def opened(self, path: str) -> None:
        """Another file is open now; empty for a new one. Its own unfinished tasks go on; others wait for theirs."""
        self.place = path or _unsaved()
        for one in self._pending.all():
            if one.place == self.place and one.key not in self._underway:
                self._resume(one)

    def saved(self, path: str) -> None:
        """The open file has this path now."""
        for underway in self._underway.values():
            if underway.place == self.place and underway.place != path:
                underway.place = path
                self._pending.add(Pending(key=underway.key, task=underway.task, place=path, created=underway.began))
        self.place = path

    def elsewhere(self) -> tuple[Pending, ...]:
        """Unfinished tasks that belong to a file that is not open."""
        here = {key for key, underway in self._underway.items() if underway.place == self.place}
        return tuple(one for one in self._pending.all() if one.key not in here)

    def bring_here(self, key: str) -> None:
        """Finish a task in the file that is open. Raises `StudioloError` where that makes no sense."""
        underway = self._underway.get(key)
        if underway is not None:
            underway.place = self.place
            return
        one = next((one for one in self._pending.all() if one.key == key), None)
        if one is not None:
            self.start(one.task, one.key)

    def forget(self, key: str) -> None:
        """Let go of a task that belongs to another file; a job of its that runs is stopped."""
        self.cancel(key)
        self._pending.remove(key)

    def _resume(self, one: Pending) -> None:
        try:
            self.start(one.task, one.key)
        except StudioloError as error:
            log.warning("%s was not taken up: %s", one.task.title, error)
            self._pending.remove(one.key)

    # ---- how far things are

    @property
    def here(self) -> tuple[Underway, ...]:
        """What is under way in the open file, oldest first."""
        return tuple(underway for underway in self._underway.values() if underway.place == self.place)

    def pump(self) -> bool:
        """Takes in what has come, and lets tasks go on whose wait is over. Whether anything happened."""
        happened = False
        while not self._inbox.empty():
            self._inbox.get()()
            happened = True
        for underway in tuple(self._underway.values()):
            if underway.place == self.place and underway.complete and self._ready():
                self._go_on(underway)
                happened = True
        return happened

    def wait(
        self,
        underway: Underway,
        progress: Callable[[Underway], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Made:
        """Lets everything go on until this task is over. Raises `StudioloError` if it failed or the daemon stays away,
        `JobCancelled` once `cancelled` says so. `progress` hears whenever something happened."""
        away_since = time.monotonic()
        while not underway.over:
            if cancelled is not None and cancelled():
                self.cancel(underway.key)
                break
            if not self.pump():
                time.sleep(TICK / 5)
            elif progress is not None:
                progress(underway)
            if self.connection.connected:
                away_since = time.monotonic()
            elif time.monotonic() - away_since > PATIENCE:
                raise self._no_daemon()
        if underway.made is not None:
            return underway.made
        problem = underway.problem
        if problem is None:
            raise JobCancelled(underway.key)
        raise StudioloError(problem.code, problem.message, problem.mend, problem.retry_after)

    def connect(self) -> None:
        """Waits until there is a daemon, and starts one if none runs. Raises `StudioloError`."""
        began, asked = time.monotonic(), False
        while not self.connection.connected:
            self.pump()
            waited = time.monotonic() - began
            if waited > LOOK and not asked and not self.connection.connected:
                self.start_daemon()
                asked = True
            if waited > PATIENCE or (asked and self.connection.problem and not self.connection.starting):
                raise self._no_daemon()
            time.sleep(TICK)

    def _no_daemon(self) -> StudioloError:
        problem = self.connection.problem
        if problem is None:
            return StudioloError("no_daemon", "Studiolo's daemon does not answer.", "Run `./studiolo serve`.")
        return StudioloError(problem.code, problem.message, problem.mend)

    # ---- the turns of a task

    def _await(self, underway: Underway, wait: Wait) -> None:
        """Has done what a task waits for."""
        underway.began_step(wait)
        if isinstance(wait, Aside):
            step = underway.step
            future = self._aside.submit(wait.work)
            future.add_done_callback(lambda done: self._inbox.put(lambda: self._done_aside(underway, step, done)))
            return
        if isinstance(wait, Look):
            key = underway.expect(0)
            self._client.ask(key, wait.question, lambda answer: self._inbox.put(lambda: self._answered(key, answer)))
            return
        for number, ask in enumerate((wait,) if isinstance(wait, Ask) else wait):
            self._client.submit(underway.expect(number), ask.request)

    def _go_on(self, underway: Underway) -> None:
        values = underway.take()
        wait = self._turn(underway, lambda: underway.steps.send(values))
        if wait is not None:
            self._await(underway, wait)

    def _turn(self, underway: Underway, turn: Callable[[], Wait], at_the_door: bool = False) -> Wait | None:
        """One turn of the task; None when it is over."""
        try:
            return turn()
        except StopIteration as stop:
            underway.made = stop.value
            self._end(underway, "done")
        except StudioloError as error:
            if at_the_door:
                raise
            self._end(underway, "failed", error.problem)
        except Exception as error:  # whatever it is, the person hears of it and Blender goes on
            log.exception("%s failed", underway.task.title)
            self._end(underway, "failed", _mistake(error))
        return None

    def _end(self, underway: Underway, state: str, problem: Problem | None = None) -> None:
        if underway.over:
            return
        underway.state, underway.problem = state, problem
        underway.steps.close()
        self._underway.pop(underway.key, None)
        self._pending.remove(underway.key)
        self._finished(underway)

    # ---- what other threads have told, taken out of the inbox

    def _done_aside(self, underway: Underway, step: int, done: Any) -> None:
        if underway.over or underway.step != step:
            return
        error = done.exception()
        if isinstance(error, StudioloError):
            self._end(underway, "failed", error.problem)
        elif error is not None:
            log.error("%s failed", underway.task.title, exc_info=error)
            self._end(underway, "failed", _mistake(error))
        else:
            underway.came(0, done.result())

    def _of(self, job_key: str) -> tuple[Underway, int] | None:
        key, _, number = job_key.rpartition("-")
        key, _, step = key.rpartition("-")
        underway = self._underway.get(key)
        return (underway, int(number)) if underway is not None and str(underway.step) == step else None

    def _reported(self, report: Report) -> None:
        found = self._of(report.key)
        if found is None:
            if report.key in self._let_go:
                self._let_go.discard(report.key)
                self._client.cancel(report.job)
            return
        underway = found[0]
        underway.reports[report.key] = report
        if report.state == "failed":
            self._fail(underway, report.problem)
        elif report.state == "cancelled":
            self.cancel(underway.key)

    def _previewed(self, key: str, preview: AnyPreview, data: bytes) -> None:
        found = self._of(key)
        if found is not None:
            found[0].preview = (preview, data)

    def _arrived(self, came: Came) -> None:
        found = self._of(came.key)
        if found is not None:
            found[0].came(found[1], Arrival(came.recipe, came.outputs))

    def _answered(self, key: str, answer: Any) -> None:
        found = self._of(key)
        if found is not None:
            found[0].came(found[1], answer)

    def _refused(self, key: str, problem: Problem) -> None:
        found = self._of(key)
        if found is not None:
            self._fail(found[0], problem)

    def _fail(self, underway: Underway, problem: Problem | None) -> None:
        """One of its jobs failed: the others of the same step are of no use any more."""
        self._stop_jobs(underway)
        self._end(underway, "failed", problem)

    def _stop_jobs(self, underway: Underway) -> None:
        for report in underway.reports.values():
            if report.state == "sending":
                self._let_go.add(report.key)
            elif report.state in ("queued", "running"):
                self._client.cancel(report.job)


class _Inbox:
    """Hears the client on its threads, and keeps what it says for the next `pump`."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def connection(self, connection: Connection) -> None:
        self._jobs._inbox.put(lambda: setattr(self._jobs, "connection", connection))

    def reported(self, report: Report) -> None:
        self._jobs._inbox.put(lambda: self._jobs._reported(report))

    def previewed(self, key: str, preview: AnyPreview, data: bytes) -> None:
        self._jobs._inbox.put(lambda: self._jobs._previewed(key, preview, data))

    def arrived(self, arrival: Came) -> None:
        self._jobs._inbox.put(lambda: self._jobs._arrived(arrival))

    def refused(self, key: str, problem: Problem) -> None:
        self._jobs._inbox.put(lambda: self._jobs._refused(key, problem))


def client_name(file: Path) -> str:
    """Whose jobs these are: made once, and the same after every restart."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(f"blender-{uuid.uuid4().hex[:8]}", "ascii")
    return file.read_text("ascii")


def _unsaved() -> str:
    return f"unsaved {uuid.uuid4().hex}"


def _mistake(error: BaseException) -> Problem:
    return Problem(
        code="internal",
        message=f"{type(error).__name__}: {error}.",
        mend="This is a mistake in the extension; the console says where. Please report it.",
    )
