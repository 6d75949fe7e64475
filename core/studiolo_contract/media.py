"""Names of bytes: blobs, pictures and MIDI files are spoken of by their sha256. Knows no pixels and decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal

from annotated_types import Interval

Sha256 = str
"""64 lower-case hexadecimal digits."""

PixelFormat = Literal["png", "jpeg", "webp", "rgba8", "bgra8", "rgbaf32"]
"""The last three are raw rows from the top, without padding: 4, 4 and 16 bytes a pixel, straight alpha."""

BYTES_PER_PIXEL: dict[str, int] = {"rgba8": 4, "bgra8": 4, "rgbaf32": 16}
"""For the raw formats only."""


@dataclass(frozen=True, kw_only=True)
class Blob:
    """Bytes in the daemon's keeping, or that a client wants to put there."""

    sha256: Sha256
    size: int
    """Bytes."""
    media_type: str
    """`image/png`, `text/plain` …; `application/octet-stream` for raw pixels."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that a client has put (or wants to put) into the daemon's keeping."""

    sha256: Sha256
    width: Annotated[int, Interval(ge=1, le=16384)]
    height: Annotated[int, Interval(ge=1, le=16384)]
    format: PixelFormat = "png"


@dataclass(frozen=True, kw_only=True)
class Midi:
    """A standard MIDI file that a client has put (or wants to put) into the daemon's keeping."""

    sha256: Sha256


def hash_of(data: bytes | bytearray | memoryview) -> Sha256:
    """The name of these bytes."""
    return sha256(data).hexdigest()


def blob_of(data: bytes, media_type: str) -> Blob:
    """The blob that these bytes are."""
    return Blob(sha256=hash_of(data), size=len(data), media_type=media_type)
