# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws triangles into a grid of pixels: which triangle each pixel shows, and where in it. Knows nothing of cameras,
meshes or Blender: a camera's picture and a texture are the same to it.

Every triangle is cut into rows, every row into pixels; all of them at once, in runs that fit in the cache and give
other threads their turn. A pixel belongs to the triangle that its centre lies in. Of an edge that two triangles share
both compute the same crossing of a row, so no pixel between them is lost or drawn twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
RUN = 1 << 16
"""Pixels that are worked on at a time."""


@dataclass(frozen=True, eq=False)
class Grid:
    """What was drawn; rows from the top."""

    triangle: Ints
    """(height, width): the triangle's number, -1 where there is none."""
    weights: Floats
    """(height, width, 3): how much of each corner, 1 in sum; 0 where there is no triangle."""
    near: Floats
    """(height, width): the nearness of what is seen, minus infinity where nothing is."""

    @property
    def covered(self) -> NDArray[np.bool_]:
        return self.triangle >= 0

    def mixed(self, corners: Floats) -> Floats:
        """Values of corners (triangles, 3, n) as values of the covered pixels (pixels, n), row by row."""
        triangle, weights = self.triangle[self.covered], self.weights[self.covered]
        return np.einsum("pc,pcn->pn", weights, corners[triangle])


def drawn(corners: Floats, width: int, height: int, near: Floats | None = None, perspective: bool = False) -> Grid:
    """Draws `corners` (triangles, 3, 2), in pixels from the upper left corner of the grid.

    With `near` (triangles, 3) the triangle with the greatest nearness is seen; it must be linear over the picture: one
    over the distance with `perspective`, and then weights are those in space; minus the distance without. Where it is
    left out later triangles lie over earlier ones.
    """
    corners = corners.astype(np.float64)
    seen = np.full(width * height, -1, np.int32)
    nearest = np.full(width * height, -np.inf)
    for pixel, triangle in fragments(corners, width, height):
        if near is None:
            seen[pixel] = triangle
            continue
        weights = barycentric(corners, triangle, pixel, width)
        depth = (weights * near[triangle]).sum(-1)
        # of several on one pixel the last is written, so those that are nearer still come again
        while len(pixel):
            nearer = depth > nearest[pixel]
            pixel, triangle, depth = pixel[nearer], triangle[nearer], depth[nearer]
            nearest[pixel], seen[pixel] = depth, triangle
    weights = np.zeros((width * height, 3), np.float32)
    covered = np.flatnonzero(seen >= 0)
    for start in range(0, len(covered), RUN):
        pixel = covered[start : start + RUN]
        share = barycentric(corners, seen[pixel], pixel, width)
        if perspective and near is not None:
            share *= near[seen[pixel]]
            share /= share.sum(-1, keepdims=True)
        weights[pixel] = share
    shape = height, width
    return Grid(seen.reshape(shape), weights.reshape(*shape, 3), nearest.astype(np.float32).reshape(shape))


def times_covered(corners: Floats, width: int, height: int) -> Ints:
    """(height, width): how many triangles lie over each pixel."""
    count = np.zeros(width * height, np.int32)
    for pixel, _ in fragments(corners.astype(np.float64), width, height):
        count += np.bincount(pixel, minlength=width * height).astype(np.int32)
    return count.reshape(height, width)


def fragments(corners: Floats, width: int, height: int) -> Iterator[tuple[Ints, Ints]]:
    """The pixels of every triangle, in runs: their places in the grid, counted row by row, and their triangles."""
    y = corners[..., 1]
    first = np.clip(np.ceil(y.min(1) - 0.5), 0, height).astype(np.int64)
    rows = np.clip(np.ceil(y.max(1) - 0.5), 0, height).astype(np.int64) - first
    for some in _runs(rows):
        of_row = np.repeat(np.arange(some.stop - some.start), rows[some])
        row = _counted(rows[some]) + first[some][of_row]
        left, right = _crossings(corners[some], of_row, row + 0.5)
        start = np.clip(np.ceil(left - 0.5), 0, width).astype(np.int64)
        pixels = np.maximum(np.clip(np.ceil(right - 0.5), 0, width).astype(np.int64) - start, 0)
        start += row * width
        for part in _runs(pixels):
            length = pixels[part]
            yield _counted(length) + np.repeat(start[part], length), np.repeat(of_row[part] + some.start, length)


def barycentric(corners: Floats, triangle: Ints, pixel: Ints, width: int) -> Floats:
    """(pixels, 3): how much of each corner of its triangle is in the middle of a pixel."""
    ax, ay, bx, by, cx, cy = corners[triangle].reshape(-1, 6).T
    abx, aby, acx, acy = bx - ax, by - ay, cx - ax, cy - ay
    area = abx * acy - aby * acx
    scale = np.divide(1.0, area, out=np.zeros_like(area), where=area != 0.0)
    x, y = pixel % width + 0.5 - ax, pixel // width + 0.5 - ay
    b = np.clip((x * acy - y * acx) * scale, 0.0, 1.0)
    c = np.clip((y * abx - x * aby) * scale, 0.0, 1.0 - b)
    return np.stack((1.0 - b - c, b, c), -1)


def _crossings(corners: Floats, triangle: Ints, y: Floats) -> tuple[Floats, Floats]:
    """Where the line at `y` enters and leaves each triangle."""
    left, right = np.full(len(y), np.inf), np.full(len(y), -np.inf)
    for one, other in ((0, 1), (1, 2), (2, 0)):
        # from the upper end to the lower, whichever way round the triangle has it
        down = corners[:, one, 1] <= corners[:, other, 1]
        upper = np.where(down[:, None], corners[:, one], corners[:, other])
        lower = np.where(down[:, None], corners[:, other], corners[:, one])
        length = lower[:, 1] - upper[:, 1]
        slope = np.divide(lower[:, 0] - upper[:, 0], length, out=np.zeros_like(length), where=length > 0.0)
        crossing = (upper[triangle, 1] <= y) & (y < lower[triangle, 1])
        x = upper[triangle, 0] + (y - upper[triangle, 1]) * slope[triangle]
        np.minimum(left, x, out=left, where=crossing)
        np.maximum(right, x, out=right, where=crossing)
    return np.where(left <= right, left, 0.0), np.where(left <= right, right, 0.0)


def _counted(lengths: Ints) -> Ints:
    """0, 1, … length - 1, for each length, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)


def _runs(lengths: Ints) -> Iterator[slice]:
    """Which of them together are about as many as are worked on at a time, never fewer than one."""
    ends = np.cumsum(lengths)
    start = 0
    while start < len(lengths):
        before = ends[start] - lengths[start]
        stop = max(start + 1, int(np.searchsorted(ends, before + RUN, "right")))
        yield slice(start, stop)
        start = stop
