"""Enlarges pictures with any network of Real-ESRGAN's family that lies in a safetensors file.

Works tile by tile, each with as much around it as the network looks at, so that tiles don't show and memory is bounded
by the result. Knows no queue and no process.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from studiolo.device import Device
from studiolo.engines import upscaler_file
from studiolo.engines.engine import Finished, Task
from studiolo.engines.shortage import does_not_fit, first_line, free, is_out_of_memory
from studiolo.image import tiles
from studiolo.image.masks import filled
from studiolo.media.pictures import Pixels, decode
from studiolo.models.model import Model
from studiolo.recipe import png, recipe
from studiolo_contract.errors import StudioloError
from studiolo_contract.events import ImageOutput, Progress
from studiolo_contract.upscale import UpscaleRequest

LARGEST_TILE, SMALLEST_TILE = 192, 24
"""Pixels a side, without what is around."""
SMALLEST_MARGIN, LARGEST_MARGIN = 8, 32
"""Pixels around a tile. Deep networks look farther in principle; in practice what lies beyond changes nothing that
can be seen (Real-ESRGAN itself takes 10)."""


def load(model: Model, device: Device) -> UpscaleEngine:
    """Reads an upscaler. Raises `StudioloError` (`model_missing`, `bad_model`, `out_of_memory`)."""
    network = upscaler_file.read(model.folder, model.name)
    dtype = torch.float16 if device.kind != "cpu" and network.supports_half else torch.float32
    try:
        network.to(torch.device(device.kind), dtype).eval()
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        raise does_not_fit(model.name, device, error) from error
    return UpscaleEngine(network, model, device)


class UpscaleEngine:
    """A loaded network. One request at a time, on one thread."""

    def __init__(self, network: Any, model: Model, device: Device) -> None:
        self._network = network
        self._model = model
        self._device = device
        self._margin = margin_of(network.model)

    def resident_bytes(self) -> int:
        """Memory of the weights."""
        return sum(t.nbytes for t in (*self._network.model.parameters(), *self._network.model.buffers()))

    def run(self, task: Task) -> Finished:
        """Enlarges. Raises `JobCancelled`, or `StudioloError` with what the person should do."""
        request = task.request
        if not isinstance(request, UpscaleRequest):
            raise StudioloError("bad_request", f"{self._model.name} only enlarges.", "Choose an image model.")
        if request.image.sha256 not in task.inputs:
            raise StudioloError(
                "unknown_blob", f"The picture {request.image.sha256[:12]} is not here.", "Send its bytes first."
            )
        settled = dataclasses.replace(request, model=request.model or self._model.name)
        large, notes = self._enlarged(decode(task.inputs[request.image.sha256], request.image), settled, task)
        task.emit(Progress(stage="decode", done=0, total=1))
        travelling = recipe(settled, settled, "", [self._model], self._device, notes)
        blob, data = png(large, travelling)
        task.emit(Progress(stage="decode", done=1, total=1))
        output = ImageOutput(blob=blob, width=large.shape[1], height=large.shape[0])
        return Finished((output,), settled, "", {blob.sha256: data}, notes)

    def _enlarged(self, pixels: Pixels, settled: UpscaleRequest, task: Task) -> tuple[Pixels, tuple[str, ...]]:
        """The picture, and what to say of it; in smaller and smaller tiles when memory runs out."""
        side = LARGEST_TILE
        while True:
            try:
                large = self.enlarge(pixels, settled.scale, settled.seamless, side, task)
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                free(self._device)
                if side // 2 < SMALLEST_TILE:
                    raise StudioloError(
                        "out_of_memory",
                        f"Enlarging {settled.image.width} × {settled.image.height} pixels takes more memory than "
                        f"{self._device.name} has free: {first_line(error)}.",
                        "Enlarge a part of it, or close other programs.",
                    ) from error
                side //= 2
        short = side < LARGEST_TILE
        return large, (f"Memory was short, so it was enlarged in tiles of {side} pixels.",) if short else ()

    def enlarge(self, pixels: Pixels, scale: int, seamless: bool, side: int, task: Task) -> Pixels:
        """RGBA pixels `scale` times larger, in tiles of at most `side` pixels; without alpha where it was opaque."""
        colour, alpha = pixels[..., :3], pixels[..., 3:]
        layers = [colour]
        if (alpha < 255).any():
            # what lies hidden must not come through at soft edges
            layers = [np.where(alpha > 0, colour, filled(pixels)), np.repeat(alpha, 3, axis=2)]
        # a network that can only do 2 goes twice
        steps = [scale] if self._network.scale >= scale else [2] * (scale.bit_length() - 1)
        height, width = pixels.shape[:2]
        total = len(layers) * sum(tiles.count(height * 2**n, width * 2**n, side) for n in range(len(steps)))
        done = 0

        def worked() -> None:
            nonlocal done
            done += 1
            task.emit(Progress(stage="steps", done=done, total=total))

        with _heeding(self._network.model, task.checkpoint):
            for step in steps:
                layers = [self._pass(layer, step, seamless, side, worked) for layer in layers]
        if len(layers) == 1:
            return layers[0]
        return np.dstack([layers[0], layers[1].mean(axis=2).round().astype(np.uint8)])

    def _pass(self, pixels: Pixels, scale: int, seamless: bool, side: int, worked: Callable[[], None]) -> Pixels:
        """(height, width, 3) once through the network; shrunk to `scale` where that makes more of it."""
        height, width = pixels.shape[:2]
        large = np.empty((height * scale, width * scale, 3), np.uint8)
        for tile in tiles.tiles(height, width, side):
            made = self._tile(tiles.cut(pixels, tile, self._margin, seamless), scale)
            top, left = tile.top * scale, tile.left * scale
            large[top : top + tile.height * scale, left : left + tile.width * scale] = made
            worked()
        return large

    def _tile(self, piece: Pixels, scale: int) -> Pixels:
        network = self._network
        picture = torch.from_numpy(piece).permute(2, 0, 1)[None].to(network.device, network.dtype) / 255
        made = network(picture)
        edge = self._margin * network.scale
        made = made[..., edge:-edge, edge:-edge].float()
        if network.scale > scale:
            rows, columns = ((length - 2 * self._margin) * scale for length in piece.shape[:2])
            made = functional.adaptive_avg_pool2d(made, (rows, columns))
        if not torch.isfinite(made).all():
            raise StudioloError(
                "bad_model",
                f"What {self._model.name} made is not a picture: its numbers ran over.",
                "Get the file again, or use another model.",
            )
        return np.asarray((made[0] * 255).round().byte().permute(1, 2, 0).cpu())


def margin_of(network: nn.Module) -> int:
    """How many pixels around a tile the network looks at, as far as that can be seen."""
    reach = sum(
        max(size // 2 * wide for size, wide in zip(layer.kernel_size, layer.dilation, strict=True))
        for layer in network.modules()
        if isinstance(layer, nn.Conv2d)
    )
    return min(max(reach, SMALLEST_MARGIN), LARGEST_MARGIN)


@contextmanager
def _heeding(network: nn.Module, checkpoint: Callable[[], None]) -> Iterator[None]:
    """Within, a cancel is heard before each convolution: a large network takes half a minute for a tile on a CPU."""
    hooks = [
        layer.register_forward_pre_hook(lambda *_: checkpoint())
        for layer in network.modules()
        if isinstance(layer, nn.Conv2d)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
