# SPDX-License-Identifier: GPL-3.0-or-later
"""The base colour of an object's materials: read as it is, and replaced by a picture. Knows node trees; no mesh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ..images import pictures, png
from .meshes import CLAY, Look, Pixels

NODE = "Studiolo projection"
"""Name of the image node; a later projection onto the same material finds it."""
UNCHOSEN = 0.8
"""What a new material of Blender's has for a base colour."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a material says of its colour, before its picture is read."""

    look: Look = CLAY
    picture: bytes | Pixels | None = None
    """A PNG, or pixels."""
    lies: bool = True
    """Whether the picture lies on a UV layer; else only its mean colour is known."""

    def read(self) -> Look:
        """Needs no Blender, and a while for a large picture."""
        if self.picture is None:
            return self.look
        pixels = png.decoded(self.picture) if isinstance(self.picture, bytes) else self.picture
        red, green, blue = (float(value) for value in pixels[::16, ::16, :3].mean((0, 1)) / 255.0)
        return replace(self.look, colour=(red, green, blue), pixels=pixels if self.lies else None)


def found(thing: Any) -> tuple[Found, ...]:
    """The colours of an object's material slots."""
    return tuple(_found(slot.material) for slot in thing.material_slots) or (Found(),)


def paint(thing: Any, image: Any, layer: str, name: str) -> tuple[Any, ...]:
    """Gives each material slot of an object a material of its own: what was there, with the image on that UV layer for
    a base colour. Other objects keep what they have, though they share the mesh."""
    if not thing.material_slots:
        thing.data.materials.append(None)
    painted: dict[str, Any] = {}
    for slot in thing.material_slots:
        old = slot.material
        key = old.name if old is not None else ""
        if key not in painted:
            painted[key] = _painted(old, image, layer, name)
        if thing.data.users > 1 or thing.data.library is not None:
            slot.link = "OBJECT"
        slot.material = painted[key]
    return tuple(painted.values())


def _found(material: Any) -> Found:
    shader = _principled(material)
    if shader is None:
        return Found() if material is None else Found(Look(_srgb(material.diffuse_color)))
    socket = shader.inputs["Base Color"]
    texture = next((node for node in _behind(socket) if _shows(node)), None)
    if texture is None:
        return Found() if socket.is_linked else Found(Look(_srgb(socket.default_value)))
    placed = _placed(texture)
    return Found(
        CLAY if placed is None else Look(CLAY.colour, None, *placed), _picture(texture.image), placed is not None
    )


def _picture(image: Any) -> bytes | Pixels:
    """What was packed, which Blender need not decode for this, unless somebody has painted over it since."""
    data = bytes(image.packed_file.data) if image.packed_file and not image.is_dirty else b""
    return data if png.readable(data) else pictures.pixels_of(image)


def _placed(texture: Any) -> tuple[str, Any, Any] | None:
    """The UV layer that a texture lies on, and how that is turned and moved; None where it lies on none."""
    turn, move = np.eye(2), np.zeros(2)
    socket = texture.inputs["Vector"]
    while socket.is_linked:
        link = socket.links[0]
        node = link.from_node
        if node.type == "MAPPING" and node.vector_type == "POINT":
            location, rotation, scale = (node.inputs[name].default_value for name in ("Location", "Rotation", "Scale"))
            sine, cosine = np.sin(rotation[2]), np.cos(rotation[2])
            own = np.array([[cosine, -sine], [sine, cosine]]) * (scale[0], scale[1])
            turn, move = turn @ own, move + turn @ np.array([location[0], location[1]])
            socket = node.inputs["Vector"]
        elif node.type == "UVMAP":
            return node.uv_map, turn, move
        elif node.type == "TEX_COORD" and link.from_socket.name == "UV":
            return "", turn, move
        elif node.type == "REROUTE":
            socket = node.inputs[0]
        else:
            return None
    return "", turn, move


def _painted(old: Any, image: Any, layer: str, name: str) -> Any:
    if _principled(old) is None:
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        _principled(material).inputs["Roughness"].default_value = 0.8
    else:
        material = old.copy()
        material.name = name
    tree = material.node_tree
    shader = _principled(material)
    texture = tree.nodes.get(NODE)
    if texture is None:
        x, y = shader.location
        texture = tree.nodes.new("ShaderNodeTexImage")
        texture.name = texture.label = NODE
        texture.location = x - 320, y + 60
        lying = tree.nodes.new("ShaderNodeUVMap")
        lying.location = x - 520, y - 80
        tree.links.new(lying.outputs["UV"], texture.inputs["Vector"])
    texture.inputs["Vector"].links[0].from_node.uv_map = layer
    texture.image = image
    texture.extension = "EXTEND"
    tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    tree.nodes.active = texture
    return material


def _principled(material: Any) -> Any:
    """The Principled shader that a material shows; None where it shows none."""
    if material is None or material.node_tree is None or not material.use_nodes:
        return None
    output = material.node_tree.get_output_node("ALL")
    shown = () if output is None else _behind(output.inputs["Surface"])
    return next((node for node in shown if node.type == "BSDF_PRINCIPLED"), None)


def _behind(socket: Any) -> Iterator[Any]:
    """The nodes that a socket gets its value from, the nearest first."""
    waiting, known = [socket], set()
    while waiting:
        for link in waiting.pop(0).links:
            node = link.from_node
            if node.name not in known:
                known.add(node.name)
                yield node
                waiting += [each for each in node.inputs if each.is_linked]


def _shows(node: Any) -> bool:
    return bool(
        node.type == "TEX_IMAGE"
        and node.image is not None
        and (node.image.packed_file or node.image.size[0])  # the size of a packed one is known when it is decoded
        and not node.image.colorspace_settings.is_data
    )


def _srgb(colour: Any) -> tuple[float, float, float]:
    linear = np.clip(np.array(colour[:3], float), 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    if np.allclose(linear, UNCHOSEN):
        return CLAY.colour
    red, green, blue = (float(value) for value in encoded)
    return red, green, blue
