"""Of how many pieces a picture file consists: chunks, segments, scans. Knows no pixels.

Pillow goes through them one by one and keeps some, and a decoder goes over the whole picture once for each scan. A
hostile file has millions of each, so they are counted before anybody reads them.
"""

from __future__ import annotations

import re
from typing import Literal

MOST = 50_000
"""Chunks or segments; a PNG of 128 MiB in the usual chunks of 8 KiB has 16,384."""
MOST_SCANS = 64
"""Of a JPEG; progressive ones have about ten."""

_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
"""The next one that is neither a filler, nor a byte of the picture, nor a place where that may be taken up again."""
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA


def check(data: bytes) -> None:
    """Raises ValueError for a PNG, JPEG or WebP file of too many pieces. What is broken, or no such file, is left to
    its decoder."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        _walk(data, at=8, length=slice(0, 4), order="big", around=12)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        _walk(data, at=12, length=slice(4, 8), order="little", around=8)
    elif data.startswith(b"\xff\xd8"):
        _jpeg(data)


def _walk(data: bytes, at: int, length: slice, order: Literal["big", "little"], around: int) -> None:
    """Over chunks that have their length at `length` of the `around` bytes besides their contents."""
    pieces = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 8][length], order)
        at += around + size + (size % 2 if order == "little" else 0)  # only RIFF pads
        pieces += 1
        if pieces > MOST:
            raise ValueError(f"it consists of more than {MOST} pieces")


def _jpeg(data: bytes) -> None:
    pieces = scans = 0
    at = 2
    while found := _MARKER.search(data, at):
        kind = data[found.start() + 1]
        if kind == _END:
            return
        # before the first scan Pillow reads every filler by itself
        pieces += 1 + (found.start() - at if not scans else 0)
        scans += kind == _SCAN
        if pieces > MOST or scans > MOST_SCANS:
            raise ValueError(f"it consists of more than {MOST} pieces or {MOST_SCANS} scans")
        size = 0 if kind == _START else int.from_bytes(data[found.end() : found.end() + 2])
        at = found.end() + size
    if not scans and len(data) - at > MOST:
        raise ValueError("it has no picture")
