"""How large a picture file says it is, and of what kind, read from its header. Unpacks nothing.

What the header says is checked where the picture is unpacked, in the worker.
"""

from __future__ import annotations

import io

import imagesize

from studiolo.media import pieces
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import Picture, PixelFormat, hash_of

MAX_SIDE = 16384
"""As in `Picture`."""
_BEGINNINGS: dict[bytes, PixelFormat] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}


def read(data: bytes, name: str) -> Picture:
    """The picture that a file says it is. Raises `StudioloError` (`bad_picture`), whose sentence calls it `name`."""
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)
    if kind is None:
        raise StudioloError(
            "bad_picture", f"'{name}' is no picture that can be read.", "Send a PNG, JPEG or WebP file."
        )
    try:
        pieces.check(data)  # imagesize goes through them one by one
        width, height = imagesize.get(io.BytesIO(data), exif_rotation=False)
    except ValueError:
        width = height = 0
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise StudioloError(
            "bad_picture", f"'{name}' is a {kind.upper()} file that is broken or too large.", "Send a whole one."
        )
    return Picture(sha256=hash_of(data), width=width, height=height, format=kind)
