"""Pictures as they come and go over HTTP: files in base64. Reads their headers and unpacks nothing; fetches nothing.

What the header says is checked where the picture is unpacked, in the worker.
"""

from __future__ import annotations

import asyncio
import base64
import io
import re

import imagesize

from studiolo.media import pieces
from studiolo_contract.events import ImageOutput, Result
from studiolo_contract.media import Picture, PixelFormat, hash_of
from studiolo_daemon.doors.foreign import Refused
from studiolo_daemon.kept.blobs import Blobs

MAX_SIDE = 16384
"""As in `Picture`."""
_DATA = re.compile(r"data:[\w.+-]*/?[\w.+-]*(;[\w.+=-]*)*,", re.IGNORECASE)
_BEGINNINGS: dict[bytes, PixelFormat] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}
_WITH_ALPHA = (4, 6)
"""Kinds of PNG whose pixels have an alpha each."""


async def keep(blobs: Blobs, field: str, file: bytes | str) -> Picture:
    """Puts a picture file into the daemon's keeping, as it is or in base64, with or without `data:` before that.
    Raises `StudioloError` (`bad_request`, `too_large`, `disk_full`)."""

    def kept() -> Picture:
        data = _unpacked(field, file) if isinstance(file, str) else file
        picture = measure(field, data)
        blobs.put(picture.sha256, data)
        return picture

    return await asyncio.to_thread(kept)


def measure(field: str, data: bytes) -> Picture:
    """The picture that a file says it is. Raises `Refused`."""
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)
    if kind is None:
        raise Refused(field, f"'{field}' is no picture that can be read.", "Send a PNG, JPEG or WebP file.")
    try:
        pieces.check(data)  # imagesize goes through them one by one
        width, height = imagesize.get(io.BytesIO(data), exif_rotation=False)
    except ValueError:
        width = height = 0
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise Refused(field, f"'{field}' is a {kind.upper()} file that is broken or too large.", "Send a whole one.")
    return Picture(sha256=hash_of(data), width=width, height=height, format=kind)


def has_alpha(data: bytes) -> bool:
    """Whether a PNG file has an alpha for each pixel."""
    return data[12:16] == b"IHDR" and data[25] in _WITH_ALPHA


async def pictures_of(blobs: Blobs, result: Result) -> list[tuple[ImageOutput, str]]:
    """The pictures of a result, each with its file in base64. Raises `StudioloError` (`unknown_blob`)."""

    def packed(picture: ImageOutput) -> str:
        return base64.b64encode(blobs.get(picture.blob.sha256)).decode()

    pictures = [output for output in result.outputs if isinstance(output, ImageOutput)]
    return [(picture, await asyncio.to_thread(packed, picture)) for picture in pictures]


def _unpacked(field: str, text: str) -> bytes:
    if text[:8].lower().startswith(("http:", "https:", "file:", "ftp:")):
        raise Refused(field, "Nothing is fetched from an address.", "Send the picture itself, in base64.")
    head = _DATA.match(text[:200])
    try:
        return base64.b64decode("".join(text[head.end() if head else 0 :].split()), validate=True)
    except ValueError:
        raise Refused(field, f"'{field}' is not base64.", "Send a PNG, JPEG or WebP file in base64.") from None
