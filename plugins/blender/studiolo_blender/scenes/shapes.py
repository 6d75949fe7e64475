# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of thing as a mesh, and how its parts look as long as nobody says otherwise. No scene, no Blender."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..modelling.buildings import BUILDINGS
from ..modelling.furniture import FURNITURE
from ..modelling.masonry import MASONRY
from ..modelling.nature import NATURE
from ..modelling.solids import Solid
from ..modelling.things import THINGS
from .operations import Add

SIZES = {"tiny": 0.3, "small": 0.6, "medium": 1.0, "large": 1.7, "huge": 3.0}
PROPORTIONS = {
    "normal": (1.0, 1.0, 1.0),
    "tall": (1.0, 1.0, 1.7),
    "low": (1.0, 1.0, 0.55),
    "long": (2.0, 1.0, 1.0),
    "slim": (0.6, 0.6, 1.15),
}
GROWN = frozenset(
    ("tree", "pine", "palm", "bush", "flower", "mushroom", "cactus", "rock", "mountain", "crystal", "cloud")
)
"""No two of these are alike."""
VARIANTS = 4
"""Meshes that many of one grown thing share."""
SEATS = frozenset(("chair", "bench"))
"""These look at what they stand to."""


@dataclass(frozen=True)
class Plain:
    """A surface without a texture."""

    colour: str
    roughness: float = 0.7
    metallic: float = 0.0
    glow: float = 0.0
    """Strength of the light that it gives."""
    clear: float = 0.0
    """How much one sees through it, from 0 to 1."""
    mottled: float = 0.0
    """How far its colour varies from place to place, from 0 to 1."""
    grain: float = 1.0
    """Metres between one blotch and the next."""
    rough: float = 0.0
    """How deep its small unevenness looks, from 0 to 1."""


PARTS = {
    "plain": Plain("#9a9a96", 0.5),
    "stone": Plain("#8f8b82", 0.85, mottled=0.35, grain=0.35, rough=0.5),
    "sandstone": Plain("#b99a68", 0.9, mottled=0.3, grain=0.5, rough=0.5),
    "rock": Plain("#77726a", 0.9, mottled=0.4, grain=0.5, rough=0.7),
    "brick": Plain("#8a4632", 0.85, mottled=0.35, grain=0.12, rough=0.5),
    "plaster": Plain("#d9cfba", 0.9, mottled=0.12, grain=0.8, rough=0.25),
    "roof": Plain("#7c3f2c", 0.8, mottled=0.35, grain=0.2, rough=0.6),
    "trim": Plain("#e4ddcc", 0.6),
    "window": Plain("#232c36", 0.1),
    "door": Plain("#4a3020", 0.6, mottled=0.25, grain=0.15, rough=0.2),
    "wood": Plain("#7a5432", 0.6, mottled=0.35, grain=0.12, rough=0.25),
    "deck": Plain("#a87f50", 0.6, mottled=0.3, grain=0.12, rough=0.2),
    "bark": Plain("#57432f", 0.95, mottled=0.4, grain=0.15, rough=0.8),
    "leaves": Plain("#4d7a2a", 0.75, mottled=0.5, grain=0.5, rough=0.6),
    "needles": Plain("#28502f", 0.8, mottled=0.45, grain=0.4, rough=0.6),
    "stem": Plain("#4f8a35", 0.6),
    "petals": Plain("#d8527a", 0.55),
    "pollen": Plain("#e8b424", 0.8),
    "cap": Plain("#b3271b", 0.4),
    "spots": Plain("#f1ebdc", 0.8),
    "stalk": Plain("#ece3cd", 0.8),
    "skin": Plain("#4c7a3c", 0.6, mottled=0.25, grain=0.3),
    "grass": Plain("#5b7b35", 0.95, mottled=0.45, grain=1.4, rough=0.5),
    "earth": Plain("#6a4d35", 0.95, mottled=0.4, grain=0.6, rough=0.6),
    "snow": Plain("#eef3f8", 0.65, mottled=0.05, grain=0.6, rough=0.3),
    "cloud": Plain("#ffffff", 1.0),
    "crystal": Plain("#a58be0", 0.08, clear=0.55, glow=0.15),
    "metal": Plain("#4a4c50", 0.4, 1.0),
    "glass": Plain("#2f6b45", 0.03, clear=0.85),
    "dark glass": Plain("#10161c", 0.05),
    "lit glass": Plain("#ffd9a0", 0.2, glow=6.0),
    "glow": Plain("#ffca7a", 0.5, glow=18.0),
    "flame": Plain("#ff9a2e", 0.5, glow=14.0),
    "shade": Plain("#f2dfb8", 0.8, glow=1.6),
    "water": Plain("#2c6f86", 0.05, clear=0.25),
    "cloth": Plain("#b8863f", 0.9, mottled=0.15, grain=0.3, rough=0.2),
    "dark cloth": Plain("#5a4a30", 0.95),
    "sail": Plain("#efe6d0", 0.9),
    "linen": Plain("#ece8df", 0.9, rough=0.2),
    "blanket": Plain("#8f2f34", 0.95, mottled=0.15, grain=0.2, rough=0.4),
    "rope": Plain("#a58a5e", 0.95),
    "paper": Plain("#efe6cf", 0.9),
    "cork": Plain("#b58a58", 0.9),
    "wax": Plain("#efe4c6", 0.45),
    "porcelain": Plain("#e9e6e0", 0.12),
    "coffee": Plain("#2b170c", 0.1),
    "red cover": Plain("#7e1f1c", 0.5),
    "blue cover": Plain("#1f3560", 0.5),
    "green cover": Plain("#2d5033", 0.5),
    "tan cover": Plain("#a5814f", 0.5),
    "paint": Plain("#2f5f94", 0.25, 0.2),
    "rubber": Plain("#161616", 0.8),
    "red": Plain("#b0261d", 0.45),
    "black": Plain("#111111", 0.6),
    "carrot": Plain("#dd7220", 0.6),
    "ash": Plain("#2a2826", 1.0, mottled=0.3, grain=0.1),
}
"""By the name of the part."""
BODY = {
    "house": ("plaster",),
    "lighthouse": ("plaster",),
    "windmill": ("plaster",),
    "tree": ("leaves",),
    "pine": ("needles",),
    "palm": ("leaves",),
    "flower": ("petals",),
    "mushroom": ("cap",),
    "pyramid": ("sandstone",),
    "bed": ("blanket",),
    "lamp": ("shade",),
    "lantern": ("metal",),
    "candle": ("wax",),
    "book": ("red cover",),
    "bottle": ("glass",),
    "mountain": ("rock", "grass"),
    "hill": ("grass",),
    "tent": ("cloth",),
    "car": ("paint",),
    "boat": ("wood",),
    "campfire": ("bark",),
    "well": ("stone",),
    "gate": ("wood",),
}
"""What of a thing a material is meant for, where that is not its first part."""


def body(kind: str, solid: Solid) -> tuple[str, ...]:
    """The parts that get the material of the whole thing; the others keep their own."""
    return BODY.get(kind) or (solid.parts[0],)


def shape(add: Add, seed: int) -> Solid:
    """The mesh of a thing, as large as it was said to be; of Suzanne only the box that she fills."""
    solid = _usual(add.kind, seed if add.kind in GROWN else 0)
    x, y, z = PROPORTIONS[add.proportion]
    scale = SIZES[add.size]
    if add.height:
        scale = add.height / (solid.size()[2] * z)
    return solid.scaled(scale * x, scale * y, scale * z)


@lru_cache(maxsize=256)
def _usual(kind: str, seed: int) -> Solid:
    chance = np.random.default_rng([seed, sum(map(ord, kind))])
    if kind == "monkey":
        return THINGS["cube"](chance).scaled(1.37, 0.86, 0.99)
    makers = {**MASONRY, **BUILDINGS, **FURNITURE, **NATURE, **THINGS}
    return makers[kind](chance)
