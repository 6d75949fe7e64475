"""What maps mean: which way normals point, how deep a hollow is, and that everything wraps around."""

import numpy as np

from studiolo.texture.maps import RELIEF, blurred, normal_from_height, occlusion_from_height


def hill(side: int) -> np.ndarray:
    """A bump in the middle, 0 to 1."""
    at = np.linspace(-1, 1, side, endpoint=False, dtype=np.float32)
    return np.exp(-6 * (at[None, :] ** 2 + at[:, None] ** 2))


def test_normals_are_opengl() -> None:
    normal = normal_from_height(hill(64))
    assert normal[32, 48, 0] > 0.05  # right of the top it leans to the right
    assert normal[32, 16, 0] < -0.05
    assert normal[16, 32, 1] > 0.05  # above the top (towards row 0) it leans up
    assert normal[48, 32, 1] < -0.05
    assert normal[..., 2].min() > 0


def test_a_slope_of_one_relief_over_one_width_has_that_angle() -> None:
    ramp = np.tile(np.linspace(0, 1, 100, endpoint=False, dtype=np.float32), (100, 1))
    x, y, z = normal_from_height(ramp)[50, 50]
    assert abs(x / z + RELIEF) < 1e-4
    assert abs(y) < 1e-6


def test_normals_do_not_depend_on_the_number_of_pixels() -> None:
    coarse, fine = normal_from_height(hill(64)), normal_from_height(hill(128))
    np.testing.assert_allclose(coarse, fine[::2, ::2], atol=5e-3)


def test_everything_wraps_around() -> None:
    height = hill(64)
    for derived in (normal_from_height, occlusion_from_height, lambda h: blurred(h, 0.05)[0]):
        moved = np.roll(derived(height), (20, 40), (0, 1))
        np.testing.assert_allclose(derived(np.roll(height, (20, 40), (0, 1))), moved, atol=1e-5)


def test_hollows_see_less_of_the_sky_than_tops() -> None:
    bump, hollow = occlusion_from_height(hill(64)), occlusion_from_height(1 - hill(64))
    assert hollow[32, 32] < 0.9 < bump[32, 32] <= 1
    assert np.all(occlusion_from_height(np.full((8, 8), 0.5, np.float32)) > 0.999)


def test_blurring_keeps_the_mean_and_works_for_any_shape() -> None:
    field = np.random.default_rng(0).random((40, 72), np.float32)
    wide, narrow = blurred(field, 0.05, 0.005)
    assert wide.shape == narrow.shape == field.shape
    np.testing.assert_allclose([wide.mean(), narrow.mean()], field.mean(), rtol=1e-4)
    assert wide.std() < narrow.std() < field.std()
