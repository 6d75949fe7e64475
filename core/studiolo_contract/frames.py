"""How the messages of the socket stand in its frames. Knows no socket.

Text frames hold one message as JSON. Binary frames hold a message and bytes: four bytes with the length of the message
(big-endian), the message as JSON, the bytes; a sender may cut a large one into WebSocket fragments.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from studiolo_contract.codec import from_plain, to_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.wire import DaemonMessage


def to_json(value: Any) -> str:
    """One line of JSON. Raises ValueError for what JSON has no word for (NaN, infinity)."""
    return json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_binary(message: Any, payload: bytes | memoryview) -> bytes:
    """A binary frame of a message and the bytes that belong to it."""
    return b"".join((_head(message), payload))


def to_fragments(message: Any, payload: memoryview, size: int) -> tuple[bytes | memoryview, ...]:
    """The same, to be sent as fragments of at most `size` bytes of the payload each, none of which is copied here."""
    return _head(message), *(payload[start : start + size] for start in range(0, len(payload), size))


def _head(message: Any) -> bytes:
    header = to_json(message).encode()
    return struct.pack(">I", len(header)) + header


def split_binary(frame: bytes) -> tuple[bytes, memoryview]:
    """The message (JSON, not yet read) and the bytes of a binary frame."""
    view = memoryview(frame)
    size = struct.unpack(">I", view[:4])[0] if len(view) >= 4 else len(view)
    if len(view) < 4 + size:
        raise StudioloError(
            "bad_request", "A binary frame ended before its message did.", "Send header and bytes whole."
        )
    return bytes(view[4 : 4 + size]), view[4 + size :]


def read_daemon(frame: str | bytes) -> tuple[DaemonMessage, memoryview]:
    """A frame of the daemon's, as message and bytes (empty for a text frame)."""
    header, payload = (frame, memoryview(b"")) if isinstance(frame, str) else split_binary(frame)
    message: DaemonMessage = from_plain(DaemonMessage, json.loads(header))
    return message, payload
