"""A worker: a process that runs requests on one thread, several together where their engine can. The only part of the
daemon that loads torch.

It reads `run` and `cancel` from its standard input and writes what happens to its standard output; it ends when its
input does, so it never outlives the daemon. Knows no socket, no queue and no journal.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from studiolo.collecting import not_collecting
from studiolo.door import team
from studiolo.engines.engine import Emission, JobCancelled, Work
from studiolo.models.store import Store
from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import AnyPreview, Progress, Result, Text
from studiolo_contract.request import Request
from studiolo_daemon.logs import pass_on
from studiolo_daemon.workshop import pipe

if TYPE_CHECKING:
    from studiolo.runner import Runner

Made = tuple[Result, Mapping[str, bytes]]

log = logging.getLogger("studiolo.worker")

COALESCE = 0.015
"""Seconds. Text that comes faster than this goes out together: no reader sees it, and every client saves work."""
SELDOM = 0.1
"""Seconds from one event of progress in a stage to the next; its first and its last always go out. Each of them wakes
daemon and client, which on a small machine takes cores from the model."""

EARLY = (
    "transformers",
    "onnxruntime",
    "studiolo.engines.transformers_text",
    "transformers.activations",
    "transformers.models.bert.modeling_bert",
)
"""What a worker loads while it waits for its first job: most of the seconds before the first word of a new worker went
into these. The last two are what transformers itself loads with the first model, and with the first embedder."""


class Outbox:
    """What one job says, on its way to the daemon. Plain text is held back for up to `COALESCE`; progress that
    comes sooner than `SELDOM` is left out."""

    def __init__(self, job: str, send: Callable[[dict[str, Any]], None], clock: Callable[[], float] = time.monotonic):
        self._job = job
        self._send = send
        self._clock = clock
        self._held: dict[int, Text] = {}
        self._last = -COALESCE
        self._stage = ""
        self._told = 0.0

    def emit(self, event: Emission) -> None:
        if isinstance(event, Progress) and self._is_too_soon(event):
            return
        if not isinstance(event, Text):
            self.flush()
            self._send({"op": "event", "job": self._job, "event": to_plain(event)})
            return
        held = self._held.get(event.variant)
        if held is not None:
            event = Text(variant=event.variant, text=held.text + event.text, tokens=held.tokens + event.tokens)
        self._held[event.variant] = event
        if self._clock() - self._last >= COALESCE:
            self.flush()

    def preview(self, preview: AnyPreview, data: bytes) -> None:
        self._send({"op": "preview", "job": self._job, "preview": to_plain(preview), "data": data})

    def _is_too_soon(self, event: Progress) -> bool:
        now = self._clock()
        if event.stage == self._stage and event.done != event.total and now - self._told < SELDOM:
            return True
        self._stage, self._told = event.stage, now
        return False

    def flush(self) -> None:
        for event in self._held.values():
            self._send({"op": "event", "job": self._job, "event": to_plain(event)})
        self._held.clear()
        self._last = self._clock()


class WorkerProcess:
    def __init__(self, home: Path, source: BinaryIO, sink: BinaryIO) -> None:
        self._store = Store(home)
        self._cache = home / "cache"
        self._source = source
        self._sink = sink
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: dict[str, threading.Event] = {}
        """Of each job that is here. A cancel that comes after the end finds none, and leaves nothing behind."""

    def serve(self) -> None:
        """Runs jobs until the daemon closes the pipe."""
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        with not_collecting():
            # torch is loaded here, not at the top: cancels and the pipe's end are heard meanwhile
            from studiolo.device import best_device
            from studiolo.runner import Runner

            runner = Runner(best_device(), self._cache)
            self._send({"op": "ready", "device": runner.device.name})
            self._prepare()
        gc.freeze()  # libraries stay
        running: dict[str, Work[Made]] = {}
        while True:
            while not running or not self._jobs.empty():
                message = self._jobs.get()
                running[message["job"]] = self._begin(runner, message)
            for job, work in list(running.items()):
                end = self._advance(job, work)
                if end is not None:
                    del running[job]
                    loaded = " + ".join(model.name for model in runner.models)
                    memory = runner.resident_bytes()
                    self._send(end | {"op": "end", "job": job, "model": loaded, "memory": memory})
            runner.step()

    def _prepare(self) -> None:
        """Loads what most jobs will need, until there is one."""
        for name in EARLY:
            if not self._jobs.empty():
                return
            importlib.import_module(name)

    def _begin(self, runner: Runner, message: dict[str, Any]) -> Work[Made]:
        job = message["job"]
        outbox = Outbox(job, self._send)
        try:
            request: Request = from_plain(Request, message["request"])
            models = team(request, self._store.find(message["model"]), self._store)
            return (
                yield from runner.begin(
                    request,
                    models,
                    message["inputs"],
                    outbox.emit,
                    outbox.preview,
                    self._cancelled[job].is_set,
                    message["queued"],
                )
            )
        finally:
            outbox.flush()

    def _advance(self, job: str, work: Work[Made]) -> dict[str, Any] | None:
        """Does what can be done of a job before the next pass through the model. Returns how it ended, if it did."""
        try:
            next(work)
            return None
        except StopIteration as end:
            result, blobs = end.value
            ended = {"outcome": "result", "result": to_plain(result), "blobs": dict(blobs)}
        except JobCancelled:
            ended = {"outcome": "cancelled"}
        except StudioloError as error:
            ended = {"outcome": "failed", "problem": to_plain(error.problem)}
        except Exception as error:
            # whatever an engine raises ends this job only, and says its reason
            log.exception("job %s has failed in its engine", job, extra={"job": job})
            ended = {"outcome": "failed", "problem": to_plain(_unexpected(error))}
        del self._cancelled[job]
        return ended

    def _listen(self) -> None:
        while (message := pipe.read(self._source)) is not None:
            if message["op"] == "cancel":
                if (cancelled := self._cancelled.get(message["job"])) is not None:
                    cancelled.set()
            else:
                self._cancelled[message["job"]] = threading.Event()
                self._jobs.put(message)
        os._exit(0)

    def _send(self, message: dict[str, Any]) -> None:
        self._sink.write(pipe.pack(message))
        self._sink.flush()


def _unexpected(error: Exception) -> Problem:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return Problem(
            code="out_of_memory",
            message="The model ran out of memory.",
            mend="Ask for a smaller size or batch, or close what else uses the memory.",
        )
    return Problem(
        code="internal",
        message=f"The engine failed: {type(error).__name__}: {str(error) or 'no reason given'}"[:500],
        mend="Look into daemon.log in Studiolo's folder, and report it with the recipe.",
    )


def main() -> None:
    # threads that wait for each other sleep: when other programs want the cores too, spinning makes a model ten times
    # slower; read when torch is loaded
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    pass_on()
    # what a library prints must not end up between the frames: the pipe moves away from standard output
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # nor may one that asks a person something read the next frame as the answer
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    with Path(os.devnull).open("rb") as nobody:
        os.dup2(nobody.fileno(), sys.stdin.fileno())
    try:
        WorkerProcess(Path(sys.argv[1]), source, sink).serve()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)


if __name__ == "__main__":
    main()
