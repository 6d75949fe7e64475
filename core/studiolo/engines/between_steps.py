"""What happens between two steps of one picture: cancel, progress, preview, style, turning. Paints nothing."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from studiolo.engines import pipeline_traits
from studiolo.engines.engine import Task
from studiolo.engines.image_plan import Plan
from studiolo.engines.preview import Colours, Denoised
from studiolo.engines.seamless import Turning
from studiolo.engines.style import Style, Styling
from studiolo.media.pictures import encode_jpeg
from studiolo_contract.events import Preview, Progress

PREVIEW_EVERY = 0.15
"""Seconds between previews, at least."""


class BetweenSteps:
    """Follows picture `number` of a plan; `step` is what the pipeline calls."""

    def __init__(
        self, pipeline: Any, plan: Plan, number: int, task: Task, colours: Colours | None, style: Style | None
    ) -> None:
        width, height = plan.canvas.painted
        cell = pipeline_traits.multiple(pipeline)
        self._grid = height // cell, width // cell
        self._plan, self._number, self._task = plan, number, task
        self._colours = colours if plan.settled.previews else None
        self._denoised = Denoised(pipeline.scheduler)
        self._turning = Turning(self._grid, plan.seed + number) if plan.tiling == "turning" else None
        self.styling = (
            Styling(style, getattr(pipeline, "vae", None), pipeline.scheduler, self._grid, plan.inside())
            if style is not None
            else None
        )
        self._shown = time.monotonic()

    def step(self, pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        """Called after each step. Raises `JobCancelled`."""
        total, batch = int(pipeline.num_timesteps), self._plan.settled.batch
        self._task.emit(Progress(stage="steps", done=self._number * total + step + 1, total=total * batch))
        self._task.checkpoint()
        latents = tensors["latents"]
        if self._colours is not None and 0 < step < total - 1 and time.monotonic() - self._shown >= PREVIEW_EVERY:
            self._show(self._colours, timestep, latents, step + 1, total)
        if self.styling is not None:
            latents = self.styling.next(timestep, latents, step + 1, total)
        if self._turning is not None:
            latents = self._turning.next(latents, last=step + 1 >= total)
        if self._colours is not None:
            self._denoised.remember(timestep, latents)
        return {"latents": latents}

    def _show(self, colours: Colours, timestep: Any, latents: torch.Tensor, step: int, steps: int) -> None:
        small = colours.paint(self._denoised.picture(timestep, latents), self._grid)
        height, width = small.shape[:2]
        if self._turning is not None:
            (down, right), (rows, columns) = self._turning.turned, self._grid
            small = np.roll(small, (-down * height // rows, -right * width // columns), (0, 1))
        self._task.preview(Preview(step=step, steps=steps, width=width, height=height), encode_jpeg(small))
        self._shown = time.monotonic()
