# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures in panels: decoded once when they come, in memory, and drawn as icons.

Blender decodes them, within data of their own that is gone a moment later: no datablock of the file that is open, no
file on disk, no entry in anybody's cache of thumbnails. Knows pictures by keys, and not what they show.
"""

from __future__ import annotations

from typing import Any

import bpy
import bpy.utils.previews
import numpy as np
from numpy.typing import NDArray

SIDE = 256
"""Pixels of an icon at most: more are not seen in a sidebar."""
LINE = 32
"""Pixels a side of one beside words."""
MOST = 24
"""Pictures that are kept; the oldest go."""


class Thumbnails:
    """Icons by keys."""

    def __init__(self) -> None:
        self._icons: Any = bpy.utils.previews.new()

    def show(self, key: str, picture: bytes) -> None:
        """Keeps a PNG or JPEG under this key, in the place of the one before. Takes a few milliseconds."""
        self.forget(key)
        while len(self._icons) >= MOST:
            self.forget(next(iter(self._icons)))
        pixels = decoded(picture)
        icon = self._icons.new(key)
        icon.image_size = pixels.shape[1], pixels.shape[0]
        icon.image_pixels_float.foreach_set(pixels.ravel())
        icon.icon_size = LINE, LINE
        icon.icon_pixels_float.foreach_set(squared(pixels).ravel())

    def icon(self, key: str) -> int:
        """Its number for layouts; 0 where there is none."""
        icon = self._icons.get(key)
        return icon.icon_id if icon is not None else 0

    def forget(self, key: str) -> None:
        if key in self._icons:
            del self._icons[key]

    def close(self) -> None:
        bpy.utils.previews.remove(self._icons)


def decoded(picture: bytes) -> NDArray[np.float32]:
    """H x W x 4 from the bottom row, no larger than an icon."""
    with bpy.data.temp_data() as elsewhere:
        image = elsewhere.images.new("picture", 1, 1)
        image.pack(data=picture, data_len=len(picture))
        image.source = "FILE"
        width, height = image.size
        pixels = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(pixels)
    return reduced(pixels.reshape(height, width, 4))


def reduced(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """By the mean of squares, until neither side is longer than an icon's."""
    times = -(-max(pixels.shape[:2]) // SIDE)
    if times == 1:
        return pixels
    height, width = pixels.shape[0] // times, pixels.shape[1] // times
    squares = pixels[: height * times, : width * times].reshape(height, times, width, times, 4)
    return np.ascontiguousarray(squares.mean((1, 3), dtype=np.float32))


def squared(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """In the middle of a square as large as a line, with nothing around."""
    longer = max(pixels.shape[:2])
    rows, columns = (np.arange(max(1, side * LINE // longer)) * longer // LINE for side in pixels.shape[:2])
    square = np.zeros((LINE, LINE, 4), np.float32)
    top, left = (LINE - len(rows)) // 2, (LINE - len(columns)) // 2
    square[top : top + len(rows), left : left + len(columns)] = pixels[rows[:, None], columns]
    return square
