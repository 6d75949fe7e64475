"""Runs requests on the models that they need, and has the recipe written of what was made.

Knows engines only by their protocol; knows nothing of processes, pipes or queues.
"""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from studiolo.device import Device
from studiolo.engines.engine import Emission, Loaded, Task
from studiolo.models import folder
from studiolo.models.model import Model
from studiolo.recipe import recipe
from studiolo.registry import loader
from studiolo_contract.events import AnyPreview, Progress, Result
from studiolo_contract.recipe import Timings
from studiolo_contract.request import Request
from studiolo_contract.upscale import UpscaleRequest


class Runner:
    """One device, and the models that were used last, still loaded."""

    def __init__(self, device: Device, cache: Path | None = None) -> None:
        """`cache`: the folder in which engines may keep what they can make again."""
        self.device = device
        self._cache = cache
        self._loaded: list[Loaded] = []

    @property
    def models(self) -> tuple[Model, ...]:
        """What is loaded now."""
        return tuple(loaded.model for loaded in self._loaded)

    def run(
        self,
        request: Request,
        models: Sequence[Model],
        inputs: Mapping[str, bytes],
        emit: Callable[[Emission], None],
        preview: Callable[[AnyPreview, bytes], None],
        cancelled: Callable[[], bool],
        queued: float = 0.0,
    ) -> tuple[Result, Mapping[str, bytes]]:
        """The result and the bytes of each blob that it names.

        `models`: in the order in which they work; the last one's engine gets the task, and the others at hand.
        `queued` is how many seconds the job has waited, for the recipe. Raises `JobCancelled` or `StudioloError`.
        """
        settled = request
        if not isinstance(request, UpscaleRequest) and request.seed is None:
            settled = dataclasses.replace(request, seed=random.SystemRandom().randrange(2**32))
        task = Task(settled, inputs, emit, preview, cancelled, cache=self._cache)
        task.checkpoint()
        began = time.perf_counter()
        *helpers, last = self._load(models, emit)
        loaded = time.perf_counter()
        finished = last.engine.run(dataclasses.replace(task, helpers=tuple(helpers)))
        timings = Timings(
            queued=round(queued, 3), load=round(loaded - began, 3), run=round(time.perf_counter() - loaded, 3)
        )
        written = recipe(
            request,
            finished.settled,
            finished.final_prompt,
            models,
            self.device,
            finished.notes,
            timings,
            finished.why,
        )
        return Result(outputs=finished.outputs, recipe=written), finished.blobs

    def resident_bytes(self) -> int:
        """Memory that the loaded models hold; 0 when none is."""
        return sum(loaded.engine.resident_bytes() for loaded in self._loaded)

    def _load(self, models: Sequence[Model], emit: Callable[[Emission], None]) -> list[Loaded]:
        # what is not needed is given back before anything takes its place
        self._loaded = [loaded for loaded in self._loaded if loaded.model in models]
        missing = [model for model in models if model not in self.models]
        for number, model in enumerate(missing):
            emit(Progress(stage="load", done=number, total=len(missing)))
            folder.check(model.folder)
            self._loaded.append(Loaded(model, loader(model.engine)(model, self.device)))
        if missing:
            emit(Progress(stage="load", done=len(missing), total=len(missing)))
        return sorted(self._loaded, key=lambda loaded: models.index(loaded.model))
