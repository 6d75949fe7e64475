"""The picture without noise that a model foresees at each step, as it tells its scheduler. Knows no pipeline.

Latents are at any time a · picture + s · noise. Source of the four kinds of prediction: Salimans and Ho, Progressive
distillation (2022), appendix D; Lipman et al., Flow matching (2023).
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import torch


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
        levels = self._levels(timestep, after=1)
        return levels[0] if levels else 0.0

    def _picture(self, output: torch.Tensor, timestep: Any, sample: torch.Tensor) -> torch.Tensor | None:
        levels = self._levels(timestep)
        if levels is None:
            return None
        share, noise = levels
        kind = "flow_prediction" if self._is_flow() else self._scheduler.config.get("prediction_type")
        if kind == "flow_prediction":
            return sample - noise * output
        if kind == "epsilon":
            return (sample - noise * output) / share
        if kind == "v_prediction":  # of latents whose variance stays 1
            whole: float = (share**2 + noise**2) ** 0.5
            return (share * sample / whole - noise * output) / whole
        return output if kind == "sample" else None

    def _levels(self, timestep: Any, after: int = 0) -> tuple[float, float] | None:
        """(a, s) of the latents at this timestep, or so many steps after it."""
        steps, sigmas = self._scheduler.timesteps, getattr(self._scheduler, "sigmas", None)
        place = int((steps == torch.as_tensor(timestep, device=steps.device)).nonzero()[-1]) + after
        if sigmas is None:
            kept = getattr(self._scheduler, "alphas_cumprod", None)
            if kept is None or place >= len(steps):
                return None if kept is None else (1.0, 0.0)
            share = float(kept[int(steps[place])])
            return share**0.5, (1.0 - share) ** 0.5
        sigma = float(sigmas[place])
        if self._is_flow():
            return 1.0 - sigma, sigma
        if float(self._scheduler.init_noise_sigma) > 1.0:  # Euler's and Heun's keep the picture whole
            return 1.0, sigma
        whole = (1.0 + sigma**2) ** 0.5
        return 1.0 / whole, sigma / whole

    def _is_flow(self) -> bool:
        config = self._scheduler.config
        return type(self._scheduler).__name__.startswith("FlowMatch") or bool(config.get("use_flow_sigmas"))
