"""From pictures to an autoencoder's latents, and between its own numbers and those that the denoiser knows."""

from __future__ import annotations

from typing import Any

import torch


def encoded(vae: Any, pictures: torch.Tensor) -> torch.Tensor:
    """(n, channels, rows, columns), single precision, as the encoder gives them; pictures are (n, 3, height, width), -1
    to 1."""
    weight = next(vae.parameters())
    pictures = pictures.to(weight.device, weight.dtype)
    made = vae.encode(pictures.unsqueeze(2) if "temperal_downsample" in vae.config else pictures)
    latents: torch.Tensor = made.latent_dist.mode() if hasattr(made, "latent_dist") else made[0]
    return flat(latents).float()


def flat(latents: torch.Tensor) -> torch.Tensor:
    """Without the one frame of a video."""
    return latents[:, :, 0] if latents.ndim == 5 else latents


def scaled(latents: torch.Tensor, config: Any) -> torch.Tensor:
    """From the encoder's own numbers to those that the denoiser knows."""
    mean, spread = config.get("latents_mean"), config.get("latents_std")
    if mean is not None and spread is not None:  # Qwen-Image
        latents = (latents - latents.new_tensor(mean).view(1, -1, 1, 1)) / latents.new_tensor(spread).view(1, -1, 1, 1)
    return (latents - float(config.get("shift_factor") or 0.0)) * float(config.get("scaling_factor") or 1.0)


def unscaled(latents: torch.Tensor, config: Any) -> torch.Tensor:
    """And back."""
    latents = latents / float(config.get("scaling_factor") or 1.0) + float(config.get("shift_factor") or 0.0)
    mean, spread = config.get("latents_mean"), config.get("latents_std")
    if mean is None or spread is None:
        return latents
    return latents * latents.new_tensor(spread).view(1, -1, 1, 1) + latents.new_tensor(mean).view(1, -1, 1, 1)
