# SPDX-License-Identifier: GPL-3.0-or-later
"""Furniture and small things, each by itself on the ground, its front to -y. Sizes are those of real ones.

Knows solids; no scene and no Blender.
"""

from __future__ import annotations

from math import cos, sin, tau

import numpy as np

from .solids import Solid, ball, box, drum, flat, join, lathe, tube

Chance = np.random.Generator


def table(chance: Chance) -> Solid:
    """1.5 m by 0.85 m, 0.75 m high, of planks."""
    planks = [box(1.5, 0.165, 0.04, "wood", 0.006).moved(0, -0.34 + at * 0.17, 0.71) for at in range(5)]
    legs = [
        lathe([(0.03, 0), (0.035, 0.1), (0.045, 0.45), (0.03, 0.5), (0.045, 0.55), (0.045, 0.63)], "wood", 12).moved(
            x, y
        )
        for x in (-0.65, 0.65)
        for y in (-0.33, 0.33)
    ]
    blocks = [box(0.1, 0.1, 0.1, "wood", 0.008).moved(x, y, 0.61) for x in (-0.65, 0.65) for y in (-0.33, 0.33)]
    apron = [box(1.24, 0.025, 0.09, "wood").moved(0, y, 0.62) for y in (-0.34, 0.34)]
    apron += [box(0.025, 0.6, 0.09, "wood").moved(x, 0, 0.62) for x in (-0.66, 0.66)]
    return join(*planks, *legs, *blocks, *apron)


def chair(chance: Chance) -> Solid:
    """A kitchen chair, its seat 0.45 m high."""
    legs = [box(0.045, 0.045, 0.43, "wood", 0.006).moved(x, -0.19) for x in (-0.19, 0.19)]
    posts = []
    for x in (-0.19, 0.19):
        posts.append(
            tube(
                [(x, 0.19, 0), (x, 0.19, 0.44), (x, 0.2, 0.6), (x, 0.26, 0.98)], [0.024, 0.024, 0.022, 0.02], "wood", 6
            )
        )
    slats = [
        box(0.36, 0.02, 0.07, "wood", 0.008).turned(-9, "x").moved(0, 0.205 + 0.06 * (z - 0.62) / 0.38, z)
        for z in (0.6, 0.74, 0.88)
    ]
    rungs = [box(0.36, 0.025, 0.025, "wood").moved(0, -0.19, 0.2), box(0.36, 0.025, 0.025, "wood").moved(0, 0.19, 0.24)]
    rungs += [box(0.025, 0.36, 0.025, "wood").moved(x, 0, 0.16) for x in (-0.19, 0.19)]
    seat = box(0.46, 0.45, 0.035, "wood", 0.015).moved(0, -0.01, 0.425)
    return join(seat, *legs, *posts, *slats, *rungs)


def bench(chance: Chance) -> Solid:
    """A park bench of slats on iron feet."""
    slats = [box(1.6, 0.085, 0.03, "wood", 0.006).moved(0, -0.22 + at * 0.1, 0.43) for at in range(4)]
    for at in range(3):
        slats.append(box(1.6, 0.03, 0.09, "wood", 0.006).turned(-12, "x").moved(0, 0.2 + at * 0.028, 0.56 + at * 0.12))
    sides = []
    for x in (-0.68, 0.68):
        sides += [
            tube([(x, -0.28, 0), (x, -0.24, 0.2), (x, -0.26, 0.42)], [0.025, 0.02, 0.02], "metal", 6),
            tube(
                [(x, 0.22, 0), (x, 0.16, 0.25), (x, 0.17, 0.45), (x, 0.29, 0.88)],
                [0.025, 0.02, 0.02, 0.018],
                "metal",
                6,
            ),
            box(0.04, 0.46, 0.03, "metal").moved(x, -0.04, 0.4),
            tube([(x, -0.26, 0.42), (x, -0.28, 0.6), (x, -0.2, 0.64), (x, 0.2, 0.66)], [0.018] * 4, "metal", 6),
        ]
    return join(*slats, *sides)


def bed(chance: Chance) -> Solid:
    """A double bed with two pillows and a blanket."""
    frame = [
        box(1.7, 0.06, 1.0, "wood", 0.02).moved(0, 1.03),
        box(1.7, 0.06, 0.55, "wood", 0.02).moved(0, -1.03),
        box(0.05, 2.0, 0.22, "wood").moved(-0.81, 0, 0.18),
        box(0.05, 2.0, 0.22, "wood").moved(0.81, 0, 0.18),
    ]
    frame += [
        box(0.09, 0.09, z, "wood", 0.01).moved(x, y) for x in (-0.82, 0.82) for y, z in ((1.03, 1.06), (-1.03, 0.6))
    ]
    return join(
        *frame,
        box(1.56, 1.96, 0.24, "linen", 0.06).moved(0, 0, 0.28),
        box(1.64, 1.3, 0.12, "blanket", 0.055).moved(0, -0.33, 0.45),
        box(1.64, 0.22, 0.14, "linen", 0.06).moved(0, 0.36, 0.445),
        *[box(0.66, 0.42, 0.16, "linen", 0.075).turned(14, "x").moved(x, 0.72, 0.5) for x in (-0.38, 0.38)],
    )


def shelf(chance: Chance) -> Solid:
    """A bookshelf of 1.8 m with a few books in it."""
    parts = [box(0.04, 0.32, 1.8, "wood", 0.006).moved(x) for x in (-0.48, 0.48)]
    parts += [box(0.92, 0.3, 0.035, "wood", 0.004).moved(0, 0, z) for z in (0.08, 0.5, 0.92, 1.34)]
    parts += [box(1.04, 0.34, 0.04, "wood", 0.008).moved(z=1.8), box(0.92, 0.02, 1.72, "wood").moved(0, 0.15, 0.08)]
    parts.append(box(0.92, 0.28, 0.08, "wood").moved(z=0))
    covers = ("red cover", "blue cover", "green cover", "tan cover")
    for z in (0.115, 0.535, 0.955):
        x = -0.44
        while x < 0.2 + 0.2 * float(chance.random()):
            thick, high = float(chance.uniform(0.025, 0.055)), float(chance.uniform(0.22, 0.32))
            cover = covers[int(chance.integers(4))]
            parts.append(box(thick - 0.003, 0.2, high, cover, 0.004).moved(x + thick / 2, -0.02, z))
            x += thick
    return join(*parts)


def lamp(chance: Chance) -> Solid:
    """A table lamp, lit."""
    return join(
        lathe(
            [
                (0.1, 0),
                (0.1, 0.015),
                (0.06, 0.03),
                (0.02, 0.05),
                (0.018, 0.12),
                (0.045, 0.18),
                (0.05, 0.22),
                (0.02, 0.28),
                (0.012, 0.33),
            ],
            "metal",
            20,
        ),
        lathe([(0.17, 0.3), (0.11, 0.5), (0.105, 0.5), (0.165, 0.3)], "shade", 24, ends=False),
        ball(0.035, "glow", 2).moved(z=0.37),
    )


def lantern(chance: Chance) -> Solid:
    """A street lantern of three and a half metres, lit."""
    parts = [
        lathe(
            [
                (0.2, 0),
                (0.2, 0.12),
                (0.12, 0.2),
                (0.1, 0.55),
                (0.13, 0.6),
                (0.06, 0.7),
                (0.045, 2.75),
                (0.07, 2.8),
                (0.05, 2.86),
                (0.1, 2.95),
            ],
            "metal",
            16,
        ),
        lathe([(0.12, 2.95), (0.13, 3.0)], "metal", 6, smooth=False),
        lathe([(0.115, 3.0), (0.18, 3.38)], "lit glass", 6, smooth=False),
        lathe(
            [(0.24, 3.38), (0.2, 3.45), (0.06, 3.58), (0.03, 3.62), (0.04, 3.68), (0.0, 3.75)], "metal", 6, smooth=False
        ),
    ]
    for at in range(6):
        a = tau * at / 6
        parts.append(
            tube(
                [(0.125 * cos(a), 0.125 * sin(a), 2.98), (0.19 * cos(a), 0.19 * sin(a), 3.4)],
                [0.012, 0.012],
                "metal",
                4,
            )
        )
    parts.append(tube([(-0.28, 0, 2.55), (0.28, 0, 2.55)], [0.02, 0.02], "metal", 6))
    return join(*parts)


def candle(chance: Chance) -> Solid:
    """On a small dish, burning."""
    flame = lathe([(0.0, 0.0), (0.009, 0.01), (0.011, 0.02), (0.006, 0.04), (0.0, 0.055)], "flame", 10).moved(z=0.205)
    drops = [
        tube([(0.026 * cos(a), 0.026 * sin(a), z), (0.027 * cos(a), 0.027 * sin(a), z - h)], [0.006, 0.007], "wax", 5)
        for a, z, h in ((0.4, 0.188, 0.05), (2.4, 0.188, 0.08), (4.4, 0.188, 0.03))
    ]
    return join(
        lathe([(0.05, 0), (0.075, 0.008), (0.08, 0.016), (0.05, 0.012), (0, 0.012)], "metal", 24),
        lathe([(0.028, 0.012), (0.026, 0.185), (0.022, 0.19), (0.0, 0.184)], "wax", 16),
        tube([(0, 0, 0.183), (0.001, 0, 0.205)], [0.002, 0.002], "black", 4),
        flame,
        *drops,
    )


def vase(chance: Chance) -> Solid:
    return lathe(
        [
            (0.06, 0),
            (0.065, 0.01),
            (0.1, 0.1),
            (0.115, 0.17),
            (0.09, 0.24),
            (0.05, 0.29),
            (0.05, 0.31),
            (0.07, 0.34),
            (0.065, 0.34),
            (0.045, 0.31),
            (0.045, 0.28),
            (0.08, 0.2),
            (0.05, 0.03),
            (0, 0.03),
        ],
        "porcelain",
        32,
    )


def bottle(chance: Chance) -> Solid:
    return join(
        lathe(
            [
                (0.036, 0),
                (0.038, 0.008),
                (0.038, 0.19),
                (0.03, 0.215),
                (0.015, 0.235),
                (0.0145, 0.295),
                (0.017, 0.297),
                (0.017, 0.31),
                (0.014, 0.312),
            ],
            "glass",
            24,
        ),
        lathe([(0.0385, 0.06), (0.0385, 0.15)], "paper", 24),
        drum(0.012, 0.02, "cork", 12).moved(z=0.307),
    )


def cup(chance: Chance) -> Solid:
    body = lathe(
        [
            (0.03, 0),
            (0.035, 0.005),
            (0.042, 0.05),
            (0.043, 0.095),
            (0.04, 0.095),
            (0.037, 0.05),
            (0.03, 0.01),
            (0, 0.01),
        ],
        "porcelain",
        24,
    )
    bow = [(0.036 + 0.034 * sin(at / 12 * np.pi), 0.0, 0.052 + 0.027 * cos(at / 12 * np.pi)) for at in range(13)]
    handle = tube(bow, [0.006] * 13, "porcelain", 10)
    return join(body, handle, lathe([(0.0385, 0.075), (0, 0.0755)], "coffee", 24))


def book(chance: Chance) -> Solid:
    """Closed, lying flat."""
    return join(
        box(0.17, 0.24, 0.004, "red cover", 0.001),
        box(0.17, 0.24, 0.004, "red cover", 0.001).moved(z=0.034),
        box(0.006, 0.24, 0.038, "red cover", 0.002).moved(-0.083),
        box(0.158, 0.228, 0.03, "paper", 0.001).moved(0.0, 0, 0.004),
    )


def crate(chance: Chance) -> Solid:
    """A wooden box of 0.8 m, boarded and braced."""
    parts = [box(0.72, 0.72, 0.72, "wood").moved(z=0.04)]
    side = [box(0.74, 0.02, 0.136, "wood", 0.006).moved(0, -0.37, 0.05 + 0.14 * at) for at in range(5)]
    side += [box(0.1, 0.03, 0.8, "wood", 0.008).moved(x, -0.385) for x in (-0.35, 0.35)]
    side += [box(0.62, 0.03, 0.1, "wood", 0.008).moved(0, -0.385, z) for z in (0.0, 0.7)]
    side.append(box(0.09, 0.024, 0.84, "wood", 0.006).moved(z=-0.42).turned(46, "y").moved(0, -0.39, 0.4))
    for at in range(4):
        parts.append(join(*side).turned(90 * at))
    top = [box(0.76, 0.145, 0.025, "wood", 0.006).moved(0, -0.304 + 0.152 * at, 0.775) for at in range(5)]
    return join(*parts, *top)


def barrel(chance: Chance) -> Solid:
    """Staves and four hoops, 0.95 m high."""
    staves = []
    count = 16
    zs = np.linspace(0, 0.95, 9)
    radii = [0.29 + 0.08 * sin(np.pi * z / 0.95) for z in zs]
    half = tau / count / 2 * 0.97
    for at in range(count):
        a = tau * at / count
        points = []
        for z, radius in zip(zs, radii, strict=True):
            points += [
                (radius * cos(a - half), radius * sin(a - half), z),
                (radius * cos(a + half), radius * sin(a + half), z),
            ]
        faces = [(2 * row, 2 * row + 1, 2 * row + 3, 2 * row + 2) for row in range(8)]
        staves.append(flat(points, faces, "wood"))
    inner = lathe([(r * 0.975, z) for r, z in zip(radii, zs, strict=True)], "wood", count)
    hoops = []
    for z in (0.06, 0.27, 0.64, 0.84):
        radius = 0.29 + 0.08 * sin(np.pi * (z + 0.025) / 0.95) + 0.006
        hoops.append(lathe([(radius, z), (radius + 0.004, z + 0.025), (radius, z + 0.05)], "metal", 24))
    lid = [
        lathe([(0.27, 0.9), (0, 0.905)], "wood", 24),
        lathe([(0.288, 0.9), (0.29, 0.95), (0.27, 0.95), (0.265, 0.9)], "wood", 24),
    ]
    return join(inner, *staves, *hoops, *lid)


def ladder(chance: Chance) -> Solid:
    """Three metres, leaning to the back as if against a wall."""
    rails = [box(0.06, 0.035, 3.0, "wood", 0.008).moved(x) for x in (-0.22, 0.22)]
    rungs = [tube([(-0.22, 0, z), (0.22, 0, z)], [0.018, 0.018], "wood", 8) for z in np.arange(0.25, 2.9, 0.3)]
    return join(*rails, *rungs).turned(-14, "x").moved(0, -0.36, 0)


FURNITURE = {
    made.__name__: made
    for made in (
        table, chair, bench, bed, shelf, lamp, lantern, candle, vase, bottle, cup, book, crate, barrel, ladder,
    )
}  # fmt: skip
