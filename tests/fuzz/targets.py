"""The functions that take a stranger's bytes, each as one call: it returns, or refuses with a sentence of its own code.

`TARGETS` are what the corpus, Hypothesis and atheris run. Anything else that is raised is a finding.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from gguf import GGUFReader
from safetensors import safe_open

from studiolo.media import midi, pictures, sound
from studiolo.models import folder, gguf_header
from studiolo_contract.errors import StudioloError
from studiolo_contract.frames import split_binary
from studiolo_contract.media import Picture
from studiolo_daemon.doors import checking, http_pictures

_PLACE = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


def refused(kind: str, data: bytes) -> str:
    """The sentence with which these bytes are refused; empty where they are taken. Raises what is a finding."""
    codes, target = TARGETS[kind]
    try:
        target(data)
    except StudioloError as error:
        problem = error.problem
        assert problem.code in codes, problem
        assert all(sentence.endswith(".") and "\n" not in sentence for sentence in (problem.message, problem.mend)), (
            problem
        )
        assert len(problem.message) < 600, problem
        return problem.message
    return ""


def _picture(data: bytes) -> None:
    with suppress(StudioloError):
        http_pictures.measure("image", data)  # as the daemon itself reads what comes over HTTP
    told = pictures.measure(data)
    pixels = pictures.decode(data, told)
    assert pixels.dtype == np.uint8
    assert sorted(pixels.shape[:2]) == sorted((told.height, told.width))
    assert pixels.shape[2] == 4


def raw(data: bytes) -> None:
    """The same bytes as raw pixels of whatever size fits."""
    for kind, size in (("rgba8", 4), ("bgra8", 4), ("rgbaf32", 16)):
        width = len(data) // size
        if width:
            picture = Picture(sha256="", width=width, height=1, format=kind)
            assert pictures.decode(data[: width * size], picture).shape == (1, width, 4)


def _sound(data: bytes) -> None:
    samples, rate = sound.decode(data)
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    assert 0 < len(samples) <= rate * sound.MAX_SECONDS


def _midi(data: bytes) -> None:
    notes = midi.read_melody(data)
    assert notes[0].begin == 0
    assert all(note.length > 0 and 0 <= note.pitch < 128 for note in notes)


def _safetensors(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=_PLACE, suffix=".safetensors") as file:
        file.write(data)
        file.flush()
        told = folder.read_tensors(Path(file.name))
        with safe_open(file.name, framework="numpy") as opened:  # what is let through, the library takes
            assert set(opened.keys()) == set(told)
            assert all(tuple(opened.get_slice(name).get_shape()) == one.shape for name, one in told.items())


def _gguf(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=_PLACE, suffix=".gguf") as file:
        file.write(data)
        file.flush()
        try:
            gguf_header.check(Path(file.name))
            GGUFReader(file.name)  # what is let through, the library reads
        except ValueError as error:  # as the program that converts it says it
            raise StudioloError("bad_model", f"{error}.", "Get it again.") from error


def _message(data: bytes) -> None:
    checking.ref_of(data)
    header, _ = split_binary(data)
    checking.ref_of(header)
    checking.read_message(header)


TARGETS: dict[str, tuple[set[str], Callable[[bytes], None]]] = {
    "picture": ({"bad_picture"}, _picture),
    "sound": ({"bad_request"}, _sound),
    "midi": ({"bad_midi"}, _midi),
    "safetensors": ({"bad_model"}, _safetensors),
    "gguf": ({"bad_model"}, _gguf),
    "message": ({"bad_request", "too_large"}, _message),
}
