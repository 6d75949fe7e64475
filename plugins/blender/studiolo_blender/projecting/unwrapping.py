# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays a mesh out on a texture so that nothing lies over anything else: for meshes whose own UVs don't allow to paint
on them. Pure arithmetic, so that it can be done beside Blender's main thread, which its own unwrapping needs.

Polygons that face about the same way and hang together are one island, laid out as seen from that side; the islands
are set on shelves, the tallest first.
"""

from __future__ import annotations

import numpy as np

from .meshes import Taken
from .rasterise import Floats, Ints, drawn

SIDES = np.concatenate((np.eye(3), -np.eye(3)))
"""The six directions that an island may face."""
STEEPEST = 0.2
"""Cosine of the angle up to which a polygon may join its neighbours' island, though another side would suit it more."""
GAP = 1 / 128
"""Between islands, as a share of the texture's side."""
TURNS = 32
"""In how many directions an island is tried."""
REACH = 16
"""Among how many shelves a place is looked for."""
CUTS = 4
"""How many times what lies over itself is cut."""
FINENESS = 1024
"""Pixels at which is looked whether an island folds over itself."""


def unwrapped(mesh: Taken) -> Floats:
    """(corners, 2): where each corner of the mesh's polygons lies, 0 to 1."""
    scale = np.linalg.norm(mesh.matrix[:3, :3], axis=0)
    points = (mesh.points * scale).astype(np.float64)
    normals = _normals(mesh, points)
    pairs = _neighbours(mesh)
    sides = _sides(normals, pairs)
    part = np.zeros(len(sides), int)
    for turn in range(CUTS + 1):
        islands = _islands(sides + 6 * part, pairs)
        uv = _packed(mesh, _flattened(mesh, points, sides), islands)
        over = _folded(mesh, uv)
        if not len(over):
            break
        # what lies under something is cut off together, and in the end each by itself
        part[over] = part.max() + 1 + (np.arange(len(over)) if turn == CUTS - 1 else 0)
    return uv


def _normals(mesh: Taken, points: Floats) -> Floats:
    """(polygons, 3), of length 1."""
    a, b, c = points[mesh.vertices[mesh.corners]].transpose(1, 0, 2)
    area = np.cross(b - a, c - a)
    normal = np.stack([np.bincount(mesh.polygons, area[:, axis], len(mesh.starts)) for axis in range(3)], -1)
    return normal / np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-20)


def _neighbours(mesh: Taken) -> Ints:
    """(pairs, 2): polygons that share an edge."""
    polygon = np.repeat(np.arange(len(mesh.starts)), mesh.sides)
    order = np.argsort(mesh.edges, kind="stable")
    same = np.flatnonzero(np.diff(mesh.edges[order]) == 0)
    return np.stack((polygon[order[same]], polygon[order[same + 1]]), -1)


def _sides(normals: Floats, pairs: Ints) -> Ints:
    """(polygons,): which of the six sides each is seen from; ragged borders are smoothed."""
    facing = normals @ SIDES.T
    sides = facing.argmax(1)
    both = np.concatenate((pairs, pairs[:, ::-1]))
    for _ in range(4):
        around = np.bincount(both[:, 0] * 6 + sides[both[:, 1]], minlength=6 * len(sides)).reshape(-1, 6)
        share = around / np.maximum(around.sum(1, keepdims=True), 1)
        sides = np.where(facing > STEEPEST, facing + 0.5 * share, facing - 2.0).argmax(1)
    return sides


def _islands(kind: Ints, pairs: Ints) -> Ints:
    """(polygons,): the island of each, counted from 0; of one kind all in each."""
    pairs = pairs[kind[pairs[:, 0]] == kind[pairs[:, 1]]]
    least = np.arange(len(kind))
    while len(pairs):
        ends = least[pairs]
        np.minimum.at(least, ends.max(1), ends.min(1))
        while (least[least] != least).any():
            least = least[least]
        pairs = pairs[least[pairs[:, 0]] != least[pairs[:, 1]]]
    return np.unique(least, return_inverse=True)[1].reshape(-1)


def _flattened(mesh: Taken, points: Floats, sides: Ints) -> Floats:
    """(corners, 2): as seen from its polygon's side."""
    right = np.array([[0, 1, 0], [-1, 0, 0], [1, 0, 0], [0, -1, 0], [1, 0, 0], [-1, 0, 0]], float)
    up = np.cross(SIDES, right)
    side = np.repeat(sides, mesh.sides)
    corners = points[mesh.vertices]
    return np.stack([np.einsum("ij,ij->i", corners, axis[side]) for axis in (right, up)], -1)


def _packed(mesh: Taken, flat: Floats, islands: Ints) -> Floats:
    """Moves the islands beside each other, and all of them into the texture."""
    island = np.repeat(islands, mesh.sides)
    flat, size = _turned(flat, island, int(islands.max()) + 1)
    gap = min(GAP, 0.25 / np.sqrt(len(size)))
    side = np.sqrt((size[:, 0] * size[:, 1]).sum() + 1e-30)
    while (places := _shelved(size + gap * side, side * (1.0 - gap))) is None:
        side *= 1.03
    uv: Floats = (flat + places[island] + gap * side) / side
    return uv


def _turned(flat: Floats, island: Ints, count: int) -> tuple[Floats, Floats]:
    """Turns each island so that the box around it is as small as can be, and wider than high; moves it to 0. Also the
    sizes of the boxes (islands, 2)."""
    order = np.argsort(island, kind="stable")
    starts = np.searchsorted(island[order], np.arange(count))
    best, result, size = np.full(count, np.inf), flat.copy(), np.zeros((count, 2))
    for angle in np.linspace(0.0, np.pi, TURNS, endpoint=False):
        sine, cosine = np.sin(angle), np.cos(angle)
        turned = flat @ np.array([[cosine, sine], [-sine, cosine]])
        low, high = np.minimum.reduceat(turned[order], starts), np.maximum.reduceat(turned[order], starts)
        box = high - low
        better = (box[:, 0] >= box[:, 1]) & (box.prod(1) < best * 0.999)
        best[better], size[better] = box.prod(1)[better], box[better]
        mine = better[island]
        result[mine] = (turned - low[island])[mine]
    return result, size


def _shelved(size: Floats, side: float) -> Floats | None:
    """Lower left corners (islands, 2) of rectangles on shelves in a square; None where they don't fit."""
    if size.max() > side:
        return None
    places = np.empty_like(size)
    shelves: list[list[float]] = []  # how far each is filled, and where it stands
    top = 0.0
    order = np.argsort(-size[:, 1], kind="stable")
    for number, (across, up) in zip(order.tolist(), size[order].tolist(), strict=True):
        shelf = next((shelf for shelf in shelves[-REACH:] if shelf[0] + across <= side), None)
        if shelf is None:
            if top + up > side:
                return None
            shelf = [0.0, top]
            shelves.append(shelf)
            top += up
        places[number] = shelf
        shelf[0] += across
    return places


def _folded(mesh: Taken, uv: Floats) -> Ints:
    """The polygons that lie under others."""
    layer = uv[mesh.corners] * FINENESS
    first, last = drawn(layer, FINENESS, FINENESS), drawn(layer[::-1], FINENESS, FINENESS)
    seen = mesh.polygons[first.triangle[first.covered]]
    under = mesh.polygons[len(layer) - 1 - last.triangle[last.covered]]
    return np.unique(under[under != seen])
