"""Pictures and masks keep what they must keep and change what they must change."""

import gc
import struct
import zlib

import numpy as np
import pytest

from studiolo_krita import pixels
from studiolo_krita.geometry import Bounds
from studiolo_krita.qt import QtCore, QtGui
from tests.krita.painting import levels, mask, noise, numbers, picture


def spot(width, height, place):
    """A mask that is full in `place` alone."""
    array = np.zeros((height, width))
    array[place.y : place.bottom, place.x : place.right] = 255
    return mask(array)


def colour(blue, green, red, alpha=255, width=8, height=8):
    return picture(np.tile(np.uint8([blue, green, red, alpha]), (height, width, 1)))


# ---- bytes


def test_krita_s_bytes_are_a_picture_without_a_copy():
    data = bytearray(range(2 * 3 * 4))
    image = pixels.wrap(data, 2, 3)
    data[0] = 99
    assert bytes(pixels.raw(image)) == bytes(data)
    assert QtGui.QColor(image.pixel(1, 2)).getRgb()[:3] == (22, 21, 20)  # B, G, R, A


def test_a_picture_keeps_the_bytes_that_it_was_made_of():
    image = pixels.wrap(bytes(range(16)) * 256, 32, 32)
    gc.collect()
    others = [bytes(4096) for _ in range(64)]
    assert bytes(pixels.raw(image)) == bytes(range(16)) * 256
    assert others


def test_raw_and_shared_are_the_very_pixels():
    image = noise(5, 3)
    view = pixels.raw(image)
    assert len(view) == 60
    assert bytes(pixels.shared(image).data()) == bytes(view)
    image.setPixelColor(4, 2, QtGui.QColor(1, 2, 3))
    again = pixels.raw(image)
    assert bytes(again)[-4:] == bytes([3, 2, 1, 255])


def test_raw_copies_nothing():
    image = pixels.blank(16, 16)
    address = int(image.constBits())
    assert np.frombuffer(pixels.raw(image), np.uint8).ctypes.data == address


def test_a_selection_s_rows_are_not_padded():
    data = bytes(range(15))
    assert levels(pixels.wrap_mask(data, 3, 5)).tobytes() == np.arange(15).reshape(5, 3).tobytes()


def test_strips_are_joined_from_the_top():
    whole = numbers(noise(7, 10)).astype(np.uint8)
    strips = tuple(QtCore.QByteArray(whole[rows].tobytes()) for rows in (slice(0, 4), slice(4, 8), slice(8, 10)))
    assert (numbers(pixels.joined(strips, Bounds(3, 4, 7, 10))) == whole).all()
    assert (numbers(pixels.joined(whole.tobytes(), Bounds(3, 4, 7, 10))) == whole).all()


def test_png_keeps_every_pixel_and_its_alpha():
    image = picture(np.random.default_rng(2).integers(0, 256, (33, 21, 4)))
    data = pixels.encode(image)
    back = pixels.decode(data)
    assert back.format() == pixels.ARGB
    assert (numbers(back) == numbers(image)).all()


def test_a_jpeg_is_read_too():
    back = pixels.decode(pixels.encode(colour(200, 100, 50), "JPEG", 95))
    assert back.format() == pixels.ARGB
    assert np.abs(numbers(back) - [200, 100, 50, 255]).max() <= 4


@pytest.mark.parametrize("data", [b"", b"no picture", pixels.encode(pixels.blank(8, 8))[:40]])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(ValueError, match="not a picture"):
        pixels.decode(data)


# ---- sizes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1000, 1500), (500, 750)),
        ((1000, 1500), (800, 1200)),
        ((1500, 1000), (1800, 1200)),
        ((500, 700), (1000, 1400)),
        ((512, 512), (2048, 2048)),
        ((1300, 901), (640, 450)),
    ],
)
def test_bands_leave_no_seam(before, after):
    image = noise(*before)
    whole = image.convertToFormat(pixels.PREMULTIPLIED).scaled(*after, pixels.IGNORE, pixels.SMOOTH)
    banded = pixels.scaled(image, *after)
    assert (banded.width(), banded.height(), banded.format()) == (*after, pixels.ARGB)
    assert np.abs(numbers(banded) - numbers(whole.convertToFormat(pixels.ARGB))).max() <= 2


def test_a_smaller_picture_is_the_mean_of_what_it_covers():
    image = noise(40, 60)
    means = numbers(image).reshape(30, 2, 20, 2, 4).mean((1, 3))
    assert np.abs(numbers(pixels.scaled(image, 20, 30)) - means).max() <= 1


def test_colours_of_what_is_transparent_do_not_bleed():
    array = np.zeros((8, 8, 4))
    array[:, :4] = (0, 0, 200, 255)
    array[:, 4:] = (250, 250, 250, 0)
    small = numbers(pixels.scaled(picture(array), 4, 4))
    assert small[:, :2].tolist() == [[[0, 0, 200, 255]] * 2] * 4
    assert (small[:, 2:, 3] == 0).all()
    between = numbers(pixels.scaled(picture(array), 3, 3))[:, 1]
    assert np.abs(between - [0, 0, 200, 128]).max() <= 2


def test_the_same_size_is_the_same_picture():
    image = noise(9, 9)
    assert pixels.scaled(image, 9, 9) is image


def test_a_picture_fits_and_is_never_enlarged():
    assert pixels.fitted(noise(400, 100), 200).size() == QtCore.QSize(200, 50)
    assert pixels.fitted(noise(4000, 3), 200).size() == QtCore.QSize(200, 1)
    assert pixels.fitted(noise(40, 10), 200).size() == QtCore.QSize(40, 10)


def test_what_is_cut_beyond_the_edge_is_transparent():
    part = numbers(pixels.cut(noise(10, 10), Bounds(-2, 8, 6, 6)))
    assert (part[:2, 2:] == numbers(noise(10, 10))[8:, :4]).all()
    assert (part[:, :2] == 0).all()
    assert (part[2:] == 0).all()


# ---- masks


def test_a_mask_lies_where_it_is_placed():
    at, within = Bounds(7, 5, 3, 4), Bounds(2, 4, 20, 10)
    result = levels(pixels.placed(mask(np.full((4, 3), 200)), at, within))
    expected = np.zeros((10, 20))
    expected[1:5, 5:8] = 200
    assert (result == expected).all()


def test_what_of_a_mask_lies_outside_is_cut():
    result = levels(pixels.placed(mask(np.full((4, 4), 255)), Bounds(-2, -2, 4, 4), Bounds(0, 0, 3, 3)))
    assert result.tolist() == [[255, 255, 0], [255, 255, 0], [0, 0, 0]]


def test_inverted_twice_is_the_same():
    before = mask(np.arange(256).reshape(16, 16))
    assert (levels(pixels.inverted(before)) == 255 - levels(before)).all()
    assert (levels(pixels.inverted(pixels.inverted(before))) == levels(before)).all()


@pytest.mark.parametrize("by", [1, 2, 3, 4, 5, 8, 12, 16, 37, 64])
def test_a_grown_mask_reaches_as_far_as_it_should_and_has_no_holes(by):
    side = 2 * by + 41
    place = Bounds(by + 10, by + 10, side - 2 * by - 20, side - 2 * by - 20)
    result = levels(pixels.grown(spot(side, side, place), by))
    rows, columns = np.indices(result.shape)
    away = np.hypot(
        np.maximum(0, np.maximum(place.x - columns, columns - place.right + 1)),
        np.maximum(0, np.maximum(place.y - rows, rows - place.bottom + 1)),
    )
    assert (result[away <= 0.85 * by] == 255).all()
    assert (result[away > 1.1 * by + 1] == 0).all()
    middle = result[side // 2]
    assert np.flatnonzero(middle)[[0, -1]].tolist() == [10, side - 11]


def test_growing_by_nothing_changes_nothing():
    before = mask(np.arange(256).reshape(16, 16))
    assert (levels(pixels.grown(before, 0)) == levels(before)).all()


@pytest.mark.parametrize("by", [2, 4, 7, 12, 32, 64])
def test_a_feathered_edge_falls_as_far_outwards_as_inwards(by):
    half = np.zeros((3, 400))
    half[:, :200] = 255
    edge = levels(pixels.feathered(mask(half), by))[1]
    assert (np.diff(edge) <= 0).all()
    assert np.abs(edge + edge[::-1] - 255).max() <= 4
    reach = np.count_nonzero(edge[200:] > 2)
    assert 0.5 * by <= reach <= by
    assert edge[0] == 255
    assert edge[-1] == 0


@pytest.mark.parametrize(("by", "most"), [(12, 40), (40, 10), (100, 8)])
def test_a_feather_has_steps_too_small_to_be_seen(by, most):
    half = np.zeros((3, 400))
    half[:, :200] = 255
    edge = levels(pixels.feathered(mask(half), by))[1]
    assert np.abs(np.diff(edge)).max() <= most


def test_a_mask_stays_full_at_the_picture_s_edge():
    soft = levels(pixels.feathered(spot(60, 60, Bounds(0, 0, 60, 30)), 12))
    assert (soft[:10] == 255).all()
    assert (soft[50:] == 0).all()
    assert (soft == soft[:, :1]).all()
    assert (levels(pixels.feathered(spot(40, 40, Bounds(0, 0, 40, 40)), 30)) == 255).all()


def test_no_feather_is_the_mask_itself():
    before = spot(10, 10, Bounds(2, 2, 4, 4))
    assert pixels.feathered(before, 0) is before


def test_masked_is_seen_only_where_the_mask_is():
    strengths = np.zeros((8, 8))
    strengths[:, :2], strengths[:, 2:4] = 255, 128
    result = numbers(pixels.masked(colour(10, 120, 240), mask(strengths)))
    assert (result[:, :2] == [10, 120, 240, 255]).all()
    assert (result[:, 2:4, 3] == 128).all()
    assert np.abs(result[:, 2:4, :3] - [10, 120, 240]).max() <= 1
    assert (result[:, 4:, 3] == 0).all()


def test_a_white_mask_is_read_with_alpha_and_without():
    some = numbers(pixels.white(mask(np.diag([255, 128, 0, 255]))))
    assert (some[..., 3] == np.diag([255, 128, 0, 255])).all()
    assert (some[0, 0] == 255).all()
    assert np.abs(some[1, 1, :3] - 255).max() <= 1
    assert (numbers(pixels.white(mask(np.full((3, 3), 255)))) == 255).all()


# ---- colours


@pytest.mark.parametrize("size", [(64, 64), (61, 37), (1, 9), (200, 2)])
def test_filling_in_keeps_what_is_outside_byte_for_byte(size):
    image = noise(*size)
    place = Bounds(size[0] // 3, size[1] // 3, size[0] // 3 + 1, size[1] // 3 + 1)
    hole = spot(*size, place)
    filled = numbers(pixels.filled_in(image, hole))
    outside = levels(hole) == 0
    assert (filled[outside] == numbers(image)[outside]).all()
    assert (filled[..., 3] == 255).all()


def test_filling_in_carries_on_the_colours_from_around():
    array = np.zeros((64, 96, 3))
    array[:, :48] = (200, 30, 30)
    array[:, 48:] = (30, 30, 200)
    array[16:48, 24:72] = (0, 255, 0)
    filled = numbers(pixels.filled_in(picture(array), spot(96, 64, Bounds(24, 16, 48, 32))))[16:48, 24:72, :3]
    assert filled[..., 1].max() <= 40, "nothing is left of what was there"
    assert np.abs(filled[:, 0] - [200, 30, 30]).max() <= 40
    assert np.abs(filled[:, -1] - [30, 30, 200]).max() <= 40
    assert (filled[..., 0] + filled[..., 2]).min() >= 180, "and no darkness comes in"


def test_a_picture_that_is_all_masked_can_be_filled_in():
    filled = numbers(pixels.filled_in(noise(31, 17), mask(np.full((17, 31), 255))))
    assert (filled[..., 3] == 255).all()
    assert (filled == filled[0, 0]).all()


def test_opaque_keeps_the_colours_of_what_is_transparent():
    seen = pixels.opaque(colour(9, 8, 7, 40)).convertToFormat(pixels.ARGB)
    assert (numbers(seen) == [9, 8, 7, 255]).all()


def test_paper_is_white():
    assert (numbers(pixels.opaque_on_white(pixels.blank(4, 4))) == 255).all()
    half = numbers(pixels.opaque_on_white(colour(0, 0, 0, 128)))
    assert np.abs(half - [127, 127, 127, 255]).max() <= 1
    image = noise(12, 12)
    assert (numbers(pixels.opaque_on_white(image)) == numbers(image)).all()


def test_one_picture_lies_over_another():
    result = numbers(pixels.over(colour(1, 2, 3), colour(7, 8, 9, width=2, height=2), 3, 4))
    assert (result[4:6, 3:5] == [7, 8, 9, 255]).all()
    result[4:6, 3:5] = (1, 2, 3, 255)
    assert (result == [1, 2, 3, 255]).all()


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"P6 2 2 255\n" + bytes(12),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)),
        pixels.encode(colour(1, 2, 3), "BMP"),
    ],
    ids=["nothing", "svg", "ppm", "bomb", "largest", "bmp"],
)
def test_what_is_no_png_or_jpeg_of_a_size_is_not_unpacked(data):
    with pytest.raises(ValueError, match="not a picture"):
        pixels.decode(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_png_and_jpeg_are(kind):
    image = pixels.decode(pixels.encode(colour(10, 20, 30), kind))
    assert (image.width(), image.height()) == (8, 8)
