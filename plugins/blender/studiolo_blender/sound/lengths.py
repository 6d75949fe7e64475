# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a sound is, by the head of its file. Knows WAV and FLAC; no Blender."""

from __future__ import annotations

import io
import wave

from ..task import bad


def seconds_of(data: bytes, name: str) -> float:
    """`name` is what messages call it. Raises `StudioloError` for what is neither, or says no length."""
    try:
        if data.startswith(b"fLaC"):
            # STREAMINFO: 20 bits of sample rate, 8 of format and 36 of samples begin at byte 18 (RFC 9639, 8.2)
            numbers = int.from_bytes(data[18:26], "big")
            return (numbers & (2**36 - 1)) / (numbers >> 44)
        with wave.open(io.BytesIO(data)) as file:
            return file.getnframes() / file.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        raise bad(f"The sound of {name} can't be read.", "Put a WAV or a FLAC file in its place.") from None
