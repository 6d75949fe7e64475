"""Runs requests on one loaded model at a time, and writes the recipe of what was made.

Knows engines only by their protocol; knows nothing of processes, pipes or queues.
"""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable, Mapping

from studiolo import __version__
from studiolo.device import Device
from studiolo.engines.engine import Emission, Engine, Task
from studiolo.models.model import Model
from studiolo.registry import loader
from studiolo_contract.events import Preview, Progress, Result
from studiolo_contract.recipe import Recipe, Timings
from studiolo_contract.request import Request


class Runner:
    """One device, and the model that was used last, still loaded."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.model: Model | None = None
        self._engine: Engine | None = None

    def run(
        self,
        request: Request,
        model: Model,
        inputs: Mapping[str, bytes],
        emit: Callable[[Emission], None],
        preview: Callable[[Preview, bytes], None],
        cancelled: Callable[[], bool],
        queued: float = 0.0,
    ) -> tuple[Result, Mapping[str, bytes]]:
        """The result and the bytes of each blob that it names.

        `queued` is how many seconds the job has waited, for the recipe. Raises `JobCancelled` or `StudioloError`.
        """
        settled = request
        if request.seed is None:
            settled = dataclasses.replace(request, seed=random.SystemRandom().randrange(2**32))
        task = Task(settled, inputs, emit, preview, cancelled)
        task.checkpoint()
        began = time.perf_counter()
        engine = self._load(model, emit)
        loaded = time.perf_counter()
        finished = engine.run(task)
        recipe = Recipe(
            request=request,
            settled=finished.settled,
            final_prompt=finished.final_prompt,
            model=model.name,
            model_revision=model.revision,
            model_sha256=model.sha256,
            licence=model.licence,
            engine=model.engine,
            device=self.device.name,
            studiolo=__version__,
            timings=Timings(
                queued=round(queued, 3), load=round(loaded - began, 3), run=round(time.perf_counter() - loaded, 3)
            ),
            notes=finished.notes,
        )
        return Result(outputs=finished.outputs, recipe=recipe), finished.blobs

    def resident_bytes(self) -> int:
        """Memory that the loaded model holds; 0 when none is."""
        return self._engine.resident_bytes() if self._engine else 0

    def _load(self, model: Model, emit: Callable[[Emission], None]) -> Engine:
        if self._engine is None or self.model != model:
            self._engine = self.model = None  # given back before the next one takes its place
            emit(Progress(stage="load", done=0, total=1))
            self._engine = loader(model.engine)(model, self.device)
            self.model = model
            emit(Progress(stage="load", done=1, total=1))
        return self._engine
