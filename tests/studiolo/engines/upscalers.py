"""Small random upscalers of several architectures, as the files in which people have them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from studiolo.engines.upscaler_file import spandrel


def _compact(scale: int) -> nn.Module:
    from spandrel.architectures.Compact import Compact

    return Compact(num_feat=8, num_conv=2, upscale=scale)


def _esrgan(scale: int) -> nn.Module:
    from spandrel.architectures.ESRGAN import ESRGAN

    return ESRGAN(num_filters=32, num_blocks=1, scale=scale)


def _swinir(scale: int) -> nn.Module:
    from spandrel.architectures.SwinIR import SwinIR

    return SwinIR(
        upscale=scale, img_size=32, window_size=8, depths=[2], embed_dim=12, num_heads=[2], mlp_ratio=2,
        upsampler="pixelshuffledirect",
    )  # fmt: skip


MAKERS: dict[str, Callable[[int], nn.Module]] = {"compact": _compact, "esrgan": _esrgan, "swinir": _swinir}


def save(architecture: str, scale: int, file: Path) -> Path:
    """Writes random weights of this architecture."""
    spandrel()
    torch.manual_seed(1)
    weights = {name: tensor.contiguous() for name, tensor in MAKERS[architecture](scale).state_dict().items()}
    save_file(weights, file)
    return file


NAMES = (
    (r"model\.1\.sub\.0\.RDB(\d)\.conv(\d)\.0", r"body.0.rdb\1.conv\2"),
    (r"model\.1\.sub\.1", "conv_body"),
    (r"model\.0", "conv_first"),
    (r"model\.3", "conv_up1"),
    (r"model\.6", "conv_up2"),
    (r"model\.8", "conv_hr"),
    (r"model\.10", "conv_last"),
)


def as_real_esrgan(file: Path) -> None:
    """Renames the tensors of an ESRGAN of one block to the names that Real-ESRGAN's own files have."""
    renamed = {}
    for name, tensor in load_file(file).items():
        for old, new in NAMES:
            name = re.sub(rf"^{old}\.", rf"{new}.", name)
        renamed[name] = tensor
    save_file(renamed, file)
