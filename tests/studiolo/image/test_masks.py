"""What is black in the mask stays to the byte; inside it, new grows out of old without an edge."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from studiolo.image.masks import feathered, filled, joined, mask_of

RNG = np.random.default_rng(3)


def rgba(grey: int, alpha: int) -> np.ndarray:
    return np.tile(np.array([grey, grey, grey, alpha], np.uint8), (4, 4, 1))


def test_white_is_repainted_black_stays() -> None:
    assert (mask_of(rgba(255, 255)) == 1).all()
    assert (mask_of(rgba(0, 255)) == 0).all()
    assert np.allclose(mask_of(rgba(128, 255)), 128 / 255)


def test_opaque_is_repainted_where_there_is_alpha() -> None:
    pixels = rgba(0, 255)
    pixels[:2, :, 3] = 0
    assert mask_of(pixels)[:, 0].tolist() == [0, 0, 1, 1]


@settings(deadline=None)
@given(arrays(np.uint8, (24, 24), elements=st.sampled_from([0, 0, 0, 90, 255])))
def test_feathering_stays_inside_and_never_loses_a_stroke(values: np.ndarray) -> None:
    mask = values.astype(np.float32) / 255
    soft = feathered(mask)
    assert (soft[mask == 0] == 0).all()
    assert (soft <= mask + 1e-6).all()
    assert (soft[mask > 0] > 0).all()
    assert not mask.any() or soft.max() >= 0.99 * mask[mask > 0].min()


def test_feathering_rises_inwards_and_not_from_the_border() -> None:
    mask = np.zeros((60, 60), np.float32)
    mask[:, 20:] = 1
    row = feathered(mask, 8)[30]
    assert np.allclose(row[20:28], np.arange(1, 9) / 8)
    assert (row[28:] == 1).all()


def test_a_thin_stroke_is_full_in_its_middle() -> None:
    mask = np.zeros((40, 40), np.float32)
    mask[:, 18:22] = 1
    assert feathered(mask)[20, 18:22].tolist() == [0.5, 1, 1, 0.5]


def test_black_keeps_the_very_bytes_also_where_transparent() -> None:
    source = RNG.integers(0, 256, (32, 32, 4), dtype=np.uint8)
    painted = RNG.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    mask = np.zeros((32, 32), np.float32)
    mask[8:24, 8:24] = 1
    result = joined(source, painted, feathered(mask, 4))
    assert np.array_equal(result[mask == 0], source[mask == 0])
    assert np.array_equal(result[12:20, 12:20, :3], painted[12:20, 12:20])
    assert (result[12:20, 12:20, 3] == 255).all()


def test_transparent_parts_take_the_colours_around_them() -> None:
    pixels = np.zeros((33, 47, 4), np.uint8)
    pixels[:, :20] = (200, 40, 10, 255)
    flat = filled(pixels)
    assert np.array_equal(flat[:, :20], pixels[:, :20, :3])
    assert np.abs(flat[16, 40].astype(int) - (200, 40, 10)).max() < 8
    assert (filled(np.zeros((5, 5, 4), np.uint8)) == 127).all()
