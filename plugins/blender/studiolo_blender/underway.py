# SPDX-License-Identifier: GPL-3.0-or-later
"""A task under way: which step it is at, what it waits for, and what a person can be told of that. Knows no thread."""

from __future__ import annotations

import time
from typing import Any

from studiolo_client.background import Report
from studiolo_contract.errors import Problem
from studiolo_contract.events import AnyPreview

from .task import Made, Steps, Task, Wait

STAGES = {
    "load": "loading the model",
    "read": "reading",
    "write": "writing",
    "steps": "step",
    "decode": "finishing",
    "maps": "maps",
    "compose": "composing",
    "render": "rendering",
    "parts": "part",
}
FIRST, LAST = ("load", "read"), ("decode", "maps", "render")
"""Stages before and after that in which a job does most of its work."""


class Underway:
    """From its start to its end, after which `made` or `problem` says what came of it."""

    def __init__(self, key: str, task: Task, place: str, steps: Steps) -> None:
        """`place`: the file that it belongs to."""
        self.key = key
        self.task = task
        self.place = place
        self.steps = steps
        self.began = time.time()
        self.state = "running"
        """`running`, `done`, `failed` or `cancelled`."""
        self.step = 0
        self.made: Made | None = None
        self.problem: Problem | None = None
        self.reports: dict[str, Report] = {}
        """Of each job of the present step, by its key."""
        self.preview: tuple[AnyPreview, bytes] | None = None
        """How the result looks, or sounds, so far."""
        self._labels: tuple[str, ...] = ()
        self._together = False
        self._values: list[Any] = []
        self._missing: set[int] = set()

    @property
    def over(self) -> bool:
        return self.state != "running"

    @property
    def complete(self) -> bool:
        """Whether all that it waits for has come."""
        return not self.over and self.step > 0 and not self._missing

    def began_step(self, wait: Wait) -> None:
        asks = wait if isinstance(wait, tuple) else (wait,)
        self.step += 1
        self.reports = {}
        self._labels = tuple(ask.label for ask in asks)
        self._together = isinstance(wait, tuple)
        self._values = [None] * len(asks)
        self._missing = set(range(len(asks)))

    def expect(self, number: int) -> str:
        """The key under which the job of this number is asked for: the same whenever the task is taken up again."""
        key = f"{self.key}-{self.step}-{number}"
        self.reports[key] = Report(key, "", "sending")
        return key

    def came(self, number: int, value: Any) -> None:
        self._values[number] = value
        self._missing.discard(number)

    def take(self) -> Any:
        """What the task waited for. From here on it waits for nothing, until it says so."""
        self._missing = {-1}
        return self._values if self._together else self._values[0]

    # ---- for the person

    @property
    def label(self) -> str:
        """What is done just now: "Painting camera 2 of 3: step 4 of 10"."""
        number = next((n for n in range(len(self._labels)) if n in self._missing), 0)
        what = self._labels[number] if self._labels else self.task.title
        report = self._current()
        if report is None:
            return what
        if report.state in ("sending", "queued"):
            if report.position:
                return f"{what}: {report.position} before it"
            return f"{what}: waiting"
        stage = STAGES.get(report.stage, "")
        if not stage:
            return what
        counted = report.total and report.stage != "load"
        return f"{what}: {stage} {report.done} of {report.total}" if counted else f"{what}: {stage}"

    @property
    def share(self) -> float:
        """How much of the present step is done, 0 to 1; 0 where that is not known."""
        report = self._current()
        done: float = len(self._values) - len(self._missing - {-1})
        if report is not None and report.stage in LAST:
            done += 1.0
        elif report is not None and report.total and report.stage not in FIRST:
            done += min(1.0, report.done / report.total)
        return min(1.0, done / max(1, len(self._values)))

    def _current(self) -> Report | None:
        """The report of the job that runs, else of the first that waits."""
        live = [report for report in self.reports.values() if report.state in ("running", "queued", "sending")]
        return next((report for report in live if report.state == "running"), live[0] if live else None)
