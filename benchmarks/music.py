"""`scripts/bench music`: how long a soundtrack of thirty seconds takes through the daemon, on a warm worker.

Half a minute of four parts: until the first sound can be heard, until all is there, and how soon a cancel is heeded.
"""

from __future__ import annotations

import random
import statistics
import time
from contextlib import suppress
from dataclasses import replace

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery
from studiolo_client.client import Client
from studiolo_client.job import JobCancelled
from studiolo_contract.music import MusicRequest

REQUEST = MusicRequest(
    prompt="a walk through an old town in the morning",
    seconds=30.0,
    instruments=("clarinet", "harp", "strings", "double bass"),
)
AIMS = {"first sound, s": 1.5, "all of it, s": 4.0, "cancel, s": 0.2}


def measure(runs: int) -> dict[str, list[float]]:
    """Seconds of each run, after one that is not counted."""
    figures: dict[str, list[float]] = {name: [] for name in AIMS}
    dice = random.Random(0)
    with own_daemon() as running, Client(running, "bench") as client:
        client.submit(replace(REQUEST, seed=0)).wait(300)
        for seed in track(range(1, runs + 1), "writing"):
            began = time.perf_counter()
            job = client.submit(replace(REQUEST, seed=seed))
            next(iter(job.previews(120)))
            figures["first sound, s"].append(time.perf_counter() - began)
            job.wait(120)
            figures["all of it, s"].append(time.perf_counter() - began)
            stopped = client.submit(replace(REQUEST, seed=seed))
            time.sleep(dice.uniform(0.1, 0.7) * figures["all of it, s"][-1])
            asked = time.perf_counter()
            client.cancel(stopped)
            with suppress(JobCancelled):
                stopped.wait(60)
            figures["cancel, s"].append(time.perf_counter() - asked)
    return figures


def main(runs: int = 15) -> None:
    """Medians over `runs` pieces, beside what they are meant to be."""
    Store(discovery.home()).pull(STARTERS["music"], lambda _: None)
    figures = measure(runs)
    table = Table("30 s, four parts", "median", "slowest", "aim")
    for name, seconds in figures.items():
        table.add_row(name, f"{statistics.median(seconds):.2f}", f"{max(seconds):.2f}", f"{AIMS[name]:g}")
    Console().print(table)
    write_results(
        "music",
        {name: {"median": statistics.median(s), "slowest": max(s), "aim": AIMS[name]} for name, s in figures.items()},
    )


if __name__ == "__main__":
    typer.run(main)
