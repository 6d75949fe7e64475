"""Whether a picture tiles, as a number, and where a tile is best cut. Knows arrays only.

Arrays are H x W or H x W x channels, whole numbers or floats from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Map = NDArray[Any]

LARGEST_SEAM = 1.1
"""Up to here a map counts as seamless."""
UNSEEN = 0.5 / 255
"""Of the range from 0 to 1. A step this small can't be seen and is not even kept in eight bits; so in a flat map an
edge is no seam because it is the only place with a trace of noise."""
AT_ONCE = 128
"""Lines that are looked at together."""


def seam(picture: Map) -> float:
    """The gradient across the edge beside the mean one inside, for the worse of the two directions.

    1 where the edge is a place like any other. Gradient: the mean difference of neighbouring pixels.
    """
    return max(float(lines[-1] / lines[:-1].mean()) for lines in (_steps(picture, axis) for axis in (0, 1)))


def tiles(picture: Map) -> bool:
    """Whether a picture seems to be made to tile: its edges are no louder than the loudest twentieth of lines inside.

    A guess, since a tile may begin at a hard line (of a hundred materials cut anywhere, 13 are not known as tiles, and
    of a hundred pictures that do not tile two are taken for some).
    """
    return all(
        lines[-1] <= LARGEST_SEAM * np.quantile(lines[:-1], 0.95)
        for lines in (_steps(picture, axis) for axis in (0, 1))
    )


def quietest(pictures: Sequence[Map]) -> tuple[int, int]:
    """Row and column at which maps that tile are cut best: where the loudest of them has its smallest gradient.

    A tile may begin anywhere; so it need not begin in the middle of a stone. To be rolled by the negative of it.
    """
    row, column = (
        int(np.argmin(np.max([_over_mean(_steps(picture, axis)) for picture in pictures], axis=0))) + 1
        for axis in (0, 1)
    )
    return row % pictures[0].shape[0], column % pictures[0].shape[1]


def cut_at(picture: Map, place: tuple[int, int]) -> Map:
    """The same tile, beginning at this row and column."""
    return np.roll(picture, (-place[0], -place[1]), (0, 1))


def _steps(picture: Map, axis: int) -> NDArray[np.float64]:
    """For each line along the axis the mean difference to the next; the last one's next is the first."""
    full = np.iinfo(picture.dtype).max if np.issubdtype(picture.dtype, np.integer) else 1.0
    lines = np.moveaxis(picture, axis, 0).reshape(picture.shape[axis], -1)
    steps = np.empty(len(lines))
    for start in range(0, len(lines), AT_ONCE):  # so that a large picture is not copied as a whole
        these = np.arange(start, min(start + AT_ONCE, len(lines)))
        there = lines[(these + 1) % len(lines)].astype(np.float32)
        steps[these] = np.abs(there - lines[these]).mean(1, dtype=np.float64) / full
    return steps + UNSEEN


def _over_mean(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    relative: NDArray[np.float64] = lines / lines.mean()
    return relative
