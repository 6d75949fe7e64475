"""Scales, combs, plates and circuits: what repeats by design. Knows how each is painted."""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.family import Family, Look, Surface, lighter, rgb, towards
from studiolo_starter.materials.field import Array, Field, blend, ramp


def scales(field: Field, look: Look) -> Surface:
    """Each scale lies on the two below it: of all that cover a point, the highest row wins."""
    n = look.count(6)
    rows = 2 * n
    best = np.full((field.size, field.size), -1.0, np.float32)
    x_in, y_in, index = np.zeros_like(best), np.zeros_like(best), np.zeros(best.shape, int)
    row0 = np.floor(field.v * rows)
    for step in (-2, -1, 0):  # from the row whose tips reach down to here to the one that begins here
        row = row0 + step
        shift = 0.5 * (row % 2)
        column = np.floor(field.u * n + shift)
        dx = field.u * n + shift - column - 0.5
        dy = (field.v * rows - row) / 3
        inside = np.abs(dx) < 0.52 * np.sqrt(np.clip(1 - np.clip((dy - 0.35) / 0.65, 0, 1) ** 1.7, 0, 1))
        take = inside & (best < 0)
        best[take] = 1
        x_in[take], y_in[take] = dx[take], dy[take]
        index[take] = ((row % rows) * n + column % n).astype(int)[take]
    lots = field.rng.uniform(-1, 1, (rows * n, 4)).astype(np.float32)[index]
    limit = 0.52 * np.sqrt(np.clip(1 - np.clip((y_in - 0.35) / 0.65, 0, 1) ** 1.7, 1e-3, 1))
    rim = ramp((1 - np.abs(x_in) / limit).astype(np.float32), 0.0, 0.25)
    keel = ramp(-np.abs(x_in), -0.09, 0.0) * ramp(y_in, 0.2, 0.5)
    rough = field.fractal(24, octaves=2)
    base = np.asarray(look.colour, np.float32) * (1 + 0.12 * lots[..., :1] + 0.04 * lots[..., 1:])
    colour = base * (0.38 + 0.75 * ramp(y_in, 0.1, 0.95))[..., None]
    colour = blend(colour, lighter(towards(look.colour, rgb("fff2c0"), 0.35), 0.2), 0.35 * keel)
    colour = colour * (0.62 + 0.38 * rim + 0.03 * rough)[..., None]
    worn = look.wear * ramp(field.fractal(6, octaves=3), 0.5, 1.6)
    colour = blend(colour, rgb("8b8370"), 0.4 * worn)
    height = 0.12 + 0.5 * y_in * (0.6 + 0.4 * np.sqrt(rim)) + 0.08 * keel + 0.02 * lots[..., 0] + 0.006 * rough
    return Surface(colour, height, 0.3 + 0.4 * worn + 0.15 * (1 - rim))


def honeycomb(field: Field, look: Look) -> Surface:
    u, v = field.warped(0.004, 5)
    combs = field.hexagons(look.count(6), u, v)
    wall = 1 - ramp(combs.edge, 0.06, 0.12)
    depth = ramp(combs.edge, 0.06, 0.34)
    full = field.each(combs) < 0.45
    wax = field.plain(towards(look.colour, rgb("f0d48a"), 0.55)) * (1 + 0.06 * field.fractal(12)[..., None])
    empty = field.plain(lighter(look.colour, -0.35)) * (1.0 - 0.6 * depth)[..., None]
    honey = field.varied(look.colour, combs, 0.12, 0.04)
    glint = ramp(-np.hypot(combs.x + 0.13, combs.y + 0.13), -0.13, -0.05)
    honey = blend(honey, rgb("fff3c4"), 0.7 * glint)
    colour = blend(np.where(full[..., None], honey, empty), wax, wall)
    height = np.where(full, 0.44 + 0.05 * depth, 0.42 - 0.32 * depth)
    height = height + (0.62 - height) * wall
    return Surface(colour, height, np.where(full, 0.16, 0.7) * (1 - wall) + 0.6 * wall)


def hex_plates(field: Field, look: Look) -> Surface:
    plates = field.hexagons(look.count(5))
    body = ramp(plates.edge, 0.03, 0.06)
    inner = ramp(plates.edge, 0.12, 0.15)
    groove = ramp(-np.abs(plates.edge - 0.2), -0.022, -0.01)
    rough = field.fractal(8, octaves=4, gain=0.6)
    lots = field.each(plates, -1, 1)
    lit = (field.each(plates) > 0.9).astype(np.float32)
    scuff = look.wear * ramp(rough + 0.8 * ramp(-plates.edge, -0.14, -0.03), 0.7, 1.5)
    colour = field.plain(look.colour) * (0.86 + 0.1 * lots + 0.12 * inner + 0.03 * rough - 0.45 * groove)[..., None]
    colour = blend(colour, rgb("c9ccd0"), 0.7 * scuff)
    colour = blend(field.plain(rgb("18191c")), colour, body)
    colour = blend(colour, rgb("4fd2f0"), lit * groove)
    height = 0.18 + body * (0.2 + 0.08 * inner + 0.03 * lots) - 0.06 * groove * body + 0.004 * rough
    return Surface(colour, height, 0.38 + 0.06 * rough - 0.1 * scuff + 0.4 * (1 - body), body > 0.5)


def panels(field: Field, look: Look) -> Surface:
    """A square of plates, each split again and again by lot; the cut lines run to the border and close there."""
    n = look.count(3)
    grid = 8 * n
    owner = np.zeros((grid, grid), int)
    lots, stack = 0, [(r * 8, c * 8, 8, 8) for r in range(n) for c in range(n)]
    while stack:
        y, x, h, w = stack.pop()
        if max(h, w) > 2 and field.rng.random() < (0.95 if max(h, w) > 6 else 0.5):
            cut = int(field.rng.integers(1, max(h, w) // 2 + 1)) + max(h, w) // 4
            if h >= w:
                stack += [(y, x, cut, w), (y + cut, x, h - cut, w)]
            else:
                stack += [(y, x, h, cut), (y, x + cut, h, w - cut)]
        else:
            owner[y : y + h, x : x + w] = lots
            lots += 1
    gx, gy = field.u * grid, field.v * grid
    ix, iy = np.floor(gx).astype(int) % grid, np.floor(gy).astype(int) % grid
    here = owner[iy, ix]
    fx, fy = gx - np.floor(gx), gy - np.floor(gy)
    edge = np.full(fx.shape, 1.0, np.float32)
    for dy, dx, gap in ((0, -1, fx), (0, 1, 1 - fx), (-1, 0, fy), (1, 0, 1 - fy)):
        other = owner[(iy + dy) % grid, (ix + dx) % grid] != here
        edge = np.where(other, np.minimum(edge, gap), edge)
    body = ramp(edge, 0.05, 0.16)
    table = field.rng.uniform(-1, 1, (lots, 3)).astype(np.float32)[here]
    rough = field.fractal(8, octaves=4, gain=0.6)
    vent = (table[..., 1] > 0.72) * (0.5 + 0.5 * np.sign(np.sin(2 * np.pi * gy * 2))) * ramp(edge, 0.3, 0.4)
    lamp = (table[..., 2] > 0.9) * ramp(edge, 0.25, 0.35)
    scuff = look.wear * ramp(rough + ramp(-edge, -0.3, -0.1), 0.8, 1.6)
    colour = field.plain(look.colour) * (0.88 + 0.16 * table[..., 0] + 0.03 * rough)[..., None]
    colour = blend(colour, rgb("d0622c"), (np.abs(table[..., 1] + 0.85) < 0.08) * 0.85)
    colour = blend(colour, rgb("8d9196"), 0.7 * scuff) * (1 - 0.7 * vent)[..., None]
    colour = blend(blend(field.plain(rgb("1d1e22")), colour, body), rgb("67e0ff"), lamp)
    height = 0.2 + body * (0.18 + 0.1 * table[..., 0]) - 0.12 * vent + 0.003 * rough
    metal = (body > 0.5) & (lamp < 0.5)
    return Surface(colour, height, 0.42 + 0.05 * rough + 0.3 * (1 - body) - 0.1 * scuff, metal * np.float32(1))


def circuit(field: Field, look: Look) -> Surface:
    """Tiles whose tracks meet at the middles of their sides, so that every track goes on; chips and pads over them."""
    n = look.count(9)
    x, y = field.u * n, field.v * n
    column, row = np.floor(x).astype(int) % n, np.floor(y).astype(int) % n
    fx, fy = x - np.floor(x) - 0.5, y - np.floor(y) - 0.5
    kind = field.rng.integers(0, 4, (n, n))[row, column]
    corner_a = np.abs(np.abs(fx) + np.abs(fy) - 0.5) / 2**0.5  # two diagonals, on the sides that the kind says
    falling = np.where(fx * fy > 0, corner_a, 9.0)
    rising = np.where(fx * fy < 0, corner_a, 9.0)
    cross = np.minimum(np.abs(fx), np.abs(fy))
    track_distance = np.select([kind == 0, kind == 1, kind == 2], [falling, rising, np.abs(fx)], cross)
    track = ramp((-track_distance).astype(np.float32), -0.11, -0.07)
    radius = np.hypot(fx, fy)
    pad_here = field.rng.random((n, n))[row, column] < 0.35
    pad = ramp((-radius).astype(np.float32), -0.24, -0.2) * pad_here
    hole = ramp((-radius).astype(np.float32), -0.11, -0.08) * pad_here
    chip, pins = chips(field, n)
    pad, hole, track = pad * (1 - chip), hole * (1 - chip), track * (1 - chip)
    rough = field.fractal(20, octaves=2)
    dust = look.wear * ramp(field.fractal(4, octaves=3), 0.2, 1.9) * 0.45
    colour = field.plain(lighter(look.colour, -0.25)) * (1 + 0.03 * rough)[..., None]
    colour = blend(colour, lighter(towards(look.colour, rgb("d8e6a0"), 0.3), 0.25), track)
    colour = blend(blend(colour, rgb("d9b45a"), pad), rgb("15181a"), hole)
    colour = blend(blend(colour, rgb("c9ccd0"), pins), rgb("26272b"), chip)
    colour = blend(colour, rgb("9a917f"), dust)
    height = 0.3 + 0.03 * track + 0.05 * pad - 0.16 * hole + 0.1 * pins + 0.26 * chip + 0.003 * rough
    metal = (np.maximum(pad, pins) > 0.5) & (hole < 0.5) & (chip < 0.5)
    return Surface(colour, height, 0.4 - 0.12 * np.maximum(pad, pins) + 0.15 * chip + 0.6 * dust, metal * np.float32(1))


def chips(field: Field, n: int) -> tuple[Array, Array]:
    """Where chips lie on a board of n x n tiles, and where their pins."""
    chip = np.zeros((field.size, field.size), np.float32)
    pins = chip.copy()
    for _ in range(int(field.rng.integers(2, 5))):
        cx, cy = field.rng.integers(0, n, 2) / n
        w, h = field.rng.uniform(0.7, 1.5, 2) / n
        dx, dy = (field.u - cx + 0.5) % 1 - 0.5, (field.v - cy + 0.5) % 1 - 0.5
        chip = np.maximum(chip, ramp(w - np.abs(dx), 0.0, 0.006) * ramp(h - np.abs(dy), 0.0, 0.006))
        leg = ramp(w + 0.25 / n - np.abs(dx), 0.0, 0.006) * ramp(h - np.abs(dy), 0.0, 0.006)
        pins = np.maximum(pins, leg * ramp(np.cos(2 * np.pi * dy * n * 2.5), 0.1, 0.4))
    return chip, pins * (1 - chip)


FAMILIES = (
    Family(
        "scales", scales, (rgb("4f7a4a"), rgb("7b3b34"), rgb("4b6d86")),
        ("dragon scales", "reptile scales", "fish scales", "snake skin"),
        ("green", "red", "blue", "black", "purple", "orange", "white", "turquoise", "yellow"), dyed=True,
        old=("old", "rough"), new=("shiny", "glossy"),
    ),
    Family(
        "honeycomb", honeycomb, (rgb("e09a26"), rgb("d68a1f"), rgb("eab040")),
        ("bee honeycomb", "beeswax comb", "honey comb", "beehive cells"), (), adjectives=("golden", "sticky"),
        wettable=False, old=("old",), new=("fresh",),
    ),
    Family(
        "hex plates", hex_plates, (rgb("6f7883"), rgb("565d68"), rgb("8b8f94")),
        ("hexagon tiles", "hexagonal panels", "sci-fi hexagons", "hexagonal armour"),
        ("grey", "white", "black", "blue", "red", "green", "orange"), adjectives=("futuristic",),
        old=("scuffed", "worn"), new=("clean", "new"),
    ),
    Family(
        "sci-fi panels", panels, (rgb("8a9097"), rgb("6b7480"), rgb("b3b5b6")),
        ("spaceship hull", "spaceship panels", "science fiction wall", "metal panels"),
        ("grey", "white", "black", "blue", "red", "green", "orange"), adjectives=("futuristic",),
        old=("scuffed", "worn", "battered"), new=("clean", "new"),
    ),
    Family(
        "circuit board", circuit, (rgb("2f8a4c"), rgb("277a45")),
        ("circuit", "computer board", "printed circuit board", "electronics"), ("green", "blue", "black", "red"),
        dyed=True, old=("dusty", "old"), new=("new", "clean"), wettable=False,
    ),
)  # fmt: skip
