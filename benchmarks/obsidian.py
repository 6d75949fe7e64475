"""`scripts/bench obsidian`: how writing feels with the plugin, in a note of 300 kB, and how soon words come and stop.

The built plugin in the stand-in for Obsidian: real CodeMirror 6 in a real Chromium, a real daemon, the starter model.
Beside it the same note without the plugin, and the same request from the bare Python client. All figures are
milliseconds.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.hardware import write_results
from benchmarks.household import own_daemon
from studiolo_client.client import Client
from studiolo_contract.events import Text
from studiolo_contract.text import TextRequest

PLUGIN = Path(__file__).parents[1] / "plugins/obsidian_bridge"
SENTENCE = "The keeper climbed the stairs of the lighthouse, and nobody on the mainland knew that the lamp was out. "
"""As in the note of the page's own benchmark."""

Figures = dict[str, dict[str, float]]


def on_the_page(runs: int) -> dict[str, list[float]]:
    """What `harness/bench.ts` measures, each a list of single measurements."""
    command = ["npx", "vite-node", "harness/bench.ts", str(runs)]
    done = subprocess.run(command, cwd=PLUGIN, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def bare(runs: int) -> list[float]:
    """The first word of the same continuation as the bare client hears it."""
    request = TextRequest(mode="continue", text=SENTENCE + "The keeper", alternatives=5)
    found = []
    with own_daemon() as running, Client(running, "bench") as client:
        client.submit(request).wait(120)  # the model is loaded
        for _ in range(runs):
            began = time.perf_counter()
            job = client.submit(request)
            while not any(isinstance(happened.event, Text) and happened.event.text for happened in job.log):
                time.sleep(0.002)
            found.append(1000 * (time.perf_counter() - began))
            client.cancel(job.id)
            time.sleep(0.5)
    return found


def summary(values: list[float]) -> dict[str, float]:
    values = sorted(values)
    return {"median": statistics.median(values), "p95": values[int(0.95 * (len(values) - 1))], "count": len(values)}


def main(runs: int = 8) -> None:
    """Medians over `runs` continuations and suggestions, and over 150 keys."""
    figures: Figures = {name: summary(values) for name, values in on_the_page(runs).items()}
    figures["first word, bare client"] = summary(bare(runs))
    table = Table("", "median", "p95", "against")
    peers = {
        "key, plugin on": "key, plugin off",
        "key, while it writes": "key, plugin off",
        "first word": "first word, bare client",
    }
    for name, found in figures.items():
        peer = peers.get(name)
        ratio = f"{found['median'] / figures[peer]['median']:.2f} times: {peer}" if peer else ""
        table.add_row(name, f"{found['median']:.1f}", f"{found['p95']:.1f}", ratio)
    Console().print(table)
    write_results("obsidian", figures)


if __name__ == "__main__":
    typer.run(main)
