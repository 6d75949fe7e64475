# SPDX-License-Identifier: GPL-3.0-or-later
"""What masons and carpenters build that nobody lives in, each by itself on the ground, its front to -y. Sizes are those
of real ones.

Knows solids; no scene and no Blender. Every function takes the chance it may use and gives the thing.
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from .solids import Solid, arc, ball, box, drum, gable_roof, join, lathe, lump, prism, strip, tube

Chance = np.random.Generator


def column(chance: Chance) -> Solid:
    """Four metres, with a swelling shaft, fluted, on a square foot."""
    shaft = lathe(
        [(0.36, 0.42), (0.345, 0.5), (0.335, 0.6), (0.33, 1.4), (0.315, 2.3), (0.29, 3.1), (0.27, 3.42), (0.3, 3.48)],
        "stone",
        32,
    )
    angle = np.arctan2(shaft.points[:, 1], shaft.points[:, 0])
    flutes = 1 - 0.045 * (np.cos(angle * 16) > 0)
    shaft = Solid(
        np.column_stack([shaft.points[:, 0] * flutes, shaft.points[:, 1] * flutes, shaft.points[:, 2]]),
        shaft.faces,
        shaft.uvs,
        shaft.parts,
        (False,) * len(shaft.faces),
    )
    foot = lathe([(0.47, 0.2), (0.5, 0.25), (0.47, 0.31), (0.41, 0.34), (0.42, 0.38), (0.38, 0.43)], "stone", 24)
    head = lathe([(0.3, 3.47), (0.33, 3.5), (0.31, 3.54), (0.34, 3.6), (0.46, 3.72)], "stone", 24)
    return join(
        box(1.08, 1.08, 0.2, "stone", 0.025), foot, shaft, head, box(0.98, 0.98, 0.2, "stone", 0.02).moved(z=3.72)
    )


def arch(chance: Chance) -> Solid:
    """A gateway of stones, three metres wide in the clear."""
    blocks = []
    inner, outer, spring, depth = 1.2, 1.75, 2.2, 0.9
    stones = 13
    for at in range(stones):
        a, b = pi * (at + 0.02) / stones, pi * (at + 0.98) / stones
        far = outer + (0.12 if at == stones // 2 else 0.0)
        outline = [(radius * cos(t), radius * sin(t)) for radius, t in ((inner, a), (far, a), (far, b), (inner, b))]
        blocks.append(prism(outline, depth, "stone").moved(z=spring))
    for side in (-1, 1):
        for course in range(4):
            jut = 0.02 * (course % 2)
            blocks.append(
                box(0.55 + jut, depth + jut, 0.535, "stone", 0.02).moved(side * (inner + outer) / 2, 0, course * 0.55)
            )
        blocks.append(box(0.7, depth + 0.15, 0.12, "stone", 0.02).moved(side * (inner + outer) / 2, 0, spring - 0.12))
    return join(*blocks)


def wall(chance: Chance) -> Solid:
    """Four metres of masonry under a row of coping stones."""
    blocks = []
    for course in range(6):
        x = -2.0
        while x < 1.999:
            width = min(float(chance.uniform(0.45, 0.85)), 2.0 - x)
            width = 2.0 - x if 2.0 - x - width < 0.25 else width
            depth = 0.42 + float(chance.uniform(-0.015, 0.015))
            blocks.append(box(width - 0.012, depth, 0.34, "stone", 0.02).moved(x + width / 2, 0, course * 0.35))
            x += width
    for at in range(5):
        blocks.append(box(0.79, 0.54, 0.12, "stone", 0.02).moved(-1.6 + at * 0.8, 0, 2.1))
    return join(box(3.96, 0.34, 2.08, "stone"), *blocks)


def stairs(chance: Chance) -> Solid:
    """Twelve steps between low walls, rising to the back."""
    steps, rise, tread, width = 12, 0.17, 0.3, 2.2
    parts = []
    for at in range(steps):
        depth = (steps - at) * tread
        parts.append(
            box(width, depth, rise, "stone", 0.012).moved(y=-steps * tread / 2 + at * tread + depth / 2, z=at * rise)
        )
    run, top = steps * tread, steps * rise
    cheek = [
        (-run / 2 - 0.2, 0.0),
        (run / 2, 0.0),
        (run / 2, top + 0.25),
        (run / 2 - 0.3, top + 0.25),
        (-run / 2 - 0.2, 0.35),
    ]
    side = prism(cheek, 0.25, "stone").turned(90)
    return join(*parts, side.moved(-width / 2 - 0.125), side.moved(width / 2 + 0.125))


def pyramid(chance: Chance) -> Solid:
    """Stepped courses of stone, twelve metres a side."""
    courses = 18
    layers = [
        box(12.0 * (1 - at / courses) + 0.1, 12.0 * (1 - at / courses) + 0.1, 0.46, "sandstone", 0.03).moved(
            z=at * 0.45
        )
        for at in range(courses)
    ]
    cap = lathe([(0.34, 0), (0.0, 0.45)], "sandstone", 4, smooth=False, turn=pi / 4).moved(z=courses * 0.45)
    return join(*layers, cap)


def obelisk(chance: Chance) -> Solid:
    shaft = lathe([(0.62, 0.5), (0.45, 5.2), (0.0, 5.9)], "stone", 4, smooth=False, turn=pi / 4)
    return join(box(1.5, 1.5, 0.2, "stone", 0.03), box(1.15, 1.15, 0.32, "stone", 0.03).moved(z=0.2), shaft)


def bridge(chance: Chance) -> Solid:
    """A humped bridge over one arch, eight metres long, its road along x."""
    steps = 20
    xs = np.linspace(-4.5, 4.5, steps + 1)

    def road(x: float) -> float:
        return 0.5 + 1.35 * cos(x / 4.5 * pi / 2) ** 1.2 if abs(x) < 4.5 else 0.5

    lower = [(float(x), float(np.sqrt(max(2.0**2 - x * x, 0.0)) * 0.7)) for x in xs]
    body = strip(lower, [(float(x), road(float(x))) for x in xs], 2.6, "stone")
    rail = strip(
        [(float(x), road(float(x)) - 0.1) for x in xs], [(float(x), road(float(x)) + 0.75) for x in xs], 0.28, "stone"
    )
    cap = strip(
        [(float(x), road(float(x)) + 0.75) for x in xs], [(float(x), road(float(x)) + 0.87) for x in xs], 0.42, "stone"
    )
    sides = [join(rail, cap).moved(y=y) for y in (-1.3, 1.3)]
    ring = []
    for at in range(15):
        a, b = pi * (at + 0.03) / 15, pi * (at + 0.97) / 15
        outline = [(r * cos(t), r * sin(t) * 0.72) for r, t in ((2.0, a), (2.32, a), (2.32, b), (2.0, b))]
        ring += [prism(outline, 0.12, "stone").moved(y=y) for y in (-1.45, 1.45)]
    return join(body, *sides, *ring)


def fence(chance: Chance) -> Solid:
    """Two and a half metres of pickets."""
    parts = []
    for at in range(10):
        picket = prism([(-0.045, 0), (0.045, 0), (0.045, 0.95), (0, 1.05), (-0.045, 0.95)], 0.03, "wood")
        parts.append(picket.moved(-1.125 + at * 0.25, 0, float(chance.uniform(0.03, 0.06))))
    parts += [box(2.5, 0.05, 0.09, "wood", 0.008).moved(0, 0.04, z) for z in (0.25, 0.72)]
    parts += [box(0.1, 0.1, 1.15, "wood").moved(x, 0.1) for x in (-1.2, 1.2)]
    return join(*parts)


def gate(chance: Chance) -> Solid:
    """Two stone posts and two wings of boards, a metre and a half high."""
    parts = []
    for side in (-1, 1):
        parts += [
            box(0.5, 0.5, 2.0, "stone", 0.03).moved(side * 1.55),
            box(0.66, 0.66, 0.14, "stone", 0.03).moved(side * 1.55, 0, 2.0),
            ball(0.22, "stone").moved(side * 1.55, 0, 2.32),
        ]
        for at in range(6):
            x = side * (0.14 + at * 0.205)
            high = 1.45 + 0.25 * (at / 5) ** 2
            parts.append(box(0.19, 0.05, high, "wood", 0.01).moved(x, 0, 0.08))
        parts += [box(1.2, 0.06, 0.12, "wood").moved(side * 0.65, -0.05, z) for z in (0.35, 1.2)]
        parts.append(ball(0.05, "metal", 1).moved(side * 0.12, -0.1, 0.85))
    return join(*parts)


def well(chance: Chance) -> Solid:
    """A ring of stones under a little roof, with a bucket."""
    parts = []
    for course in range(4):
        for at in range(12):
            stone = box(0.44, 0.26, 0.22, "stone", 0.03).moved(
                0, -0.78 + float(chance.uniform(-0.015, 0.015)), course * 0.22
            )
            parts.append(stone.turned(30 * at + 15 * (course % 2)))
    for at in range(12):
        parts.append(box(0.5, 0.36, 0.1, "stone", 0.025).moved(0, -0.78, 0.88).turned(30 * at))
    parts.append(lathe([(0.66, 0.5), (0.66, 0.52)], "water", 20))
    for side in (-1, 1):
        parts.append(box(0.14, 0.14, 2.2, "wood").moved(side * 0.8))
    parts += [
        tube([(-1.0, 0, 1.75), (0.95, 0, 1.75)], [0.06, 0.06], "wood", 8),
        tube([(0.95, 0, 1.75), (1.15, 0, 1.75), (1.15, 0, 1.5), (1.35, 0, 1.5)], [0.025] * 4, "metal", 6),
        tube([(0, 0, 1.75), (0, 0, 1.35)], [0.015, 0.015], "rope", 5),
        drum(0.13, 0.26, "wood", 12, 0.16).moved(0, 0, 1.08),
        gable_roof(1.9, 1.5, 0.65, 0.2, "roof", 0.07).moved(z=2.15),
    ]
    return join(*parts)


def fountain(chance: Chance) -> Solid:
    """Two basins, one over the other, with water in them."""
    return join(
        lathe(
            [
                (1.75, 0),
                (1.8, 0.1),
                (1.7, 0.15),
                (1.7, 0.48),
                (1.85, 0.55),
                (1.8, 0.62),
                (1.55, 0.62),
                (1.5, 0.2),
                (0, 0.2),
            ],
            "stone",
            32,
        ),
        lathe([(1.52, 0.46), (0, 0.47)], "water", 32),
        lathe(
            [
                (0.4, 0.2),
                (0.3, 0.5),
                (0.16, 0.7),
                (0.14, 1.2),
                (0.22, 1.3),
                (0.75, 1.5),
                (0.85, 1.62),
                (0.78, 1.62),
                (0.7, 1.56),
                (0, 1.5),
            ],
            "stone",
            28,
        ),
        lathe([(0.72, 1.58), (0, 1.59)], "water", 28),
        lathe([(0.12, 1.5), (0.08, 1.85), (0.14, 1.92), (0.05, 2.1), (0.0, 2.15)], "stone", 16),
    )


def pedestal(chance: Chance) -> Solid:
    """A metre high, for something to stand on."""
    return join(
        box(0.8, 0.8, 0.14, "stone", 0.02),
        box(0.7, 0.7, 0.06, "stone", 0.02).moved(z=0.14),
        box(0.58, 0.58, 0.66, "stone", 0.015).moved(z=0.2),
        box(0.66, 0.66, 0.05, "stone", 0.015).moved(z=0.84),
        box(0.76, 0.76, 0.1, "stone", 0.02).moved(z=0.89),
    )


def gravestone(chance: Chance) -> Solid:
    """A rounded slab that has sunk a little to one side."""
    outline = [(-0.33, 0), (0.33, 0), (0.33, 0.72), *arc(0.33, 0.72)[::-1][1:-1], (-0.33, 0.72)]
    slab = prism(outline, 0.14, "stone")
    sign = join(
        box(0.07, 0.06, 0.4, "stone", 0.006).moved(0, -0.07, 0.44),
        box(0.26, 0.06, 0.07, "stone", 0.006).moved(0, -0.07, 0.66),
    )
    lean = float(chance.uniform(-4, 4))
    mound = lump(1.0, "earth", chance, 0.12, 2, smooth=True).scaled(0.38, 0.8, 0.13).moved(0, -0.95, 0)
    kept = Solid(np.maximum(mound.points, (-9, -9, 0.0)), mound.faces, mound.uvs, mound.parts, mound.smooth)
    stone = join(slab, sign).turned(lean, "y")
    return join(stone, box(0.86, 0.3, 0.12, "stone", 0.02), kept).moved(0, 0.8, 0)


MASONRY = {
    made.__name__: made
    for made in (
        column, arch, wall, stairs, pyramid, obelisk, bridge, fence, gate, well, fountain, pedestal, gravestone,
    )
}  # fmt: skip
