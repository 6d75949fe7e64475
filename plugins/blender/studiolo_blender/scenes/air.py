# SPDX-License-Identifier: GPL-3.0-or-later
"""The air of a scene: sky, fog, ground and lights, each as Blender's own data. Knows operations and how large the scene
is; not what stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from .operations import COLOURS, Light, World
from .plain import Surface, linear, material
from .shapes import Plain


@dataclass(frozen=True)
class Sky:
    """What a time of day looks like."""

    horizon: str
    zenith: str
    strength: float
    height: float
    """Degrees of the sun above the horizon."""
    sun: str
    energy: float
    """Of the sun, in Blender's watts a square metre."""
    soft: float
    """Degrees that the sun is wide: the softness of its shadows."""
    glow: float = 0.0
    """How bright the sky is about the sun."""
    stars: bool = False


SKIES = {
    "dawn": Sky("#f3cfae", "#6f9bd1", 1.0, 11.0, "#ffbe80", 6.0, 1.5, 0.8),
    "noon": Sky("#cfe2f2", "#3a76bd", 1.1, 52.0, "#fff1da", 6.0, 0.6, 0.3),
    "overcast": Sky("#b9bfc5", "#8c959e", 1.35, 48.0, "#eef2f6", 1.6, 40.0),
    "sunset": Sky("#f29a5b", "#6f86bf", 1.7, 12.0, "#ffa55e", 9.0, 1.5, 1.2),
    "dusk": Sky("#b87f92", "#2a3a70", 1.1, 6.0, "#d59ab5", 1.4, 8.0, 0.3),
    "night": Sky("#1b2c4d", "#070c1e", 1.3, 38.0, "#9fbcff", 2.4, 1.0, 0.0, True),
    "studio": Sky("#b5b5b3", "#d8d8d6", 0.9, 45.0, "#ffffff", 2.0, 12.0),
}
HEIGHTS = {"low": 9.0, "middle": 34.0, "high": 62.0}
FROM = {"left": -68.0, "right": 68.0, "front": 22.0, "back": 158.0}
"""Degrees around the scene from where the camera stands, against the clock."""
TONES = {"neutral": "#ffffff", "warm": "#ffc98a", "cold": "#a8c8ff"}
STRENGTHS = {"dim": 0.3, "soft": 0.6, "normal": 1.0, "bright": 1.9}
THICKNESS = {"thin": 0.3, "thick": 0.65}
"""How much of what is behind the scene the fog takes: the exponent."""
GROUNDS = {
    "plain": Surface(Plain("#a8a59f", 0.8, mottled=0.06, grain=2.0)),
    "grass": Surface(Plain("#4f6d2c", 0.95, mottled=0.5, grain=0.9, rough=0.9)),
    "earth": Surface(Plain("#6b4f38", 0.95, mottled=0.4, grain=0.8, rough=0.8)),
    "sand": Surface(Plain("#c9a56c", 0.95, mottled=0.14, grain=1.6, rough=0.6)),
    "snow": Surface(Plain("#e9eff6", 0.6, mottled=0.06, grain=1.4, rough=0.6)),
    "water": Surface(Plain("#123a4a", 0.06)),
    "stone": Surface(Plain("#84807a", 0.85, mottled=0.3, grain=0.6, rough=0.5)),
    "wood": Surface(Plain("#6b4427", 0.45, mottled=0.3, grain=0.4, rough=0.15)),
}


@dataclass(frozen=True)
class Extent:
    """How large a scene is, and from which side it is seen."""

    middle: tuple[float, float, float]
    radius: float
    height: float
    azimuth: float
    """Of the camera, in radians."""
    distance: float
    """From the camera to the farthest thing."""


# ---- sky


def sun_direction(sky: Sky, light: Light | None, extent: Extent) -> Vector:
    """Towards the sun."""
    height = radians(HEIGHTS[light.height] if light and light.height != "middle" else sky.height)
    around = extent.azimuth + radians(FROM[light.side if light else "left"])
    return Vector((cos(around) * cos(height), sin(around) * cos(height), sin(height)))


def world(name: str, said: World, light: Light | None, extent: Extent) -> Any:
    """A new world: a sky from horizon to zenith, brighter about the sun, with stars at night; or one colour."""
    made = bpy.data.worlds.new(name)
    if made.node_tree is None:
        made.use_nodes = True  # from Blender 5.0 on every world has nodes
    tree = made.node_tree
    background = next(node for node in tree.nodes if node.type == "BACKGROUND")
    sky = SKIES[said.sky]
    if said.background:
        colour = linear(COLOURS.get(said.background, said.background))
        background.inputs["Color"].default_value = (*colour, 1.0)
        background.inputs["Strength"].default_value = 0.6
        made.color = colour
        return made
    made.color = linear(sky.horizon)
    place = _node(tree, "ShaderNodeTexCoord", -1200, 0)
    split = _node(tree, "ShaderNodeSeparateXYZ", -1000, 0)
    tree.links.new(place.outputs["Generated"], split.inputs[0])
    ramp = _node(tree, "ShaderNodeValToRGB", -800, 0)
    _stops(
        ramp,
        (
            (0.0, sky.horizon),
            (0.02, sky.horizon),
            (0.16, _between(sky.horizon, sky.zenith, 0.42)),
            (0.6, sky.zenith),
        ),
    )
    tree.links.new(split.outputs["Z"], ramp.inputs[0])
    colour = ramp.outputs["Color"]
    if sky.glow:
        colour = _glow(tree, place, colour, sky, sun_direction(sky, light, extent))
    if sky.stars:
        colour = _stars(tree, place, colour)
    tree.links.new(colour, background.inputs["Color"])
    background.inputs["Strength"].default_value = sky.strength
    return made


def _glow(tree: Any, place: Any, colour: Any, sky: Sky, sun: Vector) -> Any:
    dot = _node(tree, "ShaderNodeVectorMath", -1000, -250)
    dot.operation = "DOT_PRODUCT"
    tree.links.new(place.outputs["Generated"], dot.inputs[0])
    dot.inputs[1].default_value = sun
    near = _node(tree, "ShaderNodeMath", -800, -250)
    near.operation, near.use_clamp = "MAXIMUM", True
    tree.links.new(dot.outputs["Value"], near.inputs[0])
    near.inputs[1].default_value = 0.0
    power = _node(tree, "ShaderNodeMath", -640, -250)
    power.operation = "POWER"
    tree.links.new(near.outputs[0], power.inputs[0])
    power.inputs[1].default_value = 14.0
    return _add(tree, colour, power.outputs[0], [value * sky.glow for value in linear(sky.sun)], -480, -250)


def _stars(tree: Any, place: Any, colour: Any) -> Any:
    cells = _node(tree, "ShaderNodeTexVoronoi", -1000, -500)
    cells.inputs["Scale"].default_value = 95.0
    tree.links.new(place.outputs["Generated"], cells.inputs["Vector"])
    near = _node(tree, "ShaderNodeMath", -800, -500)
    near.operation = "LESS_THAN"
    tree.links.new(cells.outputs["Distance"], near.inputs[0])
    near.inputs[1].default_value = 0.055
    return _add(tree, colour, near.outputs[0], (5.0, 5.2, 6.0), -480, -500)


def _add(tree: Any, colour: Any, factor: Any, light: Sequence[float], x: float, y: float) -> Any:
    """Adds a light to a colour where a factor says so."""
    scaled = _node(tree, "ShaderNodeVectorMath", x, y)
    scaled.operation = "SCALE"
    scaled.inputs[0].default_value = tuple(light)
    tree.links.new(factor, scaled.inputs["Scale"])
    total = _node(tree, "ShaderNodeVectorMath", x + 200, y)
    total.operation = "ADD"
    tree.links.new(colour, total.inputs[0])
    tree.links.new(scaled.outputs["Vector"], total.inputs[1])
    return total.outputs["Vector"]


def _stops(ramp: Any, stops: Sequence[tuple[float, str]]) -> None:
    elements = ramp.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(1.0)
    for element, (position, colour) in zip(elements, stops, strict=True):
        element.position, element.color = position, (*linear(colour), 1.0)


def _between(one: str, other: str, share: float) -> str:
    values = [round(int(one[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share) for at in (1, 3, 5)]
    return "#" + "".join(f"{value:02x}" for value in values)


# ---- fog


def fog(name: str, said: World, extent: Extent) -> Any:
    """A wide, low box of fog about the scene and the camera, as an object."""
    reach = 6.0 * extent.distance
    high = max(1.6 * extent.height, 0.45 * extent.distance)
    mesh = _slab(name, reach, -0.05, high)
    made = bpy.data.materials.new(name)
    if made.node_tree is None:
        made.use_nodes = True
    tree = made.node_tree
    tree.nodes.clear()
    output = _node(tree, "ShaderNodeOutputMaterial", 200, 0)
    volume = _node(tree, "ShaderNodeVolumePrincipled", 0, 0)
    density = THICKNESS[said.fog] / extent.distance
    horizon = linear(SKIES[said.sky].horizon)
    volume.inputs["Color"].default_value = (0.96, 0.97, 1.0, 1.0)
    volume.inputs["Density"].default_value = density
    volume.inputs["Anisotropy"].default_value = 0.35
    # light that is scattered more than once is not followed: what it would add comes from the fog itself
    volume.inputs["Emission Color"].default_value = (*horizon, 1.0)
    volume.inputs["Emission Strength"].default_value = density * SKIES[said.sky].strength * 0.2
    tree.links.new(volume.outputs["Volume"], output.inputs["Volume"])
    mesh.materials.append(made)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = (extent.middle[0], extent.middle[1], 0.0)
    thing.display_type = "BOUNDS"
    thing.visible_shadow = False  # a low sun would come through no fog that is so wide
    thing.hide_select = True
    return thing


def _slab(name: str, reach: float, low: float, high: float) -> Any:
    mesh = bpy.data.meshes.new(name)
    corners = [(x, y, z) for x in (-reach, reach) for y in (-reach, reach) for z in (low, high)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh.from_pydata(corners, [], faces)
    return mesh


# ---- ground


def ground(name: str, said: World, extent: Extent) -> Any:
    """A wide plane under everything, as an object."""
    reach = max(30.0 * extent.radius, 8.0 * extent.distance, 20.0)
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(
        [(-reach, -reach, 0), (reach, -reach, 0), (reach, reach, 0), (-reach, reach, 0)], [], [(0, 1, 2, 3)]
    )
    layer = mesh.uv_layers.new(name="UVMap")
    layer.data.foreach_set("uv", np.array(((0, 0), (1, 0), (1, 1), (0, 1)), np.float32).ravel() * 2 * reach)
    made = material(name, GROUNDS[said.ground])
    if said.ground == "water":
        _waves(made.node_tree)
    elif said.ground in ("wood", "stone"):
        _laid(made.node_tree, said.ground)
    mesh.materials.append(made)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = (extent.middle[0], extent.middle[1], 0.0)
    return thing


def _waves(tree: Any) -> None:
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    place = _node(tree, "ShaderNodeTexCoord", -900, -300)
    noise = _node(tree, "ShaderNodeTexNoise", -650, -300)
    noise.inputs["Scale"].default_value = 0.9
    noise.inputs["Detail"].default_value = 5.0
    bump = _node(tree, "ShaderNodeBump", -300, -300)
    bump.inputs["Strength"].default_value = 0.35
    bump.inputs["Distance"].default_value = 0.25
    tree.links.new(place.outputs["Object"], noise.inputs["Vector"])
    tree.links.new(noise.outputs[0], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])


def _laid(tree: Any, kind: str) -> None:
    """Boards or slabs: the colour of the ground, darker in the joints and different from one to the next."""
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    place = _node(tree, "ShaderNodeTexCoord", -900, 350)
    bricks = _node(tree, "ShaderNodeTexBrick", -600, 350)
    wide, high = (2.4, 0.16) if kind == "wood" else (0.9, 0.6)
    colour = linear(GROUNDS[kind].look.colour)
    for socket, share in (("Color1", 0.8), ("Color2", 1.15), ("Mortar", 0.25)):
        bricks.inputs[socket].default_value = (*(min(value * share, 1.0) for value in colour), 1.0)
    bricks.inputs["Scale"].default_value = 1.0
    bricks.inputs["Mortar Size"].default_value = 0.006 if kind == "wood" else 0.012
    bricks.inputs["Brick Width"].default_value = wide
    bricks.inputs["Row Height"].default_value = high
    tree.links.new(place.outputs["Object"], bricks.inputs["Vector"])
    tree.links.new(bricks.outputs["Color"], shader.inputs["Base Color"])


# ---- lights


def lights(
    name: str, said: Sequence[Light], sky: str, extent: Extent, targets: dict[str, tuple[float, float, float]]
) -> list[Any]:
    """The lights as objects; a sky has its sun even where the list speaks of no light."""
    made = []
    if not any(light.kind == "sun" for light in said) and (not said or sky not in ("night", "studio")):
        made.append(_sun(f"{name} sun", None, sky, extent))
    for number, light in enumerate(said, start=1):
        called = f"{name} {light.kind} {number}"
        made.append(_sun(called, light, sky, extent) if light.kind == "sun" else _lamp(called, light, extent, targets))
    return made


def _sun(name: str, light: Light | None, sky: str, extent: Extent) -> Any:
    air = SKIES[sky]
    data = bpy.data.lights.new(name, "SUN")
    strength = STRENGTHS[light.strength] if light else 1.0
    data.energy = air.energy * strength
    data.angle = radians(air.soft * (3.0 if light and light.strength == "soft" else 1.0))
    data.color = _tone(light.tone if light and light.tone != "neutral" else "", air.sun)
    return _aimed(name, data, sun_direction(air, light, extent) * (extent.radius * 3 + 5), Vector(), extent.middle)


def _lamp(name: str, light: Light, extent: Extent, targets: dict[str, tuple[float, float, float]]) -> Any:
    data = bpy.data.lights.new(name, light.kind.upper())
    target = Vector(targets.get(light.of, extent.middle))
    around = extent.azimuth + radians(FROM[light.side])
    height = radians({"low": 20.0, "middle": 42.0, "high": 66.0}[light.height])
    away = extent.radius * (1.1 if light.kind == "point" else 1.9) + 0.1
    place = Vector((cos(around) * cos(height), sin(around) * cos(height), sin(height))) * away
    watts = {"point": 45.0, "area": 60.0, "spot": 160.0}[light.kind]
    data.energy = watts * away**2 * STRENGTHS[light.strength]
    data.color = _tone(light.tone, "#ffffff")
    if light.kind == "area":
        data.size = extent.radius * (1.6 if light.strength == "soft" else 0.9)
    elif light.kind == "spot":
        data.spot_size, data.spot_blend = 2 * np.arctan(extent.radius / away) * 0.9, 0.35
        data.shadow_soft_size = 0.03 * away
    else:
        data.shadow_soft_size = 0.06 * away
    thing = _aimed(name, data, place, Vector(), target)
    thing.location.z = max(thing.location.z, 0.15 * extent.height + 0.2)
    return thing


def _aimed(name: str, data: Any, place: Vector, target: Vector, middle: Sequence[float]) -> Any:
    thing = bpy.data.objects.new(name, data)
    thing.location = Vector(middle) + place
    thing.rotation_euler = (target - place).to_track_quat("-Z", "Y").to_euler()
    return thing


def _tone(tone: str, usual: str) -> tuple[float, float, float]:
    colour = usual if not tone else TONES.get(tone) or COLOURS[tone]
    if not tone or tone in TONES:
        return linear(colour)
    strong = linear(colour)
    most = max(strong)
    red, green, blue = (0.25 + 0.75 * value / most for value in strong)  # no lamp has one colour only
    return red, green, blue


def _node(tree: Any, kind: str, x: float, y: float) -> Any:
    node = tree.nodes.new(kind)
    node.location = x, y
    return node
