# SPDX-License-Identifier: GPL-3.0-or-later
"""Many of one thing, set out about a middle: in a row, an avenue, a ring, a grid, a stack, or scattered. Knows how
large the thing is; not what else is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, ceil, cos, degrees, hypot, pi, sin, sqrt, tau

import numpy as np

from ..modelling.solids import Solid
from . import shapes
from .operations import Add, Array

GAPS = {"tight": 0.05, "normal": 0.6, "wide": 2.0}
"""Free space between two of an array, against their own width."""
OPEN = 24.0
"""Degrees to each side of the viewer that are kept free where something is to be seen in the middle."""


@dataclass(frozen=True)
class Spot:
    """Where one object stands."""

    x: float
    y: float
    z: float = 0.0
    turn: float = 0.0
    """Degrees against the clock, seen from above."""
    variant: int = 0
    """Which of the meshes of a grown thing it has."""
    scale: float = 1.0


def set_out(
    add: Add,
    solid: Solid,
    array: Array | None,
    clear: float,
    around: float,
    viewer: float,
    chance: np.random.Generator,
) -> list[Spot]:
    """Where each of an array stands. In its middle it keeps `clear` metres free, and it goes around what reaches
    `around` metres; `viewer` is the direction, in degrees, from which it is looked at."""
    count = array.count if array else 1
    grown = add.kind in shapes.GROWN
    if array is None or (count == 1 and not around):
        spots = [Spot(0.0, 0.0)]
    else:
        gap = GAPS[array.spacing] * (0.5 if grown and array.layout == "scatter" else 1.0)
        make = {"row": _row, "avenue": _avenue, "grid": _grid, "stack": _stack}
        if array.layout == "scatter":
            spots = _scatter(solid, count, gap, around + 0.2 if around else clear, viewer, chance)
        elif around:
            spots = _ring(solid, count, gap, around * 1.05 + 0.25 * max(solid.size()[:2]), chance, add.kind)
        elif array.layout == "ring":
            spots = _ring(solid, count, gap, clear, chance, add.kind)
        else:
            spots = make[array.layout](solid, count, gap, clear, chance)
    if not grown or add.kind in ("mountain", "cloud"):
        return [replace(spot, variant=at % shapes.VARIANTS if grown else 0) for at, spot in enumerate(spots)]
    return [
        replace(
            spot,
            turn=spot.turn + float(chance.uniform(0, 360)) if count > 1 else spot.turn,
            variant=int(chance.integers(shapes.VARIANTS)) if count > 1 else 0,
            scale=float(chance.uniform(0.82, 1.18)) if count > 1 else 1.0,
        )
        for spot in spots
    ]


def _free(solid: Solid, gap: float) -> float:
    """Metres between two of them."""
    width, depth, height = solid.size()
    return gap * max(0.7 * max(width, depth), 0.5 * height)


def _row(solid: Solid, count: int, gap: float, clear: float, chance: np.random.Generator) -> list[Spot]:
    step = solid.size()[0] + max(_free(solid, gap), 2 * clear)
    return [Spot((at - (count - 1) / 2) * step, 0.0) for at in range(count)]


def _avenue(solid: Solid, count: int, gap: float, clear: float, chance: np.random.Generator) -> list[Spot]:
    width, depth, _ = solid.size()
    rows = ceil(count / 2)
    step = depth + 1.5 * _free(solid, gap)
    lane = max(width * 2.2, 2 * clear + width, step * 1.2)
    return [Spot(lane / 2 * (1 if at % 2 else -1), (at // 2 - (rows - 1) / 2) * step) for at in range(count)]


def _ring(
    solid: Solid, count: int, gap: float, least: float, chance: np.random.Generator, kind: str = ""
) -> list[Spot]:
    width, depth, _ = solid.size()
    closed = kind in ("fence", "wall")  # these lie along the ring and close it
    apart = width * 1.02 if closed else max(width, depth) + _free(solid, gap)
    radius = max(count * apart / tau, least + depth / 2, depth * 0.8)
    if count < 6 and not closed:
        radius = max(radius, max(width, depth) * (0.8 + gap))
    if closed and count * apart / tau < least + depth / 2:
        count = ceil(radius * tau / apart)
    spots = []
    for at in range(count):
        angle = tau * at / count - pi / 2 + (pi / count if count % 2 == 0 else 0)
        x, y = radius * cos(angle), radius * sin(angle)
        spots.append(Spot(x, y, turn=degrees(atan2(y, x)) - 90 if hypot(x, y) > 1e-9 else 0.0))
    return spots


def _grid(solid: Solid, count: int, gap: float, clear: float, chance: np.random.Generator) -> list[Spot]:
    width, depth, _ = solid.size()
    columns = ceil(sqrt(count))
    rows = ceil(count / columns)
    free = max(_free(solid, gap), 2 * clear)
    return [
        Spot(
            (at % columns - (columns - 1) / 2) * (width + free),
            (at // columns - (rows - 1) / 2) * (depth + free),
        )
        for at in range(count)
    ]


def _stack(solid: Solid, count: int, gap: float, clear: float, chance: np.random.Generator) -> list[Spot]:
    """Few stand on each other; more lie as a heap whose every layer is smaller than the one below."""
    width, depth, height = solid.size()
    if count <= 3:
        return [
            Spot(
                float(chance.uniform(-0.06, 0.06)) * width if at else 0.0,
                float(chance.uniform(-0.06, 0.06)) * depth if at else 0.0,
                at * height,
                float(chance.uniform(-14, 14)) if at else 0.0,
            )
            for at in range(count)
        ]
    spots: list[Spot] = []
    if count <= 10:
        base = 1
        while base * (base + 1) / 2 < count:
            base += 1
        for layer in range(base):
            for at in range(base - layer):
                spots.append(
                    Spot(
                        (at - (base - layer - 1) / 2) * width * 1.04, 0.0, layer * height, float(chance.uniform(-5, 5))
                    )
                )
        return spots[:count]
    base = 1
    while base * (base + 1) * (2 * base + 1) / 6 < count:
        base += 1
    for layer in range(base):
        side = base - layer
        for at in range(side * side):
            x, y = at % side - (side - 1) / 2, at // side - (side - 1) / 2
            spots.append(Spot(x * width * 1.04, y * depth * 1.04, layer * height, float(chance.uniform(-5, 5))))
    return spots[:count]


def _scatter(
    solid: Solid, count: int, gap: float, clear: float, viewer: float, chance: np.random.Generator
) -> list[Spot]:
    """Here and there, none too near to another, none in the middle where that has to be free."""
    wide = max(solid.size()[:2])
    apart = wide * (0.85 + gap)
    radius = clear + apart * 0.62 * sqrt(count) + (apart / 2 if clear else 0)
    spots: list[Spot] = []
    tries = 0
    while len(spots) < count:
        tries += 1
        if tries % 60 == 0:
            radius *= 1.08
        far, angle = radius * sqrt(float(chance.random())), float(chance.uniform(0, tau))
        x, y = far * cos(angle), far * sin(angle)
        if clear and (far < clear + wide / 2 or abs((degrees(angle) - viewer + 180) % 360 - 180) < OPEN):
            continue
        if all(hypot(x - spot.x, y - spot.y) >= apart for spot in spots):
            spots.append(Spot(x, y, turn=float(chance.uniform(-35, 35))))
    return spots
