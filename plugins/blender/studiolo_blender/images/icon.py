# SPDX-License-Identifier: GPL-3.0-or-later
"""How a material is shown in lists and in solid shading, found from the preview of its texture. Needs no Blender, so it
is found beside the main thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .png import decoded

Picture = NDArray[np.float32]
"""side x side x 4 from the bottom row, as Blender's previews hold it."""

LARGE, SMALL = 256, 32


@dataclass(frozen=True)
class Icon:
    """Of one material."""

    large: Picture
    small: Picture
    colour: tuple[float, float, float, float]
    """Linear."""


def icon_of(preview: bytes) -> Icon:
    """From the ball, which is the left half of a texture's preview."""
    pixels = decoded(preview)[::-1]
    ball = pixels[:, : len(pixels)].astype(np.float32) / np.float32(255)
    small = _shrunk(ball, SMALL)
    middle = small[12:20, 12:20, :3].reshape(-1, 3).mean(axis=0)
    linear = np.where(middle <= 0.04045, middle / 12.92, ((middle + 0.055) / 1.055) ** 2.4)
    red, green, blue = (float(value) for value in linear)
    return Icon(_shrunk(ball, LARGE), small, (red, green, blue, 1.0))


def _shrunk(ball: Picture, side: int) -> Picture:
    """Each pixel the mean of those that it stands for."""
    places = np.arange(side + 1) * len(ball) // side
    counts = np.diff(places)
    sums = np.add.reduceat(np.add.reduceat(ball, places[:-1], axis=0), places[:-1], axis=1)
    picture = np.ones((side, side, 4), np.float32)
    picture[..., :3] = sums / (counts[:, None, None] * counts[None, :, None])
    return picture
