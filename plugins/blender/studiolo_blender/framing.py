# SPDX-License-Identifier: GPL-3.0-or-later
"""From where a scene is seen: where the camera stands so that all of it is in the picture. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, pi, sin, tan

import numpy as np
from numpy.typing import NDArray

from .operations import Camera

Vector = NDArray[np.float64]

SENSOR = 36.0
"""Millimetres, Blender's own."""
MARGINS = {"close": 1.05, "medium": 1.2, "wide": 1.5}
RISE = {"low": 2.0, "eye": 9.0, "high": 34.0, "top": 89.0}
"""Degrees above the horizon."""
AROUND = {"front": -72.0, "left": -140.0, "right": -28.0, "back": 108.0}
"""Degrees from the x axis: nothing is looked at quite from the front, where it would have no depth."""
LOWEST = 0.12
"""The camera's least height, in heights of the scene."""


@dataclass(frozen=True)
class View:
    """Where a camera stands and looks."""

    place: Vector
    target: Vector
    far: float
    """Metres to the farthest point of what it looks at."""

    def rotation(self) -> tuple[float, float, float]:
        """Euler angles, XYZ, of a camera that looks along its own -z."""
        x, y, z = self.target - self.place
        return atan2(float(np.hypot(x, y)), -z), 0.0, atan2(-x, y)


def frame(points: Vector, said: Camera, aspect: float) -> View:
    """The nearest place in the camera's direction from where all points are in the picture, which is `aspect` times as
    wide as high."""
    low, high = points.min(axis=0), points.max(axis=0)
    target = (low + high) / 2
    turn, rise = AROUND[said.side] * pi / 180, RISE[said.angle] * pi / 180
    if said.angle == "top":
        turn = -pi / 2
    towards = np.array((cos(turn) * cos(rise), sin(turn) * cos(rise), sin(rise)))
    # half of the picture at one metre, sideways and upwards
    half = np.array((1.0, 1 / aspect) if aspect >= 1 else (aspect, 1.0)) * tan(_half_angle(said.lens))
    half /= MARGINS[said.shot]
    right = np.array((-sin(turn), cos(turn), 0.0))
    up = np.cross(towards, right)
    offset = points - target
    sideways, upwards, nearer = offset @ right, offset @ up, offset @ towards
    distance = float(max((np.abs(sideways) / half[0] + nearer).max(), (np.abs(upwards) / half[1] + nearer).max()))
    distance = max(distance, 0.2)
    place = target + towards * distance
    least = LOWEST * (high[2] - min(low[2], 0.0)) + 0.05
    if place[2] < least:
        place[2] = least
    return View(place, target, float(np.linalg.norm(points - place, axis=1).max()))


def _half_angle(lens: float) -> float:
    return atan2(SENSOR / 2, lens)
