"""Where a picture is repainted, and how old and new are joined there. Knows no model.

Masks are (height, width) float32, 0 for "stays as it is" to 1 for "repainted".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Mask = NDArray[np.float32]

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
FEATHER = 8
"""Pixels inside the mask over which new turns into old."""


def mask_of(pixels: Pixels) -> Mask:
    """The mask that an RGBA picture means: its alpha where any of it is transparent, else how white it is."""
    if (pixels[..., 3] < 255).any():
        return alpha_of(pixels)
    white: Mask = (pixels[..., :3].astype(np.float32) @ LUMA / 255.0).clip(0.0, 1.0)
    return white


def alpha_of(pixels: Pixels) -> Mask:
    """How opaque an RGBA picture is."""
    alpha: Mask = pixels[..., 3].astype(np.float32) / 255.0
    return alpha


def feathered(mask: Mask, reach: int = FEATHER) -> Mask:
    """The mask, rising from its edge over `reach` pixels inwards; 0 wherever the mask is 0.

    A stroke thinner than twice the reach still rises to the full in its middle. The picture's border is no edge.
    """
    inside = mask > 0
    depth = np.zeros(mask.shape, np.float32)
    layer = inside
    for _ in range(reach):
        depth += layer
        layer = _eroded(layer)
    middle = depth
    for _ in range(reach):
        middle = _spread(middle) * inside  # never across to another stroke
    weight: Mask = mask * np.divide(depth, middle, out=np.zeros_like(depth), where=inside)
    return weight


def joined(source: Pixels, painted: Pixels, weight: Mask) -> Pixels:
    """`painted` (RGB) over `source` (RGBA) by weight; where that is 0, the source's own bytes. RGBA."""
    opaque = np.concatenate([painted, np.full_like(painted[..., :1], 255)], axis=-1)
    share = weight[..., None]
    mixed = np.rint(source * (1.0 - share) + opaque * share).astype(np.uint8)
    result: Pixels = np.where(share > 0, mixed, source)
    return result


def filled(pixels: Pixels) -> Pixels:
    """An RGBA picture as RGB; what is transparent takes the colours around it.

    Source: pull-push, Gortler et al., The Lumigraph (1996).
    """
    if (pixels[..., 3] == 255).all():
        return np.ascontiguousarray(pixels[..., :3])
    if not pixels[..., 3].any():
        return np.full_like(pixels[..., :3], 127)
    share = pixels[..., 3:].astype(np.float32) / 255.0
    colour = _pull_push(pixels[..., :3].astype(np.float32) * share, share)
    flat: Pixels = np.rint(colour).clip(0, 255).astype(np.uint8)
    return flat


def _pull_push(colour: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colour (premultiplied) over what a picture of half the size says where the share is less than 1."""
    height, width = share.shape[:2]
    if height == 1 and width == 1:
        last: NDArray[np.float32] = colour / share.clip(1e-6)
        return last
    even = ((0, height % 2), (0, width % 2), (0, 0))
    halves = []
    for plane in (colour, share):
        wide = np.pad(plane, even)
        halves.append(wide[::2, ::2] + wide[1::2, ::2] + wide[::2, 1::2] + wide[1::2, 1::2])
    weight = np.maximum(halves[1], 1.0)
    below = _pull_push(halves[0] / weight, halves[1] / weight)
    planes = [
        np.asarray(Image.fromarray(below[..., i]).resize((width, height), Image.Resampling.BILINEAR)) for i in range(3)
    ]
    behind: NDArray[np.float32] = colour + np.stack(planes, axis=-1) * (1.0 - share)
    return behind


def _eroded(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wide = np.pad(inside, 1, mode="edge")
    rows = wide[:-2] & wide[1:-1] & wide[2:]
    return rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]


def _spread(depth: Mask) -> Mask:
    wide = np.pad(depth, 1, mode="edge")
    rows = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    return np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
