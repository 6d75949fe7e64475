"""Materials made by code: seamless pictures with their exact maps, and words for them."""

from studiolo_starter.materials.caption import caption
from studiolo_starter.materials.family import Family
from studiolo_starter.materials.material import FAMILIES, Material, draw_material, held_out, render

__all__ = ["FAMILIES", "Family", "Material", "caption", "draw_material", "held_out", "render"]
