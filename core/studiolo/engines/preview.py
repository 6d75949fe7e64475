"""Small pictures of what is being painted, cheap enough to be made between two steps.

A linear map turns each latent into a colour. It is fitted once for an autoencoder, on colour fields that the encoder
itself has turned into latents. Knows schedulers and autoencoders; knows no pipeline.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from studiolo.engines import noise_levels
from studiolo.engines.latents import encoded, flat, unscaled
from studiolo.image.sizes import resized

SIDE = 256
"""Longest side of a preview in pixels; latents are fewer."""

NOT_STRAIGHT = ("EulerAncestral", "LCM", "DDPM", "PNDM")
"""Beginnings of the names of schedulers that put in new noise at each step, or go back over one."""


class Colours:
    """From the latents of one autoencoder to colours."""

    def __init__(self, vae: Any) -> None:
        """Fits the map: some tens of milliseconds for a small autoencoder, a second for a large one on a CPU."""
        self._vae = vae
        self.channels = 0
        self._map = self._fit()

    @torch.no_grad()
    def paint(self, latents: torch.Tensor, grid: tuple[int, int]) -> NDArray[np.uint8]:
        """The first picture of clean latents as a pipeline holds them; `grid`: rows and columns of the tokens."""
        plain = self._encoded(latents[:1].float(), grid)[0].permute(1, 2, 0).cpu()
        colours = torch.cat([plain, torch.ones_like(plain[..., :1])], dim=-1) @ self._map
        small = (colours.clamp(0, 1) * 255).round().to(torch.uint8).numpy()
        height, width = small.shape[:2]
        scale = SIDE / max(height, width)
        return resized(small, (max(1, round(width * scale)), max(1, round(height * scale))))

    def _encoded(self, latents: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
        """As the encoder gave them: unpacked to (1, channels, rows, columns), and in its own scale."""
        rows, columns = grid
        if latents.ndim == 3:  # FLUX, Qwen-Image: a token holds two by two latents
            latents = latents.transpose(1, 2).reshape(len(latents), -1, rows, columns)
            norm = getattr(self._vae, "bn", None)
            if norm is not None:  # FLUX.2
                spread = torch.sqrt(norm.running_var + self._vae.config.batch_norm_eps)
                latents = latents * spread.view(1, -1, 1, 1) + norm.running_mean.view(1, -1, 1, 1)
            latents = functional.pixel_shuffle(latents, 2) if latents.shape[1] == 4 * self.channels else latents
        return unscaled(flat(latents), self._vae.config)

    @torch.no_grad()
    def _fit(self) -> torch.Tensor:
        """(channels + 1, 3): least squares from latents to the mean colour of what they stand for."""
        fields = _colour_fields()
        latents = encoded(self._vae, fields * 2 - 1).cpu()
        colours = functional.adaptive_avg_pool2d(fields, (latents.shape[-2], latents.shape[-1]))
        self.channels = latents.shape[1]
        inputs = latents.permute(0, 2, 3, 1).flatten(0, 2)
        inputs = torch.cat([inputs, torch.ones_like(inputs[:, :1])], dim=1)
        # a little ridge: more channels than a colour field fills must not run wild on real pictures
        gram = inputs.T @ inputs + 1e-3 * len(inputs) * torch.eye(inputs.shape[1])
        fitted: torch.Tensor = torch.linalg.solve(gram, inputs.T @ colours.permute(0, 2, 3, 1).flatten(0, 2))
        return fitted


class Denoised:
    """Guesses, from two steps in a row, where the painting is going: the straight line on to no noise at all."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        name = type(scheduler).__name__.removeprefix("FlowMatch")
        self._guess = not name.startswith(NOT_STRAIGHT) and not scheduler.config.get("stochastic_sampling")
        self._before: tuple[torch.Tensor, float] | None = None

    def picture(self, timestep: Any, latents: torch.Tensor) -> torch.Tensor:
        """Clean latents, as well as can be told, from those after the step at `timestep`."""
        scale, noise = self._after(timestep)
        now = latents.float() * scale
        if self._before is None or not self._guess or self._before[1] - noise < 1e-6:
            return now if noise_levels.is_flow(self._scheduler) else now / (1 + noise**2) ** 0.5
        before, more_noise = self._before
        return now + (now - before.float()) * (noise / (more_noise - noise))

    def remember(self, timestep: Any, latents: torch.Tensor) -> None:
        """To be called after each step, with the latents that the next one starts from."""
        scale, noise = self._after(timestep)
        self._before = latents * scale, noise

    def _after(self, timestep: Any) -> tuple[float, float]:
        """What to multiply latents by, so that they are picture plus noise (of a flow they are a mixture, and stay it);
        and how much noise there is then."""
        share, noise = noise_levels.at(self._scheduler, timestep, after=1) or (1.0, 0.0)
        return (1.0, noise) if noise_levels.is_flow(self._scheduler) else (1 / share, noise / share)


def _colour_fields() -> torch.Tensor:
    """(2, 3, 128, 128), 0 to 1: soft clouds of colour in one, plain patches in the other; always the same."""
    random = torch.Generator().manual_seed(0)
    clouds = functional.interpolate(torch.rand(1, 3, 7, 7, generator=random), size=(128, 128), mode="bicubic")
    patches = functional.interpolate(torch.rand(1, 3, 8, 8, generator=random), size=(128, 128), mode="nearest")
    return torch.cat([clouds, patches]).clamp(0, 1)
