"""Which requests there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Union

from studiolo_contract.compose import CardRequest, ComposeRequest, MatchRequest
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Blob, Midi, Picture
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest

Request = Union[
    TextRequest, ImageRequest, TextureRequest, UpscaleRequest, MusicRequest, CardRequest, ComposeRequest, MatchRequest
]
"""Told apart by `kind`."""


def files_of(request: Request) -> tuple[Union[Picture, Midi, Blob], ...]:
    """The pictures, MIDI files and other blobs that the request names, whose bytes it needs."""
    return tuple(_files(request))


def _files(value: Any) -> Iterator[Union[Picture, Midi, Blob]]:
    if isinstance(value, (Picture, Midi, Blob)):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _files(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _files(getattr(value, field.name))
