# SPDX-License-Identifier: GPL-3.0-or-later
"""Cameras as arithmetic: where in its picture a camera sees a point. Only `camera_of` reads Blender.

In its own space a camera looks along -Z with Y up, as in Blender. In its picture (0, 0) is the upper left corner and
(1, 1) the lower right one, whatever number of pixels it is painted with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..task import bad
from .rasterise import Floats, Ints


@dataclass(frozen=True)
class Lens:
    """What decides how much a camera sees, with Blender's names and meanings."""

    perspective: bool = True
    lens: float = 50.0
    """Focal length, in the sensor's millimetres."""
    sensor_width: float = 36.0
    sensor_height: float = 24.0
    sensor_fit: Literal["AUTO", "HORIZONTAL", "VERTICAL"] = "AUTO"
    ortho_scale: float = 6.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    clip_start: float = 0.1
    clip_end: float = 1000.0

    def window(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of what a picture of this shape shows, at the distance of 1."""
        across = self.sensor_fit == "HORIZONTAL" or (self.sensor_fit == "AUTO" and width >= height)
        sensor = self.sensor_height if self.sensor_fit == "VERTICAL" else self.sensor_width
        size = sensor / self.lens if self.perspective else self.ortho_scale
        scale = size / (width if across else height)
        x, y = size * self.shift_x, size * self.shift_y
        return x - scale * width / 2, x + scale * width / 2, y - scale * height / 2, y + scale * height / 2


@dataclass(frozen=True, eq=False)
class Camera:
    """A camera as it stood when it was read."""

    name: str
    view: Floats
    """(4, 4): from the world into the camera's space."""
    lens: Lens
    width: float
    height: float
    """The shape of its picture; only their ratio counts."""

    @property
    def aspect(self) -> float:
        return self.width / self.height

    def into(self, points: Floats) -> Floats:
        """Points of the world (…, 3) in the camera's space."""
        inside: Floats = points @ self.view[:3, :3].T + self.view[:3, 3]
        return inside

    def pictured(self, inside: Floats) -> Floats:
        """Where in the picture (…, 2) the camera sees points of its own space that lie in front of it."""
        left, right, bottom, top = self.lens.window(self.width, self.height)
        flat = inside[..., :2] / -inside[..., 2:] if self.lens.perspective else inside[..., :2]
        return (flat - (left, top)) / (right - left, bottom - top)

    def nearness(self, distance: Floats) -> Floats:
        """What grows as the distance shrinks, and is linear over the picture."""
        return 1.0 / distance if self.lens.perspective else -distance

    def distance(self, nearness: Floats) -> Floats:
        """The distance of a nearness."""
        return 1.0 / nearness if self.lens.perspective else -nearness

    def towards(self, inside: Floats) -> Floats:
        """The direction (…, 3), of length 1, from points of its own space to the camera."""
        if not self.lens.perspective:
            return np.broadcast_to(np.array([0.0, 0.0, 1.0]), inside.shape)
        length = np.linalg.norm(inside, axis=-1, keepdims=True)
        return -inside / np.where(length > 0.0, length, 1.0)

    def height_at(self, distance: Floats | float) -> Floats | float:
        """How high what the picture shows is at a distance."""
        _, _, bottom, top = self.lens.window(self.width, self.height)
        return (top - bottom) * distance if self.lens.perspective else np.full_like(distance, top - bottom)


def in_front(distance: Floats, near: float) -> tuple[Ints, Floats]:
    """What of triangles lies beyond the plane at `near`, from the distances of their corners (triangles, 3).

    As triangles again: of which each is a part, and how much of that one's corners is in each of its own: (n,) and
    (n, 3, 3). Those that lie beyond it wholly come first, in their order.
    """
    inside = distance > near
    corners = inside.sum(1)
    origins, shares = [np.flatnonzero(corners == 3)], [np.broadcast_to(np.eye(3), (int((corners == 3).sum()), 3, 3))]
    for alone, count in ((True, 1), (False, 2)):
        some = np.flatnonzero(corners == count)
        # a is the corner that is alone on its side of the plane
        a = np.argmax(inside[some] == alone, axis=1)
        b, c = (a + 1) % 3, (a + 2) % 3
        at_a, at_b, at_c = (np.eye(3)[corner] for corner in (a, b, c))
        of = np.arange(len(some))
        over = distance[some] - near
        on_ab, on_ac = (
            at_a + (over[of, a] / (over[of, a] - over[of, other]))[:, None] * (at_other - at_a)
            for other, at_other in ((b, at_b), (c, at_c))
        )
        parts = [(at_a, on_ab, on_ac)] if alone else [(at_b, at_c, on_ac), (at_b, on_ac, on_ab)]
        origins += [some] * len(parts)
        shares += [np.stack(part, 1) for part in parts]
    return np.concatenate(origins), np.concatenate(shares)


def camera_of(scene: Any, camera: Any) -> Camera:
    """A camera of Blender's as it stands now, with the shape of the scene's renders."""
    data, render = camera.data, scene.render
    if data.type not in ("PERSP", "ORTHO"):
        raise bad(f"The camera {camera.name} has a panoramic lens.", "Set it to perspective or orthographic.")
    matrix = np.array(camera.matrix_world, float)
    matrix[:3, :3] /= np.linalg.norm(matrix[:3, :3], axis=0)  # a camera's scale does not count
    lens = Lens(
        perspective=data.type == "PERSP",
        **{name: getattr(data, name) for name in Lens.__dataclass_fields__ if name != "perspective"},
    )
    width, height = render.resolution_x * render.pixel_aspect_x, render.resolution_y * render.pixel_aspect_y
    return Camera(camera.name, np.linalg.inv(matrix), lens, width, height)
