"""A contact sheet of every family, for people to look at. Knows how tiles are laid out, nothing else."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from studiolo.texture.maps import Maps
from studiolo_starter.materials.material import FAMILIES, HELD_OUT, Material, render

TILE = 112
ACROSS = 8
LINE = 12
LIGHT = np.array([-0.46, 0.52, 0.72], np.float32)


def sheet() -> Image.Image:
    """Each family at its usual scale: base colour on the left of a tile, the same surface under light on the right."""
    names = [*FAMILIES, *HELD_OUT]
    rows = -(-len(names) // ACROSS)
    page = Image.new("RGB", (ACROSS * TILE, rows * (TILE + LINE)), "white")
    pen = ImageDraw.Draw(page)
    for number, name in enumerate(names):
        x, y = number % ACROSS * TILE, number // ACROSS * (TILE + LINE)
        tile = shown(render(Material(name, seed=number)))
        page.paste(tile.resize((TILE - 2, TILE - 2), Image.Resampling.LANCZOS), (x, y))
        pen.text((x + 1, y + TILE - 2), name + (" *" if name in HELD_OUT else ""), fill="black")
    return page


def shown(maps: Maps) -> Image.Image:
    """Half of it plain, half lit from the upper left."""
    plain = maps.base_colour.astype(np.float32) / 255
    half = LIGHT + np.array([0, 0, 1], np.float32)
    half /= np.sqrt((half * half).sum())
    gloss = np.clip(maps.normal @ half, 0, 1) ** (2 / np.maximum(maps.roughness, 0.1) ** 3) * (1 - maps.roughness)
    lit = (
        plain * ((0.35 + 0.9 * np.clip(maps.normal @ LIGHT, 0, 1)) * maps.occlusion)[..., None] + 0.3 * gloss[..., None]
    )
    middle = plain.shape[1] // 2
    both = np.concatenate([plain[:, :middle], lit[:, middle:]], axis=1)
    return Image.fromarray(np.round(np.clip(both, 0, 1) * 255).astype(np.uint8))
