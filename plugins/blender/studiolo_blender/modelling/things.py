# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain shapes, and what is neither building, furniture nor nature. Knows solids; no scene and no Blender.

Suzanne is not here: Blender itself has her, and `building` asks it.
"""

from __future__ import annotations

from math import cos, pi, sin, tau

import numpy as np

from .solids import Solid, ball, box, drum, flat, join, lathe, prism, tube

Chance = np.random.Generator


def cube(chance: Chance) -> Solid:
    return box(1.0, 1.0, 1.0, "plain", 0.02)


def sphere(chance: Chance) -> Solid:
    steps = 24
    outline = [(0.5 * sin(pi * at / steps), 0.5 - 0.5 * cos(pi * at / steps)) for at in range(steps + 1)]
    outline[0], outline[-1] = (0.0, 0.0), (0.0, 1.0)
    return lathe(outline, "plain", 48)


def cylinder(chance: Chance) -> Solid:
    return lathe([(0.485, 0), (0.5, 0.015), (0.5, 0.985), (0.485, 1.0)], "plain", 48)


def cone(chance: Chance) -> Solid:
    return lathe([(0.49, 0), (0.5, 0.01), (0.0, 1.0)], "plain", 48)


def torus(chance: Chance) -> Solid:
    """Lying flat, a metre across."""
    ring, rod, around, across = 0.36, 0.14, 48, 20
    points, faces, uvs = [], [], []
    for at in range(around):
        a = tau * at / around
        for side in range(across):
            b = tau * side / across
            r = ring + rod * cos(b)
            points.append((r * cos(a), r * sin(a), rod + rod * sin(b)))
    for at in range(around):
        for side in range(across):
            n, m = (at + 1) % around, (side + 1) % across
            faces.append((at * across + side, n * across + side, n * across + m, at * across + m))
            u, v = tau * ring * at / around, tau * rod * side / across
            w, h = tau * ring / around, tau * rod / across
            uvs += [(u, v), (u + w, v), (u + w, v + h), (u, v + h)]
    return Solid(np.array(points), tuple(faces), np.array(uvs), ("plain",) * len(faces), (True,) * len(faces))


def plane(chance: Chance) -> Solid:
    """A sheet four metres square, just above the ground."""
    return box(4.0, 4.0, 0.02, "plain", 0.004)


def boat(chance: Chance) -> Solid:
    """A small sailing boat, five metres long, its bow to the right."""
    rows, half = 12, 2.5
    rings: list[list[tuple[float, float, float]]] = []
    for at in range(rows + 1):
        t = at / rows
        x = -half + 2 * half * t
        wide = 0.82 * (1 - t**2.6) ** 0.75 * (0.8 + 0.2 * min(t * 4, 1)) + 0.01
        keel, rail = 0.0 + 0.55 * max(t - 0.6, 0) ** 1.5 * 2, 0.78 + 0.32 * t**2
        rings.append(
            [
                (x, -wide, rail),
                (x, -wide * 0.86, keel * 0.6 + 0.3),
                (x, -wide * 0.45, keel + 0.06),
                (x, 0, keel),
                (x, wide * 0.45, keel + 0.06),
                (x, wide * 0.86, keel * 0.6 + 0.3),
                (x, wide, rail),
            ]
        )
    points = [point for ring in rings for point in ring]
    faces: list[tuple[int, ...]] = []
    for at in range(rows):
        for side in range(6):
            a, b = at * 7 + side, (at + 1) * 7 + side
            faces.append((a, a + 1, b + 1, b))
    faces.append(tuple(range(6, -1, -1)))
    outside = flat(points, faces, "wood", smooth=True)
    deck_points = [(ring[0][0], ring[0][1] * 0.96, ring[0][2] - 0.14) for ring in rings]
    deck_points += [(ring[6][0], ring[6][1] * 0.96, ring[6][2] - 0.14) for ring in rings]
    deck = flat(deck_points, [(at, at + 1, rows + 2 + at, rows + 1 + at) for at in range(rows)], "deck")
    rails = [tube([ring[side] for ring in rings], [0.035] * (rows + 1), "deck", 6) for side in (0, 6)]
    mast = tube([(0.35, 0, 0.4), (0.35, 0, 5.2)], [0.055, 0.035], "deck", 8)
    boom = tube([(0.3, 0, 1.35), (-2.1, 0, 1.45)], [0.04, 0.03], "deck", 6)
    main = _sail([(0.28, 5.0), (0.28, 1.42), (-2.05, 1.52)])
    fore = _sail([(0.42, 4.3), (0.45, 1.35), (2.35, 1.15)])
    return join(outside, deck, *rails, mast, boom, main, fore)


def _sail(corners: list[tuple[float, float]]) -> Solid:
    """A triangle of cloth that the wind fills."""
    (ax, az), (bx, bz), (cx, cz) = corners
    steps = 6
    points: list[tuple[float, float, float]] = []
    index: dict[tuple[int, int], int] = {}
    for i in range(steps + 1):
        for j in range(steps + 1 - i):
            u, v = i / steps, j / steps
            w = 1 - u - v
            index[(i, j)] = len(points)
            points.append((w * ax + u * bx + v * cx, -6 * (u * v * w) * 0.9 - 0.6 * v * w, w * az + u * bz + v * cz))
    faces = []
    for i in range(steps):
        for j in range(steps - i):
            faces.append((index[(i, j)], index[(i + 1, j)], index[(i, j + 1)]))
            if i + j < steps - 1:
                faces.append((index[(i + 1, j)], index[(i + 1, j + 1)], index[(i, j + 1)]))
    return flat(points, faces, "sail")


def car(chance: Chance) -> Solid:
    """A small saloon of four metres, its front to the left."""
    body = [
        (-2.0, 0.32), (1.98, 0.32), (2.03, 0.55), (1.98, 0.86), (1.3, 0.92), (-0.75, 0.9), (-1.75, 0.8), (-2.02, 0.66),
    ]  # fmt: skip
    cabin = [(-0.95, 0.88), (1.5, 0.9), (1.12, 1.36), (0.9, 1.42), (-0.15, 1.42), (-0.32, 1.36)]
    side = [(-0.78, 0.92), (1.28, 0.92), (1.0, 1.32), (-0.25, 1.32)]
    parts = [
        _rounded(body, 1.62, "paint", 0.1),
        _rounded(cabin, 1.42, "paint", 0.1),
        prism(side, 1.44, "dark glass"),
        box(0.05, 1.46, 0.44, "paint", 0.01).moved(0.42, 0, 0.9),
    ]
    for x in (-1.22, 1.25):
        for y in (-0.72, 0.72):
            tyre = lathe([(0.2, 0), (0.3, 0.0), (0.325, 0.03), (0.325, 0.15), (0.3, 0.18), (0.2, 0.18)], "rubber", 24)
            rim = lathe([(0.2, 0.01), (0.14, 0.03), (0.05, 0.005)], "metal", 16)
            wheel = join(tyre, rim, rim.turned(180, "x").moved(z=0.18)).moved(z=-0.09).turned(90, "x")
            parts.append(wheel.moved(x, y, 0.325))
    slope = [(-0.985, 0.93), (-0.38, 1.34), (-0.36, 1.345), (-0.96, 0.92)]
    parts.append(prism(slope, 1.2, "dark glass").moved(-0.012))
    back = [(1.5, 0.94), (1.16, 1.34), (1.14, 1.335), (1.48, 0.93)]
    parts.append(prism(back, 1.2, "dark glass").moved(0.012))
    for y in (-0.55, 0.55):
        parts.append(box(0.05, 0.3, 0.13, "lit glass", 0.02).moved(-2.01, y, 0.6))
        parts.append(box(0.05, 0.28, 0.12, "red", 0.02).moved(2.0, y, 0.66))
    parts += [box(0.12, 1.6, 0.14, "metal", 0.04).moved(x, 0, 0.34) for x in (-2.0, 2.0)]
    parts.append(box(0.03, 0.7, 0.1, "metal", 0.01).moved(-2.02, 0, 0.6))
    return join(*parts)


def _rounded(outline: list[tuple[float, float]], depth: float, part: str, bevel: float) -> Solid:
    """An outline drawn out along y, its long edges bevelled inwards."""
    middle = np.mean(outline, axis=0)
    inner = [tuple(np.array(p) + (middle - p) / np.linalg.norm(middle - p) * bevel) for p in outline]
    rows = [(inner, -depth / 2), (outline, -depth / 2 + bevel), (outline, depth / 2 - bevel), (inner, depth / 2)]
    points = [(x, y, z) for line, y in rows for x, z in line]
    count = len(outline)
    faces: list[tuple[int, ...]] = [tuple(range(count)), tuple(range(4 * count - 1, 3 * count - 1, -1))]
    for row in range(3):
        for at in range(count):
            a, b = row * count + at, row * count + (at + 1) % count
            faces.append((a, a + count, b + count, b))
    return flat(points, faces, part)


def campfire(chance: Chance) -> Solid:
    """Logs in a ring of stones, burning."""
    logs = []
    for at in range(6):
        log = tube([(0.34, 0, 0.02), (0.03, 0, 0.36)], [0.06, 0.05], "bark", 8)
        logs.append(log.turned(60 * at + float(chance.uniform(-12, 12))))
    stones = []
    for at in range(11):
        stone = ball(0.13, "stone", 1, smooth=False)
        points = stone.points * (1 + chance.uniform(-0.2, 0.2, (len(stone.points), 1))) * (1.1, 1.0, 0.8)
        stones.append(flat(points + np.array((0.56, 0, 0.07)), stone.faces, "stone").turned(360 / 11 * at))
    flames = []
    for at in range(7):
        high = float(chance.uniform(0.35, 0.75)) if at else 0.85
        flame = lathe([(0.0, 0), (0.09, 0.06), (0.1, 0.14), (0.06, 0.3), (0.02, 0.48), (0, 0.56)], "flame", 8)
        x, y = (0.13 * cos(at), 0.13 * sin(at)) if at else (0.0, 0.0)
        flames.append(flame.scaled(1, 1, high / 0.56).turned(float(chance.uniform(-9, 9)), "x").moved(x, y, 0.1))
    return join(*logs, *stones, *flames, drum(0.5, 0.02, "ash", 16))


def snowman(chance: Chance) -> Solid:
    """Three balls, a carrot, coals, a hat, a scarf and arms."""
    balls = [ball(r, "snow", 3).moved(z=z) for r, z in ((0.5, 0.42), (0.36, 1.08), (0.25, 1.58))]
    base = balls[0].points.copy()
    base[:, 2] = np.maximum(base[:, 2], 0)
    balls[0] = Solid(base, balls[0].faces, balls[0].uvs, balls[0].parts, balls[0].smooth)
    nose = tube([(0, -0.22, 1.58), (0, -0.5, 1.55)], [0.04, 0.005], "carrot", 10)
    coals = [ball(0.028, "black", 1).moved(x, -0.225, 1.66) for x in (-0.09, 0.09)]
    coals += [ball(0.03, "black", 1).moved(0, y, z) for y, z in ((-0.335, 1.22), (-0.36, 1.08), (-0.335, 0.94))]
    coals += [
        ball(0.018, "black", 1).moved(0.09 * sin(a), -0.225 - 0.01 * cos(a), 1.5 - 0.04 * cos(a * 1.4))
        for a in (-1, -0.5, 0, 0.5, 1)
    ]
    hat = [drum(0.3, 0.03, "black", 24).moved(z=1.76), drum(0.19, 0.32, "black", 24, 0.2).moved(z=1.78)]
    hat.append(lathe([(0.193, 1.8), (0.196, 1.86)], "red", 24))
    scarf = [lathe([(0.2, 1.34), (0.275, 1.36), (0.28, 1.4), (0.2, 1.43)], "red", 24)]
    scarf.append(box(0.1, 0.04, 0.42, "red", 0.015).turned(8, "x").moved(0.13, -0.3, 0.95))
    arms = []
    for side in (-1, 1):
        arms.append(
            tube(
                [(side * 0.3, 0, 1.15), (side * 0.6, -0.05, 1.3), (side * 0.85, -0.08, 1.5)],
                [0.022, 0.018, 0.012],
                "bark",
                6,
            )
        )
        arms.append(tube([(side * 0.72, -0.06, 1.4), (side * 0.88, -0.05, 1.38)], [0.012, 0.007], "bark", 5))
    return join(*balls, nose, *coals, *hat, *scarf, *arms)


THINGS = {made.__name__: made for made in (cube, sphere, cylinder, cone, torus, plane, boat, car, campfire, snowman)}
