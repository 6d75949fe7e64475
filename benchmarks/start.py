"""Time to /health, idle memory, cancel latency, worker recovery: what a person waits for besides the models.

`scripts/bench start`. Uses a daemon of its own; nothing else on the machine is disturbed or ended.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from dataclasses import replace

import psutil
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon, own_home
from studiolo_client import discovery, start
from studiolo_client.client import Client
from studiolo_client.discovery import Running
from studiolo_client.job import Job, JobCancelled
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import Started, Text
from studiolo_contract.text import Sampling, TextRequest

LONG = TextRequest(
    text="It rained for forty days.",
    mode="continue",
    max_tokens=4000,
    candidates=1,
    sampling=Sampling(banned_phrases=("<|im_end|>",)),
)
"""Long enough to be stopped, nearly always."""


def main(starts: int = 5, cancels: int = 40, kills: int = 5) -> None:
    """How quickly the daemon starts, lets go of a job, and gets over the death of a worker."""
    to_health, idle = zip(*(_start() for _ in track(range(starts), "starting")), strict=True)
    with own_daemon() as running, Client(running, "bench") as client:
        _first_words(client.submit(LONG), client)  # the model is loaded from here on
        latencies = [_cancel(client, seed) for seed in track(range(cancels), "cancelling")]
        recoveries = [_recover(client, running) for _ in track(range(kills), "killing workers")]
    again, words = zip(*recoveries, strict=True)
    figures = {
        "time to /health, s": _spread(to_health),
        "idle memory of the daemon, MB": _spread(idle),
        "cancel latency, ms": _spread([1000 * seconds for seconds in latencies]),
        "worker killed to next attempt, s": _spread(again),
        "worker killed to words again, s": _spread(words),
    }
    table = Table("", "median", "p95", "most", title="Start, cancel, recovery")
    for name, spread in figures.items():
        table.add_row(name, *(f"{spread[column]:.3g}" for column in ("median", "p95", "most")))
    Console().print(table)
    write_results("start", figures)


def _start() -> tuple[float, float]:
    """Seconds from the command to an answer, and the memory that the daemon then holds, in MB."""
    with own_home():
        began = time.perf_counter()
        running = start.start()
        seconds = time.perf_counter() - began
        time.sleep(1.0)
        memory = psutil.Process(running.pid).memory_info().rss / 1e6
        start.stop(running)
    return seconds, memory


def _first_words(job: Job, client: Client) -> None:
    next(happened for happened in job.events(timeout=120) if isinstance(happened.event, Text))
    client.cancel(job)


def _cancel(client: Client, seed: int) -> float:
    """Seconds from asking for the cancel of a job in full flow to knowing that it has ended."""
    while True:
        job = client.submit(replace(LONG, seed=seed))
        pieces = 0
        for happened in job.events(timeout=60):
            pieces += isinstance(happened.event, Text)
            if pieces == 4:
                break
        began = time.perf_counter()
        client.cancel(job)
        try:
            job.wait(30)
        except JobCancelled:
            return time.perf_counter() - began
        seed += 1000  # this text was short and ended by itself


def _recover(client: Client, running: Running) -> tuple[float, float]:
    """Seconds from the death of the worker to the second attempt, and to its first words."""
    job = client.submit(LONG)
    next(happened for happened in job.events(timeout=60) if isinstance(happened.event, Text))
    status = discovery.status(running)
    assert status is not None
    began = time.time()
    os.kill(status["lanes"]["text"]["worker"], signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    again = 0.0
    for happened in job.events(timeout=60):
        if isinstance(happened.event, Started) and happened.event.attempt == 2:
            again = happened.at - began
        if again and isinstance(happened.event, Text):
            client.cancel(job)
            return again, happened.at - began
    raise StudioloError("internal", "The job ended before its second attempt.", "Run the benchmark again.")


def _spread(values: list[float] | tuple[float, ...]) -> dict[str, float]:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"median": round(statistics.median(ordered), 4), "p95": round(p95, 4), "most": round(ordered[-1], 4)}


if __name__ == "__main__":
    typer.run(main)
