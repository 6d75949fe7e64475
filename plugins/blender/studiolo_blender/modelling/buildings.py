# SPDX-License-Identifier: GPL-3.0-or-later
"""Buildings, each by itself on the ground, its front to -y. Sizes are those of real ones.

Knows solids; no scene and no Blender. Every function takes the chance it may use and gives the thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin, tau

import numpy as np

from .masonry import column
from .solids import Pair, Solid, arc, ball, box, drum, flat, gable_roof, join, lathe, prism, strip, tube

Chance = np.random.Generator


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
    body = lathe(
        [(2.5, 0), (2.45, 0.4), (2.2, 0.7), (2.05, 10.5), (2.1, 10.8), (2.45, 11.4), (2.45, 12.0)], "stone", 28
    )
    merlons = [box(0.62, 0.4, 0.8, "stone", 0.02).moved(0, -2.25, 12.0).turned(360 / 14 * at) for at in range(14)]
    rings = [lathe([(2.14, z), (2.2, z + 0.06), (2.14, z + 0.2)], "stone", 28) for z in (4.2, 7.6)]
    slits = []
    for at, z in enumerate((2.8, 5.3, 6.4, 8.6, 9.4)):
        slit = join(box(0.22, 0.2, 1.0, "window"), box(0.42, 0.14, 0.14, "stone").moved(z=-0.14))
        slits.append(slit.moved(0, -2.12 + 0.008 * z, z).turned(at * 75 - 20))
    return join(body, *rings, *merlons, *slits, _door(1.1, 2.1).moved(0, -2.33, 0.0))


def house(chance: Chance) -> Solid:
    """A cottage of six by five metres with a gable roof, a chimney, a door and windows."""
    width, depth, height, rise = 6.0, 4.8, 2.7, 2.3
    gable = prism([(-depth / 2, 0), (depth / 2, 0), (0, rise)], width, "plaster").turned(90).moved(z=height)
    parts = [
        box(width + 0.16, depth + 0.16, 0.35, "stone", 0.03),
        box(width, depth, height, "plaster", 0.02),
        gable,
        gable_roof(width, depth, rise, 0.4, "roof").moved(z=height),
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
        strip([(-5.3, -0.05), (0, 1.63), (5.3, -0.05)], [(-5.3, 0.14), (0, 1.85), (5.3, 0.14)], 7.1, "roof").moved(
            z=top + 1.16
        ),
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
    parts.append(
        prism([(-1.15, 0), (1.15, 0), (1.15, 2.4), *arc(1.15, 2.4)[::-1][1:-1], (-1.15, 2.4)], 0.2, "door").moved(
            0, -half - 0.75
        )
    )
    keep = [box(6.4, 5.6, 11.5, "stone", 0.03), box(6.9, 6.1, 0.8, "stone", 0.03).moved(z=11.2)]
    for x in (-3.1, -1.55, 0.0, 1.55, 3.1):
        keep += [box(0.7, 0.4, 0.8, "stone").moved(x, y, 12.0) for y in (-2.8, 2.8)]
    for y in (-1.4, 0.0, 1.4):
        keep += [box(0.4, 0.7, 0.8, "stone").moved(x, y, 12.0) for x in (-3.2, 3.2)]
    keep += [box(0.7, 0.2, 1.4, "window").moved(x, -2.75, z) for x in (-1.6, 1.6) for z in (6.8, 9.0)]
    keep.append(
        join(
            drum(0.05, 4.0, "wood", 6), flat([(0.05, 0, 3.9), (1.7, 0.2, 3.6), (0.05, 0, 2.9)], [(0, 1, 2)], "cloth")
        ).moved(z=12)
    )
    return join(*parts, join(*keep).moved(0, 2.0))


def lighthouse(chance: Chance) -> Solid:
    """Eighteen metres, white with red bands, its lamp lit."""
    parts = [lathe([(3.3, 0), (3.2, 0.7), (2.75, 0.9)], "stone", 28)]
    zs = np.linspace(0.9, 13.0, 6)
    for at, (low, high) in enumerate(pairwise(zs)):
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
    dark = flat(
        [(-1.2, -1.3, 0.02), (1.2, -1.3, 0.02), (1.2, 1.3, 0.02), (-1.2, 1.3, 0.02)], [(0, 1, 2, 3)], "dark cloth"
    )
    return join(skin, back, *flaps, *poles, *ropes, dark)


BUILDINGS = {made.__name__: made for made in (tower, house, temple, castle, lighthouse, windmill, tent)}
