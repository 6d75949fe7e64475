# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the PNGs that the daemon makes, beside Blender's main thread, where Blender's own reader can't be asked. Knows
8-bit pictures that are not interlaced: all that the daemon makes of a picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

HEAD = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
MOST_PIXELS = 8192 * 8192
_SHORTEST = 33
"""Bytes with which a PNG says what it is."""


def readable(data: bytes) -> bool:
    """Whether these bytes are a PNG that is read here."""
    if not data.startswith(HEAD) or len(data) < _SHORTEST:
        return False
    depth, kind, _, _, interlaced = struct.unpack_from(">BBBBB", data, 24)
    return depth == 8 and kind in CHANNELS and not interlaced


def text_in(data: bytes, key: str) -> str:
    """What a picture says of itself under this key (`iTXt`, not packed); empty where it says nothing."""
    for name, body in _chunks(data):
        keyword, _, rest = body.partition(b"\0")
        if name == b"iTXt" and keyword == key.encode() and rest[:1] == b"\0":
            return rest[2:].split(b"\0", 2)[-1].decode("utf-8", "replace")
    return ""


def decoded(data: bytes) -> NDArray[np.uint8]:
    """(height, width, 3), without alpha. Raises ValueError for what is no such picture."""
    if not readable(data):
        raise ValueError("not a PNG of the sort that is read here")
    width, height, _, kind = struct.unpack_from(">IIBB", data, 16)
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"a PNG of {width} × {height} pixels")
    channels = CHANNELS[kind]
    body = [piece for name, piece in _chunks(data) if name == b"IDAT"]
    size = height * (1 + width * channels)
    try:
        # no more than that: a file may come from anyone, and unpack to anything
        lines = np.frombuffer(zlib.decompressobj().decompress(b"".join(body), size), np.uint8)
    except zlib.error as error:
        raise ValueError(f"a broken PNG ({error})") from error
    lines = lines.reshape(height, 1 + width * channels)
    pixels = _unfiltered(lines[:, 0].astype(np.int16), lines[:, 1:].reshape(height, width, channels))
    return pixels[..., :3] if channels > 2 else np.repeat(pixels[..., :1], 3, axis=2)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and contents."""
    place = len(HEAD)
    while data.startswith(HEAD) and place + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        yield name, data[place + 8 : place + 8 + length]
        place += length + 12


def _unfiltered(kind: NDArray[np.int16], left_over: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Adds to each byte what its row's filter foretold from those to the left and above.

    Each pixel needs its left and upper neighbours, so all that lie on a line from the lower left to the upper right are
    done at once: in `known`, such a line is a row.
    """
    height, width, channels = left_over.shape
    rows = np.arange(height)
    known = np.zeros((height + width + 1, height + 1, channels), np.int16)
    kind = kind[:, None]
    sub, up, average, paeth = (np.broadcast_to(kind == number, (height, channels)) for number in (1, 2, 3, 4))
    for line in range(height + width - 1):
        first, last = max(0, line - width + 1), min(height, line + 1)
        here = slice(first, last)
        a = known[line + 1, first + 1 : last + 1]
        b = known[line + 1, first:last]
        c = known[line, first:last]
        from_a, from_b, from_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
        best = np.where((from_a <= from_b) & (from_a <= from_c), a, np.where(from_b <= from_c, b, c))
        foretold = a * sub[here] + b * up[here] + ((a + b) >> 1) * average[here] + best * paeth[here]
        known[line + 2, first + 1 : last + 1] = (left_over[rows[here], line - rows[here]] + foretold) & 255
    columns = np.arange(width)
    return known[rows[:, None] + columns + 2, rows[:, None] + 1].astype(np.uint8)
