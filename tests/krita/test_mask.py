"""Masks without numpy do what numpy and scipy do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage
from studiolo_krita import mask as masks
from studiolo_krita.geometry import Bounds
from studiolo_krita.mask import Mask

sides = st.integers(1, 12)
pictures = arrays.arrays(
    np.uint8, st.tuples(sides, sides), elements=st.sampled_from([0, 1, 127, 128, 254, 255]) | st.integers(0, 255)
)
reaches = st.integers(0, 9)


def of(picture):
    return Mask(picture.shape[1], picture.shape[0], picture.tobytes())


def seen(mask):
    return np.frombuffer(mask.data, np.uint8).reshape(mask.height, mask.width)


def blurred(picture, by):
    """Three boxes down the columns, in floats."""
    wide = np.pad(picture.astype(float), ((by, by), (0, 0)), mode="edge")
    for more in range(3):
        box = 2 * ((by + more) // 3) + 1
        wide = np.apply_along_axis(lambda column, box=box: np.convolve(column, np.ones(box) / box, "valid"), 0, wide)
    return np.floor(wide + 0.5)


@given(pictures)
def test_bounds_hold_all_that_is_not_zero_and_no_more(picture):
    place = masks.bounds(of(picture))
    ys, xs = np.nonzero(picture)
    if not len(xs):
        assert place.empty
    else:
        assert place == Bounds(xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1)


@given(pictures)
def test_inverting(picture):
    assert (seen(masks.inverted(of(picture))) == 255 - picture).all()


@given(pictures, reaches)
def test_growing_is_the_greatest_of_a_square(picture, by):
    wanted = ndimage.maximum_filter(picture, 2 * by + 1, mode="constant")
    assert (seen(masks.grown(of(picture), by)) == wanted).all()


@given(pictures, reaches)
def test_feathering_is_three_boxes_each_way(picture, by):
    wanted = blurred(blurred(picture, by).T, by).T if by else picture
    assert np.abs(seen(masks.feathered(of(picture), by)) - wanted).max() <= 1


@given(st.integers(0, 255), sides, sides, st.integers(1, 400))
def test_what_is_even_stays_so_however_far_it_is_feathered(value, width, height, by):
    even = Mask(width, height, bytes([value]) * width * height)
    assert masks.feathered(even, by) == masks.grown(even, by) == even


def test_strips_meet_without_a_seam():
    picture = np.random.default_rng(1).integers(0, 256, (40, 1300), np.uint8)
    assert (seen(masks.grown(of(picture), 3)) == ndimage.maximum_filter(picture, 7, mode="constant")).all()
    turned = masks.feathered(of(np.ascontiguousarray(picture.T)), 5)
    # rounding comes between down and across, so the order of these is worth one step
    assert np.abs(seen(masks.feathered(of(picture), 5)).astype(int) - seen(turned).T).max() <= 1


def test_feathering_is_nearly_gaussian():
    edge = np.zeros((60, 200), np.uint8)
    edge[:, 100:] = 255
    row = seen(masks.feathered(of(edge), 30))[30].astype(float)
    assert (row[:70] == 0).all()
    assert (row[130:] == 255).all()
    deviation = (3 * (21**2 - 1) / 12) ** 0.5  # variances of boxes add up
    assert np.abs(row - ndimage.gaussian_filter1d(edge[30].astype(float), deviation)).max() < 4


@given(pictures, *[st.integers(0, 6)] * 4)
def test_fading_multiplies_by_a_smooth_rise_from_each_border(picture, left, top, right, bottom):
    def rise(length, first, last):
        at = np.arange(length) + 0.5
        shares = [
            np.clip(d / reach, 0, 1) if reach else np.ones(length) for d, reach in ((at, first), (at[::-1], last))
        ]
        return np.prod([share * share * (3 - 2 * share) for share in shares], axis=0)

    height, width = picture.shape
    wanted = picture * rise(height, top, bottom)[:, None] * rise(width, left, right)
    faded = seen(masks.faded(of(picture), left, top, right, bottom))
    assert np.abs(faded - wanted).max() <= 2
    assert (faded <= picture).all()


@given(pictures, sides, sides)
def test_scaling_takes_the_nearest(picture, width, height):
    scaled = seen(masks.scaled(of(picture), width, height))
    ys = np.floor((np.arange(height) + 0.5) * picture.shape[0] / height).astype(int)
    xs = np.floor((np.arange(width) + 0.5) * picture.shape[1] / width).astype(int)
    assert (scaled == picture[ys[:, None], xs]).all()


@given(sides, sides, st.builds(Bounds, st.integers(-5, 15), st.integers(-5, 15), sides, sides))
def test_a_rectangle_is_repainted_inside(width, height, inside):
    picture = seen(masks.rectangle(width, height, inside))
    ys, xs = np.mgrid[:height, :width]
    within = (xs >= inside.x) & (xs < inside.right) & (ys >= inside.y) & (ys < inside.bottom)
    assert (picture == np.where(within, 255, 0)).all()


def test_bytes_that_do_not_fill_the_size_are_refused():
    with pytest.raises(ValueError, match="5 bytes are no mask of 2 × 3 pixels"):
        Mask(2, 3, b"12345")
