"""Every picture comes in as the pixels that it shows; every broken or hostile file is a sentence, never a crash."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studiolo.media import pictures
from studiolo.media.pictures import decode, encode_jpeg, encode_png, measure
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Picture, PixelFormat, hash_of

RNG = np.random.default_rng(7)
RGBA = RNG.integers(0, 256, (5, 7, 4), dtype=np.uint8)


def named(data: bytes, width: int, height: int, kind: PixelFormat = "png") -> Picture:
    return Picture(sha256="0" * 64, width=width, height=height, format=kind)


def file_of(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def read(data: bytes, width: int, height: int, kind: PixelFormat = "png") -> np.ndarray:
    return decode(data, named(data, width, height, kind))


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


# ---- what is right


def test_raw_formats_are_the_same_picture() -> None:
    floats = (RGBA / 255.0).astype("<f4").tobytes()
    assert np.array_equal(read(RGBA.tobytes(), 7, 5, "rgba8"), RGBA)
    assert np.array_equal(read(RGBA[..., [2, 1, 0, 3]].tobytes(), 7, 5, "bgra8"), RGBA)
    assert np.array_equal(read(floats, 7, 5, "rgbaf32"), RGBA)


def test_floats_beyond_white_become_white() -> None:
    values = np.array([[[2.5, -1.0, 0.5, 1.0]]], "<f4")
    assert read(values.tobytes(), 1, 1, "rgbaf32").tolist() == [[[255, 0, 128, 255]]]


def test_png_keeps_every_pixel_and_its_text() -> None:
    data = encode_png(RGBA, {"studiolo": '{"prompt": "Straße 🌊"}'})
    assert np.array_equal(read(data, 7, 5), RGBA)
    assert Image.open(io.BytesIO(data)).text["studiolo"] == '{"prompt": "Straße 🌊"}'
    assert data == encode_png(RGBA, {"studiolo": '{"prompt": "Straße 🌊"}'})


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_lossy_files_are_near(kind: PixelFormat) -> None:
    smooth = np.linspace(0, 255, 32 * 32 * 3).reshape(32, 32, 3).astype(np.uint8)
    pixels = read(file_of(Image.fromarray(smooth), kind.upper(), quality=95), 32, 32, kind)
    assert np.abs(pixels[..., :3].astype(int) - smooth).max() < 24
    assert (pixels[..., 3] == 255).all()


def test_jpeg_of_a_preview_leaves_alpha_out() -> None:
    data = encode_jpeg(np.full((16, 16, 4), 90, np.uint8))
    assert read(data, 16, 16, "jpeg")[8, 8].tolist() == [90, 90, 90, 255]


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    deep = np.array([[0, 128, 257, 32768, 65535]], np.uint16)
    assert read(file_of(Image.fromarray(deep)), 5, 1)[0, :, 0].tolist() == [0, 0, 1, 128, 255]


def test_sixteen_bit_colour() -> None:
    rows = b"\x00" + struct.pack(">6H", 65535, 0, 32896, 257, 65535, 0)
    data = png_header(2, 1, depth=16) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    assert read(data, 2, 1).tolist() == [[[255, 0, 128, 255], [1, 255, 0, 255]]]


def test_grey_with_alpha_one_bit_and_palette() -> None:
    assert read(file_of(Image.new("LA", (2, 2), (100, 40))), 2, 2)[0, 0].tolist() == [100, 100, 100, 40]
    assert read(file_of(Image.new("1", (2, 2), 1)), 2, 2)[1, 1].tolist() == [255, 255, 255, 255]
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 200, 100, 50])
    palette.putdata([0, 1])
    pixels = read(file_of(palette, transparency=0), 2, 1)
    assert pixels.tolist() == [[[10, 20, 30, 0], [200, 100, 50, 255]]]


def test_cmyk_jpeg() -> None:
    pixels = read(file_of(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"), 8, 8, "jpeg")
    assert pixels[4, 4, 0] > 200
    assert pixels[4, 4, 1] < 40


def test_a_photograph_taken_sideways_comes_back_upright() -> None:
    stored = np.zeros((4, 6, 3), np.uint8)
    stored[:, :3] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    pixels = read(file_of(Image.fromarray(stored), exif=exif), 6, 4)
    assert pixels.shape == (6, 4, 4)
    assert (pixels[:3, :, 0] == 255).all()
    assert (pixels[3:, :, 0] == 0).all()


def test_only_the_first_frame_of_a_moving_picture() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    data = file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert read(data, 4, 4, "webp")[0, 0].tolist() == [255, 0, 0, 255]


# ---- what is not

WHOLE = file_of(Image.fromarray(RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)))
PHOTO = file_of(Image.fromarray(RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)), "JPEG")
WEBP = file_of(Image.fromarray(RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)), "WEBP")
BOMB = png_header(30_000, 30_000) + png_chunk(b"IDAT", zlib.compress(bytes(10**6), 9)) + png_chunk(b"IEND", b"")

HOSTILE: dict[str, tuple[bytes, Picture]] = {
    "empty": (b"", named(b"", 1, 1)),
    "text": (b"hello", named(b"", 1, 1)),
    "pickle": (b"\x80\x04\x95\x0b\x00\x00\x00", named(b"", 1, 1)),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", named(b"", 1, 1)),
    "truncated png": (WHOLE[: len(WHOLE) // 2], named(b"", 40, 40)),
    "truncated jpeg": (PHOTO[: len(PHOTO) // 2], named(b"", 40, 40, "jpeg")),
    "truncated webp": (WEBP[: len(WEBP) // 2], named(b"", 40, 40, "webp")),
    "png header alone": (png_header(40, 40), named(b"", 40, 40)),
    "a jpeg called png": (PHOTO, named(b"", 40, 40)),
    "a png called webp": (WHOLE, named(b"", 40, 40, "webp")),
    "a gif called png": (file_of(Image.new("P", (4, 4)), "GIF"), named(b"", 4, 4)),
    "another size": (WHOLE, named(b"", 40, 41)),
    "sides swapped": (file_of(Image.new("RGB", (4, 6))), named(b"", 6, 4)),
    "bomb, told small": (BOMB, named(b"", 64, 64)),
    "bomb, told truly": (BOMB, named(b"", 30_000, 30_000)),
    "wide bomb": (png_header(2**31 - 1, 2**31 - 1), named(b"", 16384, 16384)),
    "no width": (png_header(0, 5), named(b"", 1, 5)),
    "text bomb": (
        png_header(1, 1) + png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 * 2**20), 9)),
        named(b"", 1, 1),
    ),
    "wrong checksum": (WHOLE[:40] + b"\xff" + WHOLE[41:], named(b"", 40, 40)),
    "raw too short": (RGBA.tobytes()[:-1], named(b"", 7, 5, "rgba8")),
    "raw too long": (RGBA.tobytes() + b"\0", named(b"", 7, 5, "bgra8")),
    "raw of another size": (RGBA.tobytes(), named(b"", 7, 7, "rgba8")),
    "nan": (np.full((1, 1, 4), np.nan, "<f4").tobytes(), named(b"", 1, 1, "rgbaf32")),
    "infinite": (np.full((1, 1, 4), np.inf, "<f4").tobytes(), named(b"", 1, 1, "rgbaf32")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    data, picture = HOSTILE[name]
    with pytest.raises(StudioloError) as caught:
        decode(data, picture)
    problem = caught.value.problem
    assert problem.code == "bad_picture"
    assert problem.message.endswith(".")
    assert problem.mend.endswith(".")


@pytest.mark.parametrize(("data", "kind"), [(WHOLE, "png"), (PHOTO, "jpeg"), (WEBP, "webp")])
def test_a_file_is_measured_without_being_unpacked(data: bytes, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    assert measure(data) == Picture(sha256=hash_of(data), width=40, height=40, format=kind)


@pytest.mark.parametrize("name", ["empty", "text", "svg", "a gif called png", "no width", "text bomb"])
def test_what_is_no_picture_can_t_be_measured(name: str) -> None:
    with pytest.raises(StudioloError, match="no picture that can be read"):
        measure(HOSTILE[name][0])


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpacked(*_: object, **__: object) -> None:
        raise AssertionError("pixels were unpacked")

    monkeypatch.setattr(Image.Image, "load", unpacked)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpacked)
    for name in ("bomb, told small", "bomb, told truly", "another size"):
        with pytest.raises(StudioloError):
            decode(*HOSTILE[name])


def test_a_file_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_ENCODED_BYTES", len(WHOLE) - 1)
    with pytest.raises(StudioloError, match="MiB"):
        decode(WHOLE, named(b"", 40, 40))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from([("png", WHOLE), ("jpeg", PHOTO), ("webp", WEBP)]),
    at=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 200),
)
def test_damaged_files_decode_or_say_why(kind: tuple[PixelFormat, bytes], at: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(kind[1])
    for place, value in at:
        damaged[place % min(len(damaged), 400 if cut % 2 else len(damaged))] = value
    data = bytes(damaged[: len(damaged) - cut])
    try:
        pixels = decode(data, named(data, 40, 40, kind[0]))
    except StudioloError as error:
        pixels, code = None, error.problem.code
    assert code == "bad_picture" if pixels is None else pixels.shape == (40, 40, 4)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), kind=st.sampled_from(["png", "jpeg", "webp", "rgba8", "bgra8", "rgbaf32"]))
def test_noise_is_never_a_crash(data: bytes, kind: PixelFormat) -> None:
    with pytest.raises(StudioloError, match=r"\."):
        decode(data, named(data, 61, 43, kind))
