"""What this machine computes on: CUDA, Apple's MPS, or the CPU. Knows no model. Imports torch only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Device:
    """Where tensors live, and the number format that is right there for pictures."""

    kind: Literal["cuda", "mps", "cpu"]
    name: str
    """What a person calls it: the card's or the processor's name."""
    dtype: Literal["float16", "bfloat16", "float32"]


def best_device() -> Device:
    """The fastest device there is."""
    import platform

    import torch

    if torch.cuda.is_available():
        dtype: Literal["float16", "bfloat16"] = "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
        return Device("cuda", torch.cuda.get_device_name(0), dtype)
    if torch.backends.mps.is_available():
        return Device("mps", platform.processor() or "Apple", "float16")
    return Device("cpu", platform.processor() or platform.machine(), "float32")
