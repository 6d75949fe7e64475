"""The measure of a seam: true tiles pass it, pictures that do not tile do not."""

import numpy as np
import pytest

from studiolo.texture.seams import LARGEST_SEAM, cut_at, quietest, seam, tiles


def waves(rows=96, columns=64):
    """A tile by construction."""
    y, x = np.mgrid[:rows, :columns] * 2 * np.pi / np.array([rows, columns]).reshape(2, 1, 1)
    return (0.5 + 0.2 * np.sin(3 * x + np.cos(2 * y)) + 0.2 * np.cos(2 * y - x)).astype(np.float32)


def slates(side=60):
    """A tile whose first row begins at a hard edge, as roofs do."""
    return np.tile(np.linspace(0, 1, 12, dtype=np.float32)[:, None], (side // 12, side))


def test_a_tile_has_no_seam_and_a_part_of_it_has():
    assert seam(waves()) == pytest.approx(1.0, abs=0.3)
    assert tiles(waves())
    for part in (waves()[:70], waves()[:, :50]):
        assert seam(part) > 3
        assert not tiles(part)


def test_either_direction_alone_counts():
    step = waves()
    step[-1] = 1.0 - step[-1]
    assert seam(step) > 3
    assert seam(step.T) == seam(step)


def test_whole_numbers_and_channels_are_measured_alike():
    picture = waves()
    assert seam(np.rint(picture * 65535).astype(np.uint16)) == pytest.approx(seam(picture), rel=1e-3)
    assert seam(np.stack([picture] * 3, axis=-1)) == pytest.approx(seam(picture))
    assert seam(np.rint(picture * 255).astype(np.uint8)) == pytest.approx(seam(picture), rel=0.1)


def test_flat_maps_and_traces_of_noise_are_seamless():
    flat = np.zeros((32, 32), np.uint8)
    assert seam(flat) == 1.0
    flat[0, 0] = 1
    assert seam(flat) <= LARGEST_SEAM


def test_a_tile_that_begins_at_a_hard_edge_is_cut_elsewhere():
    roof = slates()
    assert seam(roof) > LARGEST_SEAM
    assert tiles(roof)
    place = quietest([roof, waves(60, 60)])
    assert max(seam(cut_at(picture, place)) for picture in (roof, waves(60, 60))) <= LARGEST_SEAM


def test_cutting_elsewhere_loses_nothing():
    picture = waves()
    moved = cut_at(picture, (7, 11))
    assert np.array_equal(moved[0, 0], picture[7, 11])
    assert np.array_equal(cut_at(moved, (-7, -11)), picture)


def test_cutting_elsewhere_does_not_heal_a_picture_that_does_not_tile():
    """A seam that is moved inside is still the loudest line."""
    part = waves()[:70]
    place = quietest([part])
    moved = cut_at(part, place)
    steps = np.abs(np.diff(moved, axis=0)).mean(1)
    assert steps.max() > 3 * np.median(steps)
