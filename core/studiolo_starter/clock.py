"""A budget of minutes that survives restarts, and a log of what a training run did with it.

Knows wall time, TensorBoard and the trainer's pid file. Knows nothing of models.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.utils.tensorboard.writer import SummaryWriter


class Clock:
    """Counts the minutes that a stage has trained, over all its runs. Pauses of over 20 s (SIGSTOP) do not count."""

    def __init__(self, minutes: float, spent: float = 0.0) -> None:
        self.minutes = minutes
        self.spent = spent
        self._last = time.monotonic()

    def tick(self) -> float:
        """Seconds since the last tick; adds them to what is spent."""
        now = time.monotonic()
        passed = now - self._last
        self._last = now
        if passed < 20:
            self.spent += passed / 60
        return passed

    @property
    def progress(self) -> float:
        return min(1.0, self.spent / self.minutes) if self.minutes > 0 else 1.0

    @property
    def over(self) -> bool:
        return self.spent >= self.minutes


def write_pid(cache: Path, name: str = "train") -> None:
    """So that a person can pause (SIGSTOP) and continue (SIGCONT) the training."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / f"{name}.pid").write_text(f"{os.getpid()}\n")


def curves(cache: Path, stage: str) -> SummaryWriter:
    from torch.utils.tensorboard.writer import SummaryWriter  # of the extra `train`, which only training needs

    return SummaryWriter(str(cache / "runs" / stage))
