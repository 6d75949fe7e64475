"""Pictures as they come and go over HTTP: files in base64. Reads their headers and unpacks nothing; fetches nothing.

What the header says is checked where the picture is unpacked, in the worker.
"""

from __future__ import annotations

import asyncio
import base64
import re

from studiolo.media import picture_header
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Result
from studiolo_contract.media import Picture
from studiolo_daemon.doors.foreign import Refused
from studiolo_daemon.kept.blobs import Blobs

_DATA = re.compile(r"data:[\w.+-]*/?[\w.+-]*(;[\w.+=-]*)*,", re.IGNORECASE)
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
    try:
        return picture_header.read(data, field)
    except StudioloError as error:
        raise Refused(field, error.problem.message, error.problem.mend) from None


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
