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
MARGINS = {"close": 1.04, "medium": 1.18, "wide": 1.5}
RISE = {"low": -14.0, "eye": 8.0, "high": 34.0, "top": 89.0}
"""Degrees above the horizon from which it is looked down; a low camera looks up as far as the ground lets it."""
AROUND = {"front": -72.0, "left": -140.0, "right": -28.0, "back": 108.0}
"""Degrees from the x axis: nothing is looked at quite from the front, where it would have no depth."""
LOWEST = 0.1
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
    least = LOWEST * (points[:, 2].max() - min(points[:, 2].min(), 0.0)) + 0.05
    rise = RISE[said.angle]
    view = _seen(points, said, aspect, rise)
    while view.place[2] < least and rise < 60.0:
        rise += 1.0
        view = _seen(points, said, aspect, rise)
    return view


def _seen(points: Vector, said: Camera, aspect: float, rise: float) -> View:
    turn = (-90.0 if said.angle == "top" else AROUND[said.side]) * pi / 180
    rise *= pi / 180
    towards = np.array((cos(turn) * cos(rise), sin(turn) * cos(rise), sin(rise)))
    right = np.array((-sin(turn), cos(turn), 0.0))
    up = np.cross(towards, right)
    # half of the picture, sideways and upwards, at one metre
    half = np.array((1.0, 1 / aspect) if aspect >= 1 else (aspect, 1.0)) * tan(_half_angle(said.lens))
    half /= MARGINS[said.shot]
    nearer = points @ towards
    place = np.zeros(3)
    distance = -np.inf
    for axis, wide in ((right, half[0]), (up, half[1])):
        # each point is within both edges: a - wide * d <= its place - wide * its nearness, and likewise on the other
        first, second = (points @ axis + wide * nearer).max(), (-(points @ axis) + wide * nearer).max()
        place += axis * (first - second) / 2
        distance = max(distance, (first + second) / (2 * wide))
    place += towards * distance
    far = float(np.linalg.norm(points - place, axis=1).max())
    return View(place, place - towards * far, far)


def _half_angle(lens: float) -> float:
    return atan2(SENSOR / 2, lens)
