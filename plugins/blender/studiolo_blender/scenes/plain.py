# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials without a texture: one colour that varies a little, how rough it is, whether it shines or lets light
through. Knows Principled materials by the names of their sockets; no scene.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import bpy

from .operations import COLOURS, Material
from .shapes import PARTS, Plain

WORDS = "studiolo_words"
"""On a material: what a texture for it should show."""
FINISHED = {
    "matte": Plain("", 0.85, mottled=0.2, grain=0.4, rough=0.3),
    "satin": Plain("", 0.5, mottled=0.12, grain=0.3, rough=0.1),
    "glossy": Plain("", 0.12),
    "metal": Plain("", 0.28, 1.0, mottled=0.08, grain=0.3),
    "glass": Plain("", 0.04, clear=0.85),
    "glowing": Plain("", 0.5, glow=4.0),
}
UNDER = {"mossy": "stone", "rusty": "metal", "snowy": "rock", "muddy": "earth", "dusty": "earth"}
"""What shows between the blotches of what lies on it, where the words name nothing else."""


@dataclass(frozen=True)
class Surface:
    """A plain look, and what shows through it in places."""

    look: Plain
    under: str = ""
    """`#rrggbb`; empty where nothing does."""


def surface(said: Material) -> Surface:
    """What a material looks like from its words, colour and finish."""
    colour = COLOURS.get(said.colour, said.colour)
    look = replace(FINISHED[said.finish], colour=colour)
    words = said.words.lower().split()
    for word, part in UNDER.items():
        if word in words:
            named = next((PARTS[one] for one in words if one in PARTS), PARTS[part])
            return Surface(replace(look, mottled=0.5, grain=0.45, rough=0.7), named.colour)
    return Surface(look)


def material(name: str, shown: Surface) -> Any:
    """A new Principled material."""
    made = bpy.data.materials.new(name)
    if made.node_tree is None:
        made.use_nodes = True  # from Blender 5.0 on every material has nodes
    look = shown.look
    tree = made.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    colour = linear(look.colour)
    made.diffuse_color = (*colour, 1.0)
    made.roughness, made.metallic = look.roughness, look.metallic
    _set(shader, "Base Color", (*colour, 1.0))
    _set(shader, "Roughness", look.roughness)
    _set(shader, "Metallic", look.metallic)
    if look.glow:
        _set(shader, "Emission Color" if "Emission Color" in shader.inputs else "Emission", (*colour, 1.0))
        _set(shader, "Emission Strength", look.glow)
    if look.clear:
        _set(shader, "Transmission Weight" if "Transmission Weight" in shader.inputs else "Transmission", look.clear)
        _set(shader, "IOR", 1.45)
        if hasattr(made, "use_raytrace_refraction"):
            made.use_raytrace_refraction = True
    if look.mottled:
        _mottle(tree, shader, shown)
    return made


def _mottle(tree: Any, shader: Any, shown: Surface) -> None:
    """Lets the colour and the height of the surface vary with a noise that is as large on all objects."""
    look = shown.look
    place = _node(tree, "ShaderNodeTexCoord", -900, 0)
    noise = _node(tree, "ShaderNodeTexNoise", -700, 0)
    noise.inputs["Scale"].default_value = 1.0 / look.grain
    noise.inputs["Detail"].default_value = 6.0
    noise.inputs["Roughness"].default_value = 0.6
    tree.links.new(place.outputs["Object"], noise.inputs["Vector"])
    ramp = _node(tree, "ShaderNodeValToRGB", -450, 0)
    low, high = ramp.color_ramp.elements[0], ramp.color_ramp.elements[1]
    colour = linear(look.colour)
    if shown.under:
        low.position, high.position = 0.43, 0.56
        low.color, high.color = (*linear(shown.under), 1.0), (*colour, 1.0)
    else:
        low.position, high.position = 0.28, 0.72
        low.color = (*(value * (1 - look.mottled) for value in colour), 1.0)
        high.color = (*(min(value * (1 + 0.5 * look.mottled), 1.0) for value in colour), 1.0)
    tree.links.new(noise.outputs["Fac" if "Fac" in noise.outputs else "Factor"], ramp.inputs[0])
    tree.links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    if look.rough:
        fine = _node(tree, "ShaderNodeTexNoise", -700, -320)
        fine.inputs["Scale"].default_value = 5.0 / look.grain
        fine.inputs["Detail"].default_value = 4.0
        tree.links.new(place.outputs["Object"], fine.inputs["Vector"])
        bump = _node(tree, "ShaderNodeBump", -250, -320)
        bump.inputs["Strength"].default_value = 0.5 * look.rough
        bump.inputs["Distance"].default_value = 0.1 * look.grain
        tree.links.new(fine.outputs[0], bump.inputs["Height"])
        tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])


def _node(tree: Any, kind: str, x: float, y: float) -> Any:
    node = tree.nodes.new(kind)
    node.location = x, y
    return node


def _set(shader: Any, socket: str, value: Any) -> None:
    shader.inputs[socket].default_value = value


def linear(colour: str) -> tuple[float, float, float]:
    """`#rrggbb` as Blender's colours are: linear light."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue
