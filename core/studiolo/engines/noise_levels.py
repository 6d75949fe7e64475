"""How much picture and how much noise a scheduler's latents hold at each timestep. Knows no pipeline."""

from __future__ import annotations

from typing import Any

import torch


def is_flow(scheduler: Any) -> bool:
    """Whether latents are on the straight line between picture and noise (Lipman et al., Flow matching, 2023)."""
    config = scheduler.config
    return type(scheduler).__name__.startswith("FlowMatch") or bool(config.get("use_flow_sigmas"))


def at(scheduler: Any, timestep: Any, after: int = 0) -> tuple[float, float] | None:
    """(a, s) of the latents at this timestep, or so many steps after it: they are a · picture + s · noise. None for a
    scheduler that does not tell."""
    steps, sigmas = scheduler.timesteps, getattr(scheduler, "sigmas", None)
    place = int((steps == torch.as_tensor(timestep, device=steps.device)).nonzero()[-1]) + after
    if sigmas is None:
        kept = getattr(scheduler, "alphas_cumprod", None)
        if kept is None or place >= len(steps):
            return None if kept is None else (1.0, 0.0)
        share = float(kept[int(steps[place])])
        return share**0.5, (1.0 - share) ** 0.5
    sigma = float(sigmas[place])
    if is_flow(scheduler):
        return 1.0 - sigma, sigma
    if float(scheduler.init_noise_sigma) > 1.0:  # Euler's and Heun's keep the picture whole
        return 1.0, sigma
    whole = (1.0 + sigma**2) ** 0.5
    return 1.0 / whole, sigma / whole
