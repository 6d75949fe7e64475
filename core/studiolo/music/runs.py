"""Runs of notes as numbers, to tell whether a melody has been heard before. Knows no model and no tunes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 11
"""Notes that may stand in a row as they do in a piece that was learned from. The rule that ends a piece may add one."""

Line = Sequence[tuple[int, int]]
"""Pitch and length in ticks of each note."""


def runs(line: Line, notes: int) -> NDArray[np.uint64]:
    """A number for every run of so many notes: equal ones for the same intervals and lengths, wherever they begin. The
    last note's length does not count."""
    pitches = np.array([pitch for pitch, _ in line], np.int64)
    lengths = np.array([length for _, length in line], np.int64)
    moves = ((np.diff(pitches) + 128) * 256 + lengths[:-1]).astype(np.uint64)
    count = len(moves) - notes + 2
    if count <= 0:
        return np.empty(0, np.uint64)
    made = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for step in range(notes - 1):
            made = (made ^ moves[step : step + count]) * np.uint64(1_099_511_628_211)  # FNV-1a
    return made


def short(numbers: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The same in half the room: their upper halves, sorted. Beside half a million of them one new run in ten thousand
    is then taken for known, which costs a draft."""
    return np.unique((numbers >> np.uint64(32)).astype(np.uint32))


def has(known: NDArray[np.uint32], numbers: NDArray[np.uint64]) -> bool:
    """Whether one of them is among the known, which are as `short` leaves them."""
    if not len(known) or not len(numbers):
        return False
    wanted = short(numbers)
    places = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    return bool((known[places] == wanted).any())
