"""The picture without noise that a model foresees at each step, as it tells its scheduler. Knows no pipeline.

Latents are at any time a · picture + s · noise. Source of the four kinds of prediction: Salimans and Ho, Progressive
distillation (2022), appendix D; Lipman et al., Flow matching (2023).
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import torch

from studiolo.engines import noise_levels


class Foreseen:
    """Listens to a scheduler that belongs to one job."""

    def __init__(self, scheduler: Any) -> None:
        self.picture: torch.Tensor | None = None
        """Clean latents as foreseen at the step that was last; None before the first, and where none can be told."""
        self._scheduler = scheduler
        step = scheduler.step

        @wraps(step)  # pipelines look at its arguments
        def heard(output: torch.Tensor, timestep: Any, sample: torch.Tensor, *others: Any, **more: Any) -> Any:
            self.picture = self._picture(output.float(), timestep, sample.float())
            return step(output, timestep, sample, *others, **more)

        scheduler.step = heard

    def share_after(self, timestep: Any) -> float:
        """How much of the picture is in the latents after the step at `timestep`: a, 0 to 1."""
        levels = noise_levels.at(self._scheduler, timestep, after=1)
        return levels[0] if levels else 0.0

    def _picture(self, output: torch.Tensor, timestep: Any, sample: torch.Tensor) -> torch.Tensor | None:
        levels = noise_levels.at(self._scheduler, timestep)
        if levels is None:
            return None
        share, noise = levels
        kind = self._scheduler.config.get("prediction_type")
        if kind == "flow_prediction" or noise_levels.is_flow(self._scheduler):
            return sample - noise * output
        if kind == "epsilon":
            return (sample - noise * output) / share
        if kind == "v_prediction":  # of latents whose variance stays 1
            whole: float = (share**2 + noise**2) ** 0.5
            return (share * sample / whole - noise * output) / whole
        return output if kind == "sample" else None
