"""The square that a material is painted on: a torus, so that everything on it is seamless by construction.

Knows noise, cells, courses and colours. Knows no material. Every draw is independent of the size in pixels: the same
seed gives the same surface, only finer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
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
    return a + (np.asarray(b, np.float32) - a) * part


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
        return spline(self.size, rows) @ knots @ spline(self.size, across).T * np.float32(2.09)

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
        return upper * (1 - fy) + (picture[y1, x0] * (1 - fx) + picture[y1, x1] * fx) * fy

    def cells(
        self, across: int, down: int | None = None, jitter: float = 0.75, u: Array | None = None, v: Array | None = None
    ) -> Cells:
        """Voronoi cells around one point in each square of a grid. `edge` is the distance to the bisector of the two
        nearest points. Jitter over 0.8 would need a wider search than the nine squares around."""
        rows = down or across
        points = 0.5 + jitter * (self.rng.random((rows, across, 2), np.float32) - 0.5)
        x, y = (self.u if u is None else u) * across, (self.v if v is None else v) * rows
        column, row = np.floor(x).astype(int), np.floor(y).astype(int)
        first = np.full((self.size, self.size), 9.0, np.float32)
        second = first.copy()
        near = np.zeros((3, self.size, self.size), np.float32)
        next_near = near.copy()
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                r, c = (row + dy) % rows, (column + dx) % across
                index = r * across + c
                point = points.reshape(-1, 2)[index]
                px, py = point[..., 0] + (column + dx) - x, point[..., 1] + (row + dy) - y
                distance = px * px + py * py
                here = np.stack([px, py, index.astype(np.float32)])
                closer = distance < first
                between = ~closer & (distance < second)
                next_near = np.where(closer, near, np.where(between, here, next_near))
                second = np.where(closer, first, np.where(between, distance, second))
                near = np.where(closer, here, near)
                first = np.where(closer, distance, first)
        apart = np.hypot(near[0] - next_near[0], near[1] - next_near[1])
        edge = (second - first) / (2 * np.maximum(apart, 1e-3))
        return Cells(near[2].astype(np.intp), rows * across, -near[0], -near[1], edge.astype(np.float32))

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
