"""Sound as numbers to bytes and back. The only place where it is decoded and encoded, with caps.

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

from studiolo_contract.errors import StudioloError

Sound = NDArray[np.float32]
"""(samples, 2), -1 to 1; what is beyond is cut off when it is encoded."""

MAX_BYTES = 256 * 2**20
MAX_SECONDS = 600.0
"""As long as the longest piece."""
MAX_CHANNELS = 2
RATES = (8_000, 96_000)
"""Fewest and most samples a second."""

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


def decode(data: bytes) -> tuple[Sound, int]:
    """The samples of a WAV or FLAC file, one channel as two alike, and how many there are a second. Raises
    `StudioloError` (`bad_request`) for everything that is no such file, or beyond the caps above."""
    if len(data) > MAX_BYTES:
        raise _bad(f"The sound has {len(data) // 2**20} MiB; {MAX_BYTES // 2**20} are the most.", "Send a part of it.")
    if not (data.startswith(b"fLaC") or (data.startswith(b"RIFF") and data[8:12] == b"WAVE")):
        raise _bad("This is neither a WAV nor a FLAC file.", "Save the sound as one of these.")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            _check(file)
            # as many as the header says, and not one more
            sound = file.read(file.frames, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError, ValueError, TypeError, MemoryError) as error:
        raise _bad("The sound can't be read: it is broken, cut off or of an odd kind.", "Save it again.") from error
    if not np.isfinite(sound).all():
        raise _bad("The sound holds values that are not numbers.", "Save it again.")
    return np.ascontiguousarray(np.broadcast_to(sound, (len(sound), 2)), np.float32), int(file.samplerate)


def _check(file: soundfile.SoundFile) -> None:
    """By what its header says, before a single sample is unpacked."""
    fewest, most = RATES
    if not fewest <= file.samplerate <= most:
        raise _bad(f"The sound has {file.samplerate} samples a second.", f"Send one with {fewest} to {most}.")
    if not 1 <= file.channels <= MAX_CHANNELS:
        raise _bad(f"The sound has {file.channels} channels; {MAX_CHANNELS} are the most.", "Send it in stereo.")
    if not 0 < file.frames <= MAX_SECONDS * file.samplerate:
        seconds = file.frames / file.samplerate
        raise _bad(f"The sound lasts {seconds:.0f} seconds; {MAX_SECONDS:.0f} are the most.", "Send a part of it.")


def _bad(message: str, mend: str) -> StudioloError:
    return StudioloError("bad_request", message, mend)


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
