"""Small random picture models that take a depth picture, built with the real classes. Knows nothing of Studiolo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoPipelineForText2Image,
    ControlNetModel,
    DiffusionPipeline,
    FluxControlNetModel,
    FluxControlPipeline,
    FluxTransformer2DModel,
)

from tests.studiolo.engines import pipelines


@torch.no_grad()
def awake(net: Any) -> Any:
    """A fresh ControlNet says nothing, since its last layers are zero, and hardly listens; one that was trained does."""
    for parameter in net.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.3)
    for module in getattr(net, "controlnet_cond_embedding", torch.nn.Module()).modules():
        if isinstance(module, torch.nn.Conv2d):
            module.weight *= 3.0
    return net


def with_net(plain: DiffusionPipeline, net: Any) -> DiffusionPipeline:
    return AutoPipelineForText2Image.from_pipe(plain, controlnet=awake(net))


def sd15_controlnet() -> DiffusionPipeline:
    plain = pipelines.sd15()
    return with_net(plain, ControlNetModel.from_unet(plain.unet))


def sdxl_controlnet() -> DiffusionPipeline:
    plain = pipelines.sdxl()
    return with_net(plain, ControlNetModel.from_unet(plain.unet))


def flux_controlnet() -> DiffusionPipeline:
    plain = pipelines.flux()
    net = FluxControlNetModel.from_transformer(
        plain.transformer, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2
    )
    return with_net(plain, net)


def flux_control() -> DiffusionPipeline:
    """As FLUX.1-Depth-dev: the depth picture lies beside the latents, always."""
    plain = pipelines.flux()
    parts = {**plain.components, "transformer": None}
    config = {**plain.transformer.config, "in_channels": 128, "out_channels": 64}
    parts["transformer"] = FluxTransformer2DModel(**{k: v for k, v in config.items() if not k.startswith("_")})
    return FluxControlPipeline(**{k: v for k, v in parts.items() if k not in ("image_encoder", "feature_extractor")})


DEEP: dict[str, Callable[[], DiffusionPipeline]] = {
    "sd15-controlnet": sd15_controlnet,
    "sdxl-controlnet": sdxl_controlnet,
    "flux-controlnet": flux_controlnet,
    "flux-control": flux_control,
}


def save(family: str, folder: Path) -> Path:
    """Writes a small random model of this family, the same on every call, and says where."""
    torch.manual_seed(0)
    target = folder / family
    DEEP[family]().save_pretrained(target, safe_serialization=True)
    return target
