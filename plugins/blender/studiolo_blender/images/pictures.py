# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures in and out of Blender: image datablocks from PNG and back. Knows no material and no request but `Picture`.

What comes from the daemon is packed as the PNG that it is, in a millisecond; Blender decodes it when it is first drawn
or rendered, and the .blend keeps it. So 16 bits stay 16 bits, and the recipe stays in the file's text chunk.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from studiolo_contract.media import Picture

from ..task import Put, bad

Pixels = NDArray[np.uint8]
"""H x W x 4 from the top row, straight alpha; colours in sRGB."""

PNG = b"\x89PNG\r\n\x1a\n"
FILES = (PNG, b"\xff\xd8\xff", b"RIFF")
"""How PNG, JPEG and WebP begin."""
SIZE, BIT_DEPTH = 16, 24
"""Where a PNG says how large it is, and how many bits a number has."""
QUICK = 1
"""zlib's level: a third of the time of its own choice, and a tenth more bytes."""


def image_from_png(name: str, data: bytes, colour: bool) -> bpy.types.Image:
    """A packed image. Without `colour` its numbers are data, which no colour management touches."""
    image = bpy.data.images.new(name, 1, 1)
    image.colorspace_settings.is_data = not colour
    if colour and _has_space(image, "sRGB"):
        image.colorspace_settings.name = "sRGB"  # else what this configuration takes for 8-bit pictures
    image.pack(data=data, data_len=len(data))
    image.source = "FILE"
    return image


def image_from_pixels(name: str, pixels: Pixels, colour: bool) -> bpy.types.Image:
    """A packed image. `encoded` takes most of the time, so large pictures are encoded beside the main thread."""
    return image_from_png(name, encoded(pixels), colour)


def encoded(pixels: NDArray[Any]) -> bytes:
    """A PNG of H x W (grey) or H x W x 1, 3 or 4 numbers of 8 bits, or 16 where they are uint16. Needs no Blender."""
    rows, columns = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    deep = pixels.dtype == np.uint16
    raw = np.ascontiguousarray(pixels, ">u2" if deep else np.uint8).view(np.uint8).reshape(rows, -1)
    lines = np.concatenate([np.zeros((rows, 1), np.uint8), raw], axis=1)  # each begins with its filter: none
    head = struct.pack(">IIBBBBB", columns, rows, 16 if deep else 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    body = zlib.compress(lines.tobytes(), QUICK)
    return PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def pixels_of(image: bpy.types.Image) -> Pixels:
    """What the image shows. Raises `StudioloError` for one without pixels."""
    return _bytes(*_floats(image))


@dataclass(frozen=True)
class Sendable:
    """What an image holds, taken on the main thread, to be given to the daemon from another one."""

    width: int
    height: int
    file: bytes = b""
    """A PNG, or nothing:"""
    floats: NDArray[np.float32] | None = None
    """Blender's own numbers."""
    linear: bool = False
    """Whether those are scene linear."""

    def put(self, put: Put) -> Picture:
        """Gives it to the daemon."""
        if self.floats is None:
            return Picture(sha256=put(self.file), width=self.width, height=self.height)
        data = _bytes(self.floats, self.linear).tobytes()
        return Picture(sha256=put(data), width=self.width, height=self.height, format="rgba8")


def sendable(image: bpy.types.Image) -> Sendable:
    """The image as the daemon takes it: its packed PNG, without decoding it, unless somebody has painted over that;
    otherwise what Blender shows. Raises `StudioloError` for an image without pixels."""
    data: bytes = image.packed_file.data if image.packed_file and not image.is_dirty else b""
    if data.startswith(PNG) and data[BIT_DEPTH : BIT_DEPTH + 1] == b"\x08":
        return Sendable(*size_in(data), data)
    width, height = image.size
    floats, linear = _floats(image)
    return Sendable(width, height, floats=floats, linear=linear)


def size_in(png: bytes) -> tuple[int, int]:
    """Width and height."""
    width, height = struct.unpack_from(">II", png, SIZE)
    return width, height


def discard_unused(images: Iterable[bpy.types.Image]) -> None:
    """Removes those that nothing uses."""
    for image in images:
        if not image.users:
            bpy.data.images.remove(image)


def _floats(image: bpy.types.Image) -> tuple[NDArray[np.float32], bool]:
    """Blender's own numbers, H x W x 4 from the bottom row, and whether they are scene linear."""
    width, height = image.size
    if not width or not height:
        raise bad(
            f"The image {image.name} has no pixels.",
            "Choose one whose file is there; of a render, save the picture first.",
        )
    floats = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(floats)
    return floats.reshape(height, width, 4), bool(image.is_float and not image.colorspace_settings.is_data)


def _bytes(floats: NDArray[np.float32], linear: bool) -> Pixels:
    floats = floats[::-1]
    if linear:
        alpha = floats[..., 3:]
        straight = floats[..., :3] / np.where(alpha > 0.0, alpha, 1.0)  # float images hold their alpha multiplied in
        low, high = 12.92 * straight, 1.055 * np.maximum(straight, 0.0031308) ** (1 / 2.4) - 0.055
        floats = np.concatenate([np.where(straight <= 0.0031308, low, high), alpha], axis=-1)
    return (floats.clip(0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def _has_space(image: bpy.types.Image, name: str) -> bool:
    return name in image.colorspace_settings.bl_rna.properties["name"].enum_items


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
