"""What a person might write for a material.

Knows sentence patterns and draws the words by lot. Knows nothing of pixels. A caption never names anything that the
material does not have, but it may leave things out.
"""

from __future__ import annotations

import numpy as np

from studiolo_starter.materials.material import FAMILIES, Material, age

COVERS = {
    "moss": (("mossy", "moss-covered", "overgrown"), ("covered in moss", "with moss", "overgrown with moss")),
    "snow": (("snowy", "snow-covered"), ("covered in snow", "with snow on it", "under snow")),
    "dust": (("dusty", "sandy"), ("covered in dust", "with dust on it")),
}
WET = ("wet", "wet", "damp", "rain-soaked", "soaked")
LARGE, SMALL = ("large", "big"), ("small", "fine")
PATTERNS = (
    "{} texture", "{} texture", "seamless {} texture", "seamless texture of {}", "texture of {}", "{}, seamless",
    "tileable {} texture", "{} material", "{} surface", "a texture of {}", "{}, tileable", "seamless {}",
    "{} pattern", "game texture of {}", "PBR material of {}",
)  # fmt: skip


LONG = ("seamless texture of {}", "texture of {}", "{}, seamless", "a texture of {}", "{}, tileable", "{}, texture")
"""Patterns that can take a noun with something after it."""


def caption(material: Material, number: int = 0) -> str:
    """One of many captions of the material; the number picks which."""
    rng = np.random.default_rng([material.seed, 37, number])
    family = FAMILIES[material.family]

    def pick(words: tuple[str, ...], noun: str = "", often: float = 1.0) -> list[str]:
        """One of the words, or none; never one that the noun has already, nor dryness on what is wet."""
        fitting = [word for word in words if word not in noun and not (word == "dry" and material.wetness)]
        return [fitting[rng.integers(len(fitting))]] if fitting and rng.random() < often else []

    noun = material.family if rng.random() < 0.55 else pick(family.nouns)[0]
    worn = pick({"new": family.new, "old": family.old, "": ()}[age(material.wear)], noun, 0.55)
    wet = pick(WET, often=0.92) if material.wetness else []
    large = pick(LARGE if material.scale > 1.4 else SMALL if material.scale < 0.7 else (), noun, 0.2)
    always = pick(family.adjectives, noun, 0.25)
    colour = [material.colour] if material.colour and rng.random() < 0.92 else []
    covered, after = [], []
    if material.cover and rng.random() < 0.92:
        adjectives, phrases = COVERS[material.cover]
        if rng.random() < 0.6:
            covered = pick(adjectives)
        else:
            after = pick(phrases)
    state = wet + worn if rng.random() < 0.5 else worn + wet
    what = " ".join((*large, *covered, *state, *always, *colour, noun, *after))
    if rng.random() < 0.22:
        return what
    return pick(LONG if after else PATTERNS)[0].format(what)
