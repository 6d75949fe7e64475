"""Many measurements of one thing in three figures, and their table. Knows nothing of what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, the value that 95 in a hundred do not exceed, and the largest."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"median": round(statistics.median(ordered), 4), "p95": round(p95, 4), "most": round(ordered[-1], 4)}


def show(title: str, figures: Mapping[str, Mapping[str, float]]) -> None:
    table = Table("", "median", "p95", "most", title=title)
    for name, figure in figures.items():
        table.add_row(name, *(f"{figure[column]:.3g}" for column in ("median", "p95", "most")))
    Console().print(table)
