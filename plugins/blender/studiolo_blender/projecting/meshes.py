# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes as arrays: what of an object is there to be painted, as it stands in the world with its modifiers applied.

`taken` reads Blender on the main thread and does no more than copy; `Taken.placed` does the arithmetic and may run
anywhere. Nothing here holds anything of Blender's once it has returned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .rasterise import Floats, Ints

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Look:
    """The colour that a material gives a surface now: that of a picture, or one for all of it."""

    colour: tuple[float, float, float] = (0.6, 0.6, 0.6)
    """sRGB."""
    pixels: Pixels | None = None
    """(height, width, 3 or 4), rows from the top, sRGB."""
    layer: str = ""
    """The UV layer that the picture lies on; empty for the one that is rendered."""
    turn: Floats = field(default_factory=lambda: np.eye(2))
    """(2, 2) and (2,): how the layer's coordinates are turned, scaled and moved."""
    move: Floats = field(default_factory=lambda: np.zeros(2))


CLAY = Look()


@dataclass(frozen=True, eq=False)
class Mesh:
    """A mesh of triangles in the world."""

    name: str
    points: Floats
    """(triangles, 3, 3)"""
    normals: Floats
    """(triangles, 3, 3), of length 1: what the surface is shaded with."""
    uvs: Mapping[str, Floats] = field(default_factory=dict)
    """(triangles, 3, 2) by the name of the layer; V upwards, as in Blender."""
    slots: Ints | None = None
    """(triangles,): which of the looks."""
    looks: tuple[Look, ...] = (CLAY,)
    rendered: str = ""
    """The layer that a picture lies on where its material names none."""

    @cached_property
    def flat(self) -> Floats:
        """(triangles, 3): the direction each triangle itself faces."""
        a, b, c = self.points.transpose(1, 0, 2)
        normal = np.cross(b - a, c - a)
        length = np.linalg.norm(normal, axis=-1, keepdims=True)
        return normal / np.where(length > 0.0, length, 1.0)

    def colours(self, triangle: Ints, weights: Floats) -> Floats:
        """(points, 3), sRGB: what the surface looks like now at points given by their triangles and corners' shares."""
        result = np.empty((len(triangle), 3), np.float32)
        slot = np.zeros(len(triangle), int) if self.slots is None else self.slots[triangle]
        for number, look in enumerate(self.looks):
            here = np.flatnonzero(np.minimum(slot, len(self.looks) - 1) == number)
            layer = self.uvs.get(look.layer or self.rendered)
            if look.pixels is None or layer is None:
                result[here] = look.colour
                continue
            uv = np.einsum("pc,pcn->pn", weights[here], layer[triangle[here]]) @ look.turn.T + look.move
            height, width = look.pixels.shape[:2]
            xy = np.stack((uv[:, 0] % 1.0 * width, (1.0 - uv[:, 1] % 1.0) * height), -1)
            result[here] = sampled(look.pixels[..., :3], xy, wrap=True) / 255.0
        return result


def sampled(picture: NDArray[Any], xy: Floats, wrap: bool = False) -> Floats:
    """What a picture (height, width, …) shows at places in pixels from its upper left corner, (places, 2): between
    the middles of four pixels, their mixture."""
    height, width = picture.shape[:2]
    x, y = xy[:, 0] - 0.5, xy[:, 1] - 0.5
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    x, y = (x - left).astype(np.float32), (y - top).astype(np.float32)
    if wrap:
        columns, rows = (left % width, (left + 1) % width), (top % height, (top + 1) % height)
    else:
        columns = np.clip(left, 0, width - 1), np.clip(left + 1, 0, width - 1)
        rows = np.clip(top, 0, height - 1), np.clip(top + 1, 0, height - 1)
    shape = (-1, *[1] * (picture.ndim - 2))
    result = np.zeros((len(xy), *picture.shape[2:]), np.float32)
    for row, down in zip(rows, (1.0 - y, y), strict=True):
        for column, across in zip(columns, (1.0 - x, x), strict=True):
            result += picture[row, column] * (down * across).reshape(shape)
    return result


@dataclass(frozen=True, eq=False)
class Taken:
    """What was copied from Blender."""

    name: str
    matrix: Floats
    points: Floats
    """(vertices, 3)"""
    vertices: Ints
    """(corners,): the vertex of each corner of a polygon."""
    edges: Ints
    """(corners,): the edge that begins there; left out with modifiers."""
    starts: Ints
    """(polygons,): their first corners."""
    normals: Floats
    """(corners, 3)"""
    uvs: Mapping[str, Floats]
    """(corners, 2)"""
    slots: Ints
    """(polygons,)"""
    cut: Ints | None
    """(triangles, 3): the corners of triangles, where there are polygons of five sides or more."""
    rendered: str = ""

    @cached_property
    def sides(self) -> Ints:
        """(polygons,): how many corners each has."""
        return np.diff(self.starts, append=len(self.vertices))

    @cached_property
    def polygons(self) -> Ints:
        """(triangles,): the polygon of which each is a part."""
        return np.repeat(np.arange(len(self.starts)), self.sides - 2)

    @cached_property
    def corners(self) -> Ints:
        """(triangles, 3): the corners of the triangles that Blender would draw."""
        if self.cut is not None:
            return self.cut
        corners = self.starts[self.polygons][:, None] + np.array([0, 1, 2])
        second = np.flatnonzero(np.diff(self.polygons, prepend=-1) == 0)
        a, b, c, d = self.points[self.vertices[corners[second - 1, :1] + np.arange(4)]].transpose(1, 0, 2)
        # a quad is cut from its first corner, unless its second and fourth lie on the same side of that cut
        folded = np.einsum("ij,ij->i", np.cross(b - a, c - a), np.cross(d - a, c - a)) > 0.0
        corners[second] += np.where(folded[:, None], [1, 1, 1], [0, 1, 1])
        corners[second[folded] - 1, 2] += 1
        return corners

    def placed(self, looks: tuple[Look, ...] = (CLAY,)) -> Mesh:
        """In the world."""
        turn = self.matrix[:3, :3]
        points = self.points @ turn.T + self.matrix[:3, 3]
        # a mirrored object has its triangles the other way round
        corners = self.corners if np.linalg.det(turn) >= 0.0 else self.corners[:, ::-1]
        normals = self.normals @ np.linalg.pinv(turn)
        normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
        return Mesh(
            self.name,
            points[self.vertices[corners]],
            normals[corners].astype(np.float32),
            {name: layer[corners] for name, layer in self.uvs.items()},
            self.slots[self.polygons],
            looks,
            self.rendered,
        )


def taken(thing: Any, depsgraph: Any, layers: Collection[str] = (), base: bool = False) -> Taken:
    """Copies the mesh of an object, and of its UV layers those named and the one that is rendered. With `base` it is
    the mesh without modifiers."""
    placed = thing.evaluated_get(depsgraph)
    mesh = thing.data if base else placed.to_mesh()
    try:
        return _taken(thing.name, np.array(placed.matrix_world, float), mesh, layers, base)
    finally:
        if not base:
            placed.to_mesh_clear()


def _taken(name: str, matrix: Floats, mesh: Any, layers: Collection[str], base: bool) -> Taken:
    starts = _read(mesh.polygons, "loop_start", 1, np.int32)
    ngons = len(starts) and np.diff(starts, append=len(mesh.loops)).max() > 4
    if ngons:
        mesh.calc_loop_triangles()
    rendered = next((layer.name for layer in mesh.uv_layers if layer.active_render), "")
    uvs = {
        layer.name: _read(layer.uv, "vector", 2) if hasattr(layer, "uv") else _read(layer.data, "uv", 2)
        for layer in mesh.uv_layers
        if layer.name in layers or layer.active_render
    }
    none = np.zeros(0, np.int32)
    if mesh.attributes.get(".corner_vert"):  # a hundred times as fast, from Blender 4.0 on
        points = _read(mesh.attributes["position"].data, "vector", 3)
        vertices = _read(mesh.attributes[".corner_vert"].data, "value", 1, np.int32)
        edges = _read(mesh.attributes[".corner_edge"].data, "value", 1, np.int32) if base else none
        slots = mesh.attributes.get("material_index")
        slots = _read(slots.data, "value", 1, np.int32) if slots else np.zeros(len(starts), np.int32)
    else:
        points = _read(mesh.vertices, "co", 3)
        vertices = _read(mesh.loops, "vertex_index", 1, np.int32)
        edges = _read(mesh.loops, "edge_index", 1, np.int32) if base else none
        slots = _read(mesh.polygons, "material_index", 1, np.int32)
    cut = _read(mesh.loop_triangles, "loops", 3, np.int32) if ngons else None
    return Taken(name, matrix, points, vertices, edges, starts, _normals(mesh), uvs, slots, cut, rendered)


def _normals(mesh: Any) -> Floats:
    if hasattr(mesh, "corner_normals"):  # from Blender 4.1 on
        return _read(mesh.corner_normals, "vector", 3)
    mesh.calc_normals_split()
    return _read(mesh.loops, "normal", 3)


def _read(collection: Any, name: str, width: int, kind: Any = np.float32) -> Any:
    values = np.empty(len(collection) * width, kind)
    collection.foreach_get(name, values)
    return values.reshape(-1, width) if width > 1 else values
