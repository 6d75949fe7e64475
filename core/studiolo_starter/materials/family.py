"""What a family of materials is: its words, its colours, and the function that paints it.

Knows no family by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studiolo_starter.materials.field import Array, Colour, Field


@dataclass(frozen=True)
class Surface:
    """A painted material before covers, wetness and derived maps. Numbers stand for a whole map of one value."""

    colour: Array
    """H x W x 3, sRGB 0..1."""
    height: Array
    """H x W, meant to lie in 0..1."""
    roughness: Array | float
    metallic: Array | float = 0.0


@dataclass(frozen=True)
class Look:
    """What a family is asked to look like."""

    colour: Colour
    scale: float
    """How large the features are beside the usual, 0.6 to 1.5."""
    wear: float
    """0 (new) to 1 (old)."""

    def count(self, usual: float, multiple: int = 1) -> int:
        """How many features fit across, of which there usually are so many; a multiple, so that patterns close."""
        return max(multiple, round(usual / self.scale / multiple) * multiple)


Paint = Callable[[Field, Look], Surface]


@dataclass(frozen=True)
class Family:
    """One kind of material, and how people speak of it."""

    name: str
    paint: Paint
    natural: tuple[Colour, ...]
    """The colours that it has when nobody names one, sRGB 0..255."""
    nouns: tuple[str, ...]
    """Other words for it, beside the name."""
    colours: tuple[str, ...] = ()
    """Colour words that it is seen in."""
    dyed: bool = False
    """Whether colour words mean strong colours (cloth, glaze) or muted ones (stone, earth)."""
    old: tuple[str, ...] = ("old", "worn", "weathered")
    new: tuple[str, ...] = ("new", "clean")
    adjectives: tuple[str, ...] = ()
    """Words that always fit."""
    covers: tuple[str, ...] = ()
    """What may lie on it: moss, snow, dust."""
    wettable: bool = True
    turns: bool = False
    """Whether it is as often seen turned by a quarter."""


def rgb(hexadecimal: str) -> Colour:
    """A colour from its six digits, 0..1."""
    value = np.frombuffer(bytes.fromhex(hexadecimal), np.uint8) / 255
    return (float(value[0]), float(value[1]), float(value[2]))


def lighter(colour: Colour, by: float) -> Colour:
    """The colour with its light multiplied by 1 + by, at most white."""
    r, g, b = (min(1.0, c * (1 + by)) for c in colour)
    return (r, g, b)


def towards(colour: Colour, other: Colour, t: float) -> Colour:
    r, g, b = (a + (c - a) * t for a, c in zip(colour, other, strict=True))
    return (r, g, b)
