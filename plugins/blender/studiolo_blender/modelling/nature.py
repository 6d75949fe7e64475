# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants, stones, land and clouds, each by itself on the ground; no two are alike. Sizes are those of real ones.

Knows solids; no scene and no Blender.
"""

from __future__ import annotations

from math import cos, pi, sin, tau

import numpy as np

from .solids import Points, Solid, ball, flat, join, lathe, lump, tube

Chance = np.random.Generator
UNDER = 0.05
"""How far the rim of a piece of land lies under the ground, so that the two do not lie in one plane."""


def tree(chance: Chance) -> Solid:
    """A broad-leaved tree of six to seven metres: a forked trunk under lumps of leaves."""
    lean = chance.uniform(-0.12, 0.12, 2)
    fork = (float(lean[0]), float(lean[1]), 2.3)
    trunk = tube(
        [(0, 0, 0), (0, 0, 0.25), (fork[0] * 0.4, fork[1] * 0.4, 1.1), fork], [0.34, 0.24, 0.18, 0.15], "bark", 9
    )
    parts = [trunk]
    crowns = int(chance.integers(4, 6))
    start = float(chance.uniform(0, tau))
    for at in range(crowns):
        angle = start + tau * at / crowns + float(chance.uniform(-0.3, 0.3))
        reach, high = float(chance.uniform(0.9, 1.35)), float(chance.uniform(3.4, 4.3))
        end = (fork[0] + reach * cos(angle), fork[1] + reach * sin(angle), high)
        middle = tuple((a + b) / 2 for a, b in zip(fork, end, strict=True))
        parts.append(tube([fork, (middle[0], middle[1], middle[2] - 0.15), end], [0.12, 0.085, 0.04], "bark", 6))
        parts.append(_leaves(float(chance.uniform(1.0, 1.3)), chance).moved(*end))
    parts.append(_leaves(float(chance.uniform(1.35, 1.6)), chance).moved(fork[0], fork[1], 5.0))
    return join(*parts)


def _leaves(radius: float, chance: Chance) -> Solid:
    """A lump of leaves whose surface is all small faces that look every way."""
    core = lump(radius, "leaves", chance, 0.3, 2).scaled(1.0, 1.0, 0.85)
    jagged = core.points * (1 + chance.uniform(-0.09, 0.09, (len(core.points), 1)))
    return flat(jagged, core.faces, "leaves")


def pine(chance: Chance) -> Solid:
    """Seven metres: tiers of drooping branches."""
    trunk = tube([(0, 0, 0), (0, 0, 1.0), (0, 0, 6.4)], [0.22, 0.17, 0.03], "bark", 8)
    tiers = []
    count = 8
    for at in range(count):
        low = 1.0 + at * 0.72
        radius = 1.75 * (1 - at / (count + 0.6)) + 0.12
        tiers.append(_skirt(radius, radius * 0.55 + 0.45, low, chance))
    return join(trunk, *tiers)


def _skirt(radius: float, rise: float, low: float, chance: Chance) -> Solid:
    """A ring of branches, each a ridge that hangs at its tip."""
    branches = 11
    points: list[tuple[float, float, float]] = [(0.0, 0.0, low + rise)]
    start = float(chance.uniform(0, tau))
    for at in range(branches * 2):
        angle = start + tau * at / (branches * 2)
        tip = at % 2 == 0
        reach = radius * (float(chance.uniform(0.9, 1.08)) if tip else 0.66)
        drop = -0.16 * radius + float(chance.uniform(-0.05, 0.05)) if tip else 0.12 * radius
        points.append((reach * cos(angle), reach * sin(angle), low + drop))
    points.append((0.0, 0.0, low + rise * 0.3))
    count = branches * 2
    faces = [(0, 1 + at, 1 + (at + 1) % count) for at in range(count)]
    faces += [(count + 1, 1 + (at + 1) % count, 1 + at) for at in range(count)]
    return flat(points, faces, "needles")


def palm(chance: Chance) -> Solid:
    """Six metres, leaning a little, with a crown of arching fronds."""
    bend = float(chance.uniform(0.5, 1.1))
    path = [(bend * (z / 5.6) ** 2, 0.0, z) for z in np.linspace(0, 5.6, 15)]
    radii = [(0.2 - 0.08 * at / 14) * (1.0 if at % 2 else 1.12) for at in range(15)]
    top = path[-1]
    fronds = []
    count = 11
    for at in range(count):
        rise = 0.9 if at % 2 else 0.45
        fronds.append(
            _frond(float(chance.uniform(2.6, 3.3)), rise).turned(360 / count * at + float(chance.uniform(-8, 8)))
        )
    nuts = [ball(0.13, "bark", 1).moved(0.2 * cos(a), 0.2 * sin(a), -0.18) for a in (0.5, 2.4, 4.6)]
    crown = join(*fronds, *nuts).moved(top[0], top[1], top[2])
    return join(tube(path, radii, "bark", 9), crown).turned(float(chance.uniform(0, 360)))


def _frond(length: float, rise: float) -> Solid:
    """A leaf that goes up, out and down, folded along its rib and cut at its edges."""
    steps = 9
    points: list[tuple[float, float, float]] = []
    for at in range(steps + 1):
        t = at / steps
        x, z = length * t, rise * sin(t * pi * 0.95) * 1.2 - 1.15 * t * t
        wide = 0.5 * sin(min(t * 1.15 + 0.08, 1.0) * pi) ** 0.7 * (1.0 if at % 2 else 0.72) + 0.01
        points += [(x, -wide, z - wide * 0.45), (x, 0.0, z), (x, wide, z - wide * 0.45)]
    faces = []
    for at in range(steps):
        a = at * 3
        for k in (0, 1):
            faces.append((a + k, a + k + 3, a + k + 4, a + k + 1))
    return flat(points, faces, "leaves")


def bush(chance: Chance) -> Solid:
    lumps = []
    for at in range(5):
        angle, reach = tau * at / 5 + float(chance.uniform(-0.4, 0.4)), float(chance.uniform(0.25, 0.45))
        size = float(chance.uniform(0.38, 0.52))
        lumps.append(_leaves(size, chance).moved(reach * cos(angle), reach * sin(angle), size * 0.72))
    lumps.append(_leaves(0.55, chance).moved(0, 0, 0.7))
    return _grounded(join(*lumps))


def flower(chance: Chance) -> Solid:
    """Forty centimetres: petals about a yellow middle on a bent stem with two leaves."""
    bend = float(chance.uniform(-0.05, 0.05))
    top = (bend, -0.03, 0.38)
    stem = tube([(0, 0, 0), (bend * 0.3, 0, 0.2), top], [0.008, 0.007, 0.006], "stem", 6)
    petals = []
    count = 9
    outline = [(0.0, 0.0), (0.03, -0.026), (0.07, -0.03), (0.1, -0.012), (0.1, 0.012), (0.07, 0.03), (0.03, 0.026)]
    for at in range(count):
        points = [(x, y, 0.25 * x - 1.2 * x * x + (0.006 if y else 0)) for x, y in outline]
        petal = flat(points, [range(len(points))], "petals")
        petals.append(petal.turned(360 / count * at))
    head = join(*petals, ball(0.033, "pollen", 2).scaled(1, 1, 0.5).moved(z=0.008)).turned(32, "x").moved(*top)
    leaves = [_blade(0.2, 0.035).turned(angle).moved(0, 0, 0.03) for angle in (40, 200, 300)]
    return join(stem, head, *leaves).turned(float(chance.uniform(-25, 25)))


def _blade(length: float, wide: float) -> Solid:
    points = []
    for t in (0.0, 0.35, 0.7, 1.0):
        w = wide * sin(t * pi) * 0.9 + 0.002
        points += [(length * t, -w, 0.16 * sin(t * pi * 0.8)), (length * t, w, 0.16 * sin(t * pi * 0.8))]
    faces = [(a, a + 2, a + 3, a + 1) for a in (0, 2, 4)]
    return flat(points, faces, "stem")


def mushroom(chance: Chance) -> Solid:
    """Thirty centimetres, a red cap with white spots."""
    cap = lathe(
        [(0.03, 0.2), (0.15, 0.205), (0.165, 0.225), (0.15, 0.27), (0.1, 0.315), (0.04, 0.335), (0, 0.338)], "cap", 28
    )
    stalk = lathe([(0.065, 0), (0.06, 0.02), (0.038, 0.1), (0.035, 0.18), (0.05, 0.205)], "stalk", 18)
    spots = []
    for at in range(13):
        angle, r = at * 2.4 + float(chance.uniform(-0.3, 0.3)), 0.15 * float(np.sqrt((at + 0.3) / 13))
        z = float(np.interp(r, (0.0, 0.04, 0.1, 0.15), (0.338, 0.335, 0.315, 0.27)))
        spots.append(ball(0.017, "spots", 1).scaled(1, 1, 0.6).moved(r * cos(angle), r * sin(angle), z))
    frill = lathe([(0.036, 0.17), (0.058, 0.15), (0.036, 0.172)], "stalk", 18)
    lean = float(chance.uniform(-6, 6))
    return join(cap, stalk, frill, *spots).turned(lean, "y")


def cactus(chance: Chance) -> Solid:
    """A saguaro of three metres with two arms."""

    def limb(path: list[tuple[float, float, float]], radius: float) -> Solid:
        radii = [radius] * (len(path) - 2) + [radius * 0.75, radius * 0.15]
        made = tube(path, radii, "skin", 20)
        line = np.array(path)
        near = np.repeat(np.arange(len(path)), 20)
        ribs = np.tile(1 - 0.13 * (np.arange(20) % 2), len(path))
        points = line[near] + (made.points - line[near]) * ribs[:, None]
        return Solid(points, made.faces, made.uvs, made.parts, (False,) * len(made.faces))

    parts = [limb([(0, 0, 0), (0, 0, 0.8), (0, 0, 1.8), (0, 0, 2.75), (0, 0, 2.95), (0, 0, 3.05)], 0.27)]
    for side in (-1, 1):
        low, high = float(chance.uniform(1.0, 1.6)), float(chance.uniform(2.1, 2.6))
        out = side * float(chance.uniform(0.6, 0.72))
        path = [(side * 0.1, 0, low), (out * 0.7, 0, low + 0.04), (out, 0, low + 0.22), (out, 0, high - 0.25)]
        parts.append(limb([*path, (out, 0, high - 0.08), (out, 0, high)], 0.19))
    return join(*parts).turned(float(chance.uniform(-30, 30)))


def rock(chance: Chance) -> Solid:
    """A boulder a metre and a half across, flat where it lies."""
    made = lump(0.8, "rock", chance, 0.34, 3)
    x, y, z = chance.uniform((0.85, 0.75, 0.62), (1.2, 1.0, 0.85))
    points = made.points * (x, y, z)
    for _ in range(7):  # flat cuts, as stone breaks
        normal = chance.normal(size=3)
        normal[2] = abs(normal[2])
        normal /= np.linalg.norm(normal)
        far = points @ normal
        limit = float(np.quantile(far, chance.uniform(0.8, 0.93)))
        points = points - np.outer(np.maximum(far - limit, 0) * 0.9, normal)
    floor = float(np.quantile(points[:, 2], 0.22))
    points = points - (0, 0, floor)
    points[:, 2] = np.maximum(points[:, 2], -0.02)
    return flat(points - (0, 0, points[:, 2].min()), made.faces, "rock")


def _terrain(size: float, count: int) -> tuple[Points, list[tuple[int, ...]]]:
    line = np.linspace(-size / 2, size / 2, count)
    x, y = np.meshgrid(line, line)
    points = np.column_stack([x.ravel(), y.ravel(), np.zeros(count * count)])
    faces: list[tuple[int, ...]] = []
    for row in range(count - 1):
        for at in range(count - 1):
            a = row * count + at
            faces.append((a, a + 1, a + count + 1, a + count))
    return points, faces


def _noise(points: Points, chance: Chance, scale: float, octaves: int, ridged: bool = False) -> Points:
    """Smooth noise from -1 to 1 over the ground; `ridged` has sharp crests."""
    total = np.zeros(len(points))
    weight = 1.0
    for _ in range(octaves):
        layer = np.zeros(len(points))
        for _ in range(5):
            angle = float(chance.uniform(0, tau))
            layer += np.sin(
                (points[:, 0] * cos(angle) + points[:, 1] * sin(angle)) / scale * tau + chance.uniform(0, tau)
            )
        layer /= 2.6
        total += weight * ((1 - 2 * np.abs(layer)) if ridged else layer)
        weight *= 0.5
        scale *= 0.48
    return total / 1.8


def mountain(chance: Chance) -> Solid:
    """Sixty metres wide and thirty high, with ridges, snow on top."""
    points, faces = _terrain(64.0, 72)
    warp = np.column_stack([_noise(points, chance, 40, 2), _noise(points, chance, 40, 2)]) * 5
    radius = (
        np.linalg.norm(points[:, :2] + warp * (np.linalg.norm(points[:, :2], axis=1, keepdims=True) > 3), axis=1) / 31
    )
    ridges = _noise(points, chance, 26, 5, ridged=True)
    slope = np.clip(1 - radius, 0, 1)
    high = 30 * slope**1.25 * (0.82 + 0.36 * ridges)
    high += 5 * slope * (1 - slope) * _noise(points, chance, 14, 3, ridged=True)
    points[:, 2] = np.maximum(high * np.clip((1 - np.linalg.norm(points[:, :2], axis=1) / 32) * 8, 0, 1), 0)
    points[:, 2] -= UNDER
    kept = [face for face in faces if points[list(face), 2].max() > 0.02]
    made = flat(points, kept, "rock")
    peak = points[:, 2].max()
    normals = made.normals()
    parts = []
    for face, normal in zip(kept, normals, strict=True):
        z = points[list(face), 2].mean() / peak
        snowy = z > 0.66 + 0.18 * (0.8 - normal[2])
        parts.append("snow" if snowy else "rock" if z > 0.12 or normal[2] < 0.7 else "grass")
    return Solid(made.points, made.faces, made.uvs, tuple(parts), made.smooth)


def hill(chance: Chance) -> Solid:
    """Sixteen metres wide and three and a half high, round and grassy."""
    points, faces = _terrain(17.0, 48)
    radius = np.linalg.norm(points[:, :2], axis=1) / 8.2
    swell = np.cos(np.clip(radius, 0, 1) * pi) * 0.5 + 0.5
    points[:, 2] = 3.5 * swell + 0.7 * swell * (1 - swell) * _noise(points, chance, 7, 3)
    points[:, 2] = np.maximum(points[:, 2], 0) - UNDER
    kept = [face for face in faces if points[list(face), 2].max() > -UNDER]
    return flat(points, kept, "grass", smooth=True)


def cloud(chance: Chance) -> Solid:
    puffs = [lump(1.3, "cloud", chance, 0.12, 3, smooth=True)]
    for at in range(7):
        side = -1 if at % 2 else 1
        x = side * (0.7 + 0.42 * (at // 2)) + float(chance.uniform(-0.2, 0.2))
        size = 1.05 - 0.17 * (at // 2) + float(chance.uniform(-0.1, 0.1))
        puffs.append(lump(size, "cloud", chance, 0.14, 3, smooth=True).moved(x, float(chance.uniform(-0.5, 0.5)), -0.1))
    made = join(*puffs)
    points = made.points.copy()
    points[:, 2] = np.where(points[:, 2] < -0.35, -0.35 + (points[:, 2] + 0.35) * 0.25, points[:, 2])
    return Solid(points - (0, 0, points[:, 2].min()), made.faces, made.uvs, made.parts, made.smooth)


def crystal(chance: Chance) -> Solid:
    """A cluster: one tall six-sided crystal, smaller ones leaning from it."""
    shards = [_shard(0.22, 1.5, chance)]
    for at in range(7):
        size = float(chance.uniform(0.4, 0.8))
        shard = _shard(0.17 * size + 0.04, 1.05 * size, chance).turned(float(chance.uniform(18, 42)), "y")
        shards.append(shard.moved(x=0.1).turned(360 / 7 * at + float(chance.uniform(-15, 15))))
    return _grounded(join(*shards))


def _shard(radius: float, height: float, chance: Chance) -> Solid:
    made = lathe([(radius * 0.8, -0.1), (radius, height * 0.72), (0, height)], "crystal", 6, smooth=False)
    points = made.points.copy()
    points[:, 2] += np.where(points[:, 2] > height * 0.5, chance.uniform(-0.07, 0.07, len(points)) * height, 0)
    return flat(points, made.faces, "crystal")


def _grounded(solid: Solid) -> Solid:
    """With what would be under the ground drawn up to it."""
    points = solid.points.copy()
    points[:, 2] = np.maximum(points[:, 2], 0)
    return Solid(points, solid.faces, solid.uvs, solid.parts, solid.smooth)


NATURE = {
    made.__name__: made
    for made in (
        tree, pine, palm, bush, flower, mushroom, cactus, rock, mountain, hill, cloud, crystal,
    )
}  # fmt: skip
