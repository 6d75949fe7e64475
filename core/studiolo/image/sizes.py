"""At which size a picture is painted, and how it is brought to the size that was asked for. Knows no model.

Pictures are (height, width, channels) uint8; sizes are (width, height) in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Size = tuple[int, int]

MARGIN = 16
"""Pixels beyond an edge that a resized tile still looks at; Lanczos reaches three of the larger kind."""


@dataclass(frozen=True)
class Canvas:
    """The sizes of one job: `asked` for, `drawn` by the model as far as it is kept, `painted` by the model in all."""

    asked: Size
    drawn: Size
    painted: Size

    def place(self, source: Pixels) -> Pixels:
        """The source at painted size: resized to what is drawn, its border carried on to what is not."""
        drawn = resized(source, self.drawn)
        right, below = self.painted[0] - self.drawn[0], self.painted[1] - self.drawn[1]
        return np.pad(drawn, ((0, below), (0, right), (0, 0)), mode="edge")

    def take(self, painted: Pixels) -> Pixels:
        """What was asked for, out of what was painted."""
        return resized(painted[: self.drawn[1], : self.drawn[0]], self.asked)

    def place_tile(self, source: Pixels) -> Pixels:
        """As `place`, for a picture that tiles: stretched, never padded, so that its edges still meet."""
        return resized_tile(source, self.painted)

    def take_tile(self, painted: Pixels) -> Pixels:
        """As `take`, for a picture that tiles."""
        return resized_tile(painted, self.asked)


def canvas(asked: Size, multiple: int, longest: int | None = None) -> Canvas:
    """The sizes for a model that paints multiples of `multiple` pixels, and well up to `longest` pixels a side."""
    shrink = min(1.0, longest / max(asked)) if longest else 1.0
    drawn = max(1, round(asked[0] * shrink)), max(1, round(asked[1] * shrink))
    return Canvas(asked, drawn, (_next(drawn[0], multiple), _next(drawn[1], multiple)))


def resized(pixels: Pixels, size: Size) -> Pixels:
    """By Lanczos; the very same pixels where the size is right already."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def resized_tile(pixels: Pixels, size: Size) -> Pixels:
    """As `resized`, looking round the edges at what lies there when the picture tiles."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    (left, new_left), (top, new_top) = (
        _whole_margin(old, new) for old, new in zip((pixels.shape[1], pixels.shape[0]), size, strict=True)
    )
    wide = np.pad(pixels, ((top, top), (left, left), (0, 0)), mode="wrap")
    large = resized(wide, (size[0] + 2 * new_left, size[1] + 2 * new_top))
    return np.ascontiguousarray(large[new_top : new_top + size[1], new_left : new_left + size[0]])


def _whole_margin(old: int, new: int) -> Size:
    """A margin of whole pixels before and after resizing, so that nothing shifts by a fraction of one."""
    shared = gcd(old, new)
    times = max(1, ceil(MARGIN * max(1.0, old / new) / (old // shared)))
    return times * (old // shared), times * (new // shared)


def _next(length: int, multiple: int) -> int:
    return ceil(length / multiple) * multiple
