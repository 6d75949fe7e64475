"""Meshes as Blender would give them, for the pure rooms of the extension."""

import numpy as np

from studiolo_blender.projecting.meshes import Taken
from studiolo_blender.projecting.unwrapping import unwrapped


def taken(points, polygons, name="thing", smooth=False, matrix=None):
    """A mesh of polygons (lists of vertices), flat or smooth."""
    points = np.array(points, np.float32)
    sides = [len(polygon) for polygon in polygons]
    vertices = np.concatenate(polygons)
    starts = np.cumsum([0, *sides[:-1]])
    ends = np.concatenate([np.roll(polygon, -1) for polygon in polygons])
    edges = np.unique(np.sort(np.stack((vertices, ends), 1), 1), axis=0, return_inverse=True)[1].reshape(-1)
    flat = np.array([_normal(points[polygon]) for polygon in polygons])
    normals = np.repeat(flat, sides, axis=0)
    if smooth:
        normals = np.stack([np.bincount(vertices, normals[:, axis], len(points)) for axis in range(3)], -1)[vertices]
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    matrix = np.eye(4) if matrix is None else np.array(matrix, float)
    return Taken(name, matrix, points, vertices, edges, starts, normals, {}, np.zeros(len(polygons), int), None)


def laid_out(mesh, **given):
    """In the world, with a UV layer of its own named `own`."""
    mesh.uvs["own"] = unwrapped(mesh)
    return mesh.placed(**given)


def _normal(corners):
    normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    return normal / np.linalg.norm(normal)


def cube(size=2.0, at=(0, 0, 0), **given):
    corners = (np.array(list(np.ndindex(2, 2, 2))) - 0.5) * size + at
    faces = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    return taken(corners, [np.array(face) for face in faces], **given)


def plane(size=2.0, at=(0, 0, 0), **given):
    """Lies flat and faces up."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * size / 2 + at
    return taken(corners, [np.arange(4)], **given)


def ball(rings=24, **given):
    """Of radius 1."""
    around = 2 * rings
    points = [[0, 0, 1], [0, 0, -1]]
    for ring in range(1, rings):
        for step in range(around):
            down, turn = np.pi * ring / rings, 2 * np.pi * step / around
            points.append([np.sin(down) * np.cos(turn), np.sin(down) * np.sin(turn), np.cos(down)])
    at = lambda ring, step: 2 + (ring - 1) * around + step % around  # noqa: E731
    faces = [np.array([0, at(1, step), at(1, step + 1)]) for step in range(around)]
    faces += [np.array([1, at(rings - 1, step + 1), at(rings - 1, step)]) for step in range(around)]
    for ring in range(1, rings - 1):
        faces += [
            np.array([at(ring, step), at(ring + 1, step), at(ring + 1, step + 1), at(ring, step + 1)])
            for step in range(around)
        ]
    return taken(points, faces, smooth=True, **given)
