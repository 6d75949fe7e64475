"""`scripts/bench overhead`: what the daemon adds to the bare engines, for text and for pictures, in one run."""

from __future__ import annotations

from collections.abc import Mapping

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import image_overhead, text_overhead
from benchmarks.hardware import write_results
from studiolo.models.store import STARTERS, Store
from studiolo_client import discovery


def main(runs: int = 15, steps: int = 16, side: int = 256) -> None:
    """Text and pictures, each bare and through the daemon in turn; medians over `runs` pairs."""
    store = Store(discovery.home())
    for name in (STARTERS["text"], STARTERS["image"]):
        store.pull(name, lambda _: None)
    figures: dict[str, Mapping[str, float]] = {"text, 96 tokens": text_overhead.measure(runs)}
    for previews in (False, True):
        name = f"picture, {steps} steps, {side} x {side}, {'with' if previews else 'without'} previews"
        figures[name] = image_overhead.measure(STARTERS["image"], runs, steps, side, previews)
    for name, measured in figures.items():
        table = Table(*measured, title=name)
        table.add_row(*(f"{value:.4g}" for value in measured.values()))
        Console().print(table)
    write_results("overhead", figures)


if __name__ == "__main__":
    typer.run(main)
