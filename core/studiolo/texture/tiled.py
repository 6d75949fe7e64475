"""Makes a photograph tile. Knows pixels only.

Opposite borders are laid over each other: fine detail changes from one to the other along the line where they differ
least (the minimum error boundary cut of Efros and Freeman, Image Quilting, 2001), light and colour gradually over the
whole overlap (as in the two-band blending of Brown and Lowe, 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

OVERLAP = 1 / 6
"""Of the picture's length, in each direction; by so much the tile is shorter."""
FEATHER = 2
"""Pixels over which detail changes sides."""


def tiled(pixels: Pixels) -> Pixels:
    """A tile made of the picture (H x W x 3), shorter by OVERLAP in both directions."""
    across = _joined(pixels.astype(np.float32), wraps=False)
    both = _joined(across.transpose(1, 0, 2), wraps=True).transpose(1, 0, 2)
    return np.ascontiguousarray(np.rint(both.clip(0.0, 255.0)).astype(np.uint8))


def _joined(picture: Array, wraps: bool) -> Array:
    """The picture with its right border laid over its left one. `wraps`: whether its rows go on at the other end."""
    overlap = max(4 * FEATHER, round(picture.shape[1] * OVERLAP))
    low = _blurred(picture, overlap / 2, wraps)
    (end, begin), (low_end, low_begin) = ((p[:, -overlap:], p[:, :overlap]) for p in (picture, low))
    fine_end, fine_begin = end - low_end, begin - low_begin
    t = (np.arange(overlap, dtype=np.float32)[None, :, None] + 0.5) / overlap
    slowly = t * t * (3.0 - 2.0 * t)
    line = FEATHER + _cut(np.square(fine_end - fine_begin).sum(-1)[:, FEATHER:-FEATHER])
    at_once = ((np.arange(overlap)[None, :] - line[:, None]) / FEATHER + 0.5).clip(0.0, 1.0)[..., None]
    seam = low_end + (low_begin - low_end) * slowly + fine_end + (fine_begin - fine_end) * at_once
    return np.concatenate([seam, picture[:, overlap:-overlap]], axis=1).astype(np.float32)


def _cut(cost: Array) -> NDArray[np.intp]:
    """The column at which the cheapest line from the first to the last row crosses each row."""
    rows = len(cost)
    total = cost.copy()
    for row in range(1, rows):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        total[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    line = np.empty(rows, np.intp)
    line[-1] = total[-1].argmin()
    for row in range(rows - 2, -1, -1):
        near = max(0, line[row + 1] - 1)
        line[row] = near + total[row, near : line[row + 1] + 2].argmin()
    return line


def _blurred(picture: Array, sigma: float, wraps: bool) -> Array:
    reach = min(round(3 * sigma), min(picture.shape[:2]) - 1)
    wide = np.pad(picture, ((reach, reach), (0, 0), (0, 0)), mode="wrap" if wraps else "symmetric")
    wide = np.pad(wide, ((0, 0), (reach, reach), (0, 0)), mode="symmetric")
    soft = Image.fromarray(wide.clip(0.0, 255.0).astype(np.uint8)).filter(ImageFilter.GaussianBlur(sigma))
    return np.asarray(soft, np.float32)[reach : reach + picture.shape[0], reach : reach + picture.shape[1]]
