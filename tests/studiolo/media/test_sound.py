"""A file holds exactly the samples it was given, and says where it came from and how it repeats; a hostile one is a
sentence."""

from __future__ import annotations

import io
import struct
import wave
from typing import Literal

import numpy as np
import pytest
import soundfile

from studiolo.media.sound import Sound, decode, encode, encode_preview
from studiolo_contract.errors import StudioloError

RATE = 44_100
RECIPE = '{"prompt": "Straße am Meer 🌊", "seed": 7}'
NOISE: Sound = np.random.default_rng(7).uniform(-0.9, 0.9, (1_001, 2)).astype(np.float32)
BOTH = pytest.mark.parametrize("kind", ["wav", "flac"])
Kind = Literal["wav", "flac"]


def chunks(data: bytes) -> dict[str, bytes]:
    """Of a RIFF file or list, by name; every length is checked."""
    found = {}
    at = 0
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        assert at + 8 + size <= len(data)
        found[name.decode()] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)
    return found


def parts(wav: bytes) -> dict[str, bytes]:
    assert (wav[:4], wav[8:12]) == (b"RIFF", b"WAVE")
    assert struct.unpack_from("<I", wav, 4) == (len(wav) - 8,)
    return chunks(wav[12:])


@BOTH
@pytest.mark.parametrize("samples", [1, 2, 1_000, 1_001])
@pytest.mark.parametrize("loop", [False, True])
def test_every_sample_comes_back_to_half_a_step(kind: Kind, samples: int, loop: bool) -> None:
    data = encode(NOISE[:samples], RATE, kind, RECIPE, loop)
    back, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    assert rate == RATE
    assert back.shape == (samples, 2)
    assert np.abs(back / 32767 - NOISE[:samples]).max() <= 0.51 / 32767
    assert soundfile.info(io.BytesIO(data)).subtype == "PCM_16"


@BOTH
def test_what_is_too_loud_is_cut_off_and_never_turns_over(kind: Kind) -> None:
    loud = np.array([[1.5, -1.5], [1.0, -1.0], [3e9, -3e9]], np.float32)
    back, _ = soundfile.read(io.BytesIO(encode(loud, RATE, kind, "{}", loop=False)), dtype="int16")
    assert back.tolist() == [[32767, -32767]] * 3


@BOTH
@pytest.mark.parametrize("recipe", [RECIPE, RECIPE + " ", "{}"])
def test_other_programs_find_the_recipe(kind: Kind, recipe: str) -> None:
    with soundfile.SoundFile(io.BytesIO(encode(NOISE, RATE, kind, recipe, loop=True))) as file:
        assert file.comment == recipe
        assert file.software == "Studiolo"
        assert len(file.read()) == len(NOISE)


def test_a_long_recipe_is_whole() -> None:
    long = '{"brief": "' + "a" * 300_000 + '"}'
    info = chunks(parts(encode(NOISE, RATE, "wav", long, loop=False))["LIST"][4:])
    assert info["ICMT"] == long.encode() + b"\0"
    assert tags(encode(NOISE, RATE, "flac", long, loop=False))["COMMENT"] == long


@BOTH
def test_the_same_sound_gives_the_same_bytes(kind: Kind) -> None:
    assert encode(NOISE, RATE, kind, RECIPE, loop=True) == encode(NOISE, RATE, kind, RECIPE, loop=True)


def test_a_wav_is_read_by_the_plainest_reader_too() -> None:
    data = encode(NOISE, RATE, "wav", RECIPE, loop=True)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnframes(), file.getnchannels(), file.getsampwidth()) == (len(NOISE), 2, 2)
    assert data[36:40] == b"data"


def test_a_wav_that_loops_says_so_to_samplers() -> None:
    found = parts(encode(NOISE, RATE, "wav", RECIPE, loop=True))
    assert list(found) == ["fmt ", "data", "smpl", "LIST"]
    words = struct.unpack("<15I", found["smpl"])
    assert words[2] == pytest.approx(1e9 / RATE, abs=1)
    assert words[7:9] == (1, 0)
    _, forward, start, end, fraction, times = words[9:]
    assert (forward, start, end, fraction, times) == (0, 0, len(NOISE) - 1, 0, 0)


def test_a_wav_that_ends_does_not() -> None:
    found = parts(encode(NOISE, RATE, "wav", RECIPE, loop=False))
    assert list(found) == ["fmt ", "data", "LIST"]
    assert found["LIST"][:4] == b"INFO"
    assert chunks(found["LIST"][4:]) == {"ISFT": b"Studiolo\0", "ICMT": RECIPE.encode() + b"\0"}


def tags(flac: bytes) -> dict[str, str]:
    """Of a FLAC file, read by the format's own description."""
    at, last, found = 4, False, b""
    while not last:
        last, kind, size = bool(flac[at] & 128), flac[at] & 127, int.from_bytes(flac[at + 1 : at + 4], "big")
        found = flac[at + 4 : at + 4 + size] if kind == 4 else found
        at += 4 + size
    assert flac[at : at + 2] in (b"\xff\xf8", b"\xff\xf9")  # the first frame follows at once
    at = 4 + struct.unpack_from("<I", found)[0]
    (count,) = struct.unpack_from("<I", found, at)
    at += 4
    result = {}
    for _ in range(count):
        (size,) = struct.unpack_from("<I", found, at)
        name, _, value = found[at + 4 : at + 4 + size].decode().partition("=")
        result[name] = value
        at += 4 + size
    assert at == len(found)
    return result


def test_a_flac_that_loops_says_so_in_its_tags() -> None:
    plain = {"SOFTWARE": "Studiolo", "COMMENT": RECIPE}
    assert tags(encode(NOISE, RATE, "flac", RECIPE, loop=False)) == plain
    looped = tags(encode(NOISE, RATE, "flac", RECIPE, loop=True))
    assert looped == plain | {"LOOPSTART": "0", "LOOPLENGTH": str(len(NOISE))}


def test_a_preview_is_a_plain_wav() -> None:
    data = encode_preview(NOISE, RATE)
    assert list(parts(data)) == ["fmt ", "data"]
    back, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert rate == RATE
    assert np.abs(back - NOISE).max() < 1e-4


# ---- reading


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_what_was_written_is_read(kind: Kind) -> None:
    sound, rate = decode(encode(NOISE, RATE, kind, RECIPE, loop=True))
    assert rate == RATE
    assert sound.shape == NOISE.shape
    assert np.abs(sound - NOISE).max() < 1e-4


def test_one_channel_becomes_two_alike() -> None:
    file = io.BytesIO()
    soundfile.write(file, NOISE[:, 0], 22_050, format="WAV", subtype="FLOAT")
    sound, rate = decode(file.getvalue())
    assert rate == 22_050
    assert np.array_equal(sound[:, 0], NOISE[:, 0])
    assert np.array_equal(sound[:, 0], sound[:, 1])


def written(samples: int = 10, rate: int = RATE, channels: int = 2, kind: str = "WAV", value: float = 0.0) -> bytes:
    file = io.BytesIO()
    soundfile.write(
        file,
        np.full((samples, channels), value, np.float32),
        rate,
        format=kind,
        subtype=None if kind != "WAV" else "FLOAT",
    )
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "neither a WAV nor a FLAC"),
        (written(kind="OGG"), "neither a WAV nor a FLAC"),
        (written(kind="AIFF"), "neither a WAV nor a FLAC"),
        (b"RIFF" + bytes(4) + b"WAVE" + bytes(40), "can't be read"),
        (b"fLaC" + b"\xff" * 40, "can't be read"),
        (written(samples=0), "lasts 0 seconds"),
        (written(rate=400), "400 samples a second"),
        (written(rate=1_000_000), "1000000 samples a second"),
        (written(channels=8), "8 channels"),
        (written(samples=8_000 * 601, rate=8_000, channels=1), "lasts 601 seconds"),
        (written(value=float("nan")), "not numbers"),
        (encode(NOISE, RATE, "flac", "", loop=False)[:-900], "can't be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_such_sound_is_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(StudioloError, match=says) as caught:
        decode(data)
    assert caught.value.problem.code == "bad_request"
