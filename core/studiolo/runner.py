"""Runs requests on the models that they need, and has the recipe written of what was made.

Knows engines only by their protocol; knows nothing of processes, pipes or queues.
"""

from __future__ import annotations

import dataclasses
import gc
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from studiolo.collecting import not_collecting
from studiolo.device import Device
from studiolo.engines.engine import Emission, Finished, Loaded, SharedEngine, Task, Work, alone
from studiolo.models import folder
from studiolo.models.model import Model
from studiolo.recipe import recipe
from studiolo.registry import loader
from studiolo_contract.compose import MatchRequest
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
        self._queue: list[object] = []
        """Tickets of those that wait for their models, first come first served."""
        self._running = 0

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
        return alone(self.begin(request, models, inputs, emit, preview, cancelled, queued), self.step)

    def begin(
        self,
        request: Request,
        models: Sequence[Model],
        inputs: Mapping[str, bytes],
        emit: Callable[[Emission], None],
        preview: Callable[[AnyPreview, bytes], None],
        cancelled: Callable[[], bool],
        queued: float = 0.0,
    ) -> Work[tuple[Result, Mapping[str, bytes]]]:
        """The same beside others, while `step` is called whenever it has yielded.

        A request of other models than those that run, or whose engine takes one at a time, waits until they are over.
        """
        settled = request
        if not isinstance(request, (UpscaleRequest, MatchRequest)) and request.seed is None:
            settled = dataclasses.replace(request, seed=random.SystemRandom().randrange(2**32))
        task = Task(settled, inputs, emit, preview, cancelled, cache=self._cache)
        task.checkpoint()
        yield from self._turn(models, task.checkpoint)
        try:
            began = time.perf_counter()
            *helpers, last = self._load(models, emit)
            loaded = time.perf_counter()
            finished = yield from _fulfil(last, dataclasses.replace(task, helpers=tuple(helpers)))
        finally:
            self._running -= 1
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

    def step(self) -> None:
        """One pass through the model for all that have begun."""
        for loaded in self._loaded:
            if isinstance(loaded.engine, SharedEngine):
                loaded.engine.step()

    def resident_bytes(self) -> int:
        """Memory that the loaded models hold; 0 when none is."""
        return sum(loaded.engine.resident_bytes() for loaded in self._loaded)

    def _turn(self, models: Sequence[Model], checkpoint: Callable[[], None]) -> Work[None]:
        """Waits until a request of these models may begin; then it counts as running."""
        ticket = object()
        self._queue.append(ticket)
        try:
            while self._queue[0] is not ticket or (self._running and not self._shared(models)):
                yield
                checkpoint()
        finally:
            self._queue.remove(ticket)
        self._running += 1

    def _shared(self, models: Sequence[Model]) -> bool:
        """Whether these are loaded, and take more than one task."""
        engines = [loaded.engine for loaded in self._loaded if loaded.model == models[-1]]
        return all(model in self.models for model in models) and isinstance(engines[0], SharedEngine)

    def _load(self, models: Sequence[Model], emit: Callable[[Emission], None]) -> list[Loaded]:
        # what is not needed is given back before anything takes its place; but a judge is small, and comes between
        # jobs of others, so nobody makes room for it, and it for nobody
        if any(model.kind != "judge" for model in models):
            self._loaded = [loaded for loaded in self._loaded if loaded.model in models or loaded.model.kind == "judge"]
        missing = [model for model in models if model not in self.models]
        if missing:
            gc.collect()  # of what was just let go, before nobody looks for a while
        for number, model in enumerate(missing):
            emit(Progress(stage="load", done=number, total=len(missing)))
            folder.check(model.folder)
            with not_collecting():
                self._loaded.append(Loaded(model, loader(model.engine)(model, self.device)))
        if missing:
            emit(Progress(stage="load", done=len(missing), total=len(missing)))
        needed = (loaded for loaded in self._loaded if loaded.model in models)
        return sorted(needed, key=lambda loaded: models.index(loaded.model))


def _fulfil(loaded: Loaded, task: Task) -> Work[Finished]:
    if isinstance(loaded.engine, SharedEngine):
        return (yield from loaded.engine.begin(task))
    return loaded.engine.run(task)
