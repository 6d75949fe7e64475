"""Where a camera sees a point. That Blender's cameras see it there too is held by tests/hosts/blender."""

from types import SimpleNamespace

import numpy as np
import pytest

from studiolo_blender.projecting.cameras import Camera, Lens, camera_of, in_front
from studiolo_contract.errors import StudioloError


def camera(width=16, height=9, view=None, **lens):
    return Camera("Camera", np.eye(4) if view is None else view, Lens(**lens), width, height)


def test_the_sensor_fits_the_longer_side():
    # 36 mm at 36 mm: 45° to each side
    inside = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, -1.0], [0.0, 0.0, -5.0]])
    wide, tall = camera(200, 100, lens=36.0), camera(100, 200, lens=36.0)
    assert np.allclose(wide.pictured(inside), [[1.5, 0.5], [0.5, -1.5], [0.5, 0.5]])
    assert np.allclose(tall.pictured(inside), [[2.5, 0.5], [0.5, -0.5], [0.5, 0.5]])


def test_the_upper_edge_is_nought():
    assert np.allclose(
        camera(1, 1, lens=18.0).pictured(np.array([[0.0, 1.0, -1.0], [0.0, -1.0, -1.0]])), [[0.5, 0], [0.5, 1]]
    )


def test_an_orthographic_camera_sees_as_much_at_any_distance():
    seen = camera(2, 1, perspective=False, ortho_scale=4.0).pictured(np.array([[2.0, 1.0, -1.0], [2.0, 1.0, -99.0]]))
    assert np.allclose(seen, [[1.0, 0.0], [1.0, 0.0]])


def test_nearness_is_linear_over_the_picture():
    eye = camera(1, 1, lens=36.0)
    ends = np.array([[-1.0, 0.0, -2.0], [4.0, 0.0, -8.0]])
    middle = ends[0] + (ends[1] - ends[0]) * 0.2
    xy, near = eye.pictured(np.stack((*ends, middle))), eye.nearness(np.array([2.0, 8.0, -middle[2]]))
    share = (xy[2, 0] - xy[0, 0]) / (xy[1, 0] - xy[0, 0])
    assert np.isclose(near[2], near[0] + share * (near[1] - near[0]))
    assert np.allclose(eye.distance(near), [2.0, 8.0, -middle[2]])


@pytest.mark.parametrize("seed", range(4))
def test_what_lies_behind_the_plane_is_cut_off(seed):
    random = np.random.default_rng(seed)
    corners = random.uniform(-1, 1, (200, 3, 3))
    origin, shares = in_front(corners[..., 2], 0.1)
    assert np.allclose(shares.sum(-1), 1.0)
    assert shares.min() > -1e-9
    parts = np.einsum("tij,tjn->tin", shares, corners[origin])
    assert parts[..., 2].min() > 0.1 - 1e-9

    def area(triangles):
        return np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]) / 2

    # what is kept, counted by points: the share of each triangle that lies beyond the plane
    some = random.dirichlet((1, 1, 1), 40_000)
    beyond = np.einsum("pc,tc->tp", some, corners[..., 2]) > 0.1
    kept = np.bincount(origin, np.linalg.norm(area(parts), axis=-1), 200) / np.linalg.norm(area(corners), axis=-1)
    assert np.allclose(kept, beyond.mean(1), atol=0.015)
    # and none of it is turned over
    assert ((area(parts) * area(corners)[origin]).sum(-1) >= -1e-12).all()


def test_a_panoramic_camera_is_refused():
    thing = SimpleNamespace(name="Dome", data=SimpleNamespace(type="PANO"))
    with pytest.raises(StudioloError, match="panoramic"):
        camera_of(SimpleNamespace(render=None), thing)
