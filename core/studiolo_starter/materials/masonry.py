"""What is laid, cast or fired: bricks, tiles, slabs, plaster. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Array, Field, blend, ramp

MORTAR = rgb("b3aca0")


def brick(field: Field, look: Look) -> Surface:
    rows = look.count(8, 2)
    u, v = field.warped(0.001 + 0.002 * look.wear, 16)
    bricks = field.courses(rows // 2, rows, u=u, v=v)
    rough = field.fractal(14, octaves=4)
    gap = 0.05 + 0.05 * look.wear
    chips = 0.05 * look.wear * np.maximum(field.fractal(24, octaves=2), 0)
    body = ramp(bricks.edge - chips, gap, gap + 0.09)
    colour = field.varied(look.colour, bricks, 0.2, 0.06) * (1 + 0.06 * rough[..., None])
    burnt = (field.each(bricks) < 0.12).astype(np.float32) * 0.35
    colour = blend(colour, colour * 0.6, burnt)
    mortar = field.plain(towards(MORTAR, look.colour, 0.12)) * (1 + 0.05 * field.fractal(40, octaves=2)[..., None])
    stain = look.wear * ramp(field.fractal(4), -0.2, 1.4) * 0.4
    colour = blend(blend(mortar, colour, body), rgb("4b443c"), stain)
    height = 0.25 + 0.03 * field.fractal(40, octaves=2) * (1 - body)
    height += body * (0.4 + field.each(bricks, -0.08, 0.08) + field.tilted(bricks, 0.07) + 0.035 * rough)
    return Surface(colour, height, 0.85 - 0.1 * body + 0.03 * rough)


def cobblestone(field: Field, look: Look) -> Surface:
    n = look.count(6)
    u, v = field.warped(0.012, 6)
    stones = field.cells(n, n, 0.62, u, v)
    body = ramp(stones.edge, 0.02, 0.3)
    rough = field.fractal(12, octaves=4)
    colour = field.varied(look.colour, stones, 0.22, 0.05) * (1 + 0.07 * rough[..., None])
    colour = colour * (0.72 + 0.36 * body)[..., None]
    joint = field.plain(towards(rgb("5a5145"), look.colour, 0.2)) * (1 + 0.1 * field.fractal(50, octaves=1)[..., None])
    seam = ramp(stones.edge, 0.015, 0.07)
    dome = np.sqrt(np.clip(body, 0, 1))
    height = 0.12 + seam * (0.5 * dome + field.each(stones, 0, 0.16) + 0.03 * rough)
    polished = 0.25 * (1 - look.wear) * dome
    return Surface(blend(joint, colour, seam), height, 0.92 - polished * seam - 0.08 * seam)


def flagstones(field: Field, look: Look) -> Surface:
    n = look.count(3.4)
    u, v = field.warped(0.02, 4)
    slabs = field.cells(n, n, 0.78, u, v)
    rough = field.fractal(7, octaves=5, gain=0.6)
    layers = np.round(field.fractal(4, octaves=3) * 2.2) / 2.2
    body = ramp(slabs.edge + 0.01 * rough, 0.03, 0.07)
    colour = field.varied(look.colour, slabs, 0.18, 0.05) * (1 + 0.06 * rough + 0.05 * layers)[..., None]
    joint = field.plain(rgb("6d6350")) * (1 + 0.12 * field.fractal(48, octaves=1)[..., None])
    height = 0.3 + body * (0.22 + field.each(slabs, -0.05, 0.08) + 0.03 * rough + 0.05 * layers)
    return Surface(blend(joint, colour, body), height, 0.9 - 0.18 * body + 0.03 * rough)


def stone_blocks(field: Field, look: Look) -> Surface:
    rows = look.count(4, 2)
    u, v = field.warped(0.002 + 0.005 * look.wear, 10)
    blocks = field.courses(max(2, rows * 2 // 3), rows, u=u, v=v)
    rough = field.fractal(9, octaves=5, gain=0.62)
    body = ramp(blocks.edge - 0.02 * look.wear * np.maximum(rough, 0), 0.025, 0.09)
    colour = field.varied(look.colour, blocks, 0.14, 0.03) * (1 + 0.08 * rough)[..., None]
    cracks = look.wear * ramp(field.ridges(5), 0.86, 0.95) * body
    colour = blend(field.plain(lighter(MORTAR, -0.35)), colour, body) * (1 - 0.35 * cracks)[..., None]
    height = 0.2 + body * (0.42 + field.each(blocks, -0.06, 0.1) + 0.045 * rough) - 0.12 * cracks
    return Surface(colour, height, 0.88 - 0.06 * body)


def ceramic_tiles(field: Field, look: Look) -> Surface:
    n = look.count(4, 2)
    tiles = field.courses(n, n, 0.0)
    body = ramp(tiles.edge, 0.03, 0.06)
    pillow = ramp(tiles.edge, 0.03, 0.14)
    colour = field.varied(look.colour, tiles, 0.06, 0.02)
    if field.rng.random() < 0.4:
        other = (field.rng.integers(0, 2) + tiles.index // n + tiles.index % n) % 2
        second = rgb("f1eee6") if sum(look.colour) < 2.0 else rgb("3b4048")
        colour = blend(colour, second, other.astype(np.float32))
    cracks = ramp(field.ridges(6, octaves=2), 0.9, 0.97) * body * (look.wear > 0.5)
    dirt = look.wear * ramp(field.fractal(5), 0.0, 2.0) * 0.4
    colour = blend(
        blend(field.plain(rgb("cfc9bd")), colour * (0.9 + 0.1 * pillow)[..., None], body), rgb("6f6350"), dirt
    )
    colour = colour * (1 - 0.4 * cracks)[..., None]
    height = 0.35 + 0.3 * body * (0.6 + 0.4 * pillow) - 0.08 * cracks + body * field.tilted(tiles, 0.02)
    return Surface(colour, height, 0.85 - 0.68 * body + 0.35 * dirt + 0.2 * cracks)


def terracotta(field: Field, look: Look) -> Surface:
    n = look.count(3, 1)
    u, v = field.warped(0.002, 8)
    tiles = field.courses(n, n, 0.0, u, v)
    rough = field.fractal(10, octaves=4, gain=0.6)
    body = ramp(tiles.edge - 0.02 * look.wear * np.abs(rough), 0.035, 0.09)
    cloud = field.fractal(3, octaves=3)
    colour = field.varied(look.colour, tiles, 0.12, 0.04) * (1 + 0.07 * cloud + 0.04 * rough)[..., None]
    lime = look.wear * ramp(field.fractal(5), 0.3, 1.8) * 0.5
    colour = blend(blend(field.plain(rgb("a39684")), colour, body), rgb("ded2c0"), lime)
    height = 0.32 + body * (0.28 + 0.02 * rough + 0.02 * cloud + field.tilted(tiles, 0.03))
    return Surface(colour, height, 0.9 - 0.22 * body * (1 - lime))


def concrete(field: Field, look: Look) -> Surface:
    cloud, grain = field.fractal(3, octaves=4, gain=0.6), field.fractal(40, octaves=2)
    holes = field.cells(look.count(14), None, 0.8)
    radius = np.hypot(holes.x, holes.y)
    size = np.maximum(field.each(holes, -0.5, 0.24), 0.0)
    pit = ramp(size - radius, 0.0, 0.07)
    cracks = look.wear * ramp(field.ridges(3, octaves=4), 0.80, 0.9)
    stain = look.wear * ramp(field.fractal(3, 2), 0.2, 1.6) * 0.35
    colour = field.plain(look.colour) * (1 + 0.06 * cloud + 0.03 * grain)[..., None]
    colour = blend(colour, rgb("55504a"), stain) * (1 - 0.42 * pit - 0.5 * cracks)[..., None]
    height = 0.5 + 0.03 * cloud + 0.02 * grain - 0.16 * pit - 0.2 * cracks
    return Surface(colour, height, 0.82 + 0.05 * cloud)


def plaster(field: Field, look: Look) -> Surface:
    u, v = field.warped(0.03, 5)
    trowel = field.at(field.fractal(5, 12, octaves=3), u, v)
    rough = field.fractal(16, octaves=3)
    colour = field.plain(look.colour) * (1 + 0.035 * trowel + 0.02 * rough)[..., None]
    gone = ramp(field.fractal(3, octaves=4) + 1.6 * look.wear, 1.75, 1.85) * (look.wear > 0.3)
    under = field.plain(rgb("9c8570")) * (1 + 0.1 * field.fractal(30, octaves=2)[..., None])
    colour = blend(colour, under, gone)
    height = 0.55 + 0.06 * trowel + 0.02 * rough - 0.22 * gone + 0.02 * gone * field.fractal(30, octaves=2)
    return Surface(colour, height, 0.86 + 0.08 * gone)


def roof(field: Field, look: Look, *, rounded: bool, across: float, rows: float) -> Surface:
    """Overlapping shingles: each row lies on the one below, so it rises towards its lower edge."""
    r, c = look.count(rows, 2), look.count(across)
    u, v = field.warped(0.0015 + 0.002 * look.wear, 12)
    row = np.floor(v * r)
    x = u * c + 0.5 * (row % 2)
    across_x, down = x - np.floor(x) - 0.5, v * r - row
    tip = 0.38 * (1 - np.sqrt(np.clip(1 - (2 * across_x) ** 2, 0, 1))) if rounded else np.zeros_like(x)
    low = down > 1 - tip  # past the tip one sees the neighbour of the next row
    row = np.where(low, row + 1, row)
    x = u * c + 0.5 * (row % 2)
    across_x = x - np.floor(x) - 0.5
    down = np.where(low, v * r - row, v * r - row)
    index = ((row % r) * c + np.floor(x) % c).astype(int)
    lots = field.rng.uniform(-1, 1, (r * c, 4)).astype(np.float32)[index]
    grain = field.fractal(10, 20, octaves=4, gain=0.6)
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.17 * lots[..., :1] + 0.04 * lots[..., 1:])
    gap = ramp(0.5 - np.abs(across_x), 0.01, 0.05)
    gap = np.where(down < 0, 1.0, gap)
    shade = 0.82 + 0.25 * np.clip(down, 0, 1)
    colour = colour * (shade * (1 + 0.06 * grain) * (0.55 + 0.45 * gap))[..., None]
    lichen = look.wear * ramp(field.fractal(7, octaves=3), 0.9, 1.5) * 0.6
    colour = blend(colour, rgb("a7a582"), lichen)
    bulge = 0.12 * np.cos(np.pi * across_x) if rounded else 0.0
    height = (0.15 + 0.42 * (down + 0.4) + bulge + 0.05 * lots[..., 0] + 0.02 * grain) * (0.6 + 0.4 * gap)
    return Surface(colour.astype(np.float32), height.astype(np.float32), 0.62 + 0.25 * look.wear + 0.04 * grain)


def roof_slate(field: Field, look: Look) -> Surface:
    return roof(field, look, rounded=False, across=4.5, rows=6)


def roof_tiles(field: Field, look: Look) -> Surface:
    return roof(field, look, rounded=True, across=5, rows=6)


def mosaic(field: Field, look: Look) -> Surface:
    n = look.count(9)
    u, v = field.warped(0.006, 5)
    stones = field.cells(n, n, 0.32, u, v)
    body = ramp(stones.edge, 0.05, 0.1)
    pattern = field.fractal(3, octaves=2).ravel()
    pattern = (pattern - pattern.mean()) / pattern.std()
    centre = np.zeros(stones.count, np.float32)
    centre[stones.index.ravel()] = pattern
    value = centre[stones.index]
    accent = field.plain(lighter(look.colour, 0.0)) * field.each(stones, 0.8, 1.15)[..., None]
    light = field.plain(rgb("e9dfc8")) * field.each(stones, 0.85, 1.05)[..., None]
    gold = field.plain(rgb("d19a3c")) * field.each(stones, 0.8, 1.1)[..., None]
    colour = blend(blend(light, accent, (value > -0.45).astype(np.float32)), gold, (value > 1.1).astype(np.float32))
    colour = blend(field.plain(rgb("8d8577")), colour, body)
    height = 0.35 + body * (0.24 + field.tilted(stones, 0.06) + field.each(stones, -0.03, 0.03))
    return Surface(colour, height, 0.85 - (0.6 - 0.3 * look.wear) * body)


EARTHY = ("red", "brown", "yellow", "white", "grey", "black", "orange")
STONY = ("grey", "brown", "white", "black", "red", "yellow", "blue")
GLAZED = ("white", "blue", "green", "red", "black", "yellow", "pink", "turquoise", "purple", "orange")

FAMILIES = (
    Family(
        "brick", brick, (rgb("a4553f"), rgb("9a4a38"), rgb("b0654a")),
        ("bricks", "brick wall", "brickwork", "brick wall"), EARTHY,
        old=("old", "weathered", "worn", "crumbling"), covers=("moss", "snow"),
    ),
    Family(
        "cobblestone", cobblestone, (rgb("8b8680"), rgb("7f8288"), rgb("96897a")),
        ("cobblestones", "cobbles", "cobbled street", "cobblestone pavement"), STONY, covers=("moss", "snow"),
        old=("old", "rough", "weathered"), new=("smooth", "polished"),
    ),
    Family(
        "flagstones", flagstones, (rgb("a09684"), rgb("8f8c86"), rgb("ad9a7c")),
        ("flagstone", "stone paving", "paving stones", "flagstone floor"), STONY, covers=("moss", "snow"),
    ),
    Family(
        "stone blocks", stone_blocks, (rgb("9b958a"), rgb("8a8a8c"), rgb("b3a488")),
        ("stone wall", "castle wall", "stone block wall", "masonry"), STONY, covers=("moss", "snow"),
        old=("old", "ancient", "weathered", "cracked"),
    ),
    Family(
        "ceramic tiles", ceramic_tiles, (rgb("e6e3da"), rgb("4d87b5"), rgb("79b0a2")),
        ("ceramic tile", "bathroom tiles", "glazed tiles", "kitchen tiles"), GLAZED, dyed=True,
        old=("old", "dirty", "cracked"), new=("clean", "shiny", "new"), adjectives=("glossy", "square"),
    ),
    Family(
        "terracotta", terracotta, (rgb("c06a43"), rgb("b55f3f"), rgb("c97c54")),
        ("terracotta tiles", "terracotta floor", "clay tiles"), (), adjectives=("warm", "rustic"), covers=("moss",),
    ),
    Family(
        "concrete", concrete, (rgb("a3a19b"), rgb("94938f"), rgb("b4b0a6")),
        ("concrete wall", "bare concrete", "cement"), ("grey", "white", "black", "brown"),
        old=("old", "cracked", "stained", "weathered"), new=("new", "smooth"), covers=("moss", "snow"),
    ),
    Family(
        "plaster", plaster, (rgb("e5ddcb"), rgb("dcc9a4"), rgb("cfd3cf")),
        ("plaster wall", "stucco", "plastered wall"),
        ("white", "yellow", "pink", "blue", "green", "orange", "red", "grey"),
        old=("old", "peeling", "crumbling", "weathered"),
    ),
    Family(
        "roof slate", roof_slate, (rgb("5b626e"), rgb("4f5560"), rgb("6c6a70")),
        ("slate roof", "slate shingles", "slates"), ("grey", "black", "blue", "green", "purple"),
        covers=("moss", "snow"),
    ),
    Family(
        "roof tiles", roof_tiles, (rgb("b25a3d"), rgb("a24b36"), rgb("c27350")),
        ("tiled roof", "clay roof tiles", "roof shingles"), ("red", "brown", "orange", "black", "green", "blue"),
        covers=("moss", "snow"),
    ),
    Family(
        "mosaic", mosaic, (rgb("3a7ca5"), rgb("2e8b8b"), rgb("a63d40"), rgb("4a7d4a")),
        ("mosaic tiles", "roman mosaic", "mosaic floor"), ("blue", "green", "red", "turquoise", "purple", "black"),
        dyed=True, adjectives=("colourful", "antique"),
    ),
)  # fmt: skip
