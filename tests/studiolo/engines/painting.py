"""What the tests of the image engine need to hand it work and to look at what it made."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from studiolo.device import Device
from studiolo.engines.diffusers_image import ImageEngine, load
from studiolo.engines.engine import Emission, Finished, Task
from studiolo.media.pictures import encode_png
from studiolo.models.model import Defaults, Model
from studiolo_contract.events import Preview, Progress
from studiolo_contract.image import ImageRequest
from studiolo_contract.media import Picture, hash_of

CPU = Device("cpu", "this computer", "float32")


def model_at(folder: Path, **defaults: Any) -> Model:
    return Model(folder.name, "image", "diffusers-image", folder, "none", True, "1", "f" * 64, Defaults(**defaults))


def engine_at(folder: Path, **defaults: Any) -> ImageEngine:
    return load(model_at(folder, **defaults), CPU)


@dataclass
class Job:
    """One request handed to an engine, and everything that came back."""

    events: list[Emission] = field(default_factory=list)
    previews: list[tuple[Preview, bytes]] = field(default_factory=list)
    finished: Finished | None = None

    @property
    def steps(self) -> list[Progress]:
        return [event for event in self.events if isinstance(event, Progress) and event.stage == "steps"]

    @property
    def made(self) -> Finished:
        assert self.finished is not None
        return self.finished

    @property
    def files(self) -> list[bytes]:
        return [self.made.blobs[output.blob.sha256] for output in self.made.outputs]

    def pixels(self, number: int = 0) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(self.files[number])))


def paint(
    engine: ImageEngine,
    inputs: Mapping[str, bytes] | None = None,
    cancelled: Callable[[Job], bool] = lambda job: False,
    job: Job | None = None,
    **request: Any,
) -> Job:
    """Runs a request: a small picture in four steps with seed 5, unless it says otherwise."""
    job = job or Job()
    request = {"prompt": "a cat by the sea", "steps": 4, "seed": 5, **request}
    if "image" not in request:
        request = {"width": 64, "height": 64, **request}
    task = Task(
        ImageRequest(**request),
        inputs or {},
        job.events.append,
        lambda preview, data: job.previews.append((preview, data)),
        lambda: cancelled(job),
    )
    job.finished = engine.run(task)
    return job


def given(pixels: np.ndarray) -> tuple[Picture, dict[str, bytes]]:
    """A picture as a client would name it, and its bytes."""
    data = encode_png(pixels, {})
    return Picture(sha256=hash_of(data), width=pixels.shape[1], height=pixels.shape[0]), {hash_of(data): data}


def scene(width: int = 64, height: int = 64) -> np.ndarray:
    """A soft picture of sky over land, with a sun."""
    y, x = np.mgrid[:height, :width]
    sky = np.stack([120 + y, 160 + y // 2, np.full_like(y, 230)], axis=-1)
    land = np.stack([60 + x // 2, 120 + 0 * x, 40 + 0 * x], axis=-1)
    picture = np.where((y > height * 0.6)[..., None], land, sky)
    picture[(y - height // 4) ** 2 + (x - width // 2) ** 2 < (height // 8) ** 2] = (255, 230, 120)
    return picture.clip(0, 255).astype(np.uint8)


def seam(pixels: np.ndarray, cell: int = 1) -> float:
    """The step across the edges beside that between neighbours inside; 1 where an edge can't be told.

    `cell`: compares with the borders between cells of so many pixels only, where a small decoder shows its grid.
    """
    values = pixels[..., :3].astype(float)
    across = np.abs(values[:, 0] - values[:, -1]).mean() + np.abs(values[0] - values[-1]).mean()
    sideways, down = np.abs(np.diff(values, axis=1)), np.abs(np.diff(values, axis=0))
    inside = sideways[:, cell - 1 :: cell].mean() + down[cell - 1 :: cell].mean()
    return float(across / inside)
