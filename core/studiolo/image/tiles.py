"""A picture in overlapping tiles, so that one of any size can be worked on in bounded memory. Knows no model.

Pictures are (height, width, channels).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Tile:
    """A part of a picture, in pixels."""

    top: int
    left: int
    height: int
    width: int


def count(height: int, width: int, side: int) -> int:
    """How many tiles of at most `side` pixels a picture has."""
    return ceil(height / side) * ceil(width / side)


def tiles(height: int, width: int, side: int) -> Iterator[Tile]:
    """The tiles of a picture, row by row, all nearly as large as each other."""
    rows, columns = (_edges(length, side) for length in (height, width))
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            yield Tile(top, left, bottom - top, right - left)


def cut(pixels: Pixels, tile: Tile, margin: int, seamless: bool) -> Pixels:
    """The tile with `margin` pixels around it: at the picture's edges those from the opposite side where it is
    `seamless`, else the border's own carried on."""
    rows, columns = (
        np.arange(start - margin, start + length + margin)
        for start, length in ((tile.top, tile.height), (tile.left, tile.width))
    )
    height, width = pixels.shape[:2]
    if seamless:
        rows, columns = rows % height, columns % width
    else:
        rows, columns = rows.clip(0, height - 1), columns.clip(0, width - 1)
    piece: Pixels = pixels[rows[:, None], columns]
    return piece


def _edges(length: int, side: int) -> list[int]:
    number = ceil(length / side)
    return [length * edge // number for edge in range(number + 1)]
