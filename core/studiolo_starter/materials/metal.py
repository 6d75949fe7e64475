"""Metals, bare, painted, corroded or worked. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Array, Field, blend, ramp

STEEL = rgb("a9adb2")


def rusted(field: Field, surface: Surface, amount: float) -> Surface:
    """Rust over the lower, older parts; it is no metal any more."""
    spots = field.fractal(4, octaves=5, gain=0.6)
    rough = field.fractal(16, octaves=3, gain=0.6)
    rust = ramp(spots + 0.15 * rough + 3.2 * amount - 2.2, 0.0, 0.35)
    tone = blend(field.plain(rgb("7a3a1c")), rgb("b8642a"), ramp(spots + 0.3 * rough, -0.6, 1.6))
    tone = blend(tone, rgb("4a2818"), ramp(-rough, 0.3, 2.0) * 0.7)
    return Surface(
        blend(surface.colour, tone, rust),
        surface.height + rust * (0.03 + 0.03 * rough),
        surface.roughness + (0.92 - surface.roughness) * rust,
        surface.metallic * (rust < 0.5),
    )


def brushed(field: Field, look: Look, strength: float = 1.0) -> tuple[Array, Array]:
    """Streaks along x: how light, and how high."""
    long, fine = field.fractal(2, 40, octaves=2), field.fractal(3, 110, octaves=1)
    streak = 0.6 * long + 0.5 * fine
    return 1 + 0.075 * strength * streak, 0.008 * strength * streak


def brushed_steel(field: Field, look: Look) -> Surface:
    light, height = brushed(field, look)
    sheen = np.cos(2 * np.pi * (field.v + field.rng.random())) * 0.05
    scratch = field.strewn(int(20 + 90 * look.wear), 0.2, 0.004, 0.0, 6.3)
    line = (scratch.index >= 0) * look.wear
    smudge = look.wear * ramp(field.fractal(4, octaves=3), 0.2, 1.8)
    colour = field.plain(look.colour) * (light + sheen - 0.08 * line - 0.06 * smudge)[..., None]
    return Surface(colour, 0.5 + height - 0.02 * line, 0.26 + 0.9 * np.abs(height) * 8 * 0.3 + 0.2 * smudge, 1.0)


def rust(field: Field, look: Look) -> Surface:
    light, height = brushed(field, look, 0.6)
    dents = field.fractal(3, octaves=2)
    plate = Surface(
        field.plain(towards(STEEL, rgb("6f7072"), 0.5)) * light[..., None],
        0.5 + 0.02 * dents + height,
        0.4 + 0.03 * dents,
        np.ones_like(height),
    )
    surface = rusted(field, plate, 0.62 + 0.55 * look.wear)
    return Surface(
        blend(surface.colour, look.colour, 0.18 * (1 - surface.metallic)),
        surface.height,
        surface.roughness,
        surface.metallic,
    )


def copper_patina(field: Field, look: Look) -> Surface:
    runs = field.fractal(14, 2, octaves=3)
    spots = field.fractal(4, octaves=5, gain=0.6)
    rough = field.fractal(18, octaves=3)
    green = ramp(0.5 * runs + 0.8 * spots + 0.15 * rough + 1.6 * look.wear - 0.7, -0.1, 0.5)
    bare = field.plain(rgb("b36a42")) * (1 + 0.08 * field.fractal(3, 30, octaves=2) + 0.05 * spots)[..., None]
    bare = blend(bare, rgb("5b3524"), ramp(green, 0.05, 0.5) * 0.5)
    tone = field.plain(look.colour) * (1 + 0.09 * runs + 0.06 * rough)[..., None]
    tone = blend(tone, rgb("c6e0cf"), ramp(runs + rough * 0.4, 0.9, 2.2) * 0.6)
    height = 0.46 + 0.01 * spots + green * (0.05 + 0.025 * rough)
    return Surface(blend(bare, tone, green), height, 0.32 + 0.55 * green, (green < 0.5) * 1.0)


def gold(field: Field, look: Look) -> Surface:
    n = look.count(7)
    u, v = field.warped(0.012, 6)
    dents = field.cells(n, n, 0.7, u, v)
    hollow = 1 - ramp(dents.edge, 0.0, 0.45)
    tilt = field.tilted(dents, 0.5)
    fine = field.fractal(6, octaves=3)
    light = 0.82 + 0.2 * hollow + 0.16 * tilt + 0.03 * fine
    tarnish = look.wear * ramp(field.fractal(4, octaves=4), 0.3, 1.8)
    colour = field.plain(look.colour) * light[..., None]
    colour = blend(colour, lighter(look.colour, 0.5), ramp(hollow, 0.7, 1.0) * 0.35)
    colour = blend(colour, lighter(look.colour, -0.55), 0.6 * tarnish)
    return Surface(colour, 0.36 + 0.14 * hollow + 0.05 * tilt + 0.008 * fine, 0.2 + 0.35 * tarnish, 1.0)


def diamond_plate(field: Field, look: Look) -> Surface:
    n = look.count(6, 2)
    x, y = field.u * n, field.v * n
    column, row = np.floor(x), np.floor(y)
    fx, fy = x - column - 0.5, y - row - 0.5
    turn = np.where((column + row) % 2 == 0, 1.0, -1.0)
    along, across = (fx + turn * fy) / 2**0.5, (turn * fy - fx) / 2**0.5
    reach = np.clip(1 - (along / 0.46) ** 2, 0, 1)
    lug = ramp((0.15 * reach - np.abs(across)).astype(np.float32), 0.0, 0.07)
    rough = field.fractal(10, octaves=4)
    light = (
        0.82
        + 0.3 * lug
        - 0.25 * ramp((0.22 * reach - np.abs(across)).astype(np.float32), 0.0, 0.07) * (1 - lug)
        + 0.04 * rough
    )
    plain = Surface(
        field.plain(look.colour) * light[..., None],
        0.3 + 0.2 * lug + 0.008 * rough,
        0.42 - 0.14 * lug + 0.03 * rough,
        np.ones_like(rough),
    )
    return rusted(field, plain, 0.62 * look.wear)


def iron_plates(field: Field, look: Look) -> Surface:
    n = look.count(2.4, 1)
    plates = field.courses(n, n, 0.0)
    lift = ramp(plates.edge, 0.012, 0.035)
    nx = 5
    x, y = (plates.x + 0.5) * nx, (plates.y + 0.5) * nx
    fx, fy = x - np.floor(x) - 0.5, y - np.floor(y) - 0.5
    rim = np.maximum(np.abs(plates.x), np.abs(plates.y)) > 0.3
    distance = np.hypot(fx, fy)
    rivet = np.sqrt(np.clip(1 - (distance / 0.24) ** 2, 0, 1)) * rim
    rough = field.fractal(8, octaves=5, gain=0.6)
    ring = ramp(-np.abs(distance - 0.28), -0.07, -0.01) * rim
    light = 0.9 + 0.06 * rough + 0.3 * rivet - 0.25 * ring + 0.1 * field.each(plates, -1, 1)
    colour = field.plain(look.colour) * (light * (0.4 + 0.6 * lift))[..., None]
    height = 0.22 + lift * 0.14 + 0.16 * rivet + 0.012 * rough
    plain = Surface(colour, height, 0.45 + 0.04 * rough, np.ones_like(height))
    return rusted(field, plain, 0.68 * look.wear)


def chainmail(field: Field, look: Look) -> Surface:
    n = look.count(7)
    rows = 2 * n
    best = np.full((field.size, field.size), -1.0, np.float32)
    light = np.zeros_like(best)
    for shift in (0.0, 0.5):
        for step in (-1, 0, 1):
            y = field.v * n + shift
            row = np.floor(y) + step
            for side in (-1, 0, 1):
                x = field.u * n + shift
                column = np.floor(x) + side
                dx, dy = x - column - 0.5, y - row - 0.5
                radius = np.hypot(dx, dy * 1.1)
                wire = np.sqrt(np.clip(1 - ((radius - 0.46) / 0.115) ** 2, 0, 1))
                lean = (-0.5 if shift else 0.5) * dy + 0.25 * dx
                level = np.where(wire > 0, 0.4 + 0.35 * wire + lean * 0.55, -1)
                light = np.where(level > best, 0.6 + 0.55 * wire, light).astype(np.float32)
                best = np.maximum(best, level).astype(np.float32)
    on = best > 0
    rough = field.fractal(rows, octaves=2)
    colour = field.plain(look.colour) * (light * (1 + 0.05 * rough))[..., None]
    colour = blend(field.plain(rgb("17171a")), colour, on.astype(np.float32))
    plain = Surface(
        colour,
        np.where(on, best, 0.06).astype(np.float32),
        np.where(on, 0.34, 0.85).astype(np.float32),
        on * np.float32(1),
    )
    return rusted(field, plain, 0.55 * look.wear)


def corrugated(field: Field, look: Look) -> Surface:
    n = look.count(9)
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * n * field.u)
    rough = field.fractal(6, 3, octaves=4)
    light = 0.66 + 0.34 * wave + 0.04 * rough
    plain = Surface(
        field.plain(look.colour) * light[..., None],
        0.2 + 0.45 * wave + 0.008 * rough,
        0.36 + 0.03 * rough,
        np.ones_like(rough),
    )
    return rusted(field, plain, 0.66 * look.wear)


METALLIC = ("grey", "black", "brown", "blue", "white")

FAMILIES = (
    Family(
        "rust", rust, (rgb("a3552a"), rgb("8f4a26"), rgb("b5682f")),
        ("rusty metal", "rusted iron", "rusty steel plate", "corroded metal"), ("red", "orange", "brown"),
        old=("old", "heavily corroded", "flaking"), new=("light",),
    ),
    Family(
        "brushed steel", brushed_steel, (rgb("b9bcc0"), rgb("a6abb2"), rgb("c6c4c0")),
        ("brushed metal", "stainless steel", "brushed aluminium", "steel"), METALLIC,
        old=("scratched", "worn", "used"), new=("polished", "clean", "shiny"), turns=True,
    ),
    Family(
        "copper patina", copper_patina, (rgb("63a893"), rgb("74b39c"), rgb("5a9c94")),
        ("verdigris", "oxidised copper", "weathered copper", "copper roof"), ("green", "turquoise", "blue"),
        old=("old", "oxidised"), new=("young",),
    ),
    Family(
        "gold", gold, (rgb("e3b04b"), rgb("d9a441"), rgb("f0c466")),
        ("hammered gold", "golden metal", "gold leaf", "beaten gold"), (), wettable=False,
        old=("old", "tarnished", "antique"), new=("shiny", "polished"),
    ),
    Family(
        "diamond plate", diamond_plate, (rgb("a5a9ae"), rgb("95999f")),
        ("checker plate", "tread plate", "industrial metal floor", "steel floor plate"), METALLIC,
        old=("rusty", "worn", "old"), new=("clean", "shiny"), covers=("dust",),
    ),
    Family(
        "iron plates", iron_plates, (rgb("7d7f85"), rgb("6b6c70"), rgb("8a837c")),
        ("riveted metal", "riveted iron", "metal plates", "armour plates"), METALLIC,
        old=("rusty", "old", "worn"), new=("clean", "new"), covers=("dust", "snow"),
    ),
    Family(
        "chainmail", chainmail, (rgb("9da1a8"), rgb("8b8e94")),
        ("chain mail", "mail armour", "metal rings", "knight's chainmail"), ("grey", "black", "yellow"),
        old=("rusty", "old"), new=("shiny", "polished"), adjectives=("medieval",), wettable=False,
    ),
)  # fmt: skip

UNSEEN = (
    Family(
        "corrugated metal", corrugated, (rgb("a9adb2"), rgb("9a9fa6")), ("corrugated iron",), METALLIC,
        old=("rusty", "old"),
    ),
)  # fmt: skip
