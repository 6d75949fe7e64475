"""Which requests there are."""

from __future__ import annotations

from dataclasses import fields
from typing import Union

from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Blob, Midi, Picture
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from studiolo_contract.upscale import UpscaleRequest

Request = Union[TextRequest, ImageRequest, TextureRequest, UpscaleRequest, MusicRequest]
"""Told apart by `kind`."""


def files_of(request: Request) -> tuple[Union[Picture, Midi, Blob], ...]:
    """The pictures, MIDI files and other blobs that the request names, whose bytes it needs."""
    values = (getattr(request, field.name) for field in fields(request))
    return tuple(value for value in values if isinstance(value, (Picture, Midi, Blob)))
