"""Clouds of colours: known values of Oklab, and clouds that come to lie over each other."""

from __future__ import annotations

import numpy as np
import pytest

from studiolo.image.palette import MOST_GAIN, cloud, moved, oklab, recoloured, srgb

RANDOM = np.random.default_rng(0)


def picture(low: int, high: int, side: int = 24) -> np.ndarray:
    return np.random.default_rng(low).integers(low, high, (side, side, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
    ],
)
def test_colours_lie_where_oklab_has_them(colour: tuple[int, ...], lab: tuple[float, ...]) -> None:
    assert oklab(np.array([colour], np.uint8))[0] == pytest.approx(lab, abs=2e-4)


def test_every_grey_and_many_colours_come_back() -> None:
    colours = np.concatenate([np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1), picture(0, 256)[0]])
    assert np.array_equal(srgb(oklab(colours)), colours)


def test_a_cloud_comes_to_lie_over_another() -> None:
    mix = np.array([[1.0, 0.4, 0.0], [0.0, 0.8, -0.3], [0.2, 0.0, 0.9]])
    points, others = RANDOM.normal(size=(4000, 3)), RANDOM.normal(size=(4000, 3)) @ mix + 2.0
    there = cloud(moved(points, cloud(points), cloud(others), 1.0))
    assert there.mean == pytest.approx(cloud(others).mean, abs=1e-9)
    assert there.covariance == pytest.approx(cloud(others).covariance, abs=5e-3)
    half = cloud(moved(points, cloud(points), cloud(others), 0.5))
    assert half.mean == pytest.approx((cloud(points).mean + cloud(others).mean) / 2)
    assert moved(points, cloud(points), cloud(others), 0.0) == pytest.approx(points)


def test_what_is_flat_is_not_blown_up_and_what_varies_not_wiped_out() -> None:
    grey, loud = RANDOM.normal(size=(500, 3)) * [1.0, 1e-4, 0.0], RANDOM.normal(size=(500, 3))
    for points, others in ((grey, loud), (loud, grey)):
        there = moved(points, cloud(points), cloud(others), 1.0) - cloud(others).mean
        gain = np.linalg.norm(there, axis=1) / np.linalg.norm(points - cloud(points).mean, axis=1)
        assert 1 / MOST_GAIN - 1e-9 <= gain.min() < gain.max() <= MOST_GAIN + 1e-9
    one = np.zeros((5, 3))
    assert np.isfinite(moved(one, cloud(one), cloud(one + 1.0), 1.0)).all()


def test_a_picture_takes_another_s_colours_and_only_inside() -> None:
    dark, light = picture(10, 90), picture(150, 250)
    changed = recoloured(dark, cloud(oklab(light.reshape(-1, 3))), 1.0)
    assert changed.mean() == pytest.approx(light.mean(), abs=4)
    assert changed.std() == pytest.approx(light.std(), rel=0.15)
    inside = np.zeros(dark.shape[:2], bool)
    inside[4:12, 6:20] = True
    part = recoloured(dark, cloud(oklab(light.reshape(-1, 3))), 1.0, inside)
    assert np.array_equal(part[~inside], dark[~inside])
    assert part[inside].mean() == pytest.approx(light.mean(), abs=4)
    assert np.array_equal(recoloured(dark, cloud(oklab(light.reshape(-1, 3))), 0.0), dark)
