"""Makes materials: a base colour, and the maps that an estimator finds for it.

The base colour is painted by whichever picture model stands at hand, in words that ask it for a surface, or it is the
picture that was sent. Knows picture models only as engines; how they paint is their matter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np

from studiolo.device import Device
from studiolo.engines.engine import Finished, Loaded, Task
from studiolo.image.masks import filled
from studiolo.image.sizes import resized, resized_tile
from studiolo.media.pictures import Pixels, decode, encode_png, measure
from studiolo.models.model import Model
from studiolo.recipe import png, recipe
from studiolo.texture.estimator import Estimator
from studiolo.texture.maps import Maps
from studiolo.texture.pictures import pictures
from studiolo.texture.preview import preview
from studiolo.texture.seams import cut_at, quietest, tiles
from studiolo.texture.tiled import OVERLAP, tiled
from studiolo.texture.wording import worded
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Progress
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture
from studiolo_contract.texture import TextureRequest

LARGEST_SIDE = 4096
"""Pixels of a map."""


def load(model: Model, device: Device) -> TextureEngine:
    """Reads the estimator from its folder. Raises `StudioloError` (`bad_model`)."""
    return TextureEngine(Estimator.load(model.folder), model, device)


@dataclass(frozen=True)
class _Base:
    """A base colour and how it came about."""

    colour: Pixels
    """H x W x 3."""
    settled: TextureRequest
    final_prompt: str
    notes: tuple[str, ...]
    movable: bool
    """Whether nothing else is laid over the texture that would have to fit it, pixel by pixel."""


class TextureEngine:
    """A loaded estimator. One request at a time, on one thread."""

    def __init__(self, estimator: Estimator, model: Model, device: Device) -> None:
        self._estimator = estimator
        self._model = model
        self._device = device

    def resident_bytes(self) -> int:
        return self._estimator.resident_bytes()

    def run(self, task: Task) -> Finished:
        """Makes the maps. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        request = task.request
        if not isinstance(request, TextureRequest):
            raise StudioloError("bad_request", f"{self._model.name} makes textures only.", "Choose another model.")
        source = None if request.image is None else _source(request, request.image, task)
        if request.prompt.strip():
            base = _painted(request, source, task)
        elif source is not None:
            base = source
        else:
            raise StudioloError("bad_request", "There is neither a prompt nor a picture.", "Send one of them.")
        maps = self._estimator.maps(base.colour, request.seamless, _between_tiles(task))
        return self._finish(base, _well_cut(maps) if base.movable else maps, task)

    def _finish(self, base: _Base, maps: Maps, task: Task) -> Finished:
        models = [*(helper.model for helper in task.helpers), self._model]
        travelling = recipe(base.settled, base.settled, base.final_prompt, models, self._device, base.notes)
        outputs, blobs = [], {}
        made = {**pictures(maps), "preview": preview(maps)}
        for number, (name, pixels) in enumerate(made.items(), start=1):
            task.checkpoint()
            blob, data = png(pixels, travelling)
            blobs[blob.sha256] = data
            rows, columns = pixels.shape[:2]
            outputs.append(ImageOutput(blob=blob, width=columns, height=rows, seed=base.settled.seed, name=name))
            task.emit(Progress(stage="decode", done=number, total=len(made)))
        return Finished(tuple(outputs), base.settled, base.final_prompt, blobs, base.notes)


def _source(request: TextureRequest, picture: Picture, task: Task) -> _Base:
    """The picture that was sent, as a base colour. Raises `StudioloError`."""
    if picture.sha256 not in task.inputs:
        raise StudioloError("unknown_blob", f"The picture {picture.sha256[:12]} is not here.", "Send its bytes first.")
    pixels = filled(decode(task.inputs[picture.sha256], picture))
    height, width = pixels.shape[:2]
    size = (
        request.width or max(16, round(width * (request.height or height) / height)),
        request.height or max(16, round(height * (request.width or width) / width)),
    )
    if max(size) > LARGEST_SIDE:
        raise StudioloError(
            "bad_picture",
            f"The picture is {width} × {height} pixels; {LARGEST_SIDE} a side are the most that maps are made of.",
            "Send a smaller picture, or say how wide the maps are to be.",
        )
    notes = []
    made = request.seamless and not tiles(pixels)
    if made:
        if request.width or request.height:
            pixels = resized(pixels, (round(size[0] / (1.0 - OVERLAP)), round(size[1] / (1.0 - OVERLAP))))
        pixels = tiled(pixels)
        if not (request.width or request.height):
            size = max(16, pixels.shape[1]), max(16, pixels.shape[0])
        notes.append(
            "The picture did not tile, so its borders were laid over each other; that took a sixth of it, both ways."
        )
    pixels = resized_tile(pixels, size) if request.seamless else resized(pixels, size)
    settled = dataclasses.replace(request, width=size[0], height=size[1], seed=None)
    unused = [
        name for name in ("negative_prompt", "steps", "guidance_scale", "scheduler", "model") if getattr(request, name)
    ]
    if unused and not request.prompt.strip():
        notes.append(f"Without a prompt nothing is painted; {', '.join(unused)} had no effect.")
    return _Base(pixels, settled, "", tuple(notes), movable=made)


def _painted(request: TextureRequest, source: _Base | None, task: Task) -> _Base:
    """What the painter made of the prompt, and of the picture if there is one."""
    if not task.helpers:
        raise StudioloError("bad_request", "A prompt needs a picture model.", "Name one, or send a picture alone.")
    painter: Loaded = task.helpers[0]
    inputs, image = {}, None
    if source is not None:
        data = encode_png(source.colour, {})
        image = measure(data)
        inputs = {image.sha256: data}
    defaults = painter.model.defaults
    order = ImageRequest(
        prompt=worded(request.prompt, defaults),
        negative_prompt=request.negative_prompt,
        width=request.width if source is None else source.settled.width,
        height=request.height if source is None else source.settled.height,
        steps=request.steps,
        guidance_scale=defaults.texture_guidance_scale if request.guidance_scale is None else request.guidance_scale,
        scheduler=request.scheduler,
        seed=request.seed,
        image=image,
        strength=request.strength,
        seamless=request.seamless,
        model=request.model,
        previews=request.previews,
    )
    finished = painter.engine.run(dataclasses.replace(task, request=order, inputs=inputs, helpers=()))
    output, done = finished.outputs[0], finished.settled
    assert isinstance(output, ImageOutput)
    assert isinstance(done, ImageRequest)
    data = finished.blobs[output.blob.sha256]
    settled = dataclasses.replace(
        request,
        width=done.width,
        height=done.height,
        steps=done.steps,
        guidance_scale=done.guidance_scale,
        scheduler=done.scheduler,
        seed=done.seed,
        model=done.model,
    )
    notes = (*(source.notes if source else ()), *finished.notes)
    colour = filled(decode(data, measure(data)))
    return _Base(colour, settled, finished.final_prompt, notes, request.seamless and (source is None or source.movable))


def _between_tiles(task: Task) -> Callable[[], None]:
    """Tells how many parts of the picture are done, and heeds a cancel."""
    done = count()

    def checkpoint() -> None:
        task.checkpoint()
        task.emit(Progress(stage="maps", done=next(done), total=0))

    return checkpoint


def _well_cut(maps: Maps) -> Maps:
    """The same tile, beginning where none of its pictures has a line of its own."""
    place = quietest(list(pictures(maps).values()))
    planes = {field.name: getattr(maps, field.name) for field in dataclasses.fields(maps)}
    return Maps(**{name: np.ascontiguousarray(cut_at(plane, place)) for name, plane in planes.items()})
