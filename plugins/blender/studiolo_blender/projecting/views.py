# SPDX-License-Identifier: GPL-3.0-or-later
"""What a camera sees of some meshes: which of their points, how well, and in which place of its picture; and what it
looks like in clay, to be painted over. Pure arithmetic.

Only the meshes that are to be painted are there to be seen, so they hide each other and nothing else hides them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .cameras import Camera, in_front
from .meshes import Mesh, Pixels, sampled
from .rasterise import Floats, Grid, drawn

FINENESS = 1024
"""Pixels of the longer side at which is decided what is seen, or more."""
SHARPNESS = 8
"""How much better a camera that looks straight at a surface is than one that looks askance at it, as a power of the
cosine: high, so that two pictures of one place are mixed where they have to be only."""
GRAZING = (0.08, 0.3)
"""Cosines: what is seen at less than the first is not painted, at more than the second wholly."""
RIM, BAND = 4, 48
"""Pixels of `FINENESS` from the edge of the frame or a silhouette: over the first a picture fades out where no other
camera sees, over the second it gives way to another camera's."""
SKY, GROUND = np.array([0.50, 0.54, 0.60]), np.array([0.58, 0.56, 0.53])
KEY, FILL = np.array([-0.45, 0.65, 0.61]), np.array([0.75, 0.1, 0.65])
"""Where light comes from, in the camera's space."""


@dataclass(frozen=True, eq=False)
class Sight:
    """How well a camera sees some points."""

    xy: Floats
    """(points, 2): where in its picture, 0 to 1."""
    weight: Floats
    """(points,): compared with that of another camera it says whose picture is taken."""
    trust: Floats
    """(points,): 0 not seen, 1 seen well."""


@dataclass(frozen=True, eq=False)
class View:
    """A camera's view of meshes, `times` as fine as its picture of `width` times `height` pixels."""

    camera: Camera
    meshes: tuple[Mesh, ...]
    width: int
    height: int
    times: int
    grid: Grid
    """Its triangles are numbered through all meshes."""

    @cached_property
    def distance(self) -> Floats:
        """(height, width): how far away what is seen is; infinity where nothing is."""
        result = np.full(self.grid.near.shape, np.inf, np.float32)
        result[self.grid.covered] = self.camera.distance(self.grid.near[self.grid.covered])
        return result

    @cached_property
    def front(self) -> NDArray[np.bool_]:
        """(height, width): whether a triangle is seen from its front."""
        inside = self.camera.into(np.concatenate([mesh.points.mean(1) for mesh in self.meshes]))
        flat = np.concatenate([mesh.flat for mesh in self.meshes]) @ self.camera.view[:3, :3].T
        facing = (flat * self.camera.towards(inside)).sum(-1) > 0.0
        return self.grid.covered & facing[self.grid.triangle]

    @cached_property
    def silhouettes(self) -> NDArray[np.bool_]:
        """(height, width): where a surface ends, or another one begins behind it; the edge of the frame too."""
        found: NDArray[np.bool_] = np.zeros(self.grid.near.shape, np.bool_)
        found[[0, -1]] = found[:, [0, -1]] = True
        for near, distance, edge in (
            (self.grid.near, self.distance, found),
            (self.grid.near.T, self.distance.T, found.T),
        ):
            with np.errstate(invalid="ignore"):
                step = np.abs(np.diff(near, axis=0))  # the same from pixel to pixel on a plane
                bend = np.abs(np.diff(np.diff(near, axis=0), axis=0))
            around = np.minimum(
                np.pad(bend, ((1, 0), (0, 0)), mode="edge"), np.pad(bend, ((0, 1), (0, 0)), mode="edge")
            )
            far = np.minimum(distance[:-1], distance[1:])
            scale = far**2 if self.camera.lens.perspective else 1.0
            size = self.camera.height_at(far) / near.shape[0]
            with np.errstate(invalid="ignore"):
                jump = ~(np.minimum(step, around) * scale <= 3.0 * size)
            edge[:-1] |= jump
            edge[1:] |= jump
        return found

    @cached_property
    def rim(self) -> Floats:
        """(height, width): 0 at silhouettes to 1 `RIM` pixels away from them."""
        return _smooth(_away(self.silhouettes, RIM) / RIM)

    @cached_property
    def band(self) -> Floats:
        """The same for `BAND`, a quarter as fine."""
        height, width = (length // 4 for length in self.silhouettes.shape)
        coarse = self.silhouettes[: height * 4, : width * 4].reshape(height, 4, width, 4).max((1, 3))
        return _smooth(_away(coarse, BAND // 4) * 4.0 / BAND)

    def sees(self, points: Floats, normals: Floats, flat: Floats) -> Sight:
        """How well the camera sees points of the world, given by the normals that they are shaded with and those of
        their triangles, all (points, 3)."""
        inside = self.camera.into(points)
        distance = -inside[:, 2]
        lens = self.camera.lens
        there = (distance > lens.clip_start) & (distance < lens.clip_end)
        inside[~there, 2] = -1.0
        xy = self.camera.pictured(inside)
        there &= ((xy >= 0.0) & (xy < 1.0)).all(-1)
        xy[~there] = 0.5
        towards, turn = self.camera.towards(inside), self.camera.view[:3, :3].T
        facing = (flat @ turn * towards).sum(-1)
        shading = np.maximum((normals @ turn * towards).sum(-1) * np.sign(facing), 0.0)
        shown = there * self._shown(xy, distance, facing)
        rows, columns = self.rim.shape
        trust = (
            shown
            * _smooth((shading - GRAZING[0]) / (GRAZING[1] - GRAZING[0]))
            * sampled(self.rim, xy * (columns, rows))
        )
        rows, columns = self.band.shape
        fineness = 1.0 / np.asarray(self.camera.height_at(distance)) ** 2  # what is near is painted with more pixels
        weight = shown * fineness * shading**SHARPNESS * (sampled(self.band, xy * (columns, rows)) + 1e-3)
        return Sight(xy, weight.astype(np.float32), trust.astype(np.float32))

    def _shown(self, xy: Floats, distance: Floats, facing: Floats) -> Floats:
        """0 to 1: how many of the four pixels around each point show what lies no nearer than it."""
        rows, columns = self.distance.shape
        size = self.camera.height_at(distance) / rows
        cosine = np.clip(np.abs(facing), 0.1, 1.0)
        limit = distance - size * (1.0 + 1.5 * np.sqrt(1.0 - cosine**2) / cosine)
        x, y = xy[:, 0] * columns - 0.5, xy[:, 1] * rows - 0.5
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        shown = np.zeros(len(xy))
        for row, down in ((top, top + 1 - y), (top + 1, y - top)):
            for column, across in ((left, left + 1 - x), (left + 1, x - left)):
                place = np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)
                passes = (
                    self.grid.covered[place] & (self.front[place] == (facing > 0.0)) & (self.distance[place] >= limit)
                )
                shown += down * across * passes
        return np.clip((shown - 0.25) * 2.0, 0.0, 1.0)

    def mixed(self, values: Callable[[Mesh], Floats]) -> Floats:
        """Values of corners, which `values` gives for each mesh, at the pixels that show something."""
        return self.grid.mixed(np.concatenate([values(mesh) for mesh in self.meshes]))

    @cached_property
    def flat(self) -> Floats:
        """The normals of the triangles at the pixels that show something."""
        return np.concatenate([mesh.flat for mesh in self.meshes])[self.grid.triangle[self.grid.covered]]

    def looks(self) -> Floats:
        """The colours that surfaces have now, at the pixels that show something; sRGB."""
        triangle, weights = self.grid.triangle[self.grid.covered], self.grid.weights[self.grid.covered]
        colours = np.empty((len(triangle), 3), np.float32)
        start = 0
        for mesh in self.meshes:
            own = (triangle >= start) & (triangle < start + len(mesh.points))
            colours[own] = mesh.colours(triangle[own] - start, weights[own])
            start += len(mesh.points)
        return colours

    def clay(self, painted: tuple[Floats, Floats] | None = None) -> Pixels:
        """(height, width, 3): the meshes with the colours that they have now, in soft light before a sky. `painted`:
        colours that the pixels that show something have already, and how far they are to be trusted."""
        rows, columns = self.distance.shape
        up = np.linspace(1.0, 0.0, rows, dtype=np.float32)[:, None, None]
        picture = np.broadcast_to(GROUND + (SKY - GROUND) * up, (rows, columns, 3)).astype(np.float32)
        colours = self.looks() * self._light()[:, None]
        if painted is not None:
            colours += (painted[0] - colours) * painted[1][:, None]
        picture[self.grid.covered] = colours
        return self.reduced(picture)

    def _light(self) -> Floats:
        normals = self.mixed(lambda mesh: mesh.normals) @ self.camera.view[:3, :3].T
        normals *= np.where(self.front[self.grid.covered], 1.0, -1.0)[:, None]
        up = self.camera.view[:3, 2]
        light = 0.38 + 0.17 * (normals @ up)
        for source, strength in ((KEY, 0.62), (FILL, 0.14)):
            light += strength * np.clip(normals @ (source / np.linalg.norm(source)) * 0.8 + 0.2, 0.0, None)
        return np.clip(light, 0.0, 1.25).astype(np.float32)

    def depth(self) -> Pixels:
        """(height, width): white what is nearest, dark what is farthest, black what is not there; in even steps of one
        over the distance, which is what depth is to the models."""
        covered = self.grid.covered
        picture = np.zeros((*covered.shape, 1), np.float32)
        if covered.any():
            closeness = 1.0 / self.distance[covered]
            low, high = closeness.min(), closeness.max()
            picture[covered, 0] = 0.1 + 0.9 * (closeness - low) / max(high - low, 1e-9)
        return self.reduced(picture)[..., 0]

    def marked(self, some: NDArray[np.bool_]) -> Pixels:
        """(height, width): white where there is nothing, and where some of the pixels lie that show something."""
        picture = np.ones((*self.grid.covered.shape, 1), np.float32)
        picture[self.grid.covered, 0] = some
        return np.where(self.reduced(picture)[..., 0] > 0, 255, 0).astype(np.uint8)

    def reduced(self, picture: Floats) -> Pixels:
        """From the fineness of the view to its picture, 0..1 to bytes."""
        shape = self.height, self.times, self.width, self.times, picture.shape[-1]
        return (np.clip(picture.reshape(shape).mean((1, 3)), 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def view_of(camera: Camera, meshes: tuple[Mesh, ...], width: int, height: int) -> View:
    """What a camera sees, for a picture of so many pixels."""
    times = -(-FINENESS // max(width, height))
    inside = camera.into(np.concatenate([mesh.points for mesh in meshes]))
    origin, shares = in_front(-inside[..., 2], camera.lens.clip_start)
    inside = np.einsum("tij,tjn->tin", shares, inside[origin])
    corners = camera.pictured(inside) * (width * times, height * times)
    near = camera.nearness(-inside[..., 2])
    grid = drawn(corners, width * times, height * times, near, camera.lens.perspective)
    covered = grid.covered & (camera.distance(np.where(grid.covered, grid.near, 1.0)) < camera.lens.clip_end)
    triangle = grid.triangle[covered]
    numbers, weights = np.full_like(grid.triangle, -1), np.zeros_like(grid.weights)
    numbers[covered] = origin[triangle]
    weights[covered] = np.einsum("pi,pij->pj", grid.weights[covered], shares[triangle])
    return View(camera, meshes, width, height, times, Grid(numbers, weights, np.where(covered, grid.near, -np.inf)))


def _away(edges: NDArray[np.bool_], reach: int) -> Floats:
    """How many steps from pixel to pixel it is to the nearest edge, `reach` at most."""
    away = np.where(edges, 0.0, float(reach)).astype(np.float32)
    for _ in range(reach):
        for side in (away, away.T):
            np.minimum(side[1:], side[:-1] + 1.0, out=side[1:])
            np.minimum(side[:-1], side[1:] + 1.0, out=side[:-1])
    return away


def _smooth(share: Floats) -> Floats:
    """From 0 to 1 without a corner."""
    share = np.clip(share, 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)
