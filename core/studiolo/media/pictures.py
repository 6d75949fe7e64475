"""Pictures as bytes to pixels and back. The only place where they are decoded and encoded, with caps.

Knows no model and no request. Colour profiles are not applied: pixels are taken as sRGB. Of a moving picture only the
first frame is read.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from studiolo.media import pieces
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import BYTES_PER_PIXEL, Picture, PixelFormat, hash_of

Pixels = NDArray[np.uint8]
"""(height, width, 3 or 4), straight alpha."""
Deep = NDArray[np.uint16]
"""(height, width), grey."""

FILES: dict[str, PixelFormat] = {"png": "png", "jpeg": "jpeg", "webp": "webp"}
"""The formats with a header that describes them."""
_KINDS: dict[str, PixelFormat] = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp", "MPO": "jpeg"}
"""By Pillow's names; MPO is a JPEG with further pictures behind it, as phones make them."""
MAX_SIDE = 16384
"""As in `Picture`."""
MAX_PIXELS = 8192 * 8192
MAX_ENCODED_BYTES = 128 * 2**20
_BAND = 2**20
"""Pixels that are converted at a time, so that not every step has a copy of the whole picture."""

# What Pillow's decoders let through when a stranger's bytes confuse them.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError)
_BROKEN_TOO = (RuntimeError, struct.error, zlib.error, Image.DecompressionBombError)


def decode(data: bytes, picture: Picture) -> Pixels:
    """The picture as RGBA, (height, width, 4), straight alpha.

    `picture.width` and `height` are the size as stored; a photograph whose EXIF orientation says that it was taken
    sideways comes back upright, so with its sides swapped. Sixteen bits are rounded to eight; floats are 0 to 1, and
    brighter ones become white. Raises `StudioloError` (`bad_picture`) for everything that is not such a picture.
    """
    if picture.width * picture.height > MAX_PIXELS:
        raise _bad(
            f"The picture has {picture.width} × {picture.height} pixels; {MAX_PIXELS // 10**6} million are the most.",
            "Send a smaller picture.",
        )
    if picture.format in BYTES_PER_PIXEL:
        return _decode_raw(data, picture)
    return _decode_file(data, picture)


def measure(data: bytes) -> Picture:
    """The picture in a PNG, JPEG or WebP file as the file describes it; no pixel is unpacked. Raises `StudioloError`
    (`bad_picture`) for any other bytes."""
    _check_bytes(data)
    try:
        pieces.check(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `decode` is the judge of sizes
            with Image.open(io.BytesIO(data), formats=[name.upper() for name in FILES]) as image:
                width, height = image.size
                kind = _KINDS[str(image.format)]
    except (*_BROKEN, *_BROKEN_TOO) as error:
        raise _bad(
            f"This is no picture that can be read: {_reason(error)}.", "Take a PNG, JPEG or WebP file."
        ) from error
    if max(width, height) > MAX_SIDE:
        raise _bad(f"The picture has {width} × {height} pixels; {MAX_SIDE} a side are the most.", "Take a smaller one.")
    return Picture(sha256=hash_of(data), width=width, height=height, format=kind)


def encode_png(pixels: Pixels | Deep, metadata: Mapping[str, str]) -> bytes:
    """A PNG with each entry of `metadata` as a text chunk (UTF-8). The same pixels and text give the same bytes.

    (height, width) becomes a picture in grey, of 16 bits where the numbers have them.
    """
    text = PngInfo()
    for key, value in metadata.items():
        text.add_itxt(key, value)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", pnginfo=text, compress_level=1)
    return file.getvalue()


def encode_jpeg(pixels: Pixels, quality: int = 80) -> bytes:
    """A JPEG, for previews; alpha is left out."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[..., :3])).save(file, "JPEG", quality=quality)
    return file.getvalue()


def _decode_raw(data: bytes, picture: Picture) -> Pixels:
    wanted = picture.width * picture.height * BYTES_PER_PIXEL[picture.format]
    if len(data) != wanted:
        raise _bad(
            f"A {picture.width} × {picture.height} picture in {picture.format} has {wanted} bytes, not {len(data)}.",
            "Send every row whole, from the top, without padding.",
        )
    shape = (picture.height, picture.width, 4)
    if picture.format == "rgbaf32":
        values = np.frombuffer(data, "<f4").reshape(shape)
        rows = max(1, _BAND // picture.width)
        floats = np.empty(shape, np.uint8)
        for top in range(0, picture.height, rows):
            band = values[top : top + rows]
            if not np.isfinite(band).all():
                raise _bad("The picture holds values that are not numbers.", "Send finite values from 0 to 1.")
            floats[top : top + rows] = np.rint(band.clip(0.0, 1.0) * 255.0)
        return floats
    pixels = np.frombuffer(data, np.uint8).reshape(shape)
    return pixels[..., [2, 1, 0, 3]] if picture.format == "bgra8" else pixels.copy()


def _decode_file(data: bytes, picture: Picture) -> Pixels:
    _check_bytes(data)
    try:
        pieces.check(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes and odd metadata: the checks below decide
            with Image.open(io.BytesIO(data), formats=[picture.format.upper()]) as image:
                _check_size(image.size, picture)
                image.load()
                upright = ImageOps.exif_transpose(image)
                return _rgba(upright)
    except (*_BROKEN, *_BROKEN_TOO) as error:
        raise _bad(
            f"The picture can't be read as {picture.format.upper()}: {_reason(error)}.",
            "Send a whole PNG, JPEG or WebP file, and name its format.",
        ) from error


def _check_bytes(data: bytes) -> None:
    if len(data) > MAX_ENCODED_BYTES:
        raise _bad(
            f"The picture file has {len(data) // 2**20} MiB; more than {MAX_ENCODED_BYTES // 2**20} are not read.",
            "Send a smaller file.",
        )


def _check_size(size: tuple[int, int], picture: Picture) -> None:
    """Before a single pixel is unpacked; so what is unpacked is never larger than what was announced."""
    if size != (picture.width, picture.height):
        raise _bad(
            f"The picture file is {size[0]} × {size[1]} pixels, the request says {picture.width} × {picture.height}.",
            "Name the size that the file has.",
        )


def _rgba(image: Image.Image) -> Pixels:
    width, height = image.size
    rows = max(1, _BAND // width)
    pixels = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(height, top + rows)))
        pixels[top : top + rows] = _band_rgba(band, image.info.get("transparency"))
    return pixels


def _band_rgba(band: Image.Image, clear: object) -> Pixels:
    if band.mode.startswith("I"):  # sixteen bits of grey, which Pillow would clip rather than scale
        deep = np.asarray(band).astype(np.uint32)
        grey = ((deep * 255 + 32767) // 65535).astype(np.uint8)
        alpha = np.where(deep == clear, 0, 255).astype(np.uint8) if isinstance(clear, int) else np.full_like(grey, 255)
        return np.stack([grey, grey, grey, alpha], axis=-1)
    return np.asarray(band.convert("RGBA"))


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "the bytes are broken, or of another kind"
    if isinstance(error, Image.DecompressionBombError):
        return "it would unpack to far more pixels than it may"
    return str(error).strip().rstrip(".") or type(error).__name__


def _bad(message: str, mend: str) -> StudioloError:
    return StudioloError("bad_picture", message, mend)
