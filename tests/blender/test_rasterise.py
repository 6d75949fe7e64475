"""Which pixel shows which triangle: against a rasteriser that asks every pixel about every triangle."""

import numpy as np
import pytest

from studiolo_blender.projecting import rasterise
from studiolo_blender.projecting.rasterise import barycentric, drawn, times_covered


def brute(corners, width, height):
    """(triangles, height, width, 3): signed shares of the corners at the pixels' middles."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    here = np.stack((x, y), -1)[None]
    a, b, c = (corners[:, None, None, corner] for corner in range(3))

    def cross(u, v):
        return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]

    area = cross(b - a, c - a)
    return (
        np.stack((cross(b - here, c - here), cross(c - here, a - here), cross(a - here, b - here)), -1)
        / area[..., None]
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_pixel_shows_the_nearest_triangle_that_its_middle_lies_in(seed):
    random = np.random.default_rng(seed)
    corners = random.uniform(-20, 84, (40, 3, 2))
    near = random.uniform(0.1, 1.0, (40, 3))
    shares = brute(corners, 64, 48)
    inside = (shares >= 0).all(-1)
    depth = np.where(inside, (shares * near[:, None, None]).sum(-1), -np.inf)
    grid = drawn(corners, 64, 48, near)
    assert (grid.covered == inside.any(0)).all()
    assert (grid.triangle[grid.covered] == depth.argmax(0)[grid.covered]).all()
    found = np.take_along_axis(shares, grid.triangle.clip(0)[None, ..., None], 0)[0]
    assert np.allclose(grid.weights[grid.covered], found[grid.covered], atol=1e-5)
    assert np.allclose(grid.near[grid.covered], depth.max(0)[grid.covered])


def test_an_edge_belongs_to_one_side_only():
    random = np.random.default_rng(1)
    side = np.linspace(4, 60, 9)
    points = np.stack(np.meshgrid(side, side), -1)
    points[1:-1, 1:-1] += random.integers(-4, 5, (7, 7, 2)) * 0.5  # corners and edges that hit pixels' middles
    quads = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], 2).reshape(-1, 4, 2)
    count = times_covered(np.concatenate((quads[:, [0, 1, 2]], quads[:, [2, 0, 3]])), 64, 64)
    assert (count[4:60, 4:60] == 1).all()
    assert count.sum() == 56 * 56


def test_shares_are_those_in_space():
    # a square that stretches from 1 to 4 away: half of its picture is its first fifth
    near = np.array([[1.0, 1.0, 0.25], [1.0, 0.25, 0.25]])
    corners = np.array([[[0, 0], [0, 10], [100, 10]], [[0, 0], [100, 10], [100, 0]]], float)
    along = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0]])[..., None]
    grid = drawn(corners, 100, 10, near, perspective=True)
    x = (np.arange(100) + 0.5) / 100
    expected = x * 0.25 / ((1 - x) * 1.0 + x * 0.25)
    assert np.allclose(grid.mixed(along).reshape(10, 100), expected, atol=1e-5)


def test_triangles_may_be_larger_than_the_grid_or_nothing_at_all():
    corners = np.array([[[-1e7, -1e7], [1e7, -1e7], [0, 2e7]], [[5, 5], [5, 5], [5, 5]], [[1, 1], [9, 9], [5, 5]]])
    grid = drawn(corners, 33, 17)
    assert (grid.triangle == 0).all()
    assert np.isfinite(grid.weights).all()
    assert not drawn(np.zeros((0, 3, 2)), 8, 8).covered.any()


def test_runs_leave_no_trace(monkeypatch):
    random = np.random.default_rng(2)
    corners, near = random.uniform(0, 64, (300, 3, 2)), random.uniform(0.1, 1.0, (300, 3))
    whole = drawn(corners, 64, 64, near)
    monkeypatch.setattr(rasterise, "RUN", 50)
    parts = drawn(corners, 64, 64, near)
    assert (whole.triangle == parts.triangle).all()
    assert (whole.weights == parts.weights).all()


def test_shares_of_a_sliver_stay_shares():
    corners = np.array([[[0, 0], [1e-9, 0], [100, 100]]])
    pixel = np.arange(64)
    weights = barycentric(corners, np.zeros(64, int), pixel, 8)
    assert ((weights >= 0) & (weights <= 1)).all()
    assert np.allclose(weights.sum(-1), 1.0)
