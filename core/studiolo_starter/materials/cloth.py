"""What is woven, knitted, tanned or grown as a skin. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Array, Field, blend, ramp


def leather(field: Field, look: Look) -> Surface:
    n = look.count(30)
    u, v = field.warped(0.008, 10)
    grains = field.cells(n, n, 0.8, u, v)
    body = ramp(grains.edge, 0.0, 0.28)
    folds = ramp(field.ridges(3, octaves=3), 0.62, 0.92) * (0.3 + 0.7 * look.wear)
    cloud = field.fractal(3, octaves=3)
    colour = field.varied(look.colour, grains, 0.05, 0.015) * (0.82 + 0.2 * body + 0.06 * cloud)[..., None]
    rubbed = look.wear * ramp(cloud + 0.4 * field.fractal(14, octaves=3), 0.6, 1.8)
    colour = blend(
        colour * (1 - 0.35 * folds)[..., None], lighter(towards(look.colour, rgb("c9a27c"), 0.5), 0.2), 0.6 * rubbed
    )
    height = 0.4 + 0.05 * np.sqrt(body) - 0.14 * folds + 0.03 * cloud
    return Surface(colour, height, 0.42 + 0.2 * (1 - body) + 0.25 * rubbed)


def denim(field: Field, look: Look) -> Surface:
    n = look.count(22)
    slub = field.fractal(60, 6, octaves=2)
    phase = field.u * n + field.v * n + 0.08 * field.fractal(12)
    line = 0.5 + 0.5 * np.sin(2 * np.pi * phase)
    weft = 0.5 + 0.5 * np.sin(2 * np.pi * (field.v * n * 3))
    fade = ramp(field.fractal(3, octaves=3) + 1.4 * look.wear, 0.6, 2.4)
    colour = field.plain(look.colour) * (0.72 + 0.3 * line + 0.06 * slub)[..., None]
    colour = blend(colour, rgb("dfe4ea"), np.clip((0.32 * weft * (1 - line)) + 0.5 * fade * (0.5 + 0.5 * line), 0, 1))
    return Surface(colour, 0.42 + 0.1 * line + 0.03 * weft + 0.012 * slub, 0.9)


def knit(field: Field, look: Look) -> Surface:
    columns = look.count(8)
    rows = round(columns * 1.3)
    bend = 0.06 * field.fractal(5)
    x, y = field.u * columns + bend, field.v * rows
    fx = x - np.floor(x)
    left = fx < 0.5
    part = np.where(left, fx * 2, fx * 2 - 1) - 0.5
    slant = np.where(left, part, -part)
    t = y - 0.62 * slant
    row = np.floor(t)
    fy = t - row - 0.5
    loop = np.clip(1 - (part / 0.52) ** 2 - (fy / 0.53) ** 2 * 0.92, 0, 1)
    form = np.sqrt(loop)
    twist = np.sin(2 * np.pi * (2.6 * part + 1.3 * np.where(left, fy, -fy)))
    lots = field.rng.uniform(-1, 1, (rows, columns)).astype(np.float32)[
        row.astype(int) % rows, np.floor(x).astype(int) % columns
    ]
    colour = field.plain(look.colour)
    if field.rng.random() < 0.3:
        stripe = (row.astype(int) % rows) * 4 // rows % 2
        colour = blend(colour, rgb("ece6da") if sum(look.colour) < 2 else rgb("8a3a3a"), stripe.astype(np.float32))
    fuzz = field.fractal(50, octaves=2)
    colour = colour * (0.42 + 0.62 * form + 0.06 * twist * form + 0.05 * lots + 0.03 * fuzz)[..., None]
    height = 0.1 + 0.55 * form + 0.03 * twist * form + 0.015 * fuzz + look.wear * 0.02 * field.fractal(9)
    return Surface(colour.astype(np.float32), height.astype(np.float32), 0.93)


def carpet(field: Field, look: Look) -> Surface:
    pile = field.strewn(int(3000 / look.scale**1.5), 0.06 * look.scale, 0.02 * look.scale, 0.0, 6.3)
    round_ = (1 - pile.across**2) * (1 - 0.5 * pile.along**2)
    lots = field.rng.uniform(-1, 1, (pile.count, 4)).astype(np.float32)[pile.index]
    patch = field.fractal(3, octaves=2)
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.12 * lots[..., :1] + 0.03 * lots[..., 1:])
    colour = colour * (0.5 + 0.3 * pile.depth + 0.3 * round_ + 0.05 * patch)[..., None]
    flat = look.wear * ramp(patch, 0.2, 1.5)
    colour = blend(colour, rgb("8b8378"), 0.3 * flat)
    return Surface(colour, 0.1 + (0.36 - 0.12 * flat) * pile.depth + 0.2 * round_, 0.96)


def weave(field: Field, threads: int) -> tuple[Array, Array, Array]:
    """Plain weave: height of the thread on top, whether that one runs along y, and its roundness."""
    bend = 0.12 * field.fractal(9)
    x, y = field.u * threads + bend, field.v * threads + 0.12 * field.fractal(9)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - column - 0.5, y - row - 0.5
    up = np.where((column + row) % 2 == 0, 1.0, -1.0)
    warp = np.sqrt(np.clip(1 - (fx / 0.5) ** 2, 0, 1)) * (0.5 + 0.5 * up * np.cos(np.pi * fy))
    weft = np.sqrt(np.clip(1 - (fy / 0.5) ** 2, 0, 1)) * (0.5 - 0.5 * up * np.cos(np.pi * fx))
    top = warp > weft
    return np.maximum(warp, weft).astype(np.float32), top, np.where(top, warp, weft).astype(np.float32)


def linen(field: Field, look: Look) -> Surface:
    n = look.count(24, 2)
    high, top, _ = weave(field, n)
    slub = np.where(top, field.fractal(n, 4, octaves=2), field.fractal(4, n, octaves=2))
    wrinkle = field.fractal(3, octaves=3) * (0.3 + 0.7 * look.wear)
    colour = field.plain(look.colour) * (0.66 + 0.36 * high + 0.06 * slub + 0.03 * wrinkle)[..., None]
    return Surface(colour, 0.36 + 0.13 * high + 0.015 * slub + 0.05 * wrinkle, 0.9)


def tartan(field: Field, look: Look) -> Surface:
    n = look.count(2)
    dark, light = lighter(look.colour, -0.65), towards(look.colour, rgb("f2ecd8"), 0.85)
    accent = (rgb("e8c33c"), rgb("f0ece0"), rgb("b8282c"), rgb("2c5fb3"))[field.rng.integers(4)]

    def sett(t: Array) -> Array:
        d = np.abs(t - np.floor(t) - 0.5)
        bands = blend(field.plain(look.colour), dark, ramp(-np.abs(d - 0.25), -0.115, -0.105))
        bands = blend(bands, accent, ramp(-np.abs(d - 0.02), -0.03, -0.022))
        return blend(bands, light, ramp(-np.abs(d - 0.42), -0.016, -0.01))

    threads = 30
    twill = 0.5 + 0.5 * np.sin(2 * np.pi * (field.u + field.v) * threads)
    colour = blend(sett(field.u * n), sett(field.v * n), 0.5 + 0.32 * (twill - 0.5))
    fuzz = field.fractal(50, octaves=1)
    fold = field.fractal(3, octaves=2) * look.wear
    colour = colour * (0.84 + 0.18 * twill + 0.03 * fuzz + 0.04 * fold)[..., None]
    return Surface(colour, 0.44 + 0.08 * twill + 0.012 * fuzz + 0.05 * fold, 0.93)


def fur(field: Field, look: Look) -> Surface:
    way = 0.5 * np.pi + 0.8 * field.fractal(2)
    hairs = field.strewn(int(2800 / look.scale**1.4), 0.16 * look.scale**0.6, 0.014 * look.scale, way, 0.45)
    lots = field.rng.uniform(-1, 1, (hairs.count, 2)).astype(np.float32)[hairs.index]
    round_ = 1 - hairs.across**2
    patch = ramp(field.fractal(3, octaves=3), -1.0, 1.6)
    colour = field.plain(look.colour) * (0.46 + 0.45 * hairs.depth + 0.18 * round_ + 0.13 * lots[..., 0])[..., None]
    colour = blend(colour, colour * 0.55, patch * 0.6)
    height = 0.12 + 0.5 * hairs.depth + 0.1 * round_
    return Surface(colour, height, 0.78 - 0.12 * round_)


def quilt(field: Field, look: Look) -> Surface:
    n = look.count(4)
    a, b = (field.u + field.v) * n, (field.u - field.v) * n
    fa, fb = np.abs(a - np.floor(a) - 0.5), np.abs(b - np.floor(b) - 0.5)
    pillow = np.sqrt(np.clip((1 - (2 * fa) ** 4) * (1 - (2 * fb) ** 4), 0, 1)) ** 0.8
    seam = 1 - ramp(np.minimum(0.5 - fa, 0.5 - fb).astype(np.float32), 0.0, 0.04)
    stitch = seam * (np.sin(2 * np.pi * 7 * np.where(fa > fb, b, a)) > 0)
    wrinkle = field.fractal(7, octaves=3)
    knot = ramp(-np.hypot(0.5 - fa, 0.5 - fb).astype(np.float32), -0.09, -0.06)
    colour = field.plain(look.colour) * (0.66 + 0.36 * pillow + 0.03 * wrinkle)[..., None]
    colour = blend(colour, lighter(look.colour, 0.6), 0.5 * stitch)
    if field.rng.random() < 0.5:
        colour = blend(colour, lighter(towards(look.colour, rgb("e8c878"), 0.6), 0.1), knot)
    height = 0.12 + 0.55 * pillow + 0.012 * wrinkle * (0.4 + look.wear) + 0.08 * knot
    return Surface(colour.astype(np.float32), height.astype(np.float32), 0.55 + 0.3 * look.wear)


DYES = ("red", "blue", "green", "yellow", "black", "white", "grey", "brown", "purple", "pink", "orange", "turquoise")

FAMILIES = (
    Family(
        "leather", leather, (rgb("7d4d2c"), rgb("6a3f26"), rgb("96643c")),
        ("leather hide", "cowhide", "tanned leather"), ("black", "red", "white", "blue", "green", "grey"),
        dyed=True, old=("worn", "old", "cracked"), new=("new", "smooth"), wettable=False,
    ),
    Family(
        "denim", denim, (rgb("3b5680"), rgb("2f4568"), rgb("54729b")),
        ("jeans fabric", "jeans", "denim fabric"), ("blue", "black", "grey", "white"),
        old=("faded", "washed", "worn"), new=("new",), wettable=False, turns=True,
    ),
    Family(
        "knit", knit, (rgb("c9b79a"), rgb("a33c3a"), rgb("4b6a8a")),
        ("knitted wool", "knitted sweater", "wool knit", "knitting"), DYES, dyed=True,
        old=("old", "worn"), new=("new", "soft"), adjectives=("chunky", "warm"), wettable=False,
    ),
    Family(
        "carpet", carpet, (rgb("8d4a44"), rgb("6d7f8c"), rgb("a8977c")),
        ("rug", "carpet floor", "shaggy carpet", "woollen carpet"), DYES, dyed=True,
        old=("old", "worn", "faded"), new=("new", "soft", "clean"), wettable=False,
    ),
    Family(
        "linen", linen, (rgb("d5c7a8"), rgb("c3b393"), rgb("dfd6c2")),
        ("canvas", "linen fabric", "woven fabric", "burlap"), ("white", "brown", "blue", "grey", "green", "red"),
        old=("wrinkled", "old"), new=("clean", "new"), wettable=False,
    ),
    Family(
        "tartan", tartan, (rgb("b3272b"), rgb("1f6b45"), rgb("274a8c")),
        ("plaid", "tartan fabric", "scottish plaid", "checked cloth"),
        ("red", "green", "blue", "purple", "black", "yellow"), dyed=True, adjectives=("woollen",), wettable=False,
    ),
    Family(
        "fur", fur, (rgb("8a6a4a"), rgb("b08a5c"), rgb("8d8a88")),
        ("animal fur", "furry pelt", "wolf fur", "bear fur"), ("brown", "white", "black", "grey", "orange"),
        old=("shaggy", "matted"), new=("soft", "fluffy"), wettable=False, covers=("snow",), turns=True,
    ),
    Family(
        "quilted fabric", quilt, (rgb("b3475a"), rgb("3e6ba3"), rgb("d6c6a4")),
        ("quilt", "padded upholstery", "quilted leather", "tufted upholstery"), DYES, dyed=True,
        wettable=False, new=("new", "soft"), adjectives=("soft",),
    ),
)  # fmt: skip
