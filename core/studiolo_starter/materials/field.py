"""The square that a material is painted on: a torus, so that everything on it is seamless by construction.

Knows noise, cells, courses and colours. Knows no material. Every draw is independent of the size in pixels: the same
seed gives the same surface, only finer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Indices = NDArray[np.intp]
Colour = tuple[float, float, float]


@lru_cache(maxsize=64)
def spline(size: int, knots: int) -> Array:
    """size x knots: the weights of a periodic cubic B-spline at the centre of each pixel."""
    at = (np.arange(size) + 0.5) / size * knots
    low = np.floor(at).astype(int)
    t = at - low
    weights = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    matrix = np.zeros((size, knots), np.float32)
    for offset, weight in enumerate(weights):
        np.add.at(matrix, (np.arange(size), (low + offset - 1) % knots), weight / 6)
    return matrix


def ramp(x: Array, low: float, high: float) -> Array:
    """0 below low, 1 above high, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blend(a: Array, b: Array | Colour, t: Array | float) -> Array:
    """From colour a (t = 0) to colour b (t = 1); t without a channel axis."""
    part = np.asarray(t, np.float32)[..., None]
    mixed: Array = a + (np.asarray(b, np.float32) - a) * part
    return mixed


@dataclass(frozen=True)
class Cells:
    """A division of the torus into pieces, and where in its piece each pixel lies."""

    index: Indices
    count: int
    x: Array
    """From the middle of the piece, in widths of a mean piece."""
    y: Array
    edge: Array
    """Distance to the border of the piece, in widths of a mean piece."""


@dataclass(frozen=True)
class Strewn:
    """Things that lie over one another, the last ones on top."""

    index: Indices
    """Which of them is seen; -1 where the ground is."""
    count: int
    along: Array
    """-1 at its foot, 1 at its tip."""
    across: Array
    """-1 to 1."""
    depth: Array
    """0 at the bottom to 1 on top."""


class Field:
    """A square of size x size pixels with wrap-around, and the lots that are drawn for it."""

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        self.size = size
        self.rng = rng
        axis = ((np.arange(size) + 0.5) / size).astype(np.float32)
        self.u: Array = np.broadcast_to(axis[None, :], (size, size))
        self.v: Array = np.broadcast_to(axis[:, None], (size, size))

    def noise(self, across: int, down: int | None = None) -> Array:
        """Smooth noise of mean 0 and deviation about 1 with so many bumps across and down."""
        rows = down or across
        knots = self.rng.standard_normal((rows, across)).astype(np.float32)
        bumps: Array = spline(self.size, rows) @ knots @ spline(self.size, across).T * np.float32(2.09)
        return bumps

    def fractal(self, across: int, down: int | None = None, octaves: int = 4, gain: float = 0.5) -> Array:
        """Noise at doubling frequencies, each weaker by the gain; deviation about 1."""
        rows = down or across
        total = np.zeros((self.size, self.size), np.float32)
        power = 0.0
        for octave in range(octaves):
            total += self.noise(across << octave, rows << octave) * gain**octave
            power += gain ** (2 * octave)
        return total / np.float32(power**0.5)

    def ridges(self, across: int, down: int | None = None, octaves: int = 3, gain: float = 0.5) -> Array:
        """Noise with sharp crests: 1 on the crest, falling to 0."""
        rows = down or across
        total = np.zeros((self.size, self.size), np.float32)
        power = 0.0
        for octave in range(octaves):
            total += np.exp(-1.6 * np.abs(self.noise(across << octave, rows << octave))) * gain**octave
            power += gain**octave
        return total / np.float32(power)

    def warped(self, amount: float, across: int, octaves: int = 3) -> tuple[Array, Array]:
        """Coordinates that are pushed about by noise; amount in widths of the square."""
        return (
            self.u + amount * self.fractal(across, octaves=octaves),
            self.v + amount * self.fractal(across, octaves=octaves),
        )

    def at(self, picture: Array, u: Array, v: Array) -> Array:
        """The picture read at other coordinates, bilinear, wrapped around."""
        x, y = u * self.size - 0.5, v * self.size - 0.5
        left, top = np.floor(x), np.floor(y)
        fx, fy = (x - left).astype(np.float32), (y - top).astype(np.float32)
        x0, y0 = left.astype(int) % self.size, top.astype(int) % self.size
        x1, y1 = (x0 + 1) % self.size, (y0 + 1) % self.size
        if picture.ndim == 3:
            fx, fy = fx[..., None], fy[..., None]
        upper = picture[y0, x0] * (1 - fx) + picture[y0, x1] * fx
        read: Array = upper * (1 - fy) + (picture[y1, x0] * (1 - fx) + picture[y1, x1] * fx) * fy
        return read

    def cells(
        self, across: int, down: int | None = None, jitter: float = 0.75, u: Array | None = None, v: Array | None = None
    ) -> Cells:
        """Voronoi cells around one point in each square of a grid. `edge` is the distance to the bisector of the two
        nearest points. Jitter over 0.8 would need a wider search than the nine squares around."""
        rows = down or across
        points = 0.5 + jitter * (self.rng.random((rows, across, 2), np.float32) - 0.5)
        return self._nearest(points, 1.0, u, v)

    def hexagons(self, across: int, u: Array | None = None, v: Array | None = None) -> Cells:
        """Honeycomb with points up; as many rows as keep the hexagons nearly regular."""
        rows = 2 * max(1, round(across / 3**0.5))
        points = np.full((rows, across, 2), 0.5, np.float32)
        points[::2, :, 0] -= 0.25
        points[1::2, :, 0] += 0.25
        return self._nearest(points, across / rows, u, v)

    def _nearest(self, points: Array, squeeze: float, u: Array | None, v: Array | None) -> Cells:
        """Cells around the points, one in each square of a grid; `squeeze`: height of a square in widths."""
        rows, across, _ = points.shape
        x, y = (self.u if u is None else u) * across, (self.v if v is None else v) * rows
        column, row = np.floor(x), np.floor(y)
        fx, fy = (x - column).astype(np.float32), (y - row).astype(np.float32)
        column, row = column.astype(np.int32), row.astype(np.int32)
        around = np.pad(points, ((1, 1), (1, 1), (0, 0)), mode="wrap")
        flat_x, flat_y = around[..., 0].ravel(), around[..., 1].ravel()
        start = (row % rows + 1) * (across + 2) + column % across + 1
        first = np.full(fx.shape, 9.0, np.float32)
        second = first.copy()
        nearest = np.zeros((2, *fx.shape), np.int8)
        steps = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        for k, (dy, dx) in enumerate(steps):
            at = start + (dy * (across + 2) + dx)
            px, py = flat_x[at] + (dx - fx), (flat_y[at] + (dy - fy)) * squeeze
            distance = px * px + py * py
            closer = distance < first
            between = (distance < second) & ~closer
            nearest[1][closer] = nearest[0][closer]
            nearest[1][between] = k
            nearest[0][closer] = k
            second = np.minimum(second, np.maximum(first, distance))
            first = np.minimum(first, distance)
        step = np.array(steps, np.int32)
        dys, dxs = step[nearest, 0], step[nearest, 1]
        at = start + dys * (across + 2) + dxs
        px, py = flat_x[at] + (dxs - fx), (flat_y[at] + (dys - fy)) * np.float32(squeeze)
        edge = (second - first) / (2 * np.maximum(np.hypot(px[0] - px[1], py[0] - py[1]), 1e-3))
        index = ((row + dys[0]) % rows) * across + (column + dxs[0]) % across
        return Cells(index.astype(np.intp), rows * across, -px[0], -py[0], edge.astype(np.float32))

    def courses(
        self, across: int, rows: int, shift: float = 0.5, u: Array | None = None, v: Array | None = None
    ) -> Cells:
        """Rows of equal blocks, every other row shifted (rows must be even then). x and y in blocks' own widths and
        heights from the middle; edge in heights of a block, with rounded corners."""
        y = (self.v if v is None else v) * rows
        row = np.floor(y).astype(int)
        x = (self.u if u is None else u) * across + shift * (row % 2)
        column = np.floor(x).astype(int)
        fx, fy = x - column - 0.5, y - row - 0.5
        aspect = rows / across
        corner = 0.18
        outside_x = np.maximum(np.abs(fx) * aspect - (0.5 * aspect - corner), 0)
        outside_y = np.maximum(np.abs(fy) - (0.5 - corner), 0)
        straight = np.minimum((0.5 - np.abs(fx)) * aspect, 0.5 - np.abs(fy))
        edge = np.where((outside_x > 0) & (outside_y > 0), corner - np.hypot(outside_x, outside_y), straight)
        index = (row % rows) * across + column % across
        return Cells(index, rows * across, fx.astype(np.float32), fy.astype(np.float32), edge.astype(np.float32))

    def each(self, cells: Cells, low: float = 0.0, high: float = 1.0) -> Array:
        """One lot for each cell, the same over all of it."""
        return self.rng.uniform(low, high, cells.count).astype(np.float32)[cells.index]

    def tilted(self, cells: Cells, amount: float) -> Array:
        """A plane in each cell, leaning its own way."""
        angle = self.rng.uniform(0, 2 * np.pi, cells.count)
        return amount * (
            np.cos(angle).astype(np.float32)[cells.index] * cells.x
            + np.sin(angle).astype(np.float32)[cells.index] * cells.y
        )

    def plain(self, colour: Colour) -> Array:
        return np.broadcast_to(np.asarray(colour, np.float32), (self.size, self.size, 3))

    def varied(self, colour: Colour, cells: Cells, light: float = 0.12, hue: float = 0.04) -> Array:
        """The colour, a little lighter, darker or otherwise tinted in each cell."""
        lots = 1 + light * self.rng.uniform(-1, 1, (cells.count, 1)) + hue * self.rng.uniform(-1, 1, (cells.count, 3))
        return np.asarray(colour, np.float32) * lots.astype(np.float32)[cells.index]

    def strewn(self, count: int, length: float, width: float, angle: Array | float, spread: float) -> Strewn:
        """So many leaves, blades or straws, thrown one over the other; lengths and widths in widths of the square,
        the angle (radians, one or a map of them) with a deviation."""
        lots = self.rng.random((count, 6)).astype(np.float32)
        x, y = lots[:, 0], lots[:, 1]
        at = ((y * self.size).astype(int) % self.size, (x * self.size).astype(int) % self.size)
        turn = (np.asarray(angle, np.float32)[at] if np.ndim(angle) else np.float32(angle)) + spread * (
            lots[:, 2] + lots[:, 3] - 1
        )
        long, wide = length * (0.7 + 0.6 * lots[:, 4]), width * (0.75 + 0.5 * lots[:, 5])
        t = np.linspace(-1, 1, max(3, int(length * self.size * 1.7)), dtype=np.float32)[:, None]
        s = np.linspace(-1, 1, max(2, int(width * self.size * 2.2)), dtype=np.float32)[None, :]
        along = np.broadcast_to(t, (len(t), s.shape[1]))[None]
        across = s * np.sqrt(np.clip(1.02 - t * t, 0, 1))[None]
        cos, sin = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
        a, b = along * (long / 2)[:, None, None], across * (wide / 2)[:, None, None]
        px = np.floor((x[:, None, None] + a * cos - b * sin) * self.size).astype(int) % self.size
        py = np.floor((y[:, None, None] + a * sin + b * cos) * self.size).astype(int) % self.size
        index = np.full((self.size, self.size), -1, np.intp)
        index[py, px] = np.arange(count)[:, None, None]
        on = index >= 0
        found = np.maximum(index, 0)
        dx = (self.u - x[found] + 0.5) % 1 - 0.5
        dy = (self.v - y[found] + 0.5) % 1 - 0.5
        cos, sin = np.cos(turn)[found], np.sin(turn)[found]
        return Strewn(
            index,
            count,
            np.where(on, np.clip((dx * cos + dy * sin) / (long / 2)[found], -1, 1), 0).astype(np.float32),
            np.where(on, np.clip((dy * cos - dx * sin) / (wide / 2)[found], -1, 1), 0).astype(np.float32),
            np.where(on, found / count, 0).astype(np.float32),
        )
