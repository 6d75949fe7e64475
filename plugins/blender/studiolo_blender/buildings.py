# SPDX-License-Identifier: GPL-3.0-or-later
"""Buildings and what stands about them, each by itself on the ground, its front to -y. Sizes are those of real ones.

Knows solids; no scene and no Blender. Every function takes the chance it may use and gives the thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, tau

import numpy as np

from .solids import Pair, Solid, ball, box, drum, flat, join, lathe, lump, prism, strip, tube

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


def _arc(radius: float, height: float, steps: int = 12) -> list[Pair]:
    """A half circle from left to right, its middle at a height."""
    return [(-radius * cos(pi * at / steps), height + radius * sin(pi * at / steps)) for at in range(steps + 1)]


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
    cheek = [(-run / 2 - 0.2, 0.0), (run / 2, 0.0), (run / 2, top + 0.25), (run / 2 - 0.3, top + 0.25), (-run / 2 - 0.2, 0.35)]
    side = prism(cheek, 0.25, "stone").turned(90)
    return join(*parts, side.moved(-width / 2 - 0.125), side.moved(width / 2 + 0.125))


def _battlements(radius: float, height: float, count: int) -> list[Solid]:
    return [
        box(0.5, 0.35, 0.7, "stone", 0.02)
        .moved(radius - 0.2, 0, height)
        .turned(360 / count * at + 90)
        .turned(0)
        for at in range(count)
    ]


def _window(width: float, height: float) -> Solid:
    """A dark opening in a frame, its back at y = 0, looking to -y."""
    frame = [
        box(width + 0.16, 0.12, 0.1, "trim").moved(z=-0.1),
        box(width + 0.16, 0.1, 0.08, "trim").moved(z=height),
        box(0.08, 0.1, height, "trim").moved(-width / 2 - 0.04),
        box(0.08, 0.1, height, "trim").moved(width / 2 + 0.04),
        box(0.04, 0.07, height, "trim"),
        box(width, 0.07, 0.04, "trim").moved(z=height / 2),
    ]
    return join(box(width, 0.04, height, "window", 0.005), *frame)


def _door(width: float, height: float) -> Solid:
    boards = [
        box(width / 4 - 0.01, 0.06, height, "door", 0.008).moved(-width * 0.375 + width / 4 * at) for at in range(4)
    ]
    frame = [
        box(0.1, 0.12, height + 0.1, "trim").moved(-width / 2 - 0.05),
        box(0.1, 0.12, height + 0.1, "trim").moved(width / 2 + 0.05),
        box(width, 0.12, 0.1, "trim").moved(z=height),
    ]
    return join(*boards, *frame, ball(0.035, "metal", 1).moved(width * 0.35, -0.06, height * 0.48))


def tower(chance: Chance) -> Solid:
    """A round tower of fourteen metres with battlements."""
    body = lathe([(2.5, 0), (2.45, 0.4), (2.2, 0.7), (2.05, 10.5), (2.1, 10.8), (2.45, 11.4), (2.45, 12.0)], "stone", 28)
    merlons = [box(0.62, 0.4, 0.8, "stone", 0.02).moved(0, -2.25, 12.0).turned(360 / 14 * at) for at in range(14)]
    rings = [lathe([(2.14, z), (2.2, z + 0.06), (2.14, z + 0.2)], "stone", 28) for z in (4.2, 7.6)]
    slits = []
    for at, z in enumerate((2.8, 5.3, 6.4, 8.6, 9.4)):
        slit = join(box(0.22, 0.2, 1.0, "window"), box(0.42, 0.14, 0.14, "stone").moved(z=-0.14))
        slits.append(slit.moved(0, -2.12 + 0.008 * z, z).turned(at * 75 - 20))
    return join(body, *rings, *merlons, *slits, _door(1.1, 2.1).moved(0, -2.33, 0.0))


def _gable(width: float, depth: float, rise: float, over: float, part: str, thick: float = 0.14) -> Solid:
    """A roof of two sides whose ridge runs along x; the walls' top is at 0."""
    half = depth / 2 + over
    slope = rise / (depth / 2)
    lower = [(-half, -over * slope), (0.0, rise), (half, -over * slope)]
    upper = [(x, z + thick) for x, z in lower]
    roof = strip(lower, upper, width + 2 * over, part).turned(90)
    return join(roof, box(width + 2 * over + 0.04, 0.2, 0.1, part, 0.03).moved(z=rise + thick - 0.05))


def house(chance: Chance) -> Solid:
    """A cottage of six by five metres with a gable roof, a chimney, a door and windows."""
    width, depth, height, rise = 6.0, 4.8, 2.7, 2.3
    gable = prism([(-depth / 2, 0), (depth / 2, 0), (0, rise)], width, "plaster").turned(90).moved(z=height)
    parts = [
        box(width + 0.16, depth + 0.16, 0.35, "stone", 0.03),
        box(width, depth, height, "plaster", 0.02),
        gable,
        _gable(width, depth, rise, 0.4, "roof").moved(z=height),
        box(0.6, 0.6, 1.9, "brick", 0.02).moved(1.7, 0.9, height + rise - 1.0),
        box(0.74, 0.74, 0.14, "brick", 0.02).moved(1.7, 0.9, height + rise + 0.9),
        _door(1.0, 2.05).moved(-0.3, -depth / 2 - 0.03, 0.02),
        box(1.4, 0.7, 0.16, "stone", 0.02).moved(-0.3, -depth / 2 - 0.4),
    ]
    window = _window(0.9, 1.05)
    for x in (-2.0, 1.7):
        parts.append(window.moved(x, -depth / 2 - 0.02, 1.0))
    for x in (-1.7, 1.7):
        parts.append(window.turned(180).moved(x, depth / 2 + 0.02, 1.0))
    for side in (-1, 1):
        parts.append(window.turned(90 * side).moved(side * (width / 2 + 0.02), -0.2, 1.0))
        parts.append(_window(0.6, 0.7).turned(90 * side).moved(side * (width / 2 + 0.02), 0, height + 0.6))
    return join(*parts)


def temple(chance: Chance) -> Solid:
    """Six columns wide and four deep, with a pediment, on three steps."""
    parts = [box(11.6 - at * 0.7, 8.4 - at * 0.7, 0.28, "stone", 0.02).moved(z=at * 0.28) for at in range(3)]
    one = column(chance)
    xs, ys = np.linspace(-4.3, 4.3, 6), np.linspace(-2.7, 2.7, 4)
    for x in xs:
        for y in ys:
            if y in (ys[0], ys[-1]) or x in (xs[0], xs[-1]):
                parts.append(one.moved(float(x), float(y), 0.84))
    top = 0.84 + 3.92
    parts += [
        box(6.2, 3.2, 3.9, "stone", 0.02).moved(z=0.84),
        box(9.7, 6.5, 0.5, "stone", 0.02).moved(z=top),
        box(9.9, 6.7, 0.45, "stone", 0.02).moved(z=top + 0.55),
        box(10.3, 7.1, 0.16, "stone", 0.02).moved(z=top + 1.0),
        prism([(-4.9, 0), (4.9, 0), (0, 1.55)], 6.3, "stone").moved(z=top + 1.16),
        strip(
            [(-5.3, -0.05), (0, 1.63), (5.3, -0.05)], [(-5.3, 0.14), (0, 1.85), (5.3, 0.14)], 7.1, "roof"
        ).moved(z=top + 1.16),
        box(1.3, 0.1, 2.6, "window").moved(0, -1.62, 0.84),
    ]
    return join(*parts)


def castle(chance: Chance) -> Solid:
    """Four round towers, walls with battlements, a gatehouse and a keep; twenty metres a side."""
    parts = []
    half, high = 9.0, 6.0
    for x in (-half, half):
        for y in (-half, half):
            body = lathe([(2.2, 0), (2.0, 0.8), (1.9, 8.2), (2.2, 8.8), (2.2, 9.4)], "stone", 20)
            merlons = [box(0.6, 0.35, 0.7, "stone").moved(0, -2.02, 9.4).turned(36 * at) for at in range(10)]
            roof = lathe([(1.75, 9.4), (1.7, 9.6), (0.9, 12.2), (0.05, 14.2)], "roof", 20)
            slits = [box(0.2, 0.2, 0.9, "window").moved(0, -1.95, z).turned(70 * z) for z in (3.0, 5.6, 7.2)]
            parts.append(join(body, *merlons, roof, *slits).moved(x, y))
    for side in range(4):
        run = box(2 * half, 1.3, high, "stone", 0.02).moved(0, -half)
        teeth = [box(0.7, 0.4, 0.7, "stone").moved(x, -half - 0.45, high) for x in np.arange(-6.6, 6.7, 1.2)]
        parts.append(join(run, *teeth).turned(90 * side))
    for side in (-1, 1):
        parts.append(box(1.9, 2.6, 7.6, "stone", 0.03).moved(side * 2.1, -half - 0.2))
        parts += [box(0.5, 2.8, 0.6, "stone").moved(side * (2.1 + x), -half - 0.2, 7.6) for x in (-0.7, 0.7)]
    parts.append(box(2.4, 2.0, 2.6, "stone", 0.02).moved(0, -half - 0.1, 4.6))
    parts.append(prism([(-1.15, 0), (1.15, 0), (1.15, 2.4), *_arc(1.15, 2.4)[::-1][1:-1], (-1.15, 2.4)], 0.2, "door").moved(0, -half - 0.75))
    keep = [box(6.4, 5.6, 11.5, "stone", 0.03), box(6.9, 6.1, 0.8, "stone", 0.03).moved(z=11.2)]
    for x in (-3.1, -1.55, 0.0, 1.55, 3.1):
        keep += [box(0.7, 0.4, 0.8, "stone").moved(x, y, 12.0) for y in (-2.8, 2.8)]
    for y in (-1.4, 0.0, 1.4):
        keep += [box(0.4, 0.7, 0.8, "stone").moved(x, y, 12.0) for x in (-3.2, 3.2)]
    keep += [box(0.7, 0.2, 1.4, "window").moved(x, -2.75, z) for x in (-1.6, 1.6) for z in (6.8, 9.0)]
    keep.append(join(drum(0.05, 4.0, "wood", 6), flat([(0.05, 0, 3.9), (1.7, 0.2, 3.6), (0.05, 0, 2.9)], [(0, 1, 2)], "cloth")).moved(z=12))
    return join(*parts, join(*keep).moved(0, 2.0))


def lighthouse(chance: Chance) -> Solid:
    """Eighteen metres, white with red bands, its lamp lit."""
    parts = [lathe([(3.3, 0), (3.2, 0.7), (2.75, 0.9)], "stone", 28)]
    zs = np.linspace(0.9, 13.0, 6)
    for at, (low, high) in enumerate(zip(zs, zs[1:])):
        r0, r1 = 2.5 - 1.0 * (low - 0.9) / 12.1, 2.5 - 1.0 * (high - 0.9) / 12.1
        parts.append(lathe([(r0, low), (r1, high)], "red" if at % 2 else "plaster", 28))
    parts += [
        lathe([(1.5, 13.0), (2.1, 13.3), (2.1, 13.5), (1.2, 13.5)], "trim", 28),
        lathe([(1.05, 13.5), (1.05, 14.0)], "red", 20),
        lathe([(0.98, 14.0), (0.98, 15.5)], "glass", 12, smooth=False),
        lathe([(0.35, 14.1), (0.5, 14.6), (0.35, 15.3)], "glow", 12),
        lathe([(1.3, 15.5), (1.2, 15.7), (0.5, 16.5), (0.12, 16.8), (0.12, 17.4)], "red", 20),
        _door(1.0, 2.0).moved(0, -2.5, 0.9),
    ]
    for at in range(20):
        post = drum(0.03, 0.9, "metal", 5).moved(2.0, 0, 13.5)
        parts.append(post.turned(18 * at))
    for z in (13.95, 14.4):
        ring = [(2.0 * cos(tau * at / 24), 2.0 * sin(tau * at / 24), z) for at in range(25)]
        parts.append(tube(ring, [0.03] * 25, "metal", 5))
    for at in range(12):
        parts.append(box(0.06, 0.06, 1.5, "metal").moved(1.0, 0, 14.0).turned(30 * at + 15))
    for at, z in enumerate((4.2, 7.4, 10.6)):
        parts.append(_window(0.5, 0.8).moved(0, -2.5 + (z + 0.5) / 12.1 * 1.0 - 0.06, z).turned(40 * at - 40))
    return join(*parts)


def windmill(chance: Chance) -> Solid:
    """A tower mill of ten metres whose sails face the front."""
    body = lathe([(2.6, 0), (2.5, 0.5), (1.65, 8.0)], "plaster", 8, smooth=False, turn=pi / 8)
    parts = [
        body,
        lathe([(2.75, 0), (2.75, 0.5), (2.6, 0.6)], "stone", 8, smooth=False, turn=pi / 8),
        lathe([(1.85, 8.0), (1.8, 8.3), (1.2, 9.5), (0.3, 10.2)], "roof", 16),
        _door(1.0, 2.0).moved(0, -2.42, 0.3),
        _window(0.6, 0.8).moved(0, -2.0, 4.0),
        _window(0.6, 0.8).turned(90).moved(2.12, 0, 3.0),
        tube([(0, -1.0, 8.7), (0, -2.7, 8.7)], [0.16, 0.13], "wood", 8),
    ]
    for at in range(4):
        spar = [box(0.14, 0.12, 4.9, "wood").moved(z=0.1)]
        for side in (0.25, 1.15):
            spar.append(box(0.05, 0.05, 3.7, "wood").moved(side, 0, 1.1))
        spar += [box(1.15, 0.05, 0.05, "wood").moved(0.6, 0, 1.1 + step * 0.46) for step in range(9)]
        spar.append(box(0.95, 0.015, 3.6, "cloth", 0.004).moved(0.68, 0.03, 1.15))
        parts.append(join(*spar).turned(90 * at + 20, "y").moved(0, -2.55, 8.7))
    return join(*parts)


def pyramid(chance: Chance) -> Solid:
    """Stepped courses of stone, twelve metres a side."""
    courses = 18
    layers = [
        box(12.0 * (1 - at / courses) + 0.1, 12.0 * (1 - at / courses) + 0.1, 0.46, "sandstone", 0.03).moved(z=at * 0.45)
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
            stone = box(0.44, 0.26, 0.22, "stone", 0.03).moved(0, -0.78 + float(chance.uniform(-0.015, 0.015)), course * 0.22)
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
        _gable(1.9, 1.5, 0.65, 0.2, "roof", 0.07).moved(z=2.15),
    ]
    return join(*parts)


def fountain(chance: Chance) -> Solid:
    """Two basins, one over the other, with water in them."""
    return join(
        lathe([(1.75, 0), (1.8, 0.1), (1.7, 0.15), (1.7, 0.48), (1.85, 0.55), (1.8, 0.62), (1.55, 0.62), (1.5, 0.2), (0, 0.2)], "stone", 32),
        lathe([(1.52, 0.46), (0, 0.47)], "water", 32),
        lathe([(0.4, 0.2), (0.3, 0.5), (0.16, 0.7), (0.14, 1.2), (0.22, 1.3), (0.75, 1.5), (0.85, 1.62), (0.78, 1.62), (0.7, 1.56), (0, 1.5)], "stone", 28),
        lathe([(0.72, 1.58), (0, 1.59)], "water", 28),
        lathe([(0.12, 1.5), (0.08, 1.85), (0.14, 1.92), (0.05, 2.1), (0.0, 2.15)], "stone", 16),
    )


def tent(chance: Chance) -> Solid:
    """A ridge tent with an open front."""
    outline: Sequence[Pair] = [(-1.3, 0.0), (0.0, 1.75), (1.3, 0.0)]
    skin = strip([(x * 0.98, max(z - 0.05, 0)) for x, z in outline], outline, 2.8, "cloth")
    back = flat([(-1.27, 1.38, 0), (1.27, 1.38, 0), (0, 1.38, 1.71)], [(0, 1, 2)], "cloth")
    flaps = []
    for side in (-1, 1):
        flap = flat([(side * 1.27, -1.38, 0), (side * 0.5, -1.42, 0), (0, -1.38, 1.71)], [(0, 1, 2)], "cloth")
        flaps.append(flap)
    poles = [tube([(0, y, 0), (0, y, 1.85)], [0.03, 0.03], "wood", 6) for y in (-1.36, 1.36)]
    ropes = []
    for y in (-1, 1):
        ropes.append(tube([(0, 1.38 * y, 1.75), (0, 2.5 * y, 0.05)], [0.012, 0.012], "rope", 4))
        ropes.append(tube([(0, 2.5 * y, 0.0), (0, 2.56 * y, 0.2)], [0.025, 0.025], "wood", 5))
    dark = flat([(-1.2, -1.3, 0.02), (1.2, -1.3, 0.02), (1.2, 1.3, 0.02), (-1.2, 1.3, 0.02)], [(0, 1, 2, 3)], "dark cloth")
    return join(skin, back, *flaps, *poles, *ropes, dark)


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
    outline = [(-0.33, 0), (0.33, 0), (0.33, 0.72), *_arc(0.33, 0.72)[::-1][1:-1], (-0.33, 0.72)]
    slab = prism(outline, 0.14, "stone")
    sign = join(box(0.06, 0.02, 0.34, "stone").moved(0, -0.075, 0.48), box(0.2, 0.02, 0.06, "stone").moved(0, -0.075, 0.68))
    lean = float(chance.uniform(-4, 4))
    mound = lump(1.0, "earth", chance, 0.12, 2, smooth=True).scaled(0.38, 0.8, 0.13).moved(0, -0.95, 0)
    kept = Solid(np.maximum(mound.points, (-9, -9, 0.0)), mound.faces, mound.uvs, mound.parts, mound.smooth)
    return join(join(slab, sign).turned(lean, "y"), box(0.86, 0.3, 0.12, "stone", 0.02), kept)


BUILDINGS = {
    made.__name__: made
    for made in (
        column, arch, wall, stairs, tower, house, temple, castle, lighthouse, windmill, pyramid, obelisk, bridge, fence,
        gate, well, fountain, tent, pedestal, gravestone,
    )
}  # fmt: skip
