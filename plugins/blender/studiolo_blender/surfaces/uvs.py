# SPDX-License-Identifier: GPL-3.0-or-later
"""UVs that objects lack, and how large a UV unit is in the world. Knows meshes; no material and no picture.

A mesh without UVs shows one flat colour of any texture, so it gets them: a projection from the six sides of a box, in
which a UV unit is a metre. No operator is called, so that any mode, any selection and any context will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bmesh
import bpy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int_]

LAYER = "UVMap"
DEGENERATE = 0.5
"""Share of the surface that may lie in one point of the UV map before the map counts as none."""
SAMPLES = 20_000
"""Faces that are measured, of large meshes."""
AXES = np.array([[1, 2], [1, 2], [0, 2], [0, 2], [0, 1], [0, 1]])
"""Which coordinates go across and up on the six sides of the box: x ahead and behind, y, z."""
SIGNS = np.array([[1, 1], [-1, 1], [-1, 1], [1, 1], [1, 1], [1, -1]], np.float32)
"""Which of them run the other way there, so that no side is mirrored."""


def unit() -> float:
    """Metres a unit of the scene."""
    return float(bpy.context.scene.unit_settings.scale_length)


def ensure(objects: Sequence[Any]) -> tuple[str, ...]:
    """Gives UVs to each mesh that has none, or whose UVs lie in one point. What a person should know of that."""
    notes = []
    for thing in objects:
        mesh = thing.data
        if thing.type != "MESH" or not _has_faces(thing) or usable(thing):
            continue
        if mesh.library is not None:
            notes.append(
                f"{thing.name} has no UVs and is linked from another file; it is painted from the sides of its box."
            )
            continue
        had = bool(mesh.uv_layers)
        project(thing)
        others = "" if mesh.users == 1 else ", as has every object of the same mesh"
        reason = "had UVs without any area, and now has a second map" if had else "had no UVs and now has some"
        notes.append(f"{thing.name} {reason}{others}: projected from a box, a unit a metre.")
    return tuple(notes)


def usable(thing: Any) -> bool:
    """Whether the object's UVs spread a texture over it."""
    return metres_per_uv(thing) is not None


def metres_per_unit(thing: Any) -> float:
    """How many metres of the world a unit of the object's own coordinates is, on the whole."""
    return float(np.mean(np.abs(thing.matrix_world.to_scale()))) * unit()


def metres_per_uv(thing: Any) -> float | None:
    """How many metres of the world a UV unit is, on the whole; None where the object has no UVs of use."""
    if thing.type != "MESH":
        return None
    if thing.mode == "EDIT":
        copied = _copy_of_edited(thing.data)
        found = _metres_per_uv(copied, thing)
        bpy.data.meshes.remove(copied)
        return found
    return _metres_per_uv(thing.data, thing)


def project(thing: Any) -> None:
    """Gives the object's mesh a UV map from the six sides of a box, and makes it the one that is rendered. The
    object's own scale is taken into account."""
    mesh = thing.data
    scale = np.array(thing.matrix_world.to_scale(), np.float32) * np.float32(unit())
    if thing.mode == "EDIT":
        _project_edited(mesh, scale)
        return
    layer = mesh.uv_layers.new(name=LAYER, do_init=False)
    lengths = _read(mesh.polygons, "loop_total", 1, np.int32)
    normals = _read(mesh.polygon_normals, "vector", 3)
    points, corners = _places(mesh), _corners(mesh)
    coordinates = from_box(points * scale, corners, np.repeat(_facing(normals, scale), lengths))
    if hasattr(layer, "uv"):
        layer.uv.foreach_set("vector", coordinates.ravel())
    else:
        layer.data.foreach_set("uv", coordinates.ravel())
    _show(mesh, layer.name)
    mesh.update()


def from_box(places: Floats, corners: Ints, sides: Ints) -> Floats:
    """UVs (n x 2) of corners at places (m x 3), each seen from the side of a box that its face looks at."""
    flat = places.ravel()
    coordinates: Floats = flat[3 * corners[:, None] + AXES[sides]] * SIGNS[sides]
    return coordinates


def _facing(normals: Floats, scale: Floats) -> Ints:
    """The side of the box that each face of a scaled object looks at."""
    turned = normals / np.where(scale == 0.0, np.float32(1.0), scale)
    axis = np.abs(turned).argmax(axis=1)
    behind = turned[np.arange(len(turned)), axis] < 0.0
    sides: Ints = 2 * axis + behind
    return sides


def _metres_per_uv(mesh: Any, thing: Any) -> float | None:
    layer = next((layer for layer in mesh.uv_layers if layer.active_render), None)
    if layer is None or not len(mesh.polygons):
        return None
    starts = _read(mesh.polygons, "loop_start", 1, np.int32)
    lengths = _read(mesh.polygons, "loop_total", 1, np.int32)
    every = max(1, len(starts) // SAMPLES)
    starts, lengths = starts[::every], lengths[::every]
    three = starts[:, None] + np.stack([0 * lengths, lengths // 3, 2 * lengths // 3], axis=1)  # a triangle of each face
    matrix = np.array(thing.matrix_world.to_3x3(), np.float32)
    places = _places(mesh)[_corners(mesh)[three]] @ matrix.T
    flat = _read(layer.uv, "vector", 2) if hasattr(layer, "uv") else _read(layer.data, "uv", 2)
    world = np.linalg.norm(np.cross(places[:, 1] - places[:, 0], places[:, 2] - places[:, 0]), axis=1)
    one, two = flat[three[:, 1]] - flat[three[:, 0]], flat[three[:, 2]] - flat[three[:, 0]]
    mapped = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])
    spread = mapped > 1e-12
    if world[spread].sum() <= DEGENERATE * world.sum():
        return None
    return float(np.sqrt(world[spread].sum() / mapped[spread].sum())) * unit()


def _has_faces(thing: Any) -> bool:
    return thing.mode == "EDIT" or len(thing.data.polygons) > 0


def _copy_of_edited(mesh: Any) -> Any:
    """What the mesh is while it is edited, as one of its own."""
    copied = bpy.data.meshes.new("studiolo")
    bmesh.from_edit_mesh(mesh).to_mesh(copied)
    return copied


def _project_edited(mesh: Any, scale: Floats) -> None:
    edited = bmesh.from_edit_mesh(mesh)
    layer = edited.loops.layers.uv.new(LAYER)
    corners = [corner for face in edited.faces for corner in face.loops]
    places = np.array([corner.vert.co for corner in corners], np.float32).reshape(-1, 3) * scale
    normals = np.array([corner.face.normal for corner in corners], np.float32).reshape(-1, 3)
    coordinates = from_box(places, np.arange(len(corners)), _facing(normals, scale)).tolist()
    for corner, place in zip(corners, coordinates, strict=True):
        corner[layer].uv = place
    name = layer.name
    bmesh.update_edit_mesh(mesh)
    _show(mesh, name)


def _show(mesh: Any, name: str) -> None:
    layer = mesh.uv_layers[name]
    mesh.uv_layers.active = layer
    layer.active_render = True


def _places(mesh: Any) -> Floats:
    """Of the vertices."""
    if "position" in mesh.attributes:
        return _read(mesh.attributes["position"].data, "vector", 3)
    return _read(mesh.vertices, "co", 3)


def _corners(mesh: Any) -> Ints:
    """The vertex at each corner of each face; one face's corners follow each other."""
    if ".corner_vert" in mesh.attributes:  # a hundred times as fast
        return _read(mesh.attributes[".corner_vert"].data, "value", 1, np.int32)
    return _read(mesh.loops, "vertex_index", 1, np.int32)


def _read(collection: Any, name: str, width: int, kind: Any = np.float32) -> Any:
    """One property of every element."""
    values = np.empty(len(collection) * width, kind)
    collection.foreach_get(name, values)
    return values if width == 1 else values.reshape(-1, width)
