"""Tiles cover a picture once, and what is around them is what it should be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studiolo.image import tiles

sides = st.integers(1, 70)


@given(height=sides, width=sides, side=st.integers(1, 40))
def test_every_pixel_is_in_one_tile_and_no_tile_is_too_large(height, width, side):
    seen = np.zeros((height, width), int)
    made = list(tiles.tiles(height, width, side))
    for tile in made:
        assert 0 < tile.height <= side
        assert 0 < tile.width <= side
        seen[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width] += 1
    assert (seen == 1).all()
    assert len(made) == tiles.count(height, width, side)


@given(height=sides, width=sides, margin=st.integers(0, 40), seamless=st.booleans())
def test_what_is_around_a_tile_goes_on_as_the_picture_does(height, width, margin, seamless):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    around = ((margin, margin), (margin, margin), (0, 0))
    whole = np.pad(pixels, around, mode="wrap" if seamless else "edge")
    for tile in tiles.tiles(height, width, 25):
        piece = tiles.cut(pixels, tile, margin, seamless)
        assert piece.shape == (tile.height + 2 * margin, tile.width + 2 * margin, 3)
        there = whole[tile.top :, tile.left :][: piece.shape[0], : piece.shape[1]]
        assert (piece == there).all()
