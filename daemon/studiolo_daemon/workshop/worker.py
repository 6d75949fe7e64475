"""The daemon's end of one worker process: start it, give it a job, hear what happens, end it when it hangs."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import Problem
from studiolo_contract.events import AnyPreview, Event, Result
from studiolo_contract.request import Request
from studiolo_daemon.logs import hear
from studiolo_daemon.workshop import pipe

log = logging.getLogger("studiolo.daemon")

GRACE = 2.0
"""Seconds that a cancelled job has at least to reach its next step, before its worker is ended."""
TERMINATE = 0.3
"""Seconds between the polite and the certain end of a process."""
SLOTS = {"text": 8}
"""How many jobs of a lane's kind its worker takes at a time; 1 for those not named."""


class WorkerDied(Exception):
    """The process ended in the middle of a job; the text says how."""


@dataclass(frozen=True)
class Order:
    """What a worker needs to run a job."""

    job: str
    request: Request
    model: str
    inputs: Mapping[str, bytes]
    queued: float


@dataclass(frozen=True)
class Outcome:
    """How a job ended; with neither result nor problem it was cancelled."""

    result: Result | None = None
    problem: Problem | None = None
    blobs: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(eq=False)
class _Run:
    """One job while it runs: who is told, how it ends, and how often there is something to tell."""

    on_event: Callable[[Event], None]
    on_preview: Callable[[AnyPreview, bytes], None]
    end: asyncio.Future[Outcome]
    usual_step: float = 0.0
    """Seconds between two events."""
    _last_sign: float = field(default_factory=time.monotonic)

    def hear(self, message: dict[str, Any]) -> None:
        if self.end.done():
            return
        try:
            match message["op"]:
                case "event":
                    self._step()
                    self.on_event(from_plain(Event, message["event"]))
                case "preview":
                    self.on_preview(from_plain(AnyPreview, message["preview"]), message["data"])
                case "end":
                    self.end.set_result(_outcome(message))
        except Exception as error:  # noqa: BLE001 - what a job's listener raises is told to that job, and to no other
            self.end.set_exception(error)

    def _step(self) -> None:
        now = time.monotonic()
        gap, self._last_sign = now - self._last_sign, now
        self.usual_step = gap if self.usual_step == 0.0 else 0.7 * self.usual_step + 0.3 * gap


class Worker:
    """One process, and the jobs that it runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._runs: dict[str, _Run] = {}
        self._ending = False
        self.device = ""
        self.model = ""
        self.memory = 0
        """Bytes that the loaded model holds."""
        assert process.stderr is not None
        self._hearing = asyncio.create_task(hear(process.stderr, process.pid))
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, home: Path) -> Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # nothing is imported from the folder that the daemon happens to be started in
            "-m",
            "studiolo_daemon.workshop.worker_process",
            str(home),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=2**24,
            # Ctrl-C in the daemon's terminal is the daemon's to answer
            **({"creationflags": 0x200} if sys.platform == "win32" else {"start_new_session": True}),
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can take a job: it has neither ended nor been told to."""
        return self._process.returncode is None and not self._ending

    async def run(
        self,
        order: Order,
        on_event: Callable[[Event], None],
        on_preview: Callable[[AnyPreview, bytes], None],
        cancel: asyncio.Event,
    ) -> Outcome:
        """Runs the job to its end, beside others where there are any. Raises `WorkerDied` when the process ends before
        it, also when that was because a cancelled job, this one or another, had to be ended by force."""
        run = self._runs[order.job] = _Run(on_event, on_preview, asyncio.get_running_loop().create_future())
        ladder = asyncio.create_task(self._cancel(order.job, run, cancel))
        try:
            if self._listening.done():
                raise WorkerDied(await self._how_it_ended())
            with suppress(ConnectionError):  # it has ended; `_listen` hears of that
                await self._send(
                    {
                        "op": "run",
                        "job": order.job,
                        "request": to_plain(order.request),
                        "model": order.model,
                        "inputs": dict(order.inputs),
                        "queued": order.queued,
                    }
                )
            return await run.end
        except BaseException:
            with suppress(ConnectionError):  # nobody waits for it any more
                self._write({"op": "cancel", "job": order.job})
            raise
        finally:
            ladder.cancel()
            del self._runs[order.job]

    async def stop(self) -> None:
        """Ends the process, politely first. Returns when it is gone."""
        self._ending = True
        if self._process.returncode is None:
            _quietly(self._process.terminate)
            try:
                await asyncio.wait_for(self._process.wait(), TERMINATE)
            except TimeoutError:
                _quietly(self._process.kill)
        await self._process.wait()

    async def _listen(self) -> None:
        """Tells each job what the process says of it, until the process has ended."""
        try:
            while True:
                message = await pipe.read_async(self._stdout)
                if message["op"] == "ready":
                    self.device = message["device"]
                    continue
                if message["op"] == "end":
                    self.model, self.memory = message["model"], message["memory"]
                if message["job"] in self._runs:
                    self._runs[message["job"]].hear(message)
        except (asyncio.IncompleteReadError, ConnectionError):
            log.debug("worker %d says no more", self.pid)
        except Exception:
            log.exception("worker %d can't be understood; ending it", self.pid)
            await self.stop()
        how = await self._how_it_ended()
        for run in self._runs.values():
            if not run.end.done():
                run.end.set_exception(WorkerDied(how))

    async def _cancel(self, job: str, run: _Run, cancel: asyncio.Event) -> None:
        """The ladder: a flag at the next step, then SIGTERM, then SIGKILL."""
        await cancel.wait()
        try:
            await self._send({"op": "cancel", "job": job})
        except ConnectionError:
            return  # it died by itself; `_listen` hears of that
        await asyncio.sleep(max(GRACE, 2 * run.usual_step))
        log.warning("worker %d did not heed a cancel; ending it", self.pid)
        await self.stop()

    async def _send(self, message: dict[str, Any]) -> None:
        self._write(message)
        assert self._process.stdin is not None
        await self._process.stdin.drain()

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(pipe.pack(message))

    @property
    def _stdout(self) -> asyncio.StreamReader:
        assert self._process.stdout is not None
        return self._process.stdout

    async def _how_it_ended(self) -> str:
        code = await self._process.wait()
        if code >= 0:
            return f"its worker ended with exit status {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        hint = ", as the system does when memory runs out" if name == "SIGKILL" else ""
        return f"its worker was ended by {name}{hint}"


def _outcome(message: dict[str, Any]) -> Outcome:
    if message["outcome"] == "result":
        return Outcome(result=from_plain(Result, message["result"]), blobs=message["blobs"])
    if message["outcome"] == "failed":
        return Outcome(problem=from_plain(Problem, message["problem"]))
    return Outcome()


def _quietly(end: Callable[[], None]) -> None:
    try:
        end()
    except ProcessLookupError:
        log.debug("the process was gone already")
