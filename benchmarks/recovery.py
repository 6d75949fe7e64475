"""How soon a job lets go when it is cancelled, and how soon all goes on when a worker, a connection or the daemon dies.

`scripts/bench recovery`. Uses a daemon of its own; nothing else on the machine is disturbed or ended. Before each blow
the daemon is at rest, its model loaded and its spare worker ready, as on a machine that has been in use for a minute.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import psutil
import typer
from rich.progress import track

from benchmarks.hardware import write_results
from benchmarks.household import own_home
from benchmarks.spread import show, spread
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery, start
from studiolo_client.client import Client
from studiolo_client.discovery import Running
from studiolo_client.job import Job, JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Progress, Started, Text
from studiolo_contract.image import ImageRequest
from studiolo_contract.text import Sampling, TextRequest
from studiolo_contract.wire import Happened

LONG = TextRequest(
    text="It rained for forty days.",
    mode="continue",
    max_tokens=4000,
    candidates=1,
    sampling=Sampling(banned_phrases=("<|im_end|>",)),
)
"""Long enough to be stopped, nearly always."""
PAINTING = ImageRequest(prompt="a lighthouse in fog", steps=200)
SHORT = replace(LONG, max_tokens=8)
REST = 120.0
"""Seconds that the daemon is given to come to rest."""


def main(cancels: int = 40, pictures: int = 20, blows: int = 5) -> None:
    """Cancels, and blows of each kind."""
    Store(discovery.home()).pull(STARTERS["image"], lambda _: None)
    with own_home():
        running = start.start()
        try:
            with Client(running, "bench") as client:
                figures = _cancels(client, cancels, pictures) | _blows(client, blows)
        finally:
            now = discovery.recorded()
            if now is not None:
                start.stop(now)
    show("Cancel and recovery", figures)
    write_results("recovery", figures)


def _cancels(client: Client, texts: int, pictures: int) -> dict[str, dict[str, float]]:
    steps: dict[str, list[float]] = {"text": [], "picture": []}
    ends: dict[str, list[float]] = {"text": [], "picture": []}
    for kind, request, times in (("text", LONG, texts), ("picture", PAINTING, pictures)):
        _stop(client, _under_way(client.submit(request)))  # the model is loaded from here on
        for seed in track(range(times), f"cancelling a {kind}"):
            ended, step = _cancel(client, replace(request, seed=seed))
            ends[kind].append(1000 * ended)
            steps[kind].append(1000 * step)
    return {f"cancel of a {kind} to its end, ms": spread(ended) for kind, ended in ends.items()} | {
        f"one step of a {kind}, ms": spread(step) for kind, step in steps.items()
    }


def _cancel(client: Client, request: TextRequest | ImageRequest) -> tuple[float, float]:
    """Seconds from asking for the cancel of a job in full flow to knowing that it has ended, and between its steps."""
    while True:
        job = _under_way(client.submit(request), 4)
        began = time.perf_counter()
        client.cancel(job)
        try:
            job.wait(60)
        except JobCancelled:
            seconds = time.perf_counter() - began
            return seconds, _step(job)
        request = replace(request, seed=(request.seed or 0) + 1000)  # this one was short and ended by itself


def _blows(client: Client, times: int) -> dict[str, dict[str, float]]:
    found: dict[str, list[float]] = {}

    def note(name: str, seconds: float) -> None:
        found.setdefault(name, []).append(seconds)

    for seed in track(range(times), "killing workers"):
        with _flowing(client, seed) as (job, worker):
            began = time.time()
            os.kill(worker, signal.SIGKILL)
            again, words = _second_words(job)
            note("worker killed to next attempt, s", again - began)
            note("worker killed to words again, s", words - began)
    for seed in track(range(times), "stopping workers"):
        with _flowing(client, seed) as (job, worker):
            os.kill(worker, signal.SIGSTOP)
            began = time.time()
            client.cancel(job)
            after = client.submit(replace(LONG, seed=seed + 1000))
            _until(lambda job=job: job.over)
            note("worker stuck, job cancelled to its end, s", time.time() - began)
            _until(lambda worker=worker: _worker(worker) is not None)
            note("worker stuck, job cancelled to its worker replaced, s", time.time() - began)
            note("worker stuck, job cancelled to the next job's words, s", _under_way(after).log[-1].at - began)
            _stop(client, after)
    for seed in track(range(times), "dropping connections"):
        with _flowing(client, seed) as (job, _):
            with Client(_running(), "bench") as other:
                known = _under_way(other.resume(job.id), 4).seq
            time.sleep(1.0)
            began = time.perf_counter()
            there = job.seq
            with Client(_running(), "bench") as other:
                again = other.resume(job.id, after=known)
                _until(lambda again=again, there=there: again.seq >= there)
                note(
                    "connection dropped for a second: opened again to caught up, ms",
                    1000 * (time.perf_counter() - began),
                )
    for seed in track(range(times), "killing the daemon"):
        with _flowing(client, seed) as (job, _):
            began = time.time()
            os.kill(_running().pid, signal.SIGKILL)
            start.start()
            note("daemon killed and started again to answering, s", time.time() - began)
            again, words = _second_words(job)
            note("daemon killed and started again to the job's next attempt, s", again - began)
            note("daemon killed and started again to words again, s", words - began)
    return {name: spread(seconds) for name, seconds in found.items()}


@contextmanager
def _flowing(client: Client, seed: int) -> Iterator[tuple[Job, int]]:
    """A job in full flow on a daemon that had come to rest before, and its worker; cancelled afterwards."""
    client.submit(replace(SHORT, seed=seed)).wait(REST)
    _until(_at_rest)
    job = _under_way(client.submit(replace(LONG, seed=seed)), 4)
    worker = _worker()
    assert worker is not None
    yield job, worker
    _stop(client, job)


def _at_rest() -> bool:
    """Whether the spare worker is there and has nothing more to do."""
    status = discovery.status(_running())
    if status is None or status["spare"] is None:
        return False
    try:
        return psutil.Process(status["spare"]).cpu_percent(0.5) < 1.0
    except psutil.NoSuchProcess:
        return False


def _second_words(job: Job) -> tuple[float, float]:
    """When its second attempt began, and when the first words of that came."""
    again = 0.0
    for happened in job.events(timeout=REST):
        if isinstance(happened.event, Started) and happened.event.attempt == 2:
            again = happened.at
        if again and isinstance(happened.event, Text):
            return again, happened.at
    raise StudioloError("internal", "The job ended before its second attempt.", "Run the benchmark again.")


def _under_way(job: Job, signs: int = 1) -> Job:
    """The job, once so many steps of it have been heard of."""
    for happened in job.events(timeout=REST):
        signs -= _is_sign(happened)
        if not signs:
            return job
    raise StudioloError("internal", "The job ended before it was under way.", "Run the benchmark again.")


def _is_sign(happened: Happened) -> bool:
    event = happened.event
    return isinstance(event, Text) or (isinstance(event, Progress) and event.stage == "steps")


def _step(job: Job) -> float:
    """Seconds of one step, at the median; a sign of quick steps speaks of several."""
    signs = [
        (happened.at, happened.event.done if isinstance(happened.event, Progress) else number)
        for number, happened in enumerate(filter(_is_sign, job.log))
    ]
    return statistics.median((at - before) / (done - since) for (before, since), (at, done) in pairwise(signs))


def _stop(client: Client, job: Job) -> None:
    client.cancel(job)
    _until(lambda: job.over)


def _until(true: Callable[[], object]) -> None:
    end = time.monotonic() + REST
    while not true():
        if time.monotonic() > end:
            raise StudioloError("internal", "It did not happen in time.", "Run the benchmark on a less busy machine.")
        time.sleep(0.005)


def _worker(but: int | None = None) -> int | None:
    """The worker that writes, if there is one and it is another than `but`."""
    status = discovery.status(_running())
    worker: int | None = None if status is None else status["lanes"]["text"]["worker"]
    return None if worker == but else worker


def _running() -> Running:
    running = discovery.recorded()
    assert running is not None
    return running


if __name__ == "__main__":
    typer.run(main)
