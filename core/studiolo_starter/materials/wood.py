"""What grows as wood, reed or leaf and is built with. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb
from studiolo_starter.materials.field import Array, Colour, Field, blend, ramp


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
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.16 * lots[..., :1] + 0.03 * lots[..., 1:])
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
    colour = blend(field.plain(lighter(look.colour, -0.65)), colour, ramp(edge, 0.0, 0.22))
    height = 0.12 + 0.5 * np.sqrt(body) + 0.08 * fibre * (0.4 + body) + field.each(plates, -0.05, 0.1) * body
    return Surface(colour, height, 0.92 - 0.04 * fibre)


def parquet(field: Field, look: Look) -> Surface:
    n = look.count(4, 2)
    column, row = np.floor(field.u * n).astype(int), np.floor(field.v * n).astype(int)
    upright = (column + row) % 2 == 1
    fx, fy = field.u * n - column, field.v * n - row
    side, along = np.where(upright, fx, fy), np.where(upright, fy, fx)
    strip = np.floor(side * 3).astype(int)
    index = (row * n + column) * 3 + np.minimum(strip, 2)
    lots = field.rng.uniform(-1, 1, (n * n * 3, 4)).astype(np.float32)[index]
    part = side * 3 - strip
    edge = np.minimum(np.minimum(part, 1 - part) / 3, np.minimum(along, 1 - along))
    body = ramp(edge, 0.008, 0.03)
    across, down = field.fractal(8, 60, octaves=2), field.fractal(60, 8, octaves=2)
    grain = np.where(upright, down, across)
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.2 * lots[..., :1] + 0.03 * lots[..., 1:])
    colour = colour * (1 - 0.07 * grain)[..., None]
    worn = look.wear * ramp(field.fractal(4), -0.3, 1.5)
    colour = blend(blend(field.plain(rgb("2e2016")), colour, body), rgb("a5937a"), 0.35 * worn)
    height = 0.4 + body * (0.14 + 0.015 * lots[..., 0] - 0.012 * grain)
    return Surface(colour, height, 0.32 + 0.35 * worn + 0.03 * grain + 0.2 * (1 - body))


def bamboo(field: Field, look: Look) -> Surface:
    poles = look.count(6)
    x = field.u * poles
    pole = np.floor(x).astype(int) % poles
    fx = (x - np.floor(x) - 0.5) * 2
    lots = field.rng.uniform(-1, 1, (poles, 4)).astype(np.float32)[pole]
    joints = max(1, round(2 / look.scale))
    shift = field.rng.random(poles).astype(np.float32)[pole]
    node = np.abs((field.v * joints + shift) % 1 - 0.5) / joints
    ring = ramp(-node, -0.012, -0.004)
    swell = ramp(-node, -0.03, 0.0)
    round_ = np.sqrt(np.clip(1 - fx * fx, 0, 1))
    fibre = field.fractal(60, 4, octaves=2)
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.14 * lots[..., :1] + 0.04 * lots[..., 1:])
    colour = colour * (0.45 + 0.6 * round_ + 0.05 * fibre)[..., None]
    colour = blend(colour, rgb("e5dcae"), 0.35 * swell * round_) * (1 - 0.45 * ring)[..., None]
    spots = look.wear * ramp(field.fractal(9, 5, octaves=3), 0.9, 1.6) * 0.6
    colour = blend(colour, rgb("6d5a3a"), spots)
    height = 0.1 + round_ * (0.62 + 0.05 * lots[..., 0] + 0.08 * swell) - 0.07 * ring * round_ + 0.01 * fibre
    return Surface(colour, height, 0.35 + 0.35 * look.wear + 0.2 * (1 - round_))


def thatch(field: Field, look: Look) -> Surface:
    wind = 0.5 * np.pi + 0.25 * field.fractal(2)
    straws = field.strewn(int(1500 / look.scale**1.5), 0.3 * look.scale**0.5, 0.016 * look.scale, wind, 0.5)
    lots = field.rng.uniform(-1, 1, (straws.count, 4)).astype(np.float32)[straws.index]
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.2 * lots[..., :1] + 0.05 * lots[..., 1:])
    round_ = 1 - straws.across**2
    colour = colour * (0.5 + 0.3 * round_ + 0.35 * straws.depth)[..., None]
    colour = blend(colour, rgb("7b7262"), 0.55 * look.wear * ramp(field.fractal(3), -0.5, 1.2))
    colour = blend(field.plain(rgb("3a2c18")), colour, (straws.index >= 0).astype(np.float32))
    height = 0.1 + 0.62 * straws.depth + 0.12 * round_
    return Surface(colour, height, 0.85 - 0.05 * round_)


def wicker(field: Field, look: Look) -> Surface:
    n = look.count(8, 2)
    x, y = field.u * n, field.v * n * 2
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - column - 0.5, (y - row - 0.5) * 2
    over = np.where((column + row) % 2 == 0, 1.0, -1.0) * np.cos(np.pi * fx)
    strand = np.sqrt(np.clip(1 - (fy * 0.98) ** 2, 0, 1))
    stake = np.sqrt(np.clip(1 - (fx / 0.22) ** 2, 0, 1)) * (np.abs(fx) < 0.22)
    high = strand * (0.42 + 0.3 * over)
    post = 0.42 * stake
    front = high >= post
    fibre = field.fractal(10, 70, octaves=1)
    lots = field.rng.uniform(-1, 1, 2 * n).astype(np.float32)[row % (2 * n)]
    shade = np.where(front, 0.42 + 0.4 * strand + 0.24 * over, 0.4 + 0.35 * stake) + 0.05 * fibre + 0.08 * lots
    colour = field.plain(look.colour) * shade[..., None]
    colour = blend(colour, rgb("6f6454"), 0.45 * look.wear * ramp(field.fractal(4), 0.0, 1.5))
    height = 0.1 + np.maximum(high, post) + 0.01 * fibre
    return Surface(colour.astype(np.float32), height.astype(np.float32), 0.5 + 0.3 * look.wear)


def leaves(field: Field, look: Look, *, tones: tuple[Colour, ...], size: float, round_: float) -> Surface:
    """Leaves over leaves; tones: what each may be mixed with."""
    laid = field.strewn(int(520 / look.scale**1.6), size * look.scale, size * round_ * look.scale, 0.0, 6.3)
    table: Array = np.asarray(tones, np.float32)[field.rng.integers(len(tones), size=laid.count)]
    table = table + (np.asarray(look.colour, np.float32) - table) * field.rng.uniform(0.2, 1, (laid.count, 1))
    table = table * field.rng.uniform(0.75, 1.15, (laid.count, 1))
    vein = np.maximum(
        ramp(-np.abs(laid.across), -0.14, -0.02), 0.5 * ramp(np.sin(9 * (laid.along + np.abs(laid.across))), 0.6, 1.0)
    )
    shape = 1 - laid.across**2
    colour = table.astype(np.float32)[laid.index] * (0.62 + 0.3 * laid.depth + 0.15 * shape)[..., None]
    colour = blend(colour, colour * 1.35 + 0.03, 0.55 * vein)
    colour = blend(field.plain(rgb("33261a")), colour, (laid.index >= 0).astype(np.float32))
    height = 0.08 + 0.62 * laid.depth + 0.1 * laid.along * (laid.depth > 0) + 0.07 * shape - 0.03 * vein
    return Surface(colour, height, 0.55 + 0.3 * look.wear + 0.1 * vein)


def fallen_leaves(field: Field, look: Look) -> Surface:
    tones = (rgb("b5651d"), rgb("c98a2b"), rgb("8c3b1f"), rgb("7a5a2e"))
    return leaves(field, look, tones=tones, size=0.17, round_=0.55)


def ivy(field: Field, look: Look) -> Surface:
    tones = (rgb("3f7030"), rgb("5b8f3d"), rgb("2f5a2c"))
    return leaves(field, look, tones=tones, size=0.14, round_=0.85)


def paper(field: Field, look: Look) -> Surface:
    fibres = field.strewn(500, 0.08, 0.006, 0.0, 6.3)
    on = (fibres.index >= 0) * (1 - fibres.across**2)
    folds = look.wear * ramp(field.ridges(2, octaves=3), 0.72, 0.95)
    crumple = field.cells(look.count(4), None, 0.8)
    facet = field.tilted(crumple, 1.0) * look.wear
    stain = ramp(field.fractal(3, octaves=4), 0.0, 2.2) * (0.2 + look.wear)
    colour = field.plain(look.colour) * (1 + 0.012 * field.fractal(30, octaves=2) + 0.06 * facet)[..., None]
    colour = blend(colour, rgb("b98f55"), 0.5 * stain)
    colour = colour * (1 - 0.05 * on - 0.14 * folds)[..., None]
    height = 0.5 + 0.016 * on + 0.07 * facet + 0.05 * folds
    return Surface(colour, height, 0.9)


FAMILIES = (
    Family(
        "wood planks", wood_planks, (rgb("9c6b42"), rgb("b5834f"), rgb("7d5334")),
        ("wooden planks", "wood boards", "wooden floor", "timber planks", "wood"),
        ("brown", "white", "grey", "black", "red", "blue", "green", "yellow"),
        old=("old", "weathered", "worn", "rustic"), new=("new", "polished", "fresh"),
        covers=("moss", "snow"), turns=True,
    ),
    Family(
        "bark", bark, (rgb("6b5240"), rgb("7a6350"), rgb("574639")),
        ("tree bark", "bark of a tree", "oak bark", "pine bark"), ("brown", "grey", "red", "black"),
        adjectives=("rough", "thick"), covers=("moss", "snow"), old=("old", "cracked"),
    ),
    Family(
        "bamboo", bamboo, (rgb("b5b35a"), rgb("8fa84e"), rgb("cdb671")),
        ("bamboo wall", "bamboo poles", "bamboo fence"), ("green", "yellow", "brown"),
        old=("old", "dry", "weathered"), new=("fresh", "young"), turns=True,
    ),
    Family(
        "thatch", thatch, (rgb("cba65a"), rgb("b8924c"), rgb("d9bd74")),
        ("straw", "thatched roof", "hay", "thatch roof"), ("yellow", "brown", "grey"), covers=("moss", "snow"),
        old=("old", "weathered"), new=("fresh",), turns=True,
    ),
    Family(
        "wicker", wicker, (rgb("b98a52"), rgb("a87643"), rgb("cda36b")),
        ("wicker basket", "woven wicker", "rattan", "basket weave"), ("brown", "white", "black", "grey"),
        wettable=False,
    ),
    Family(
        "fallen leaves", fallen_leaves, (rgb("b5602a"), rgb("a8772f"), rgb("8a5a30")),
        ("autumn leaves", "dead leaves", "leaf litter", "forest floor"), ("red", "orange", "yellow", "brown"),
        old=("old", "rotting", "dry"), new=("fresh",), dyed=True, covers=("snow",),
    ),
    Family(
        "ivy", ivy, (rgb("44783a"), rgb("568a3c")),
        ("ivy leaves", "hedge", "leaves of ivy", "foliage"), ("green",),
        adjectives=("dense", "leafy"), old=("dark",), new=("fresh",), covers=("snow",),
    ),
    Family(
        "paper", paper, (rgb("ece2c8"), rgb("e4d3a8"), rgb("f0ece0")),
        ("parchment", "sheet of paper", "old parchment"), ("white", "yellow", "brown", "blue", "pink"),
        old=("old", "crumpled", "stained", "creased"), new=("clean", "smooth"), wettable=False,
    ),
)  # fmt: skip

UNSEEN = (
    Family("parquet", parquet, (rgb("a9753f"), rgb("8a5a34"), rgb("c19257")), ("parquet floor",), ("brown", "grey")),
)
