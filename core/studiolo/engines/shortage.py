"""Telling that memory ran out, and giving back what can be. Knows no model."""

from __future__ import annotations

import gc

import torch

from studiolo.device import Device
from studiolo_contract.errors import StudioloError


def is_out_of_memory(error: BaseException) -> bool:
    """Torch has a class for a full card; for a full main memory it has only words."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("DefaultCPUAllocator", "out of memory")
    )


def first_line(error: BaseException) -> str:
    """What the error says, as a clause."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def free(device: Device) -> None:
    """Gives back what torch keeps for later."""
    gc.collect()
    if device.kind == "cuda":
        torch.cuda.empty_cache()
    elif device.kind == "mps":
        torch.mps.empty_cache()


def does_not_fit(model: str, device: Device, error: BaseException) -> StudioloError:
    """What to say when there is no room for the weights themselves."""
    return StudioloError(
        "out_of_memory",
        f"{model} does not fit into the memory of {device.name}: {first_line(error)}.",
        "Close other programs, or choose a smaller model.",
    )
