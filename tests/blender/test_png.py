"""The daemon's pictures, read without Blender and without Pillow; Pillow writes them."""

import io
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from studiolo.media import pictures
from studiolo_blender.images.png import decoded, text_in


def written(pixels, mode=None, **given):
    held = io.BytesIO()
    Image.fromarray(pixels, mode).save(held, "PNG", **given)
    return held.getvalue()


def filters(data):
    """Which filters the rows of an RGB picture have."""
    import struct
    import zlib

    width, height = struct.unpack_from(">II", data, 16)
    body = b"".join(part for part in _parts(data))
    return set(zlib.decompress(body)[:: 1 + 3 * width][:height])


def _parts(data):
    place = 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] == b"IDAT":
            yield data[place + 8 : place + 8 + length]
        place += length + 12


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 40, 3), (40, 1, 3), (33, 70, 3), (70, 33, 4), (25, 25)])
def test_pixels_come_back(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    found = decoded(written(pixels))
    expected = np.repeat(pixels[..., None], 3, 2) if len(shape) == 2 else pixels[..., :3]
    assert (found == expected).all()


def test_all_filters_are_undone():
    y, x = np.mgrid[:200, :160]
    random = np.random.default_rng(1)
    smooth = np.stack((x + y, 128 + 60 * np.sin(x / 9) + 60 * np.cos(y / 7), y * 2 - x), -1)
    smooth[40:90] = np.stack((y[40:90] * 3, y[40:90] * 5, y[40:90]), -1) + random.integers(0, 2, (50, 160, 3))
    smooth[90:130] = np.stack((x[90:130] * 2, x[90:130], x[90:130] * 7), -1)
    pixels = (smooth + random.normal(0, 2, smooth.shape)).astype(np.int64).astype(np.uint8)
    pixels[150:] = 7
    data = written(pixels)
    assert {1, 2, 4} <= filters(data)
    assert (decoded(data) == pixels).all()


def test_every_filter_by_the_book():
    import struct
    import zlib

    random = np.random.default_rng(2)
    lines = random.integers(0, 256, (10, 1 + 3 * 12)).astype(np.uint8)
    lines[:, 0] = [3, 4, 0, 1, 2, 3, 4, 4, 3, 1]

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 12, 10, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines.tobytes()))
        + chunk(b"IEND", b"")
    )
    assert (decoded(data) == np.asarray(Image.open(io.BytesIO(data)))).all()


def test_other_pictures_are_refused():
    with pytest.raises(ValueError, match="not a PNG"):
        decoded(b"GIF89a")
    with pytest.raises(ValueError, match="not a PNG"):
        decoded(written(np.zeros((4, 4), np.uint16)))


def test_broken_and_hostile_ones_are_refused_and_unpack_to_no_more_than_they_say():
    whole = written(np.random.default_rng(3).integers(0, 256, (9, 9, 3)).astype(np.uint8))
    for length in range(len(whole) // 2):
        with pytest.raises(ValueError, match=r"PNG|reshape"):
            decoded(whole[:length])
    with pytest.raises(ValueError, match="60000 × 60000"):
        decoded(whole[:16] + (60_000).to_bytes(4, "big") * 2 + whole[24:])
    bomb = zlib.compress(bytes(200 * 2**20), 9)
    tracemalloc.start()
    small = decoded(whole[:33] + len(bomb).to_bytes(4, "big") + b"IDAT" + bomb + bytes(4))
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()
    assert small.shape == (9, 9, 3)


def test_a_picture_says_what_stands_in_it():
    data = pictures.encode_png(np.zeros((2, 2, 3), np.uint8), {"other": "no", "studiolo": '{"why": "für dich"}'})
    assert text_in(data, "studiolo") == '{"why": "für dich"}'
    assert text_in(data, "nothing") == ""
    assert text_in(data[:60], "studiolo") == ""
    assert text_in(b"no picture", "studiolo") == ""
