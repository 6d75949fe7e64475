"""What a person might write for a material.

Knows sentence patterns and draws the words by lot. Knows nothing of pixels. A caption never names anything that the
material does not have, but it may leave things out.
"""

from __future__ import annotations

import numpy as np

from studiolo_starter.captions import with_article
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


def caption(material: Material, number: int = 0) -> str:
    """One of many captions of the material; the number picks which."""
    rng = np.random.default_rng([material.seed, 37, number])
    family = FAMILIES[material.family]

    def pick(words: tuple[str, ...]) -> str:
        return words[rng.integers(len(words))]

    noun = material.family if rng.random() < 0.55 or not family.nouns else pick(family.nouns)
    before, after = [], ""
    word = age(material.wear)
    choice = {"new": family.new, "old": family.old, "": ()}[word]
    if choice and rng.random() < 0.55:
        before.append(pick(choice))
    if material.wetness and rng.random() < 0.92:
        before.insert(int(rng.integers(len(before) + 1)), pick(WET))
    if material.cover and rng.random() < 0.92:
        adjectives, phrases = COVERS[material.cover]
        if rng.random() < 0.6:
            before.insert(0, pick(adjectives))
        else:
            after = pick(phrases)
    if material.scale < 0.7 and rng.random() < 0.2:
        before.insert(0, pick(SMALL))
    elif material.scale > 1.4 and rng.random() < 0.2:
        before.insert(0, pick(LARGE))
    if family.adjectives and rng.random() < 0.25:
        before.append(pick(family.adjectives))
    if material.colour and rng.random() < 0.92:
        before.append(material.colour)
    words = " ".join((*before, noun))
    what = words if not after else f"{words} {after}"
    if rng.random() < 0.22:
        single = before and noun == material.family and not noun.endswith("s") and rng.random() < 0.1
        return with_article(what) if single else what
    pattern = pick(PATTERNS)
    if after and not pattern.startswith(("seamless texture of", "texture of", "a texture of", "game", "PBR", "{},")):
        pattern = pick(("seamless texture of {}", "texture of {}", "{}, seamless", "{}, texture"))
    return pattern.format(what)
