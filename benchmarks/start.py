"""Time to /health and idle memory: what a person waits for besides the models, and what stands by all day.

`scripts/bench start`. Uses daemons of its own; nothing else on the machine is disturbed or ended.
"""

from __future__ import annotations

import time

import psutil
import typer
from rich.progress import track

from benchmarks.hardware import write_results
from benchmarks.household import own_home
from benchmarks.spread import show, spread
from studiolo_client import start


def main(starts: int = 5) -> None:
    """How quickly the daemon starts, and how much it holds."""
    to_health, idle = zip(*(_start() for _ in track(range(starts), "starting")), strict=True)
    figures = {"time to /health, s": spread(to_health), "idle memory of the daemon, MB": spread(idle)}
    show("Start", figures)
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


if __name__ == "__main__":
    typer.run(main)
