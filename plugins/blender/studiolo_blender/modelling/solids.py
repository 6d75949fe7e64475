# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes as arithmetic: boxes with bevelled edges, turned and drawn-out outlines, tubes, lumps, and how to join them.

Everything is in metres, z up, and carries UVs in metres too, so that a texture has the same scale on all of it. Knows
numpy; no Blender and no particular thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin, tau

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Pair = tuple[float, float]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Solid:
    """A mesh. It is not changed; moving it makes another."""

    points: Points
    """N x 3."""
    faces: tuple[tuple[int, ...], ...]
    """Corners against the clock, seen from outside."""
    uvs: Points
    """For each corner of each face, in order."""
    parts: tuple[str, ...]
    """What each face is a part of: `roof`, `leaves`."""
    smooth: tuple[bool, ...]

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Solid:
        return self._with(self.points + np.array((x, y, z)))

    def scaled(self, x: float, y: float | None = None, z: float | None = None) -> Solid:
        """Larger by these factors; one alone counts for all three. UVs grow along with the faces they lie on."""
        factors = np.array((x, x if y is None else y, x if z is None else z))
        normals = np.abs(self.normals())
        corners = np.repeat(np.arange(len(self.faces)), [len(face) for face in self.faces])
        main = normals.argmax(axis=1)[corners]
        stretch = np.array(((factors[1], factors[2]), (factors[0], factors[2]), (factors[0], factors[1])))[main]
        return Solid(self.points * factors, self.faces, self.uvs * stretch, self.parts, self.smooth)

    def turned(self, degrees: float, axis: str = "z") -> Solid:
        angle = degrees * pi / 180
        c, s = cos(angle), sin(angle)
        matrix = {
            "x": ((1, 0, 0), (0, c, -s), (0, s, c)),
            "y": ((c, 0, s), (0, 1, 0), (-s, 0, c)),
            "z": ((c, -s, 0), (s, c, 0), (0, 0, 1)),
        }[axis]
        return self._with(self.points @ np.array(matrix, float).T)

    def of(self, part: str) -> Solid:
        """The same, all of one part."""
        return Solid(self.points, self.faces, self.uvs, (part,) * len(self.faces), self.smooth)

    def size(self) -> Triple:
        """Width, depth and height."""
        x, y, z = self.points.max(axis=0) - self.points.min(axis=0)
        return float(x), float(y), float(z)

    def normals(self) -> Points:
        """Of each face, of length 1."""
        found = np.empty((len(self.faces), 3))
        counts = np.array([len(face) for face in self.faces])
        for count in np.unique(counts):
            alike = np.flatnonzero(counts == count)
            corners = self.points[np.array([self.faces[at] for at in alike])]
            found[alike] = np.cross(corners, np.roll(corners, -1, axis=1)).sum(axis=1)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)

    def height_at(self, x: float, y: float) -> float:
        """Height of its highest surface above a point of the ground; 0 where there is none."""
        a, b, c = np.moveaxis(self._triangles(), 1, 0)
        area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
        area = np.where(np.abs(area) < 1e-12, np.inf, area)  # upright faces cover nothing
        u = ((b[:, 0] - x) * (c[:, 1] - y) - (c[:, 0] - x) * (b[:, 1] - y)) / area
        v = ((c[:, 0] - x) * (a[:, 1] - y) - (a[:, 0] - x) * (c[:, 1] - y)) / area
        w = 1 - u - v
        over = (np.minimum(np.minimum(u, v), w) >= -1e-9) & np.isfinite(area)
        heights = (u * a[:, 2] + v * b[:, 2] + w * c[:, 2])[over]
        return float(heights.max(initial=0.0))

    def _triangles(self) -> Points:
        fans = [(face[0], face[i], face[i + 1]) for face in self.faces for i in range(1, len(face) - 1)]
        return self.points[np.array(fans)]

    def _with(self, points: Points) -> Solid:
        return Solid(points, self.faces, self.uvs, self.parts, self.smooth)


def join(*solids: Solid) -> Solid:
    """All of them as one."""
    faces: list[tuple[int, ...]] = []
    count = 0
    for solid in solids:
        faces += [tuple(corner + count for corner in face) for face in solid.faces]
        count += len(solid.points)
    return Solid(
        np.concatenate([solid.points for solid in solids]),
        tuple(faces),
        np.concatenate([solid.uvs for solid in solids]),
        tuple(part for solid in solids for part in solid.parts),
        tuple(smooth for solid in solids for smooth in solid.smooth),
    )


def flat(points: Points | Sequence[Triple], faces: Sequence[Sequence[int]], part: str, smooth: bool = False) -> Solid:
    """Faces that are mapped from the side that they look to."""
    points = np.asarray(points, float)
    whole = tuple(tuple(int(corner) for corner in face) for face in faces)
    bare = Solid(points, whole, np.zeros((0, 2)), (part,) * len(whole), (smooth,) * len(whole))
    main = np.abs(bare.normals()).argmax(axis=1)
    sides = ((1, 2), (0, 2), (0, 1))
    uvs = [points[list(face)][:, sides[axis]] for face, axis in zip(whole, main, strict=True)]
    return Solid(points, whole, np.concatenate(uvs), bare.parts, bare.smooth)


# ---- solids


def box(width: float, depth: float, height: float, part: str, bevel: float = 0.01) -> Solid:
    """A box that stands on the ground, its edges bevelled so that they catch the light."""
    half = np.array((width, depth, height)) / 2
    bevel = min(bevel, *(half * 0.45))
    points: list[Points] = []
    index: dict[tuple[tuple[int, ...], int], int] = {}
    for corner in np.ndindex(2, 2, 2):
        sign = np.array(corner) * 2 - 1
        for axis in range(3):
            inset = np.full(3, bevel)
            inset[axis] = 0
            index[(corner, axis)] = len(points)
            points.append(sign * (half - inset))
    faces = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            ring = []
            for a, b in ((0, 0), (1, 0), (1, 1), (0, 1)):
                place = [0, 0, 0]
                place[axis], place[u], place[v] = side, a, b
                ring.append(index[(tuple(place), axis)])
            faces.append(ring if side else ring[::-1])
            for other in (0, 1):  # the bevel along the edge that this face shares with the next axis' face
                low, high = [0, 0, 0], [0, 0, 0]
                low[axis] = high[axis] = side
                low[u] = high[u] = other
                high[v] = 1
                edge = [
                    index[(tuple(low), axis)],
                    index[(tuple(low), u)],
                    index[(tuple(high), u)],
                    index[(tuple(high), axis)],
                ]
                faces.append(edge if side == other else edge[::-1])
    for corner in np.ndindex(2, 2, 2):
        ring = [index[(corner, axis)] for axis in range(3)]
        faces.append(ring if sum(corner) % 2 else ring[::-1])
    return flat(np.array(points) + np.array((0, 0, height / 2)), faces, part)


def lathe(
    profile: Sequence[Pair], part: str, sides: int = 16, smooth: bool = True, turn: float = 0.0, ends: bool = True
) -> Solid:
    """An outline of (radius, height), from the bottom up, turned about the z axis. Its `ends` are closed by discs."""
    outline = [(max(radius, 0.0), height) for radius, height in profile]
    if ends and outline[0][0] > 0:
        outline.insert(0, (0.0, outline[0][1]))
    if ends and outline[-1][0] > 0:
        outline.append((0.0, outline[-1][1]))
    lengths = np.concatenate([[0.0], np.cumsum([np.hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(outline)])])
    points: list[Triple] = []
    rings: list[list[int]] = []
    for radius, height in outline:
        if radius == 0:
            rings.append([len(points)] * (sides + 1))
            points.append((0.0, 0.0, height))
            continue
        first = len(points)
        for side in range(sides):
            angle = tau * side / sides + turn
            points.append((radius * cos(angle), radius * sin(angle), height))
        rings.append([first + side for side in range(sides)] + [first])
    faces, uvs, smooths = [], [], []
    around = max(radius for radius, _ in outline) * tau
    for number, (low, high) in enumerate(pairwise(rings)):
        is_flat = abs(outline[number][1] - outline[number + 1][1]) < 1e-9
        for side in range(sides):
            corners = [low[side], low[side + 1], high[side + 1], high[side]]
            u, v = around * side / sides, lengths[number]
            square = [
                (u, v),
                (u + around / sides, v),
                (u + around / sides, lengths[number + 1]),
                (u, lengths[number + 1]),
            ]
            if is_flat:
                square = [(points[corner][0], points[corner][1]) for corner in corners]
            keep = [at for at in range(4) if corners[at] != corners[at - 1]]
            if len(keep) < 3:
                continue
            faces.append(tuple(corners[at] for at in keep))
            uvs += [square[at] for at in keep]
            smooths.append(smooth and not is_flat)
    return Solid(np.array(points), tuple(faces), np.array(uvs), (part,) * len(faces), tuple(smooths))


def drum(radius: float, height: float, part: str, sides: int = 16, top: float | None = None) -> Solid:
    """A cylinder, or with another radius at the `top` a cut cone, with a small bevel."""
    upper = radius if top is None else top
    bevel = min(0.012, radius * 0.1, height * 0.1)
    outline = [(radius - bevel, 0.0), (radius, bevel), (upper, height - bevel), (upper - bevel, height)]
    return lathe([(r, z) for r, z in outline if r > 0 or z == height], part, sides)


def prism(outline: Sequence[Pair], depth: float, part: str, smooth: bool = False) -> Solid:
    """An outline of (x, z), against the clock seen from the front, drawn out along y, half to each side."""
    count = len(outline)
    front = [(x, -depth / 2, z) for x, z in outline]
    back = [(x, depth / 2, z) for x, z in outline]
    faces: list[Sequence[int]] = [list(range(count)), list(range(2 * count - 1, count - 1, -1))]
    faces += [(side, count + side, count + (side + 1) % count, (side + 1) % count) for side in range(count)]
    made = flat(np.array(front + back), faces, part)
    return Solid(made.points, made.faces, made.uvs, made.parts, (False, False, *(smooth,) * count))


def strip(lower: Sequence[Pair], upper: Sequence[Pair], depth: float, part: str) -> Solid:
    """What lies between two lines of (x, z) of equally many points, both from left to right, drawn out along y."""
    pieces = []
    for at in range(len(lower) - 1):
        pieces.append(prism((lower[at], lower[at + 1], upper[at + 1], upper[at]), depth, part))
    return join(*pieces)


def tube(path: Sequence[Triple], radii: Sequence[float], part: str, sides: int = 7) -> Solid:
    """A round rod along a path, with a radius at each of its points."""
    line = np.array(path, float)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    points: list[Points] = []
    for centre, direction, radius in zip(line, along, radii, strict=True):
        other = np.array((1.0, 0, 0)) if abs(direction[2]) > 0.8 else np.array((0, 0, 1.0))
        a = np.cross(direction, other)
        a /= np.linalg.norm(a)
        b = np.cross(direction, a)
        angles = [tau * side / sides for side in range(sides)]
        points += [centre + max(radius, 1e-4) * (a * cos(angle) + b * sin(angle)) for angle in angles]
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    faces: list[tuple[int, ...]] = []
    uvs: list[Pair] = []
    step = max(radii) * tau / sides
    for ring in range(len(line) - 1):
        for side in range(sides):
            one, next_one = ring * sides + side, ring * sides + (side + 1) % sides
            faces.append((one, next_one, next_one + sides, one + sides))
            low, high = float(lengths[ring]), float(lengths[ring + 1])
            uvs += [(side * step, low), (side * step + step, low), (side * step + step, high), (side * step, high)]
    last = (len(line) - 1) * sides
    for cap in (list(range(sides))[::-1], [last + side for side in range(sides)]):
        faces.append(tuple(cap))
        uvs += [(radii[0] * cos(tau * side / sides), radii[0] * sin(tau * side / sides)) for side in range(sides)]
    smooth = (True,) * (len(faces) - 2) + (False, False)
    return Solid(np.array(points), tuple(faces), np.array(uvs), (part,) * len(faces), smooth)


def ball(radius: float, part: str, detail: int = 2, smooth: bool = True) -> Solid:
    """A ball of triangles about the origin; each step of detail has four times as many."""
    points, faces = _icosahedron()
    for _ in range(detail):
        points, faces = _finer(points, faces)
    made = flat(points * radius, faces, part, smooth)
    return made


def lump(
    radius: float, part: str, random: np.random.Generator, rough: float = 0.25, detail: int = 2, smooth: bool = False
) -> Solid:
    """A ball with dents and bulges about the origin."""
    made = ball(1.0, part, detail, smooth)
    points = made.points
    swell = np.ones(len(points))
    for scale, amount in ((1.3, 1.0), (2.7, 0.5), (5.5, 0.22)):
        for _ in range(4):
            direction = random.normal(size=3)
            direction /= np.linalg.norm(direction)
            swell += rough * amount * 0.5 * np.sin(scale * (points @ direction) * 2 + random.uniform(0, tau))
    return flat(points * (radius * np.maximum(swell, 0.3))[:, None], made.faces, part, smooth)


def arc(radius: float, height: float, steps: int = 12) -> list[Pair]:
    """A half circle from left to right, its middle at a height."""
    return [(-radius * cos(pi * at / steps), height + radius * sin(pi * at / steps)) for at in range(steps + 1)]


def gable_roof(width: float, depth: float, rise: float, over: float, part: str, thick: float = 0.14) -> Solid:
    """A roof of two sides whose ridge runs along x; the walls' top is at 0."""
    half = depth / 2 + over
    slope = rise / (depth / 2)
    lower = [(-half, -over * slope), (0.0, rise), (half, -over * slope)]
    upper = [(x, z + thick) for x, z in lower]
    roof = strip(lower, upper, width + 2 * over, part).turned(90)
    return join(roof, box(width + 2 * over + 0.04, 0.2, 0.1, part, 0.03).moved(z=rise + thick - 0.05))


def _icosahedron() -> tuple[Points, list[tuple[int, int, int]]]:
    golden = (1 + 5**0.5) / 2
    points: list[Triple] = [
        (-1, golden, 0),
        (1, golden, 0),
        (-1, -golden, 0),
        (1, -golden, 0),
        (0, -1, golden),
        (0, 1, golden),
    ]
    points += [(0, -1, -golden), (0, 1, -golden), (golden, 0, -1), (golden, 0, 1), (-golden, 0, -1), (-golden, 0, 1)]
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2), (10, 7, 6)]
    faces += [(7, 1, 8), (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10)]
    faces += [(8, 6, 7), (9, 8, 1)]
    array = np.array(points, float)
    return array / np.linalg.norm(array[0]), faces


def _finer(points: Points, faces: list[tuple[int, int, int]]) -> tuple[Points, list[tuple[int, int, int]]]:
    made = list(points)
    halves: dict[tuple[int, int], int] = {}

    def half(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in halves:
            middle = made[a] + made[b]
            halves[key] = len(made)
            made.append(middle / np.linalg.norm(middle))
        return halves[key]

    finer = []
    for a, b, c in faces:
        ab, bc, ca = half(a, b), half(b, c), half(c, a)
        finer += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return np.array(made), finer
