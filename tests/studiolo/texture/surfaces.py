"""Materials with exact maps, for tests that need no model."""

import numpy as np

from studiolo.texture.maps import RELIEF, Maps, normal_from_height, occlusion_from_height


def surface(height, colour=(150, 120, 90), roughness=0.7, metallic=0.0):
    """One colour over a relief of heights from 0 to 1."""
    height = np.asarray(height, np.float32)
    return Maps(
        np.full((*height.shape, 3), colour, np.uint8),
        normal_from_height(height, RELIEF),
        height,
        np.full_like(height, roughness),
        np.full_like(height, metallic),
        occlusion_from_height(height),
    )


def flat(side=64, **look):
    return surface(np.full((side, side), 0.5), **look)


def dome(side=128):
    """A round hill in the middle of a plain."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side * 2 - 1
    return surface(np.sqrt((0.5 - x * x - y * y).clip(0.0)) / 0.5**0.5)
