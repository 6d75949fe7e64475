"""Pictures that tile: convolutions that look round the edges, and a canvas that is turned between the steps.

Knows modules and latents; knows no pipeline. Everything is put back as it was, after errors too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal

import torch
from torch import nn
from torch.nn import functional


@contextmanager
def circular(models: Iterable[nn.Module]) -> Iterator[None]:
    """Within, every convolution of these models takes the picture to go on at the opposite edge."""
    with ExitStack() as stack:
        for model in models:
            for module in model.modules():
                if isinstance(module, nn.Conv2d) and any(module.padding):
                    _set(stack, module, "padding_mode", "circular")
                elif isinstance(module, nn.Conv3d) and any(getattr(module, "_padding", (0, 0, 0, 0))[:4]):
                    _wrap_video_convolution(stack, module)
                elif type(module).__name__ == "Downsample2D" and getattr(module, "padding", 1) == 0:
                    _wrap_downsampling(stack, module)
        yield


Tiling = Literal["convolutions", "turning", "decoder"]
"""What makes a picture tile: the denoiser's own convolutions; or, for a transformer, a canvas turned between the steps;
or, where neither can be, the decoder alone, which leaves the seam that the denoiser made."""


def tiling(denoiser: nn.Module, scheduler: Any, masked: bool) -> Tiling:
    """What this model can do. A canvas with a fixed part can't be turned, nor under a scheduler that remembers."""
    if any(isinstance(module, nn.Conv2d) and any(module.padding) for module in denoiser.modules()):
        return "convolutions"
    return "turning" if type(scheduler).__name__.startswith("FlowMatch") and not masked else "decoder"


class Turning:
    """Rolls the latents by another distance after each step, so that no seam stays where the model can't see it.

    For transformers, which know each place by its number: every edge lies in the middle of most steps. Source: the
    latent rolling of Vecchio et al., ControlMat (2023).
    """

    def __init__(self, grid: tuple[int, int], seed: int) -> None:
        """`grid`: rows and columns of the latents."""
        self.grid = grid
        self.turned = (0, 0)
        self._random = torch.Generator().manual_seed(seed)

    def next(self, latents: torch.Tensor, last: bool) -> torch.Tensor:
        """The latents, (…, rows, columns) or (batch, rows · columns, channels), turned on; at the last step, back."""
        rows, columns = self.grid
        target = (0, 0)
        if not last:
            target = self._draw(rows), self._draw(columns)
        down, right = target[0] - self.turned[0], target[1] - self.turned[1]
        self.turned = target
        if latents.ndim == 3:
            turned = latents.reshape(len(latents), rows, columns, -1).roll((down, right), (1, 2))
            return turned.reshape(latents.shape)
        fine = latents.shape[-2] // rows
        return latents.roll((down * fine, right * fine), (-2, -1))

    def _draw(self, below: int) -> int:
        return int(torch.randint(0, below, (1,), generator=self._random))


def _set(stack: ExitStack, module: Any, name: str, value: Any) -> None:
    stack.callback(setattr, module, name, getattr(module, name))
    setattr(module, name, value)


def _wrap_video_convolution(stack: ExitStack, module: Any) -> None:
    """Video autoencoders (Qwen-Image's) pad in their own way: left, right, top, bottom, before, after."""
    around = tuple(module._padding[:4])
    _set(stack, module, "_padding", (0, 0, 0, 0, *module._padding[4:]))

    def pad(_: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return functional.pad(inputs[0], (*around, 0, 0), mode="circular"), *inputs[1:]

    stack.callback(module.register_forward_pre_hook(pad).remove)


def _wrap_downsampling(stack: ExitStack, module: Any) -> None:
    """Encoders of pictures pad right and below before they halve."""
    _set(stack, module, "padding", 1)  # so that the module itself pads no more

    def pad(_: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return functional.pad(inputs[0], (0, 1, 0, 1), mode="circular"), *inputs[1:]

    stack.callback(module.conv.register_forward_pre_hook(pad).remove)
