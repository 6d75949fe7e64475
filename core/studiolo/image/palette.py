"""The colours of a picture as a cloud, and how one cloud is laid over another. Knows no model.

A cloud is told by its mean and covariance. The map from one to another is the linear one that moves its points least
(Pitié and Kokaram, The linear Monge-Kantorovitch colour mapping, 2007); it serves latents as it does colours. Colours
are compared in Oklab (Ottosson 2020), where equal steps look equal: lightness 0 to 1, green to red, blue to yellow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.floating]

MOST_GAIN = 3.0
"""By how much a direction is stretched or shrunk at most: what is nearly flat must not become noise."""
FLAT = 1e-3
"""The share of its mean variance that every direction of a cloud has at least."""

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points in n dimensions."""

    mean: Floats
    """(n,)"""
    covariance: Floats
    """(n, n)"""


def cloud(points: Floats) -> Cloud:
    """What (many, n) points are like."""
    values = np.asarray(points, np.float64)
    mean = values.mean(axis=0)
    away = values - mean
    return Cloud(mean, away.T @ away / len(values))


def moved(points: Floats, own: Cloud, wanted: Cloud, share: float) -> Floats:
    """Points (many, n) of the cloud `own` on their way to where `wanted` lies: all of it where `share` is 1."""
    across = (1.0 - share) * np.eye(len(own.mean)) + share * _map(own, wanted)
    offset = (1.0 - share) * own.mean + share * wanted.mean - own.mean @ across
    there: Floats = points @ across.astype(points.dtype) + offset.astype(points.dtype)
    return there


def recoloured(pixels: Pixels, wanted: Cloud, share: float, inside: NDArray[np.bool_] | None = None) -> Pixels:
    """An RGB picture with its colours (those `inside`, where that is given) moved towards a cloud of Oklab colours."""
    part = pixels.reshape(-1, 3) if inside is None else pixels[inside]
    colours = oklab(part)
    changed = srgb(moved(colours, cloud(colours), wanted, share))
    if inside is None:
        return changed.reshape(pixels.shape)
    result = pixels.copy()
    result[inside] = changed
    return result


def oklab(pixels: Pixels) -> Floats:
    """sRGB pixels (…, 3) in Oklab, float32."""
    levels = np.arange(256) / 255.0
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)
    colours: Floats = np.cbrt(light[pixels] @ TO_CONES.T) @ TO_LAB.T
    return colours


def srgb(colours: Floats) -> Pixels:
    """Oklab colours (…, 3) as sRGB pixels; what sRGB can't show is clipped."""
    cones = colours.astype(np.float32) @ np.linalg.inv(TO_LAB).T
    light = (cones * cones * cones @ np.linalg.inv(TO_CONES).T).clip(0.0, 1.0)
    steps = np.linspace(0.0, 1.0, 2**16)
    levels = np.where(steps <= 0.0031308, steps * 12.92, 1.055 * steps ** (1 / 2.4) - 0.055)
    pixels: Pixels = np.rint(levels * 255.0).astype(np.uint8)[np.rint(light * np.float32(2**16 - 1)).astype(np.uint16)]
    return pixels


def _map(own: Cloud, wanted: Cloud) -> Floats:
    """(n, n), symmetric: what turns the covariance of one into that of the other, within `MOST_GAIN`."""
    size = len(own.mean)
    floor = FLAT * max(float(np.trace(own.covariance) + np.trace(wanted.covariance)) / (2 * size), 1e-9)
    before, after = (cloud.covariance + floor * np.eye(size) for cloud in (own, wanted))
    root = _root(before)
    back = np.linalg.inv(root)
    gains, directions = np.linalg.eigh(back @ _root(root @ after @ root) @ back)
    across: Floats = (directions * gains.clip(1.0 / MOST_GAIN, MOST_GAIN)) @ directions.T
    return across


def _root(matrix: Floats) -> Floats:
    """The square root of a symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    root: Floats = (vectors * np.sqrt(values.clip(0.0))) @ vectors.T
    return root
