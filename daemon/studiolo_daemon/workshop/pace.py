"""How fast jobs have been coming to their end of late, and so how long it takes until the next does. Knows no queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

UNKNOWN = 5.0
"""Seconds that are guessed while nothing has ended yet."""
NEWEST = 0.2
"""Weight of the newest interval in the average."""
SHORTEST, LONGEST = 0.1, 600.0
"""Seconds: no guess is below or above."""


class Pace:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._intervals: dict[str, float] = {}
        """By lane: average seconds from one end to the next, while there was work."""
        self._ends: dict[str, float] = {}

    def ended(self, lane: str, started: float) -> None:
        """A job of this lane ended that had started at `started`, by the clock."""
        now = self._clock()
        interval = max(0.0, now - max(started, self._ends.get(lane, started)))
        before = self._intervals.get(lane, interval)
        self._intervals[lane] = (1 - NEWEST) * before + NEWEST * interval
        self._ends[lane] = now

    def until_next(self, rows: Iterable[tuple[str, int]]) -> float:
        """Seconds until one of these is likely to end: lanes, and of how many clients that take turns in it."""
        guesses = [self._intervals.get(lane, UNKNOWN) * turns for lane, turns in rows]
        return round(min(LONGEST, max(SHORTEST, min(guesses, default=UNKNOWN))), 1)
