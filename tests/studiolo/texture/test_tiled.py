"""Photographs become tiles, and keep what is not at their borders."""

import numpy as np
import pytest

from studiolo.texture.seams import seam
from studiolo.texture.tiled import tiled


def stones(rows, columns, seed=0):
    """Blurred noise under light that falls off to one side: nothing in it tiles."""
    noise = np.random.default_rng(seed).random((rows, columns, 3)).astype(np.float32)
    for _ in range(3):
        noise = (noise[1:-1, 1:-1] + noise[:-2, 1:-1] + noise[2:, 1:-1] + noise[1:-1, :-2] + noise[1:-1, 2:]) / 5
    noise = (noise - noise.mean()) / noise.std() * 0.15 + 0.5
    light = np.linspace(0.6, 1.2, noise.shape[1])[None, :, None]
    return (noise * light * 255).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(126, 126), (90, 150), (166, 70)])
def test_the_borders_meet(size):
    picture = stones(*size)
    made = tiled(picture)
    assert made.dtype == np.uint8
    assert [now / before for now, before in zip(made.shape, picture.shape, strict=True)] == pytest.approx(
        [5 / 6, 5 / 6, 1], abs=0.02
    )
    assert seam(picture) > 1.5
    assert seam(made) < 0.8 * seam(picture)
    assert seam(made) < 1.5


def test_the_middle_stays_as_it_was():
    picture = stones(126, 126)
    made = tiled(picture)
    border = picture.shape[0] - made.shape[0]
    middle = picture[border:-border, border:-border]
    assert np.array_equal(made[border:, border:], middle)


def test_light_that_falls_off_makes_no_edge():
    """The mean of columns goes from bright to dark over the overlap, not at once."""
    means = tiled(stones(126, 186)).astype(float).mean((0, 2))
    wrapped = np.append(means, means[0])
    assert np.abs(np.diff(wrapped)).max() < 0.25 * (means.max() - means.min())


@pytest.mark.parametrize("size", [(16, 16), (16, 128)])
def test_the_smallest_pictures(size):
    made = tiled(np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8))
    assert min(made.shape[:2]) >= 8
