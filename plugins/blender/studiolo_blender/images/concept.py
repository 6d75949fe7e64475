# SPDX-License-Identifier: GPL-3.0-or-later
"""Render to concept: a picture that is there, refined by words into a new image datablock."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import bpy

from studiolo_contract.image import ImageRequest

from .. import recipes
from ..task import Ask, Made, Put, Steps, bad
from . import pictures
from .pictures import Sendable

RENDER = "render"
"""The source that stands for the render that was made last."""


@dataclass(frozen=True)
class Concept:
    """A picture refined by words."""

    prompt: str
    source: str = RENDER
    """`render`, or the name of an image datablock."""
    strength: float = 0.5
    """How far it goes from the source: 0 not at all."""
    negative_prompt: str = ""
    seed: int | None = None
    model: str = ""

    @property
    def title(self) -> str:
        return f"Concept: {self.prompt}"

    def steps(self) -> Steps:
        if not self.prompt.strip():
            raise bad("The prompt is empty.", "Say what the picture is to become.")
        source = _render() if self.source == RENDER else _image(self.source)
        arrival = yield Ask(partial(self._request, source), "Refining the picture")
        _, data = arrival.outputs[0]
        image = pictures.image_from_png(self.title, data, colour=True)
        image.use_fake_user = True  # nothing shows it yet, and it would not be saved
        recipes.keep(image, arrival.recipe)
        return Made(images=(image.name,), recipes=(arrival.recipe,), notes=arrival.recipe.notes)

    def _request(self, source: Sendable, put: Put) -> ImageRequest:
        return ImageRequest(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            image=source.put(put),
            strength=self.strength,
            seed=self.seed,
            model=self.model,
        )


def _image(name: str) -> Sendable:
    image = bpy.data.images.get(name)
    if image is None:
        raise bad(f"There is no image called {name}.", "Name one that is there.")
    if image.type == "RENDER_RESULT":
        return _render()
    return pictures.sendable(image)


def _render() -> Sendable:
    """What was rendered last, as it is shown: its pixels can't be read, only saved."""
    result = next((image for image in bpy.data.images if image.type == "RENDER_RESULT"), None)
    if result is None:
        raise bad("Nothing was rendered yet.", "Render first.")
    scene = bpy.context.scene
    with tempfile.TemporaryDirectory() as folder, _as_png(scene.render.image_settings):
        file = Path(folder) / "render.png"
        try:
            result.save_render(str(file), scene=scene)
        except RuntimeError as problem:
            raise bad("Nothing was rendered yet.", "Render first.") from problem
        data = file.read_bytes()
    width, height = struct.unpack_from(">II", data, pictures.SIZE)
    return Sendable(width, height, data)


@contextmanager
def _as_png(settings: Any) -> Iterator[None]:
    """Has renders saved as 8-bit PNGs meanwhile, whatever is set."""
    wanted = {"media_type": "IMAGE", "file_format": "PNG", "color_mode": "RGB", "color_depth": "8", "compression": 0}
    wanted = {name: value for name, value in wanted.items() if hasattr(settings, name)}
    before = {name: getattr(settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
