"""What one walks on or wades through. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Array, Field, blend, ramp


def stones(field: Field, look: Look, *, across: float, smooth: float) -> Surface:
    """Two layers of stones: what is missing above shows the smaller ones below."""
    n = look.count(across)
    u, v = field.warped(0.012 * (1 - smooth), 9)
    under, over = field.cells(round(n * 1.6), None, 0.8), field.cells(n, n, 0.8, u, v)
    rough = field.fractal(20, octaves=3)
    there = field.each(over) < 0.8
    body = ramp(over.edge - 0.02 * (1 - smooth) * rough, 0.03, 0.3) * there
    dome = np.sqrt(body)
    below = ramp(under.edge, 0.02, 0.3)
    low = field.varied(look.colour, under, 0.25, 0.03) * (0.4 + 0.32 * np.sqrt(below))[..., None]
    top = field.varied(look.colour, over, 0.3, 0.035) * (0.66 + 0.42 * dome + 0.06 * (1 - smooth) * rough)[..., None]
    on = ramp(over.edge, 0.03, 0.09) * there
    tilt = field.tilted(over, 0.25 * (1 - smooth))
    height = 0.08 + 0.2 * np.sqrt(below) * (1 - on) + on * (0.3 + 0.4 * dome + tilt + 0.02 * (1 - smooth) * rough)
    return Surface(blend(low, top, on), height, 0.9 - 0.35 * smooth * on)


def gravel(field: Field, look: Look) -> Surface:
    return stones(field, look, across=11, smooth=0.0)


def pebbles(field: Field, look: Look) -> Surface:
    return stones(field, look, across=8, smooth=1.0)


def sand(field: Field, look: Look) -> Surface:
    n = look.count(9)
    bend = field.fractal(3, octaves=3)
    phase = field.v * n + 0.55 * bend
    t = phase - np.floor(phase)
    crest = np.where(t < 0.7, t / 0.7, (1 - t) / 0.3)
    ripple = (ramp(crest.astype(np.float32), 0, 1)) * (0.4 + 0.6 * ramp(field.fractal(2), -1.2, -0.2))
    grain = field.fractal(70, octaves=1)
    dune = field.fractal(2, octaves=2)
    colour = blend(field.plain(lighter(look.colour, -0.2)), lighter(look.colour, 0.1), ripple)
    colour = colour * (1 + 0.025 * grain + 0.03 * dune)[..., None]
    return Surface(colour, 0.35 + 0.17 * ripple + 0.05 * dune + 0.008 * grain, 0.92)


def mud(field: Field, look: Look) -> Surface:
    n = look.count(4)
    u, v = field.warped(0.04, n, 3)
    lump = field.at(field.fractal(n, octaves=3, gain=0.45), u, v)
    rough = field.fractal(14, octaves=3)
    wet = ramp(-lump + 0.15 * rough, 0.0, 0.9)
    pool = ramp(-lump, 0.75, 0.95)
    colour = field.plain(look.colour) * (1.02 + 0.16 * lump * (1 - pool) + 0.05 * rough * (1 - pool))[..., None]
    colour = blend(colour * (1 - 0.35 * wet)[..., None], rgb("6f6a63"), 0.45 * pool)
    height = 0.42 + 0.17 * np.maximum(lump, -0.85) + 0.02 * rough * (1 - pool)
    return Surface(colour, height, 0.75 - 0.38 * wet - 0.3 * pool)


def grass(field: Field, look: Look) -> Surface:
    wind = 0.5 * np.pi + 0.7 * field.fractal(3)
    blades = field.strewn(int(2600 / look.scale**1.6), 0.1 * look.scale, 0.017 * look.scale, wind, 1.3)
    lots = field.rng.uniform(-1, 1, (blades.count, 4)).astype(np.float32)[blades.index]
    colour: Array = np.asarray(look.colour, np.float32) * (1 + 0.16 * lots[..., :1] + 0.06 * lots[..., 1:])
    dry = (lots[..., 1] > 1 - 1.1 * look.wear) * 0.75
    colour = blend(colour, rgb("b9a65c"), dry.astype(np.float32))
    patch = field.fractal(3, octaves=2)
    colour = colour * (0.45 + 0.55 * blades.depth + 0.1 * (1 - blades.across**2) + 0.06 * patch)[..., None]
    colour = blend(field.plain(lighter(look.colour, -0.7)), colour, (blades.index >= 0).astype(np.float32))
    height = 0.08 + 0.6 * blades.depth + 0.08 * (1 - np.abs(blades.across)) + 0.03 * patch
    return Surface(colour, height, 0.8 - 0.1 * blades.depth)


def moss(field: Field, look: Look) -> Surface:
    n = look.count(6)
    u, v = field.warped(0.03, 6)
    pads = field.cells(n, n, 0.8, u, v)
    tufts = field.cells(n * 4, None, 0.8)
    dome = np.sqrt(ramp(pads.edge, 0.0, 0.42))
    tuft = np.sqrt(ramp(tufts.edge, 0.0, 0.45)) * field.each(tufts, 0.5, 1.0)
    colour = field.varied(look.colour, pads, 0.16, 0.06) * (0.5 + 0.32 * dome + 0.36 * tuft)[..., None]
    tip = ramp(tuft, 0.6, 1.0) * field.each(tufts)
    colour = blend(colour, lighter(towards(look.colour, rgb("d6d060"), 0.4), 0.3), 0.5 * tip)
    brown = look.wear * ramp(field.fractal(4, octaves=3), 0.7, 1.4) * 0.7
    colour = blend(colour, rgb("8a7440"), brown)
    return Surface(colour, 0.12 + 0.42 * dome + 0.2 * tuft, 0.95)


def snow(field: Field, look: Look) -> Surface:
    n = look.count(2)
    u, v = field.warped(0.05, 3)
    drift = field.at(field.fractal(n, 2 * n, octaves=3, gain=0.4), u, v)
    grain = field.fractal(50, octaves=2)
    sparkle = ramp(field.noise(110), 2.3, 3.0)
    crust = look.wear * ramp(field.ridges(5, octaves=3), 0.6, 0.9)
    shade = ramp(drift, -1.4, 1.2)
    colour = blend(field.plain(rgb("a9c3e4")), towards(look.colour, rgb("ffffff"), 0.3), shade)
    colour = blend(colour * (1 + 0.008 * grain - 0.03 * crust)[..., None], rgb("ffffff"), sparkle)
    return Surface(colour, 0.45 + 0.16 * drift + 0.004 * grain - 0.03 * crust, 0.62 + 0.02 * grain - 0.3 * sparkle)


def ice(field: Field, look: Look) -> Surface:
    n = look.count(3)
    u, v = field.warped(0.02, 5, 4)
    plates = field.cells(n, n, 0.8, u, v)
    cloud = field.fractal(3, octaves=4)
    crack = ramp(-plates.edge, -0.035, -0.004)
    fine = ramp(field.ridges(4, octaves=2), 0.88, 0.97)
    halo = ramp(-plates.edge, -0.2, 0.0)
    frost = ramp(cloud + 1.2 * look.wear, 1.1, 2.2)
    colour = field.varied(look.colour, plates, 0.08, 0.03) * (0.92 + 0.06 * cloud)[..., None]
    colour = blend(colour, rgb("f4fbff"), np.clip(0.75 * crack + 0.35 * fine + 0.25 * halo + 0.6 * frost, 0, 1))
    height = 0.5 - 0.07 * crack - 0.02 * fine + field.tilted(plates, 0.03) + 0.02 * frost
    return Surface(colour, height, 0.1 + 0.45 * frost + 0.25 * crack)


def water(field: Field, look: Look) -> Surface:
    n = look.count(4)
    u, v = field.warped(0.045, 4, 2)
    big, small = field.cells(n, n, 0.7, u, v), field.cells(2 * n, None, 0.7, u, v)
    light = ramp(-big.edge, -0.16, 0.0) * 0.8 + ramp(-small.edge, -0.14, 0.0) * 0.3
    swell = field.fractal(n, octaves=3)
    colour = field.plain(look.colour) * (0.88 + 0.09 * swell)[..., None]
    colour = blend(colour, towards(look.colour, rgb("ffffff"), 0.75), np.clip(light * 0.85, 0, 1))
    foam = look.wear * ramp(field.fractal(5, octaves=4), 1.2, 1.6)
    colour = blend(colour, rgb("f0f6f8"), foam)
    height = 0.45 + 0.08 * swell + 0.07 * light + 0.03 * foam
    return Surface(colour, height, 0.06 + 0.55 * foam)


def asphalt(field: Field, look: Look) -> Surface:
    n = look.count(30)
    chips = field.cells(n, n, 0.8)
    lot = field.each(chips)
    bump = np.sqrt(ramp(chips.edge, 0.03, 0.35)) * (0.4 + 0.6 * lot)
    cloud = field.fractal(3, octaves=3)
    cracks = look.wear * ramp(field.ridges(3, octaves=4), 0.76, 0.86)
    colour = field.plain(look.colour) * (0.7 + 0.28 * bump + 0.7 * (lot > 0.86) * bump + 0.06 * cloud)[..., None]
    if field.rng.random() < 0.3:
        middle = field.rng.uniform(0.2, 0.8)
        stripe = ramp(-np.abs(field.u - middle), -0.075, -0.065) * ramp(
            field.fractal(18, octaves=3) + 2.2 - 2.4 * look.wear, 0, 0.6
        )
        colour = blend(colour, rgb("e6e2d4") if field.rng.random() < 0.6 else rgb("dfb23a"), 0.85 * stripe)
    colour = colour * (1 - 0.6 * cracks)[..., None]
    return Surface(colour, 0.42 + 0.1 * bump - 0.25 * cracks + 0.01 * cloud, 0.9 - 0.06 * bump)


def soil(field: Field, look: Look) -> Surface:
    n = look.count(10)
    u, v = field.warped(0.02, 8)
    clods, bits = field.cells(n, n, 0.8, u, v), field.cells(3 * n, None, 0.8)
    rough = field.fractal(10, octaves=4, gain=0.65)
    lump = np.sqrt(ramp(clods.edge, 0.0, 0.4)) * field.each(clods, 0.2, 1.0)
    crumb = np.sqrt(ramp(bits.edge, 0.0, 0.4)) * field.each(bits, 0.0, 1.0)
    form = 0.55 * lump + 0.3 * crumb + 0.1 * rough
    colour = field.varied(look.colour, clods, 0.1, 0.04) * (0.55 + 0.62 * form)[..., None]
    pebble = (field.each(bits) > 0.95) * ramp(bits.edge, 0.05, 0.15)
    colour = blend(colour, rgb("a89a88"), 0.8 * pebble)
    return Surface(colour, 0.12 + 0.5 * form + 0.05 * pebble, 0.93 - 0.2 * pebble)


FAMILIES = (
    Family(
        "gravel", gravel, (rgb("8e8a84"), rgb("9c8f7e"), rgb("7d8086")),
        ("gravel path", "crushed stone", "small stones"), ("grey", "brown", "white", "black", "red", "yellow"),
        covers=("moss", "snow"), old=("coarse", "rough"), new=("clean",),
    ),
    Family(
        "sand", sand, (rgb("dcbf8a"), rgb("d2ac72"), rgb("e5d1a6")),
        ("desert sand", "beach sand", "sand ripples", "sand dunes"), ("yellow", "white", "red", "black", "brown"),
        old=("wind-blown",), new=("clean",), adjectives=("rippled",), turns=True,
    ),
    Family(
        "mud", mud, (rgb("6e5138"), rgb("5d4632"), rgb("7c6147")),
        ("muddy ground", "wet mud", "swamp mud", "muddy puddles"), ("brown", "red", "grey", "black"),
        old=("sticky",), new=("fresh",), covers=("snow",),
    ),
    Family(
        "grass", grass, (rgb("6a9a3a"), rgb("5b8c36"), rgb("86a747")),
        ("lawn", "grass field", "meadow grass", "grassy ground"), ("green", "yellow"), dyed=True,
        old=("dry", "withered"), new=("fresh",), covers=("snow",),
    ),
    Family(
        "moss", moss, (rgb("6b8a35"), rgb("5a7b33"), rgb("829a43")),
        ("moss carpet", "forest moss", "mossy ground", "soft moss"), ("green", "yellow"),
        old=("dry", "old"), new=("fresh", "lush"), covers=("snow",),
    ),
    Family(
        "snow", snow, (rgb("eef3fa"), rgb("e8eff8")),
        ("fresh snow", "snow drifts", "snowy ground", "powder snow"), (), wettable=False,
        old=("crusty", "icy"), new=("fresh", "soft"),
    ),
    Family(
        "ice", ice, (rgb("a5cfe3"), rgb("8fc1dc"), rgb("bcdce6")),
        ("frozen lake", "cracked ice", "glacier ice", "frozen water"), ("blue", "white", "turquoise", "green"),
        old=("frosty", "frosted"), new=("clear",), wettable=False, covers=("snow",),
    ),
    Family(
        "water", water, (rgb("2f83b8"), rgb("2a9ab0"), rgb("2a6aa8")),
        ("water surface", "pool water", "sea water", "rippling water"), ("blue", "turquoise", "green", "black"),
        dyed=True, wettable=False, old=("foamy",), new=("clear", "calm"),
    ),
    Family(
        "asphalt", asphalt, (rgb("55555a"), rgb("4a4b50"), rgb("636163")),
        ("asphalt road", "tarmac", "road surface", "street"), ("grey", "black"), covers=("snow",),
        old=("old", "cracked", "worn"), new=("new", "fresh"),
    ),
    Family(
        "soil", soil, (rgb("6b4d35"), rgb("5a4130"), rgb("7d5b3d")),
        ("dirt", "earth", "garden soil", "ground"), ("brown", "red", "black", "grey"), covers=("moss", "snow"),
        old=("dry", "rough"), new=("fresh", "rich"),
    ),
)  # fmt: skip

UNSEEN = (
    Family("pebbles", pebbles, (rgb("9a948c"), rgb("a3988a")), ("river stones", "beach pebbles"), ("grey", "brown")),
)
