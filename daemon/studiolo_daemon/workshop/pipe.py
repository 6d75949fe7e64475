"""How daemon and worker write to each other: msgpack, with its length before it. Knows no message."""

from __future__ import annotations

import asyncio
import struct
from typing import Any, BinaryIO, cast

import msgpack

_LENGTH = struct.Struct(">I")
_MOST = 2**31
"""Bytes of one frame: more than the largest result, far less than a wild length would ask for."""


def pack(message: dict[str, Any]) -> bytes:
    body = cast(bytes, msgpack.packb(message))
    return _LENGTH.pack(len(body)) + body


def read(pipe: BinaryIO) -> dict[str, Any] | None:
    """The next message; None when the other side has closed. Blocks."""
    head = _read_exactly(pipe, _LENGTH.size)
    body = _read_exactly(pipe, _LENGTH.unpack(head)[0]) if head else None
    return _unpack(body) if body else None


async def read_async(pipe: asyncio.StreamReader) -> dict[str, Any]:
    """The next message. Raises `asyncio.IncompleteReadError` when the other side has closed."""
    head = await pipe.readexactly(_LENGTH.size)
    size = _LENGTH.unpack(head)[0]
    if size > _MOST:
        raise asyncio.IncompleteReadError(head, size)
    return _unpack(await pipe.readexactly(size))


def _unpack(body: bytes) -> dict[str, Any]:
    return cast(dict[str, Any], msgpack.unpackb(body, max_bin_len=_MOST, max_str_len=_MOST, strict_map_key=False))


def _read_exactly(pipe: BinaryIO, size: int) -> bytes | None:
    parts = []
    while size:
        part = pipe.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
