"""`scripts/bench journal`: what it costs to write an event down before anybody is told, beside other ways to do it.

The peers write the same row: a bare `sqlite3` insert with the same settings, one transaction each, and a line appended
to a file with an fsync after it, which is what a log that must outlive a power cut would cost. Beside that the rate of
events from disk through daemon and socket to a client that takes up an old job again.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_home
from studiolo_client import start
from studiolo_client.client import Client
from studiolo_contract.errors import Problem
from studiolo_contract.events import Failed, Progress, Started
from studiolo_contract.frames import to_json
from studiolo_contract.text import TextRequest
from studiolo_contract.wire import Happened
from studiolo_daemon.kept.journal import Journal
from studiolo_daemon.workshop.jobs import Job, Jobs

REQUEST = TextRequest(text="It rained for forty days.", mode="continue", max_tokens=64)


def main(events: int = 3000) -> None:
    """Percentiles over `events` writes of each way, one after the other and all on the same disk."""
    figures: dict[str, dict[str, float]] = {}
    with own_home() as home, tempfile.TemporaryDirectory(dir=home) as folder:
        file = home / "journal.sqlite3"
        journal = Journal(file)
        jobs = Jobs(journal, 10, 10)
        job = jobs.add("bench", "key", "interactive", REQUEST, "starter-text")
        jobs.record(job, Started(attempt=1))
        steps = [Progress(stage="steps", done=done, total=events) for done in range(events)]
        ways = {
            "the daemon's journal": _through(jobs, job, steps),
            "bare sqlite3 insert": _inserts(Path(folder) / "bare.sqlite3", job, steps),
            "append and fsync": _appends(Path(folder) / "events.log", job, steps),
        }
        for name, write in track(ways.items(), "writing"):
            figures[name] = _spread([_timed(write, number) for number in range(events)])
        jobs.record(job, Failed(problem=Problem(code="internal", message="None.", mend="None.")))
        journal.close()
        figures["read again by a client"] = {"events a second": _replay(job.id, events)}
    table = Table("", "p50, ms", "p95, ms", "events a second", title="An event written down")
    for name, figure in figures.items():
        shown = (figure.get("p50, ms"), figure.get("p95, ms"), figure["events a second"])
        table.add_row(name, *("" if value is None else f"{value:.3g}" for value in shown))
    Console().print(table)
    write_results("journal", {"events": events, **figures})


def _through(jobs: Jobs, job: Job, steps: list[Progress]) -> Callable[[int], object]:
    return lambda number: jobs.record(job, steps[number])


def _inserts(file: Path, job: Job, steps: list[Progress]) -> Callable[[int], object]:
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE events (job TEXT, seq INTEGER, at REAL, event TEXT, PRIMARY KEY (job, seq)) WITHOUT ROWID")
    rows = [(job.id, number, time.time(), to_json(step)) for number, step in enumerate(steps)]
    return lambda number: db.execute("INSERT INTO events VALUES (?, ?, ?, ?)", rows[number])


def _appends(file: Path, job: Job, steps: list[Progress]) -> Callable[[int], object]:
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    lines = [
        to_json(Happened(job=job.id, seq=number, at=time.time(), event=step)).encode() + b"\n"
        for number, step in enumerate(steps)
    ]

    def append(number: int) -> None:
        os.write(log, lines[number])
        os.fsync(log)

    return append


def _replay(job: str, events: int) -> float:
    """Events a second of a job that is over, from the journal to a client."""
    running = start.start()
    try:
        with Client(running, "bench") as client:
            began = time.perf_counter()
            log = list(client.resume(job).events(timeout=120))
            seconds = time.perf_counter() - began
    finally:
        start.stop(running)
    assert len(log) >= events
    return len(log) / seconds


def _timed(write: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    write(number)
    return 1000 * (time.perf_counter() - began)


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50, ms": round(ordered[len(ordered) // 2], 4),
        "p95, ms": round(ordered[int(0.95 * (len(ordered) - 1))], 4),
        "events a second": round(1000 * len(values) / sum(values)),
    }


if __name__ == "__main__":
    typer.run(main)
