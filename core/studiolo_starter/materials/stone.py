"""Natural rock, whole or cut. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Field, blend, ramp


def marble(field: Field, look: Look) -> Surface:
    n = look.count(2)
    u, v = field.warped(0.07, n, 4)
    veins = field.at(np.abs(field.fractal(n, octaves=3)), u, v)
    fine = field.at(np.abs(field.fractal(2 * n, octaves=3)), u, v)
    cloud = field.fractal(2, octaves=4)
    vein = np.exp(-veins * 9) * 0.85 + np.exp(-fine * 16) * 0.35
    pale = sum(look.colour) > 1.2
    dark = towards(look.colour, rgb("4a4d55"), 0.75) if pale else rgb("e4ded2")
    colour = field.plain(look.colour) * (1 + 0.045 * cloud)[..., None]
    colour = blend(colour, dark, np.clip(vein, 0, 1) * ramp(cloud, -2.0, 0.6))
    scratches = look.wear * ramp(field.fractal(5, octaves=4), 0.0, 2.0)
    height = 0.5 + 0.008 * cloud - 0.012 * vein - 0.02 * scratches
    return Surface(colour, height, 0.14 + 0.4 * scratches + 0.04 * vein)


def granite(field: Field, look: Look) -> Surface:
    n = look.count(26)
    grains = field.cells(n, n, 0.78)
    lot = field.each(grains)
    colour = field.varied(look.colour, grains, 0.1, 0.03)
    colour = blend(colour, rgb("2c2b2e"), (lot < 0.24).astype(np.float32) * 0.85)
    colour = blend(colour, rgb("e8e4de"), (lot > 0.74).astype(np.float32) * 0.75)
    colour = colour * (1 + 0.05 * field.fractal(4)[..., None])
    worn = look.wear
    bumps = field.each(grains, -1, 1) * ramp(grains.edge, 0.0, 0.15)
    height = 0.5 + (0.01 + 0.05 * worn) * bumps + 0.03 * worn * field.fractal(5)
    return Surface(colour, height, 0.22 + 0.5 * worn + 0.06 * (lot < 0.24))


def sandstone(field: Field, look: Look) -> Surface:
    n = look.count(6)
    bend = field.fractal(2, 2, octaves=3)
    level = field.v * n + 0.35 * bend
    strata = np.sin(2 * np.pi * level) + 0.5 * np.sin(2 * np.pi * (2 * level + 0.3 * field.fractal(3)))
    thin = field.fractal(3, 40, octaves=2)
    grain = field.fractal(64, octaves=1)
    band = ramp(strata, -1.0, 1.0)
    colour = blend(field.plain(lighter(look.colour, -0.22)), lighter(look.colour, 0.1), band)
    colour = colour * (1 + 0.04 * thin + 0.03 * grain)[..., None]
    pits = look.wear * ramp(field.fractal(12, octaves=3), 1.0, 1.9)
    height = 0.38 + 0.2 * band + 0.03 * thin + 0.015 * grain - 0.2 * pits
    return Surface(colour * (1 - 0.25 * pits)[..., None], height, 0.9)


def lava(field: Field, look: Look) -> Surface:
    n = look.count(4)
    u, v = field.warped(0.035, 5, 4)
    crust = field.cells(n, n, 0.8, u, v)
    rough = field.fractal(10, octaves=4, gain=0.6)
    body = ramp(crust.edge + 0.025 * rough, 0.05, 0.2)
    heat = ramp(crust.edge + 0.02 * rough, 0.0, 0.14)
    rock = field.varied(rgb("3a3134"), crust, 0.2, 0.05) * (1 + 0.15 * rough)[..., None]
    molten = blend(field.plain(rgb("ffe27a")), look.colour, heat)
    colour = blend(molten, rock, body)
    height = 0.2 + body * (0.42 + 0.06 * rough + field.each(crust, -0.05, 0.1)) + 0.02 * (1 - body)
    return Surface(colour, height, 0.45 + 0.45 * body)


def cracked_earth(field: Field, look: Look) -> Surface:
    n = look.count(4.4)
    u, v = field.warped(0.016, 6)
    plates = field.cells(n, n, 0.8, u, v)
    rough = field.fractal(9, octaves=4, gain=0.6)
    width = 0.03 + 0.04 * look.wear
    body = ramp(plates.edge + 0.01 * rough, width, width + 0.06)
    curl = ramp(plates.edge, width, width + 0.3)
    colour = field.varied(look.colour, plates, 0.1, 0.03) * (1.08 - 0.12 * curl + 0.05 * rough)[..., None]
    colour = blend(field.plain(tuple(c * 0.35 for c in look.colour)), colour, body)  # type: ignore[arg-type]
    height = 0.08 + body * (0.56 - 0.12 * curl + 0.03 * rough + field.each(plates, -0.05, 0.05))
    return Surface(colour, height, 0.93)


FAMILIES = (
    Family(
        "marble", marble, (rgb("ebe7e0"), rgb("e2ded8"), rgb("dfd4c4")),
        ("marble slab", "polished marble", "veined marble"),
        ("white", "black", "green", "pink", "grey", "brown", "red", "blue"),
        old=("old", "scratched", "dull"), new=("polished", "shiny"),
    ),
    Family(
        "granite", granite, (rgb("a39c98"), rgb("b3958a"), rgb("8d8f94")),
        ("granite slab", "speckled granite", "granite countertop"), ("grey", "red", "pink", "black", "white", "brown"),
        old=("rough", "weathered"), new=("polished", "smooth"),
    ),
    Family(
        "sandstone", sandstone, (rgb("c9a06c"), rgb("d3b385"), rgb("bd8358")),
        ("layered sandstone", "sandstone cliff", "sandstone rock"), ("yellow", "red", "orange", "brown", "white"),
    ),
    Family(
        "lava", lava, (rgb("ff5a12"), rgb("f2420d")),
        ("molten lava", "magma", "lava crust", "volcanic lava"), (), adjectives=("glowing", "hot", "burning"),
        wettable=False, old=("cooling",), new=("fresh",),
    ),
    Family(
        "cracked earth", cracked_earth, (rgb("b08d67"), rgb("a37a58"), rgb("bda582")),
        ("cracked mud", "dry cracked soil", "parched earth", "dry lake bed"), ("brown", "red", "grey", "white"),
        wettable=False, old=("deeply cracked", "parched"), new=(),
    ),
)  # fmt: skip
