# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials from the maps of a texture: the node tree, the recipe that is kept on it, its preview, who wears it.

Nodes and sockets are found by their names, which are the same from Blender 3.4 on; of `ShaderNodeMix`, whose sockets
share names, by their identifiers. Knows no request and no daemon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import bpy

from studiolo_contract.recipe import Recipe
from studiolo_contract.texture import TextureRequest

from .. import recipes
from ..images.icon import Icon
from ..images.pictures import discard_unused, image_from_png
from ..task import bad
from . import uvs

LABELS = {
    "basecolor": "Base colour",
    "ao": "Occlusion",
    "metallic": "Metallic",
    "roughness": "Roughness",
    "normal": "Normal",
    "height": "Height",
}
"""The maps that a material uses, in the order of their nodes from above."""
RELIEF = 1 / 16
"""How far the highest point of a height map lies above the lowest, in widths of a tile."""
OCCLUSION = 0.5
"""How much of the occlusion map is mixed into the colour. Light that is traced finds the large hollows by itself."""
ALIKE = 1.05
"""Objects whose UVs differ by less are given the same scale."""
WEARERS = {"MESH", "CURVE", "SURFACE", "META", "FONT"}
"""Kinds of objects that can have a material of this sort."""

SCALE = "studiolo_scale"
"""On a material: how many metres a tile is wide."""
DENSITY = "studiolo_metres_per_uv"
"""On a material: how many metres a UV unit is on the objects that wear it. On an object, where they differ: on it."""
ASPECT = "studiolo_aspect"
"""On a material: how many times as wide as high a tile is."""
EACH = "studiolo_each"
"""On a material: that each object says its own."""
BOXED = "studiolo_boxed"
"""On a material: that its tiles are laid on from the sides of each object's box, for objects without UVs."""


def build(
    name: str,
    images: Mapping[str, Any],
    scale: float,
    densities: Sequence[float] = (),
    boxed: bool = False,
    aspect: float = 1.0,
) -> Any:
    """A material of these maps, whose tile is `scale` metres wide, and `aspect` times as wide as high, on objects of
    these densities (`density`)."""
    material = bpy.data.materials.new(name)
    if material.node_tree is None:
        material.use_nodes = True  # from Blender 5.0 on every material has nodes
    each = bool(densities) and max(densities) > ALIKE * min(densities)
    material[BOXED], material[EACH], material[ASPECT] = boxed, each, aspect
    material[DENSITY] = median(densities) if densities else uvs.unit() if boxed else 1.0
    _Tree(material).build(images)
    set_scale(material, scale)
    displace(material, not boxed)  # what has no UVs is seldom divided finely, and would come apart
    return material


def set_scale(material: Any, metres: float) -> None:
    """Makes a tile this wide in the world, and its relief fit; of its twins too."""
    for one in (material, *twins(material)):
        repeats = (1.0 if one.get(EACH) else float(one.get(DENSITY, 1.0))) / metres
        across = 1.0 if one.get(BOXED) else float(one.get(ASPECT, 1.0))
        _node(one, "mapping").inputs["Scale"].default_value = repeats, repeats * across, repeats
        _node(one, "displacement").inputs["Scale"].default_value = RELIEF * metres / uvs.unit()
        one[SCALE] = metres


def twins(material: Any) -> list[Any]:
    """Materials of the same maps for objects of the other sort, with UVs or without; one, or none."""
    boxed, colour = material.get(BOXED), material.node_tree and material.node_tree.nodes.get("basecolor")
    if boxed is None or colour is None or colour.image is None:
        return []
    others = (other for other in bpy.data.materials if other.get(BOXED) not in (None, boxed) and other.node_tree)
    known = ((other, other.node_tree.nodes.get("basecolor")) for other in others)
    return [other for other, node in known if node is not None and node.image == colour.image]


def displace(material: Any, moves: bool) -> None:
    """Whether the height moves the vertices of finely divided meshes, or only bends the light."""
    method = "BOTH" if moves else "BUMP"
    if hasattr(material, "displacement_method"):
        material.displacement_method = method
    elif hasattr(material, "cycles"):  # before Blender 4.1
        material.cycles.displacement_method = method


def density(thing: Any, boxed: bool) -> float:
    """How many metres of the world a unit is, of the object's UVs or of its own coordinates."""
    return uvs.metres_per_unit(thing) if boxed else uvs.metres_per_uv(thing) or 1.0


# ---- what is kept on a material


def recipe_of(material: Any) -> Recipe:
    """How it was made. Raises `StudioloError` for a material that Studiolo didn't make."""
    recipe = recipes.kept(material)
    if recipe is None:
        raise bad(f"{material.name} does not say how it was made.", "Choose a material that Studiolo made.")
    return recipe


def settings_of(material: Any) -> TextureRequest:
    """What would make it again. Raises `StudioloError` for a material that Studiolo didn't make."""
    settled = recipe_of(material).settled
    if not isinstance(settled, TextureRequest):
        raise bad(f"{material.name} was not made as a texture.", "Choose a material that was.")
    return settled


def map_of(material: Any, name: str) -> Any:
    """The image of a map. Raises `StudioloError` where it is gone."""
    image = _node(material, name).image
    if image is None:
        raise bad(f"The image for {LABELS[name].lower()} is gone from {material.name}.", "Make the material anew.")
    return image


def maps_in(material: Any) -> tuple[str, ...]:
    """Names of the maps that it uses."""
    return tuple(name for name in LABELS if material.node_tree and name in material.node_tree.nodes)


def replace_map(material: Any, name: str, image: Any) -> None:
    """Puts another image in the place of one of the maps, and removes the old one unless somebody else uses it."""
    node = _node(material, name)
    before, node.image = node.image, image
    if before is not None:
        discard_unused([before])


def images_from(name: str, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """The maps of a texture (PNG by name) as packed images."""
    return {
        key: image_from_png(f"{name} {label.lower()}", pictures[key], colour=key == "basecolor")
        for key, label in LABELS.items()
        if key in pictures
    }


# ---- who wears it


def refusal(thing: Any) -> str:
    """Why an object can't have a material of this sort; empty where it can."""
    if thing.library is not None:
        return (
            f"{thing.name} is linked from another file; make a library override of it, and assign the material there."
        )
    if thing.type not in WEARERS:
        return f"{thing.name} is no object that can have this material."
    if thing.data.library is not None and not thing.material_slots:
        return f"{thing.name} has a mesh of another file without a slot for materials; make it local first."
    return ""


def assign(material: Any, objects: Iterable[Any]) -> None:
    """Puts it into each object's active slot, or into a new one. None of them may have a `refusal`."""
    for thing in objects:
        if material.get(EACH):
            thing[DENSITY] = density(thing, bool(material.get(BOXED)))
        if not thing.material_slots:
            thing.data.materials.append(material)
            continue
        slot = thing.material_slots[thing.active_material_index]
        if thing.data.library is not None:
            slot.link = "OBJECT"
        slot.material = material


def swap(old: Any, new: Any) -> None:
    """Puts `new` wherever `old` is worn, but where another file says what is worn."""
    for thing in wearers(old):
        for slot in thing.material_slots:
            ours = thing.library is None and (slot.link == "OBJECT" or thing.data.library is None)
            if slot.material == old and ours:
                slot.material = new


def wearers(material: Any) -> list[Any]:
    """The objects that have it in one of their slots."""
    return [thing for thing in bpy.data.objects if any(slot.material == material for slot in thing.material_slots)]


# ---- how it looks in lists


def show_preview(material: Any, icon: Icon) -> None:
    """Gives a material its icon, and its colour for solid shading."""
    preview = material.preview_ensure()
    for kind, picture in (("image", icon.large), ("icon", icon.small)):
        setattr(preview, f"{kind}_size", picture.shape[:2])
        getattr(preview, f"{kind}_pixels_float").foreach_set(picture.ravel())
    material.diffuse_color = icon.colour


def mark_as_asset(material: Any) -> None:
    """Shows it in the asset browser, under the words that it was made from."""
    material.asset_mark()
    prompt = settings_of(material).prompt
    material.asset_data.description = prompt
    for tag in tags_of(prompt):
        material.asset_data.tags.new(tag, skip_if_exists=True)


def tags_of(prompt: str) -> tuple[str, ...]:
    """The words of a prompt that say something, each once."""
    words = re.findall(r"[^\W\d_]{3,}", prompt.lower())
    return tuple(dict.fromkeys(word for word in words if word not in {"and", "with", "the", "for", "from", "texture"}))


# ---- the tree


def _node(material: Any, name: str) -> Any:
    node = material.node_tree.nodes.get(name) if material.node_tree else None
    if node is None:
        label = LABELS.get(name, name).lower()
        raise bad(f"The node for {label} is gone from {material.name}.", "Make the material anew, or undo that.")
    return node


def _socket(sockets: Any, identifier: str) -> Any:
    """By what it is called inside Blender: for sockets that share their name, or were renamed."""
    return next(socket for socket in sockets if socket.identifier == identifier)


class _Tree:
    """Lays out a material's nodes from left to right: where a tile lies, the maps, what becomes of them, the shader."""

    def __init__(self, material: Any) -> None:
        self._material = material
        self._nodes = material.node_tree.nodes
        self._links = material.node_tree.links

    def build(self, images: Mapping[str, Any]) -> None:
        self._nodes.clear()
        place = self._place()
        maps = self._maps(images, place)
        output = self._add("ShaderNodeOutputMaterial", "output", "", 720, 0)
        shader = self._add("ShaderNodeBsdfPrincipled", "shader", "", 400, 0)
        self._join(shader, "BSDF", output, "Surface")
        occluded = self._add("ShaderNodeMix", "occlusion", "Occlusion in the colour", 180, 0)
        occluded.data_type, occluded.blend_type = "RGBA", "MULTIPLY"
        _socket(occluded.inputs, "Factor_Float").default_value = OCCLUSION
        self._links.new(maps["basecolor"].outputs["Color"], _socket(occluded.inputs, "A_Color"))
        self._links.new(maps["ao"].outputs["Color"], _socket(occluded.inputs, "B_Color"))
        self._links.new(_socket(occluded.outputs, "Result_Color"), shader.inputs["Base Color"])
        self._join(maps["metallic"], "Color", shader, "Metallic")
        self._join(maps["roughness"], "Color", shader, "Roughness")
        if "normal" in maps:
            bent = self._add("ShaderNodeNormalMap", "bent", "", 180, -560)
            self._join(maps["normal"], "Color", bent, "Color")
            self._join(bent, "Normal", shader, "Normal")
        raised = self._add("ShaderNodeDisplacement", "displacement", "", 400, -760)
        raised.space = "WORLD"  # in metres, however the object is scaled
        raised.inputs["Midlevel"].default_value = 0.5
        self._join(maps["height"], "Color", raised, "Height")
        self._join(raised, "Displacement", output, "Displacement")
        self._nodes.active = maps["basecolor"]  # what solid shading with textures shows, and bakes go into

    def _place(self) -> Any:
        """Where a tile lies on the object, as a node whose `Vector` says so."""
        boxed, each = self._material[BOXED], self._material[EACH]
        frame = self._add("NodeFrame", "place", "Size of a tile", 0, 0)
        mapping = self._add("ShaderNodeMapping", "mapping", "", -420, 0, frame)
        coordinates = self._add("ShaderNodeTexCoord", "coordinates", "", -1060 if each else -620, 0, frame)
        source, socket = coordinates, "Object" if boxed else "UV"
        if each:
            own = self._add("ShaderNodeAttribute", "density", "Metres of a unit", -1060, -300, frame)
            own.attribute_type, own.attribute_name = "OBJECT", DENSITY
            known = self._add("ShaderNodeMix", "known", "Unless it doesn't say", -840, -300, frame)
            _socket(known.inputs, "A_Float").default_value = self._material[DENSITY]
            self._links.new(_socket(own.outputs, "Fac"), _socket(known.inputs, "B_Float"))
            self._links.new(_socket(own.outputs, "Alpha"), _socket(known.inputs, "Factor_Float"))
            metres = self._add("ShaderNodeVectorMath", "metres", "In metres", -620, 0, frame)
            metres.operation = "SCALE"
            self._join(coordinates, socket, metres, "Vector")
            self._links.new(_socket(known.outputs, "Result_Float"), metres.inputs["Scale"])
            source, socket = metres, "Vector"
        self._join(source, socket, mapping, "Vector")
        return mapping

    def _maps(self, images: Mapping[str, Any], place: Any) -> dict[str, Any]:
        boxed = self._material[BOXED]
        frame = self._add("NodeFrame", "maps", "Maps", 0, 0)
        maps = {}
        # without UVs there is no direction in which a normal could lean; the height bends the light then
        for row, name in enumerate(name for name in LABELS if not (boxed and name == "normal")):
            node = self._add("ShaderNodeTexImage", name, LABELS[name], -180, -280 * row, frame)
            node.image = images[name]
            if boxed:
                node.projection, node.projection_blend = "BOX", 0.2
            self._join(place, "Vector", node, "Vector")
            maps[name] = node
        return maps

    def _add(self, kind: str, name: str, label: str, x: float, y: float, frame: Any = None) -> Any:
        node = self._nodes.new(kind)
        node.name, node.label, node.location, node.select = name, label, (x, y), False
        if frame is not None:
            node.parent = frame
        return node

    def _join(self, source: Any, output: str, target: Any, socket: str) -> None:
        self._links.new(source.outputs[output], target.inputs[socket])
