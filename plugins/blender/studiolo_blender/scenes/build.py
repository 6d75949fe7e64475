# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of operations as objects, materials, lights, a camera and a world, in a collection of their own.

The same list with the same seed is built the same way. Either all of it is there afterwards or nothing. Knows Blender's
data; no operator and no context, so it works in any mode and without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix

from ..modelling.solids import Solid
from . import air, framing, shapes
from .arranging import Group, arrange
from .operations import Add, Camera, Light, Material, Operation, World, check
from .plain import WORDS, Surface, material, surface

LONGEST_NAME = 60
"""Characters; Blender takes 63 bytes."""
LAND = ("mountain", "hill", "cloud")
"""What the camera need not have whole in view, unless something stands on it."""
FLAMES = {"lantern": 60.0, "candle": 1.2, "campfire": 220.0, "lamp": 12.0, "lighthouse": 600.0}
"""Watts of the light that burns in a thing. What glows lights nothing in EEVEE."""
MOST_FLAMES = 16
WOOD = 8
"""More than these around something are its surroundings."""
AIR_ABOUT = 1.7
"""How much wider than what stands in it a forest is shown."""


@dataclass
class _Made:
    """All that was made, so that it can be taken back."""

    collection: Any = None
    objects: list[Any] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    materials: dict[str, Any] = field(default_factory=dict)

    def undo(self) -> None:
        for thing in self.objects:
            bpy.data.objects.remove(thing)
        bpy.data.batch_remove([*self.data, *self.materials.values()])
        if self.collection is not None:
            bpy.data.collections.remove(self.collection)


@dataclass(frozen=True)
class Built:
    """Names of what was built."""

    objects: tuple[str, ...]
    materials: tuple[str, ...]


def build(operations: Sequence[Operation], name: str, seed: int, scene: Any) -> Built:
    """Builds a list into a scene. Raises `StudioloError`, and has changed nothing then."""
    check(operations)
    groups = arrange(operations, seed)
    before = (scene.camera, scene.world)
    made = _Made()
    try:
        _build(operations, groups, name[:LONGEST_NAME], scene, made)
    except BaseException:
        scene.camera, scene.world = before
        made.undo()
        raise
    return Built(
        tuple(thing.name for thing in made.objects),
        tuple(made.materials[key].name for key in made.materials if key.startswith("said ")),
    )


def _build(operations: Sequence[Operation], groups: dict[str, Group], name: str, scene: Any, made: _Made) -> None:
    made.collection = bpy.data.collections.new(name)
    scene.collection.children.link(made.collection)
    said = {one.name: one for one in operations if isinstance(one, Material)}
    world = next((one for one in operations if isinstance(one, World)), World())
    for group in groups.values():
        _things(group, said.get(group.add.name), world, made)
    everything = np.concatenate([corners(group) for group in groups.values()])
    shown = _shown(list(groups.values()))
    camera = next((one for one in operations if isinstance(one, Camera)), Camera())
    extent = _camera(camera, groups, shown, everything, name, scene, made)
    targets = {key: tuple(corners(group).mean(axis=0)) for key, group in groups.items()}
    lamps = [one for one in operations if isinstance(one, Light)]
    for lamp in air.lights(name, lamps, world.sky, extent, targets):
        _link(lamp, made)
        made.data.append(lamp.data)
    sun = next((lamp for lamp in lamps if lamp.kind == "sun"), None)
    scene.world = air.world(name, world, sun, extent)
    made.data.append(scene.world)
    for wanted, make, part in ((world.ground, air.ground, "ground"), (world.fog, air.fog, "fog")):
        if wanted != "none":
            thing = make(f"{name} {part}", world, extent)
            made.data += [thing.data]
            made.materials[part] = thing.data.materials[0]
            _link(thing, made)


def _link(thing: Any, made: _Made) -> None:
    made.objects.append(thing)
    made.collection.objects.link(thing)


# ---- things


def corners(group: Group) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Of the boxes about all objects of a group."""
    low, high = group.solid.points.min(axis=0), group.solid.points.max(axis=0)
    box = np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    found = []
    for spot in group.spots:
        turn = np.radians(spot.turn)
        c, s = np.cos(turn), np.sin(turn)
        turned = box @ np.array(((c, s, 0), (-s, c, 0), (0, 0, 1)))
        found.append(turned * spot.scale + (group.x + spot.x, group.y + spot.y, group.z + spot.z))
    return np.concatenate(found)


def _things(group: Group, said: Material | None, world: World, made: _Made) -> None:
    meshes: dict[int, Any] = {}
    add = group.add
    floats = world.ground == "water" and add.kind == "boat" and group.base is None
    for number, spot in enumerate(group.spots, start=1):
        if spot.variant not in meshes:
            solid = group.others.get(spot.variant, group.solid)
            meshes[spot.variant] = _mesh(add, solid, said, world.ground, made)
        called = add.name if len(group.spots) == 1 else f"{add.name} {number}"
        thing = bpy.data.objects.new(called, meshes[spot.variant])
        sunk = 0.3 * shapes.SIZES[add.size] if floats else 0.0
        thing.location = (group.x + spot.x, group.y + spot.y, group.z + spot.z - sunk)
        thing.rotation_euler = (0.0, 0.0, np.radians(spot.turn))
        thing.scale = (spot.scale,) * 3
        _link(thing, made)
        if add.kind == "monkey":
            thing.modifiers.new("Smooth", "SUBSURF").render_levels = 2
        if add.kind in FLAMES and number <= MOST_FLAMES:
            _flame(thing, group, made)


def _flame(thing: Any, group: Group, made: _Made) -> None:
    _, _, height = group.solid.size()
    data = bpy.data.lights.new(f"{thing.name} light", "POINT")
    share = {"lantern": 0.86, "candle": 0.92, "campfire": 0.55, "lamp": 0.78, "lighthouse": 0.85}[group.add.kind]
    data.energy = FLAMES[group.add.kind] * (height / shapes.shape(Add("a", group.add.kind), 0).size()[2]) ** 2
    data.color = (1.0, 0.62, 0.28)
    data.shadow_soft_size = 0.06 * height
    made.data.append(data)
    light = bpy.data.objects.new(data.name, data)
    light.parent = thing
    light.location = (0.0, 0.0, share * height)
    _link(light, made)


def _mesh(add: Add, solid: Solid, said: Material | None, ground: str, made: _Made) -> Any:
    mesh = _suzanne(add, solid) if add.kind == "monkey" else _of(add.name, solid)
    made.data.append(mesh)
    body = shapes.body(add.kind, solid)
    parts = list(dict.fromkeys(solid.parts))
    slots: list[Any] = []
    index: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: part not in body):
        own = _said(said, made) if said is not None and part in body else _part(part, ground, made)
        if own not in slots:
            slots.append(own)
        index[part] = slots.index(own)
    for slot in slots:
        mesh.materials.append(slot)
    if add.kind != "monkey":
        mesh.polygons.foreach_set("material_index", [index[part] for part in solid.parts])
    mesh.update()
    return mesh


def _of(name: str, solid: Solid) -> Any:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(solid.points.tolist(), [], [list(face) for face in solid.faces])
    layer = mesh.uv_layers.new(name="UVMap")
    layer.data.foreach_set("uv", solid.uvs.astype(np.float32).ravel())
    mesh.polygons.foreach_set("use_smooth", solid.smooth)
    return mesh


def _suzanne(add: Add, solid: Solid) -> Any:
    """Blender's monkey, as large as her box."""
    mesh = bpy.data.meshes.new(add.name)
    work = bmesh.new()
    uv = work.loops.layers.uv.new("UVMap")
    bmesh.ops.create_monkey(work, matrix=Matrix.Identity(4), calc_uvs=True)
    low = [min(vertex.co[axis] for vertex in work.verts) for axis in range(3)]
    high = [max(vertex.co[axis] for vertex in work.verts) for axis in range(3)]
    size = solid.size()
    for vertex in work.verts:
        for axis in range(3):
            share = (vertex.co[axis] - low[axis]) / (high[axis] - low[axis])
            vertex.co[axis] = (share - (0.0 if axis == 2 else 0.5)) * size[axis]
    for face in work.faces:
        face.smooth = True
        for corner in face.loops:
            corner[uv].uv *= 2.0 * size[0]
    work.to_mesh(mesh)
    work.free()
    return mesh


def _part(part: str, ground: str, made: _Made) -> Any:
    if part not in made.materials:
        same = part == "grass" and ground in ("grass", "earth", "sand", "snow")  # land is as the ground about it
        made.materials[part] = material(part.capitalize(), air.GROUNDS[ground] if same else Surface(shapes.PARTS[part]))
    return made.materials[part]


def _said(said: Material, made: _Made) -> Any:
    key = f"said {said.name}"
    if key not in made.materials:
        made.materials[key] = material(said.words, surface(said))
        made.materials[key][WORDS] = said.words
    return made.materials[key]


# ---- camera


def _shown(groups: Sequence[Group]) -> Any:
    """The corners of what has to be in view: not the land behind it, and of a forest only what stands in it."""
    near = [one for one in groups if one.add.kind not in LAND or one.carries] or list(groups)
    woods = [one for one in near if len(one.spots) > WOOD and one.holds]
    inner = [one for one in near if one not in woods]
    points = np.concatenate([corners(one) for one in inner or near])
    if not woods or not inner:
        return points
    low, high = points.min(axis=0), points.max(axis=0)
    middle = np.array((*(low + high)[:2] / 2, 0.0))
    return np.concatenate([points, middle + (points - middle) * AIR_ABOUT])


def _with_all_on_it(group: Group) -> list[Group]:
    return [group, *(one for carried in group.carries for one in _with_all_on_it(carried))]


def _camera(
    said: Camera, groups: dict[str, Group], shown: Any, everything: Any, name: str, scene: Any, made: _Made
) -> air.Extent:
    points = np.concatenate([corners(one) for one in _with_all_on_it(groups[said.of])]) if said.of else shown
    render = scene.render
    aspect = render.resolution_x * render.pixel_aspect_x / (render.resolution_y * render.pixel_aspect_y)
    view = framing.frame(points, said, aspect)
    data = bpy.data.cameras.new(f"{name} camera")
    data.lens, data.sensor_width = said.lens, framing.SENSOR
    far = float(np.linalg.norm(everything - view.place, axis=1).max())
    data.clip_start, data.clip_end = min(0.1, view.far / 100), max(100.0, 30 * far)
    made.data.append(data)
    camera = bpy.data.objects.new(data.name, data)
    camera.location, camera.rotation_euler = view.place, view.rotation()
    _link(camera, made)
    scene.camera = camera
    low, high = shown.min(axis=0), shown.max(axis=0)
    x, y = view.place[:2] - view.target[:2]
    azimuth = float(np.arctan2(y, x)) if np.hypot(x, y) > 0.01 * view.far else -np.pi / 2
    middle = (low + high) / 2
    extent = air.Extent(tuple(middle), float(np.linalg.norm(high - low)) / 2, float(high[2]), azimuth, view.far)
    return extent
