"""The parts of a kit while they are made: a live list at a terminal, a line for each that is finished in a pipe. Knows
events, no request."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from studiolo_cli import terminal
from studiolo_contract.events import Event, Part, Queued, Started

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_SIGNS = {
    "waiting": ("·", "dim"),
    "being made": ("▸", "cyan"),
    "done": ("✓", "green"),
    "from before": ("✓", "green"),
    "yours": ("✓", "green"),
    "failed": ("✗", "red"),
}


@dataclass
class _Row:
    state: str = "waiting"
    began: float = 0.0
    took: float = 0.0
    more: str = ""


class PartsList:
    """On standard error, since the result goes to standard output."""

    def __init__(self, expected: Iterable[str]) -> None:
        """`expected`: names of parts that are not begun yet, in order."""
        self._rows = {name: _Row() for name in expected}
        self._live: Live | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), refresh_per_second=4, get_renderable=self._drawn)

    def hear(self, event: Event) -> None:
        """Takes in what has happened to the kit's job."""
        if isinstance(event, Part):
            self._part(event)
        elif isinstance(event, Started) and event.attempt > 1:
            self._rows = {name: _Row() for name in self._rows}
        elif isinstance(event, Queued) and event.position and self._live is None:
            terminal.note(f"Waiting for {event.position} others")

    def __enter__(self) -> PartsList:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def _part(self, event: Part) -> None:
        row = self._rows.setdefault(event.name, _Row())
        if event.state == "begun":
            row.state, row.began = "being made", time.monotonic()
            return
        row.took = time.monotonic() - row.began if row.began else 0.0
        if event.problem is not None:
            row.state, row.more = "failed", event.problem.message
        else:
            row.state = "done" if not event.known else "from before" if event.job else "yours"
        if self._live is None:
            terminal.note(f"{event.name}: {_said(row)}")

    def _drawn(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        for name, row in self._rows.items():
            sign, colour = _SIGNS[row.state]
            table.add_row(Text(sign, colour), Text(name), Text(_said(row), colour))
        return table


def _said(row: _Row) -> str:
    if row.state == "failed":
        return f"failed: {row.more}"
    seconds = time.monotonic() - row.began if row.state == "being made" else row.took
    return f"{row.state}, {seconds:.0f} s" if row.state in ("being made", "done") else row.state
