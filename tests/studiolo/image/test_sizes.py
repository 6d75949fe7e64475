"""A picture comes out at exactly the size that was asked for, and a tile stays a tile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studiolo.image.sizes import canvas, resized_tile

SIDE = st.integers(16, 600)


@settings(deadline=None, max_examples=60)
@given(width=SIDE, height=SIDE, multiple=st.sampled_from([8, 16, 32, 64]), longest=st.none() | st.integers(64, 512))
def test_painted_is_a_multiple_and_holds_what_is_drawn(
    width: int, height: int, multiple: int, longest: int | None
) -> None:
    sizes = canvas((width, height), multiple, longest)
    for drawn, painted in zip(sizes.drawn, sizes.painted, strict=True):
        assert painted % multiple == 0
        assert drawn <= painted < drawn + multiple
        assert longest is None or drawn <= longest
    painted = np.zeros((sizes.painted[1], sizes.painted[0], 3), np.uint8)
    assert sizes.take(painted).shape == (height, width, 3)
    assert sizes.take_tile(painted).shape == (height, width, 3)


def test_a_source_that_fits_is_given_back_as_it_was() -> None:
    source = np.random.default_rng(0).integers(0, 256, (70, 50, 3), dtype=np.uint8)
    sizes = canvas((50, 70), 16)
    placed = sizes.place(source)
    assert placed.shape == (80, 64, 3)
    assert np.array_equal(sizes.take(placed), source)
    assert (placed[75, 60] == source[-1, -1]).all()


@pytest.mark.parametrize("size", [(100, 100), (64, 48), (200, 130), (31, 97)])
def test_a_resized_tile_has_no_seam(size: tuple[int, int]) -> None:
    """Resizing a turned tile is turning the resized one: the edge is like any other place."""
    y, x = np.mgrid[:64, :64] * (2 * np.pi / 64)
    tile = ((np.sin(x + 2 * y) + np.cos(3 * y)) * 60 + 128).astype(np.uint8)[..., None].repeat(3, axis=-1)
    large = resized_tile(tile, size).astype(int)
    across = np.abs(large[:, 0] - large[:, -1]).mean() + np.abs(large[0] - large[-1]).mean()
    inside = np.abs(np.diff(large, axis=1)).mean() + np.abs(np.diff(large, axis=0)).mean()
    assert across <= 1.1 * inside


def test_a_tile_shifted_by_half_resizes_to_the_shifted_tile() -> None:
    tile = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    shifted = resized_tile(np.roll(tile, (16, 16), (0, 1)), (48, 48))
    assert np.array_equal(shifted, np.roll(resized_tile(tile, (48, 48)), (24, 24), (0, 1)))
