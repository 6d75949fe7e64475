"""The style of another picture: its palette, light and local contrast, laid over what is being painted.

After each step but the last ones, the clean latents that the model foresees are moved towards the style picture's: the
mean and covariance of their channels, as in whitening and colouring (Li et al. 2017, after the channel statistics of
Huang and Belongie 2017), and how much they differ from their surroundings. The noise in the latents stays as it is, so
the model paints on as if it had foreseen this itself. The finished picture's colours go the rest of the way.
Knows latents and how pipelines pack them; paints nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from studiolo.engines.foreseen import Foreseen
from studiolo.engines.latents import encoded, flat, scaled
from studiolo.image.palette import Cloud, cloud, moved, oklab, recoloured
from studiolo.media.pictures import Pixels

LEFT_ALONE = 0.2
"""The share of the steps, at the end, in which the model makes a picture of what it was given."""
REACH = 0.9
"""How much of the way is gone at strength 1: beyond, subjects dissolve."""
PULL = 3.0
"""How many times that way is gone in all steps together, since the model pulls back. By eye, on the starter."""
REACH_OF_CONTRAST = 2
"""Latents to each side that are the surroundings of one."""
MOST_CONTRAST = 2.0
"""By how much local contrast is raised or lowered at most."""


@dataclass(frozen=True, eq=False)
class Style:
    """What is taken from a picture."""

    colours: Cloud
    """In Oklab."""
    latents: torch.Tensor | None
    """(1, channels, rows, columns), scaled as the model's own; None where there is no autoencoder to make them."""
    strength: float
    """0 nothing to 1."""


@torch.no_grad()
def read(pixels: Pixels, strength: float, vae: Any) -> Style:
    """The style of an RGB picture, of about the size at which is painted: strokes are compared by size."""
    colours = cloud(oklab(pixels.reshape(-1, 3)))
    if vae is None:
        return Style(colours, None, strength)
    picture = torch.from_numpy(pixels / np.float32(127.5) - 1).permute(2, 0, 1)[None]
    return Style(colours, scaled(encoded(vae, picture), vae.config), strength)


class Styling:
    """Moves the latents of one picture, step by step."""

    def __init__(
        self, style: Style, vae: Any, scheduler: Any, grid: tuple[int, int], inside: NDArray[np.bool_] | None
    ) -> None:
        """`grid`: rows and columns of the latents' tokens. `inside`: the pixels that count, all without it."""
        self.steps = 0
        """How many steps were moved so far."""
        self._style, self._vae, self._grid, self._inside = style, vae, grid, inside
        self._foreseen = Foreseen(scheduler)

    def next(self, timestep: Any, latents: torch.Tensor, step: int, steps: int) -> torch.Tensor:
        """The latents after the `step`th of so many steps (the first is 1), as a pipeline holds them, moved."""
        moving = steps - max(1, round(steps * LEFT_ALONE))
        foreseen = self._foreseen.picture
        if step > moving or foreseen is None or self._style.latents is None:
            return latents
        plain = self._plain(foreseen)
        wanted = self._packed(self._style.latents, plain.shape[1])
        if wanted is None or not torch.isfinite(wanted).all():
            return latents
        self.steps += 1
        share = 1.0 - (1.0 - REACH * self._style.strength) ** (PULL / moving)
        change = share * (self._styled(plain, wanted) - plain)
        return latents + (self._foreseen.share_after(timestep) * self._as_held(change, latents)).to(latents.dtype)

    def finished(self, pixels: Pixels) -> Pixels:
        """The painted RGB picture, its colours brought as near to the style's as the strength says."""
        return recoloured(pixels, self._style.colours, self._style.strength, self._inside)

    def _styled(self, plain: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """Latents (1, channels, rows, columns) with the clouds and the local contrast of those wanted."""
        inside = self._counting(plain)
        points = plain[0].flatten(1).T.cpu().numpy()
        aim = cloud(wanted[0].flatten(1).T.cpu().numpy())
        there = moved(points, cloud(points[inside]), aim, 1.0)
        styled = torch.from_numpy(there.T.reshape(plain.shape)).to(plain)
        fine = _fine(styled)
        counting = torch.from_numpy(inside).to(fine.device)
        gain = _fine(wanted)[0].flatten(1).std(1) / fine[0].flatten(1)[:, counting].std(1).clamp(min=1e-6)
        return styled + (gain.clamp(1.0 / MOST_CONTRAST, MOST_CONTRAST) - 1.0).view(1, -1, 1, 1) * fine

    def _counting(self, plain: torch.Tensor) -> NDArray[np.bool_]:
        """Which of the latents lie inside; all of them where hardly any does."""
        if self._inside is None:
            return np.ones(plain.shape[-2] * plain.shape[-1], bool)
        share = functional.adaptive_avg_pool2d(
            torch.from_numpy(self._inside)[None].float(), (plain.shape[-2], plain.shape[-1])
        )
        inside: NDArray[np.bool_] = (share > 0.5).flatten().numpy()
        return inside if inside.sum() > plain.shape[1] else np.ones_like(inside)

    def _plain(self, latents: torch.Tensor) -> torch.Tensor:
        """(1, channels, rows, columns), whatever holds them; where tokens are packed, the channels of a token."""
        if latents.ndim == 3:
            return latents[:1].transpose(1, 2).reshape(1, -1, *self._grid)
        return flat(latents[:1])

    def _as_held(self, plain: torch.Tensor, latents: torch.Tensor) -> torch.Tensor:
        return plain.flatten(2).transpose(1, 2) if latents.ndim == 3 else plain.reshape(1, *latents.shape[1:])

    def _packed(self, latents: torch.Tensor, channels: int) -> torch.Tensor | None:
        """The style's latents with so many channels, as FLUX and Qwen-Image pack two by two; None if none does."""
        if latents.shape[1] == channels:
            return latents
        if latents.shape[1] * 4 != channels:
            return None
        packed = functional.pixel_unshuffle(latents, 2)
        norm = getattr(self._vae, "bn", None)
        if norm is not None:  # FLUX.2
            spread = torch.sqrt(norm.running_var + self._vae.config.batch_norm_eps)
            packed = (packed - norm.running_mean.view(1, -1, 1, 1)) / spread.view(1, -1, 1, 1)
        return packed


def _fine(latents: torch.Tensor) -> torch.Tensor:
    """How far each latent is from the mean of its surroundings."""
    reach = REACH_OF_CONTRAST
    return latents - functional.avg_pool2d(latents, 2 * reach + 1, 1, reach, count_include_pad=False)
