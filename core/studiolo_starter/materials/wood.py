"""What grows as wood, reed or leaf and is built with. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, rgb
from studiolo_starter.materials.field import Field, blend, ramp


def wood_planks(field: Field, look: Look) -> Surface:
    boards = look.count(5)
    u, _ = field.warped(0.004, 3)
    x = u * boards
    board = np.floor(x).astype(int) % boards
    fx = x - np.floor(x)
    lots = field.rng.uniform(-1, 1, (boards, 4)).astype(np.float32)[board]
    ends = field.rng.random(boards).astype(np.float32)[board]
    along = np.abs((field.v - ends + 0.5) % 1 - 0.5)
    edge = np.minimum(np.minimum(fx, 1 - fx), along * boards)
    body = ramp(edge, 0.012, 0.06)
    bend = field.fractal(4, 2, octaves=2)
    rings = np.sin(2 * np.pi * (2.5 * (fx - 0.5) * (1.2 + lots[..., 0]) + 0.75 * bend + 3 * lots[..., 1]))
    fibre = field.fractal(60, 5, octaves=2)
    colour = np.asarray(look.colour, np.float32) * (1 + 0.16 * lots[..., :1] + 0.03 * lots[..., 1:])
    grain = ramp(rings, 0.1, 1.0)
    colour = colour * (1 - 0.16 * grain - 0.05 * fibre)[..., None]
    cracks = look.wear * ramp(field.fractal(40, 3, octaves=2), 1.5, 2.0) * body
    grey = 0.55 * look.wear * ramp(field.fractal(6, 3) + look.wear, 0.0, 1.5)
    colour = blend(colour, rgb("8c8378"), grey * 0.8) * (1 - 0.5 * cracks)[..., None]
    colour = blend(field.plain(rgb("2c2018")), colour, body)
    height = 0.15 + body * (0.45 + 0.06 * lots[..., 0] - 0.035 * grain * (0.4 + look.wear) - 0.02 * fibre)
    return Surface(colour, height - 0.1 * cracks, 0.55 + 0.3 * look.wear + 0.06 * fibre + 0.1 * (1 - body))


def bark(field: Field, look: Look) -> Surface:
    u, v = field.warped(0.03, 4)
    n = look.count(7)
    plates = field.cells(n, max(2, n // 3 + 1), 0.8, u, v)
    fibre = field.fractal(24, 5, octaves=3, gain=0.6)
    edge = plates.edge + 0.06 * fibre
    body = ramp(edge, 0.03, 0.3)
    colour = field.varied(look.colour, plates, 0.14, 0.04) * (1 + 0.14 * fibre)[..., None]
    colour = blend(field.plain(tuple(c * 0.35 for c in look.colour)), colour, ramp(edge, 0.0, 0.22))  # type: ignore[arg-type]
    height = 0.12 + 0.5 * np.sqrt(body) + 0.08 * fibre * (0.4 + body) + field.each(plates, -0.05, 0.1) * body
    return Surface(colour, height, 0.92 - 0.04 * fibre)


FAMILIES = (
    Family(
        "wood planks", wood_planks, (rgb("9c6b42"), rgb("b5834f"), rgb("7d5334")),
        ("wooden planks", "wood boards", "wooden floor", "timber planks", "wood"),
        ("brown", "white", "grey", "black", "red", "blue", "green", "yellow"),
        old=("old", "weathered", "worn", "rustic"), new=("new", "polished", "fresh"), covers=("moss", "snow"),
    ),
    Family(
        "bark", bark, (rgb("6b5240"), rgb("7a6350"), rgb("574639")),
        ("tree bark", "bark of a tree", "oak bark", "pine bark"), ("brown", "grey", "red", "black"),
        adjectives=("rough", "thick"), covers=("moss", "snow"), old=("old", "cracked"),
    ),
)  # fmt: skip
