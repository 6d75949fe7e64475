"""Materials made by code: seamless pictures with their exact maps, and words for them."""

from studiolo_starter.materials.caption import caption
from studiolo_starter.materials.family import Family
from studiolo_starter.materials.material import (
    FAMILIES,
    HELD_OUT,
    Material,
    draw_material,
    draw_unseen,
    held_out,
    render,
)

__all__ = [
    "FAMILIES",
    "HELD_OUT",
    "Family",
    "Material",
    "caption",
    "draw_material",
    "draw_unseen",
    "held_out",
    "render",
]
