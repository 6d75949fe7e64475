"""Sound as numbers to bytes. The only place where it is encoded.

Knows no music and no request. WAV and FLAC hold 16-bit PCM, rounded and without dither: what is silent stays silent,
and stems add up to their mix but for half a step each.
"""

from __future__ import annotations

import io
import struct
from typing import Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""(samples, 2), -1 to 1; what is beyond is cut off when it is encoded."""

_VORBIS_COMMENT = 4
"""The FLAC metadata block that holds tags."""


def encode(sound: Sound, rate: int, format: Literal["wav", "flac"], recipe: str, loop: bool) -> bytes:
    """A file with exactly the samples of `sound`, `rate` of them a second. The same sound gives the same bytes.

    `recipe` (JSON) is the file's comment, and Studiolo its software: in WAV as a `LIST INFO` chunk, in FLAC as tags.
    Of a WAV some readers, libsndfile among them, see no comment of more than 2 KB; it is whole in the file.
    With `loop` the file says that it repeats as a whole and for ever: WAV in a `smpl` chunk, which samplers and game
    engines read, FLAC in the tags LOOPSTART and LOOPLENGTH (samples), which some engines do.
    """
    if format == "flac":
        return _flac(sound, rate, recipe, loop)
    info = _chunk(b"ISFT", b"Studiolo\0") + _chunk(b"ICMT", recipe.encode() + b"\0")
    return _wav(sound, rate, (_loop(len(sound), rate) if loop else b"") + _chunk(b"LIST", b"INFO" + info))


def encode_preview(sound: Sound, rate: int) -> bytes:
    """A plain WAV to be heard at once."""
    return _wav(sound, rate)


def _pcm(sound: Sound) -> NDArray[np.int16]:
    return np.asarray(np.rint(np.clip(sound, -1.0, 1.0) * np.float32(32767.0)), "<i2")


def _wav(sound: Sound, rate: int, more: bytes = b"") -> bytes:
    """`more` is whole chunks, which go behind the samples: some readers take the samples to begin at byte 44."""
    kind = _chunk(b"fmt ", struct.pack("<HHIIHH", 1, 2, rate, rate * 4, 4, 16))
    body = b"WAVE" + kind + _chunk(b"data", _pcm(sound).tobytes()) + more
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of RIFF, padded to an even length, which its size doesn't count."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _loop(samples: int, rate: int) -> bytes:
    """The `smpl` chunk with one loop: forward, from the first sample to the last, for ever (0 times)."""
    middle_c = 60
    sampler = struct.pack("<9I", 0, 0, round(1e9 / rate), middle_c, 0, 0, 0, 1, 0)
    return _chunk(b"smpl", sampler + struct.pack("<6I", 0, 0, 0, samples - 1, 0, 0))


def _flac(sound: Sound, rate: int, recipe: str, loop: bool) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, _pcm(sound), rate, subtype="PCM_16", format="FLAC")
    tags = {"SOFTWARE": "Studiolo", "COMMENT": recipe}
    if loop:
        tags |= {"LOOPSTART": "0", "LOOPLENGTH": str(len(sound))}
    return _tagged(file.getvalue(), tags)


def _tagged(flac: bytes, tags: dict[str, str]) -> bytes:
    """`flac` with these tags. libsndfile knows a few names of tags only, so their block is written here."""
    fields = [f"{name}={value}".encode() for name, value in tags.items()]
    parts = [flac[:4]]
    at, last = 4, 0
    while not last:
        last, kind = flac[at] & 0x80, flac[at] & 0x7F
        end = at + 4 + int.from_bytes(flac[at + 1 : at + 4])
        body = flac[at + 4 : end]
        if kind == _VORBIS_COMMENT:
            vendor = body[: 4 + int.from_bytes(body[:4], "little")]
            body = vendor + struct.pack("<I", len(fields)) + b"".join(struct.pack("<I", len(f)) + f for f in fields)
        parts += [bytes([last | kind]), len(body).to_bytes(3), body]
        at = end
    return b"".join([*parts, flac[at:]])
