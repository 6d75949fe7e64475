"""Natural rock, whole or cut. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Array, Field, blend, ramp


def marble(field: Field, look: Look) -> Surface:
    n = look.count(3)
    u, v = field.warped(0.06, n, 4)
    veins = field.at(np.abs(field.fractal(n, octaves=2) + 0.3 * field.noise(n)), u, v)
    fine = field.at(np.abs(field.fractal(2 * n, octaves=2)), u, v)
    cloud = field.fractal(2, octaves=4)
    vein = np.exp(-veins * 7) * 0.9 + np.exp(-fine * 11) * 0.45
    pale = sum(look.colour) > 1.2
    dark = towards(look.colour, rgb("4a4d55"), 0.75) if pale else rgb("e4ded2")
    colour = field.plain(look.colour) * (1 + 0.045 * cloud)[..., None]
    colour = blend(colour, dark, np.clip(vein, 0, 1) * ramp(cloud, -2.6, 0.2))
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
    colour = blend(field.plain(lighter(look.colour, -0.65)), colour, body)
    height = 0.08 + body * (0.56 - 0.12 * curl + 0.03 * rough + field.each(plates, -0.05, 0.05))
    return Surface(colour, height, 0.93)


def obsidian(field: Field, look: Look) -> Surface:
    n = look.count(3.5)
    u, v = field.warped(0.02, 4)
    flakes = field.cells(n, n, 0.8, u, v)
    lean = field.tilted(flakes, 0.5)
    ripple = np.sin(18 * np.hypot(flakes.x + field.each(flakes, -0.6, 0.6), flakes.y + field.each(flakes, -0.6, 0.6)))
    edge = ramp(-flakes.edge, -0.05, 0.0)
    glint = ramp(lean + 0.05 * ripple, -0.1, 0.45)
    dust = look.wear * ramp(field.fractal(6, octaves=4), 0.4, 2.0) * 0.5
    colour = field.plain(lighter(look.colour, -0.2)) * (1 + 0.1 * ripple)[..., None]
    colour = blend(colour, towards(look.colour, rgb("8f9ab8"), 0.5), 0.55 * glint)
    colour = blend(colour, rgb("aab2c6"), 0.6 * edge)
    height = 0.45 + 0.42 * lean + 0.018 * ripple + 0.03 * edge
    return Surface(blend(colour, rgb("6d6a66"), dust), height, 0.08 + 0.6 * dust + 0.1 * edge)


def crystal(field: Field, look: Look) -> Surface:
    n = look.count(4)
    shards = field.cells(n, n, 0.8)
    lean = field.tilted(shards, 0.5)
    peak = np.clip(shards.edge / 0.45, 0, 1)
    angle = np.arctan2(shards.y, shards.x) + field.each(shards, 0, 6.3)
    facet = np.floor(angle / (np.pi / 3))
    facet_light = np.sin(facet * 2.4 + field.each(shards, 0, 6.3))
    ridge = ramp(-np.abs(angle / (np.pi / 3) - facet - 0.5), -0.5, -0.46) * ramp(peak, 0.1, 0.3)
    colour = field.varied(look.colour, shards, 0.1, 0.06)
    light = 0.32 * facet_light + 0.25 * lean
    colour = blend(colour * (0.72 + 0.3 * peak)[..., None], rgb("ffffff"), np.clip(light, 0, 0.6))
    colour = colour * (1 + 0.7 * np.minimum(light, 0))[..., None]
    colour = blend(colour, rgb("ffffff"), 0.35 * (1 - ridge) * ramp(peak, 0.1, 0.3) * 0.6)
    height = 0.12 + 0.5 * peak + 0.25 * lean + 0.06 * facet_light * peak
    frost = look.wear * ramp(field.fractal(6, octaves=3), 0.6, 2.0)
    return Surface(colour, height, 0.08 + 0.4 * frost)


def rock(field: Field, look: Look) -> Surface:
    n = look.count(3)
    u, v = field.warped(0.05, 4, 4)
    slabs = field.cells(n, n, 0.8, u, v)
    lean = field.tilted(slabs, 0.42)
    rough = field.fractal(6, octaves=6, gain=0.6)
    crack = ramp(-slabs.edge - 0.02 * rough, -0.07, 0.0)
    form = 0.55 * lean + 0.17 * rough
    colour = field.varied(look.colour, slabs, 0.1, 0.03) * (1 + 0.45 * form + 0.05 * rough)[..., None]
    colour = colour * (1 - 0.55 * crack)[..., None]
    lichen = look.wear * ramp(field.fractal(8, octaves=3), 1.0, 1.5) * 0.6
    colour = blend(colour, rgb("a9a67c"), lichen)
    return Surface(colour, 0.46 + form * 0.8 - 0.2 * crack, 0.88 + 0.03 * rough)


def stained_glass(field: Field, look: Look) -> Surface:
    n = look.count(4)
    panes = field.cells(n, n, 0.7)
    lead = 1 - ramp(panes.edge, 0.05, 0.075)
    hues: Array = np.asarray(
        [rgb(c) for c in ("c8302f", "2b62c4", "e2b32b", "2f9a55", "7c3fa6", "e0762c", "2aa7b5")], np.float32
    )
    table: Array = hues[field.rng.integers(len(hues), size=panes.count)]
    own = field.rng.random((panes.count, 1)) < 0.42
    table = np.where(own, np.asarray(look.colour, np.float32), table) * field.rng.uniform(0.8, 1.15, (panes.count, 1))
    ripple = field.fractal(7, octaves=3)
    colour = table.astype(np.float32)[panes.index] * (1 + 0.12 * ripple + 0.18 * (0.3 - panes.edge))[..., None]
    colour = blend(colour, rgb("3b3c40"), lead)
    grime = look.wear * ramp(field.fractal(4), 0.2, 1.8) * 0.35 * (1 - lead)
    came = np.sqrt(np.clip(1 - (panes.edge / 0.07) ** 2, 0, 1))
    height = 0.4 + 0.012 * ripple * (1 - lead) + 0.2 * came
    return Surface(blend(colour, rgb("4a4335"), grime), height, 0.1 + 0.4 * lead + 0.5 * grime, (lead > 0.5) * 1.0)


STONY = ("grey", "brown", "white", "black", "red", "yellow")

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
    Family(
        "obsidian", obsidian, (rgb("24232b"), rgb("2a2530"), rgb("1f2629")),
        ("volcanic glass", "obsidian rock", "obsidian glass"), ("black", "purple", "green", "blue"),
        old=("dusty", "dull"), new=("polished", "shiny"), adjectives=("glassy", "sharp"),
    ),
    Family(
        "crystal", crystal, (rgb("8f7fd6"), rgb("67b7d9"), rgb("c9dbe8")),
        ("crystals", "gemstones", "crystal cluster", "gems"),
        ("purple", "blue", "green", "pink", "red", "white", "yellow", "turquoise"), dyed=True, wettable=False,
        old=("frosted",), new=("clear", "shiny"), adjectives=("magic", "sparkling"),
    ),
    Family(
        "rock", rock, (rgb("8d867c"), rgb("7d7c7e"), rgb("9a8468")),
        ("rock face", "cliff", "rocky cliff", "rough stone", "rock wall"), STONY, covers=("moss", "snow"),
    ),
    Family(
        "stained glass", stained_glass, (rgb("2b62c4"), rgb("c8302f"), rgb("e2b32b")),
        ("stained glass window", "church window", "leaded glass"), ("blue", "red", "green", "purple", "yellow"),
        dyed=True, wettable=False, old=("old", "dirty"), adjectives=("colourful", "medieval"),
    ),
)  # fmt: skip
