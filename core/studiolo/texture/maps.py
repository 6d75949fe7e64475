"""The maps of a surface: what they mean and how normals and occlusion follow from height.

Knows numpy arrays only. Every function wraps around at the edges, so that a seamless height gives seamless maps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]

RELIEF = 1 / 16
"""How far height 1 lies above height 0, in widths of the square picture that shows one tile."""


@dataclass(frozen=True)
class Maps:
    """What a physically based renderer needs to know of a surface. All arrays have the same height and width."""

    base_colour: Bytes
    """H x W x 3, sRGB: the share of light that is scattered back, for metals reflected."""
    normal: Array
    """H x W x 3, unit length, tangent space: x right, y up (OpenGL), z towards the viewer."""
    height: Array
    """H x W, 0 (deepest) to 1; the whole range is RELIEF wide."""
    roughness: Array
    """H x W, 0 (mirror) to 1 (chalk), as in glTF: the square root of the microfacet width."""
    metallic: Array
    """H x W, 0 (stone, wood, cloth) or 1 (bare metal); between only at borders."""
    occlusion: Array
    """H x W, 1 (open) to 0: the share of the sky that a point sees."""


def normal_from_height(height: Array, relief: float = RELIEF) -> Array:
    """Unit normals, OpenGL, of a height map whose width is 1 and whose range is `relief`; central differences."""
    width = height.shape[1]
    slope_x = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * (0.5 * relief * width)
    slope_y = (np.roll(height, 1, 0) - np.roll(height, -1, 0)) * (0.5 * relief * width)
    normal = np.stack([-slope_x, -slope_y, np.ones_like(height)], axis=-1)
    normal /= np.sqrt((normal * normal).sum(-1, keepdims=True))
    unit: Array = normal.astype(np.float32)
    return unit


def blurred(field: Array, *sigmas: float) -> tuple[Array, ...]:
    """The field under a Gaussian of each width (in pictures' widths), wrapped around; one Fourier transform for all."""
    rows, columns = field.shape
    fy = np.fft.fftfreq(rows, 1 / columns)[:, None] * (columns / rows)
    fx = np.fft.rfftfreq(columns, 1 / columns)[None, :]
    squared = (fy * fy + fx * fx).astype(np.float32)
    spectrum = np.fft.rfft2(field)
    return tuple(
        np.fft.irfft2(spectrum * np.exp(-2 * (np.pi * sigma) ** 2 * squared), s=field.shape).astype(np.float32)
        for sigma in sigmas
    )


def occlusion_from_height(height: Array, relief: float = RELIEF) -> Array:
    """How open each point is to the sky: its depth under its surroundings, at four distances, as an angle."""
    sigmas = (0.004, 0.01, 0.025, 0.06)
    closed = np.zeros_like(height)
    for sigma, around in zip(sigmas, blurred(height, *sigmas), strict=True):
        closed += np.arctan(np.maximum(around - height, 0) * (relief / (1.2 * sigma)))
    openness: Array = np.exp(-0.9 * closed)
    return openness
