# SPDX-License-Identifier: GPL-3.0-or-later
"""From what cameras saw to a texture: each texel takes the colours of the cameras that see its place well, and where
none does it keeps its old ones or takes those of the nearest that were painted. Pure arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .meshes import Mesh, Pixels, sampled
from .rasterise import Floats, Ints, drawn, times_covered
from .views import View

RUN = 1 << 16
"""Points that are worked on at a time."""
MARGIN = 16
"""Texels around islands that take on their colours, in a texture of 1024: a mesh that is seen from afar is drawn with
a smaller copy of it, in which they lie nearer."""
OVERLAP = 0.002
"""The share of a layer that may lie over itself: rims of triangles fall on the same texels."""
CELLS = 64
"""Along each side of the box around a mesh, in which colours spread."""
GAINS = (0.6, 1.6)
"""By how much a picture's colours are made darker or lighter at most, to meet another's."""


@dataclass(frozen=True, eq=False)
class Baked:
    """A mesh's new colours."""

    pixels: Pixels
    """(size, size, 3), rows from the top."""
    painted: float
    """The share of its texels that a camera saw."""


@dataclass(frozen=True, eq=False)
class Texels:
    """The texels that show a mesh, and where in the world they lie."""

    pixel: Ints
    """(texels,): their places, counted row by row."""
    triangle: Ints
    weights: Floats
    points: Floats
    normals: Floats
    flat: Floats


def overlaps(layer: Floats, size: int = 512) -> bool:
    """Whether a UV layer (triangles, 3, 2) can't be painted on: parts of it lie over others, or beyond the texture."""
    if layer.size == 0 or layer.min() < -1e-4 or layer.max() > 1.0001:
        return True
    count = times_covered(layer * (size, -size) + (0, size), size, size)
    covered = int((count > 0).sum())
    return not covered or int((count > 1).sum()) > OVERLAP * covered


def texels(mesh: Mesh, layer: Floats, size: int) -> Texels:
    """Where a texture of `size` shows the mesh, laid out by `layer` (triangles, 3, 2)."""
    grid = drawn(layer * (size, -size) + (0, size), size, size)
    triangle, weights = grid.triangle[grid.covered], grid.weights[grid.covered]
    normals = grid.mixed(mesh.normals)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)
    return Texels(
        np.flatnonzero(grid.covered), triangle, weights, grid.mixed(mesh.points), normals, mesh.flat[triangle]
    )


def seen(
    views: Sequence[View],
    pictures: Sequence[Pixels],
    points: Floats,
    normals: Floats,
    flat: Floats,
    gains: Floats | None = None,
) -> tuple[Floats, Floats, Floats]:
    """The colours (points, 3), sRGB 0..1, that the pictures of some views give to points, how far they are to be
    trusted (points,), and how much they weigh together."""
    colours = np.zeros((len(points), 3), np.float32)
    trust, weight = np.zeros(len(points), np.float32), np.zeros(len(points), np.float32)
    for start in range(0, len(points), RUN):
        part = slice(start, start + RUN)
        total, unseen = np.zeros(len(points[part]), np.float32), np.ones(len(points[part]), np.float32)
        for number, (view, picture) in enumerate(zip(views, pictures, strict=True)):
            sight = view.sees(points[part], normals[part], flat[part])
            gain = 1.0 if gains is None else gains[number]
            colour = sampled(picture[..., :3], sight.xy * picture.shape[1::-1]) * np.float32(1 / 255.0) * gain
            colours[part] += colour * sight.weight[:, None]
            total += sight.weight
            unseen *= 1.0 - sight.trust
        colours[part] /= np.maximum(total, 1e-12)[:, None]
        trust[part], weight[part] = 1.0 - unseen, total
    return np.clip(colours, 0.0, 1.0), trust, weight


def matched(views: Sequence[View], pictures: Sequence[Pixels], places: Sequence[Texels]) -> Floats:
    """(views, 3): by what each picture's colours are multiplied so that they meet where two cameras see the same
    (after Brown and Lowe 2007: the least change that brings the overlaps together)."""
    points, normals, flat = (
        np.concatenate([getattr(some, name)[:: max(1, len(some.pixel) // 20_000)] for some in places])
        for name in ("points", "normals", "flat")
    )
    count = len(views)
    sights = [view.sees(points, normals, flat) for view in views]
    colours = [
        sampled(picture[..., :3], sight.xy * picture.shape[1::-1]) / 255.0
        for sight, picture in zip(sights, pictures, strict=True)
    ]
    system, wanted = np.eye(count) * 0.1, np.zeros((count, 3))
    for one in range(count):
        for other in range(one):
            both = np.minimum(sights[one].trust, sights[other].trust)
            share = both.sum() / len(points)
            if share < 0.002:
                continue
            ratio = np.log(
                np.maximum((colours[other] * both[:, None]).sum(0), 1e-6)
                / np.maximum((colours[one] * both[:, None]).sum(0), 1e-6)
            )
            # log gain(one) - log gain(other) = ratio
            weight = min(1.0, share * 20.0)
            system[one, one] += weight
            system[other, other] += weight
            system[one, other] -= weight
            system[other, one] -= weight
            wanted[one] += weight * ratio
            wanted[other] -= weight * ratio
    gains: Floats = np.clip(np.exp(np.linalg.solve(system, wanted)), *GAINS).astype(np.float32)
    return gains


def baked(
    mesh: Mesh,
    layer: Floats,
    views: Sequence[View],
    pictures: Sequence[Pixels],
    size: int,
    gains: Floats | None = None,
    places: Texels | None = None,
) -> Baked:
    """A texture of `size` for a mesh, from the pictures of some views of it."""
    here = texels(mesh, layer, size) if places is None else places
    colours, trust, _ = seen(views, pictures, here.points, here.normals, here.flat, gains)
    rest = np.flatnonzero(trust < 1.0)
    old = mesh.colours(here.triangle[rest], here.weights[rest])
    keeps = np.array([look.pixels is not None for look in mesh.looks])
    slots = (
        np.zeros(len(rest), int) if mesh.slots is None else np.minimum(mesh.slots[here.triangle[rest]], len(keeps) - 1)
    )
    bare = ~keeps[slots]
    if bare.any() and (trust > 0.0).any():
        old[bare] = spread(here.points, colours, trust, here.points[rest[bare]])
    share = trust[rest, None]
    colours[rest] = colours[rest] * share + old * (1.0 - share)
    picture = np.zeros((size * size, 3), np.float32)
    picture[:] = colours.mean(0) if len(colours) else 0.5
    picture[here.pixel] = colours
    covered = np.zeros((size, size), bool)
    covered.flat[here.pixel] = True
    picture = picture[margined(covered, max(2, MARGIN * size // 1024))]
    pixels = (picture * 255.0 + 0.5).astype(np.uint8)
    return Baked(pixels, float(trust.mean()) if len(trust) else 0.0)


def margined(covered: NDArray[np.bool_], margin: int) -> Ints:
    """(height, width): for each texel whose colour it takes, counted row by row: its own, or where it isn't covered
    but lies within the margin, that of a covered one near it."""
    height, width = covered.shape
    source = np.arange(height * width)
    wide = np.pad(covered, 1, constant_values=True)  # a wall around, which nothing is taken from
    filled, across = wide.ravel(), width + 2
    origin = np.pad(source.reshape(height, width), 1).ravel()
    rim = covered & ~(wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:])
    newest = np.flatnonzero(np.pad(rim, 1))
    for turn in range(margin):
        # every second turn goes over the corners too, so that the margin is nearly round
        steps = (-1, 1, -across, across) + ((-across - 1, -across + 1, across - 1, across + 1) if turn % 2 else ())
        reached = []
        for step in steps:
            target = newest + step
            free = ~filled[target]
            target = target[free]
            filled[target] = True
            origin[target] = origin[newest[free]]
            reached.append(target)
        newest = np.concatenate(reached)
    return origin.reshape(height + 2, width + 2)[1:-1, 1:-1]


def spread(points: Floats, colours: Floats, trust: Floats, others: Floats) -> Floats:
    """Colours (others, 3) for points nobody saw, from those around them that somebody did: in space, not in the
    texture, so that islands of one surface meet in one colour."""
    low = np.minimum(points.min(0), others.min(0))
    size = max(float((np.maximum(points.max(0), others.max(0)) - low).max()), 1e-9) * 1.0001
    known = np.flatnonzero(trust > 0.0)
    cell = (points[known] - low) / size * CELLS
    number = np.ravel_multi_index(tuple(cell.astype(int).T), (CELLS,) * 3)
    sums = np.stack(
        [
            np.bincount(number, weights=trust[known] * value, minlength=CELLS**3)
            for value in (*colours[known].T, np.ones(len(known)))
        ],
        -1,
    ).astype(np.float32)
    levels = [sums.reshape(CELLS, CELLS, CELLS, 4)]
    while len(levels[-1]) > 1:
        half = len(levels[-1]) // 2
        levels.append(levels[-1].reshape(half, 2, half, 2, half, 2, 4).sum((1, 3, 5)))
    filled: Floats = levels.pop()
    filled = filled / filled[..., 3:]
    while levels:
        finer = levels.pop()
        # as much of the coarser level as is missing here
        coarse = _doubled(filled)
        have = np.clip(finer[..., 3:], 0.0, 1.0)
        filled = coarse + have * (finer / np.maximum(finer[..., 3:], 1e-6) - coarse)
    return _within(filled[..., :3], (others - low) / size * CELLS)


def _doubled(cube: Floats) -> Floats:
    """A cube of values (n, n, n, …), twice as fine, without steps."""
    for axis in range(3):
        side = np.moveaxis(cube, axis, 0)
        before = np.concatenate((side[:1], side[:-1]))
        after = np.concatenate((side[1:], side[-1:]))
        double = np.stack((0.75 * side + 0.25 * before, 0.75 * side + 0.25 * after), 1)
        cube = np.moveaxis(double.reshape(-1, *side.shape[1:]), 0, axis)
    return cube


def _within(cube: Floats, cell: Floats) -> Floats:
    """Values at places in a cube, between the middles of eight cells."""
    least = np.floor(cell - 0.5).astype(int)
    part = (cell - 0.5 - least).astype(np.float32)
    result = np.zeros((len(cell), cube.shape[-1]), np.float32)
    for corner in np.ndindex(2, 2, 2):
        share = np.prod(np.where(corner, part, 1.0 - part), axis=1)
        place = np.clip(least + corner, 0, len(cube) - 1)
        result += cube[tuple(place.T)] * share[:, None]
    return result
