"""A material: what it is by lot, and the maps of it.

Knows which combinations are held out from training, and how covers, wetness and wear change a painted surface.
Knows nothing of captions and models.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from studiolo.texture.maps import Maps, normal_from_height, occlusion_from_height
from studiolo_starter.materials import cloth, ground, masonry, metal, pattern, stone, wood
from studiolo_starter.materials.family import Family, Look, Surface, rgb, towards
from studiolo_starter.materials.field import Array, Colour, Field, blend, ramp

SIZE = 256
EVALUATION = 1 << 40
"""Added to the seeds of evaluation, so that none of its patterns was seen in training."""

Cover = Literal["", "moss", "snow", "dust"]

FAMILIES: dict[str, Family] = {
    family.name: family for kind in (masonry, stone, ground, wood, metal, cloth, pattern) for family in kind.FAMILIES
}
"""What the starter knows."""
HELD_OUT: dict[str, Family] = {family.name: family for kind in (ground, wood, metal) for family in kind.UNSEEN}
"""Families that no model is trained on, to see what it makes of something new."""

EARTH: dict[str, Colour] = {
    "red": rgb("a8483a"), "orange": rgb("c8763c"), "yellow": rgb("d0ac62"), "green": rgb("6d8760"),
    "turquoise": rgb("5fa09a"), "blue": rgb("667f9e"), "purple": rgb("7d6486"), "pink": rgb("d29c94"),
    "brown": rgb("7c5a40"), "white": rgb("e4e0d8"), "grey": rgb("8f8f8e"), "black": rgb("37363a"),
}  # fmt: skip
DYE: dict[str, Colour] = {
    "red": rgb("c0282c"), "orange": rgb("e8792a"), "yellow": rgb("ecc338"), "green": rgb("3b8f4a"),
    "turquoise": rgb("2aa6a4"), "blue": rgb("2c5fb3"), "purple": rgb("7b3f9d"), "pink": rgb("e68fb0"),
    "brown": rgb("7a4f30"), "white": rgb("efece6"), "grey": rgb("8c8d90"), "black": rgb("2a2a2e"),
}  # fmt: skip


SCALES = (0.65, 0.8, 1.0, 1.2, 1.45)
AGES = ("new", "", "old")


@dataclass(frozen=True)
class Material:
    """Everything that a caption may speak of, and the seed of everything that it does not."""

    family: str
    colour: str | None = None
    scale: float = 1.0
    """How large the features are beside the usual, 0.6 to 1.5."""
    wear: float = 0.3
    """0 (new) to 1 (old)."""
    wetness: float = 0.0
    """0 (dry) to 1 (soaked, with puddles)."""
    cover: Cover = ""
    seed: int = 0


def age(wear: float) -> Literal["new", "", "old"]:
    """Which word for wear may be said of it."""
    return "new" if wear < 0.2 else "old" if wear > 0.6 else ""


def held_out(material: Material) -> bool:
    """One in eight combinations of what a material is, how old and how large it is, is never trained on.

    Of every family, colour, cover and wetness one or two of the fifteen ages and scales: none is starved or left out.
    """
    wet = "wet" if material.wetness > 0 else ""
    kind = zlib.crc32("/".join((material.family, material.colour or "", wet, material.cover)).encode())
    return (kind + len(SCALES) * AGES.index(age(material.wear)) + SCALES.index(material.scale)) % 8 == 0


def draw_material(seed: int, evaluation: bool = False) -> Material:
    """The material of that number; for evaluation only held-out combinations, otherwise never one of them."""
    rng = np.random.default_rng([seed, 13 if evaluation else 5])
    family = FAMILIES[list(FAMILIES)[rng.integers(len(FAMILIES))]]
    while True:
        material = drawn(family, rng, seed + EVALUATION if evaluation else seed)
        if held_out(material) == evaluation:
            return material


def draw_unseen(seed: int) -> Material:
    """A material of a family that no model is trained on."""
    rng = np.random.default_rng([seed, 17])
    return drawn(HELD_OUT[list(HELD_OUT)[seed % len(HELD_OUT)]], rng, seed)


def drawn(family: Family, rng: np.random.Generator, seed: int) -> Material:
    """One material of the family by lot."""
    coloured = family.colours and rng.random() < 0.6
    cover = family.covers[rng.integers(len(family.covers))] if family.covers and rng.random() < 0.22 else ""
    wet = family.wettable and not cover and rng.random() < 0.16
    return Material(
        family=family.name,
        colour=family.colours[rng.integers(len(family.colours))] if coloured else None,
        scale=float(rng.choice((*SCALES, 1.0))),
        wear=round(float(rng.random()), 2),
        wetness=round(float(rng.uniform(0.5, 1.0)), 2) if wet else 0.0,
        cover=cast(Cover, cover),
        seed=seed,
    )


def render(material: Material, size: int = SIZE) -> Maps:
    """The maps of the material, size x size, seamless; the same material always gives the same maps."""
    family = FAMILIES.get(material.family) or HELD_OUT[material.family]
    field = Field(size, np.random.default_rng([material.seed, 29]))
    look = Look(_colour(family, material.colour, field.rng), material.scale, material.wear)
    surface = family.paint(field, look)
    colour = np.clip(surface.colour, 0, 1)
    height = np.clip(surface.height, 0, 1)
    roughness = np.broadcast_to(np.asarray(surface.roughness, np.float32), (size, size))
    metallic = np.broadcast_to(np.asarray(surface.metallic, np.float32), (size, size))
    if family.turns and field.rng.random() < 0.5:
        colour, height, roughness, metallic = (np.swapaxes(a, 0, 1) for a in (colour, height, roughness, metallic))
    if material.cover:
        colour, height, roughness, metallic = _covered(
            field, material.cover, Surface(colour, height, roughness, metallic)
        )
    if material.wetness:
        colour, height, roughness = _wet(field, material.wetness, colour, height, roughness)
    height = np.clip(height, 0, 1).astype(np.float32)
    occlusion = occlusion_from_height(height)
    # Painters of textures darken the crevices a little; it is what makes a flat colour readable.
    colour = np.clip(colour, 0, 1) * (1 - 0.5 * (1 - occlusion) * (1 - 0.5 * metallic))[..., None]
    return Maps(
        base_colour=np.round(colour * 255).astype(np.uint8),
        normal=normal_from_height(height),
        height=height,
        roughness=np.clip(roughness, 0.04, 1).astype(np.float32),
        metallic=np.ascontiguousarray(metallic, np.float32),
        occlusion=occlusion,
    )


def _colour(family: Family, word: str | None, rng: np.random.Generator) -> Colour:
    """The named colour as the family has it, or one of its natural ones; never twice quite the same."""
    natural = family.natural[rng.integers(len(family.natural))]
    named = natural if word is None else (DYE if family.dyed else EARTH)[word]
    if word and not family.dyed:
        named = towards(named, natural, 0.12)
    light = 1 + 0.08 * rng.uniform(-1, 1)
    r, g, b = (float(np.clip(c * light * (1 + 0.03 * rng.uniform(-1, 1)), 0.02, 0.97)) for c in named)
    return (r, g, b)


def _covered(field: Field, cover: Cover, surface: Surface) -> tuple[Array, Array, Array, Array]:
    """Moss and dust settle in what is deep, snow on what is high."""
    cloud = field.fractal(3, octaves=4, gain=0.6)
    fluff = field.fractal(28, octaves=2, gain=0.7)
    height = surface.height
    middle, spread = float(np.median(height)), float(height.std()) + 0.03
    deep = (middle - height) / spread
    if cover == "moss":
        there = ramp(deep * 0.6 + cloud + 0.25 * fluff, 0.15, 0.75)
        colour = blend(field.plain(rgb("55722b")) * (1 + 0.2 * fluff)[..., None], rgb("86993f"), ramp(fluff, 0.4, 2.2))
        height, rough = height + there * (0.07 + 0.035 * fluff), 0.95
    elif cover == "snow":
        there = ramp(0.8 * cloud - 0.5 * deep + 0.1 * fluff, -0.35, 0.25)
        colour = field.plain(rgb("eef3f8")) * (1 + 0.012 * fluff)[..., None]
        height, rough = height + there * (0.6 * (middle - height) + 0.12 + 0.05 * cloud), 0.6
    else:
        there = 0.8 * ramp(deep * 0.4 + cloud, -0.4, 1.6)
        colour = field.plain(rgb("c4ac84")) * (1 + 0.04 * fluff)[..., None]
        rough = 0.95
    roughness = surface.roughness + (rough - surface.roughness) * there
    return blend(surface.colour, colour, there), height, roughness, np.asarray(surface.metallic * (there < 0.5))


def _wet(field: Field, wetness: float, colour: Array, height: Array, roughness: Array) -> tuple[Array, Array, Array]:
    """Water darkens what is porous, smooths all, and stands level where it is deep."""
    level = float(np.quantile(height, 0.06 + 0.3 * max(0.0, wetness - 0.5))) + 0.015 * field.fractal(2, octaves=2)
    pool = ramp(level - height, -0.01, 0.03)
    porous = np.clip(roughness * 1.4 - 0.3, 0, 1)
    dark = 1 - 0.42 * wetness * porous
    colour = colour * dark[..., None] * (1 - 0.18 * pool)[..., None]
    colour = blend(colour, rgb("56606a"), 0.3 * pool)
    film = roughness * (1 - 0.65 * wetness)
    return colour, np.maximum(height, level * pool + height * (1 - pool)), film * (1 - pool) + 0.05 * pool
