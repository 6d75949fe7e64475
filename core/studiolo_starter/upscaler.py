"""The upscaler: a small convolutional network that makes a picture twice as large.

Knows its shape, its loss and its training loop. The network is SRVGGNetCompact of Real-ESRGAN
(Wang et al. 2021) as spandrel has it, so whatever reads Real-ESRGAN's files reads this one. It starts as the linear
filter that fits its data best, which is as sharp as Lanczos already, and learns what no such filter can.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from studiolo.engines.upscaler_file import spandrel
from studiolo_starter.clock import Clock, curves, write_pid
from studiolo_starter.files import exported, written
from studiolo_starter.upscaler_measure import evaluate
from studiolo_starter.upscaler_pictures import Pictures

__all__ = ["evaluate", "export", "train", "trained"]

FEATURES = 32
LAYERS = 6
EDGE = 8
"""Pixels of the large picture, where the network sees that nothing lies beyond; the engine always shows it more."""
RATE = 8e-4
SEED = 41


def new_network() -> nn.Module:
    """Adds nothing to the picture of enlarged pixels yet."""
    spandrel()
    from spandrel.architectures.Compact import Compact

    network: nn.Module = Compact(num_feat=FEATURES, num_conv=LAYERS, upscale=2)
    layers = convolutions(network)
    for layer in layers:
        nn.init.kaiming_normal_(layer.weight, a=0.25, nonlinearity="leaky_relu")
        assert layer.bias is not None
        nn.init.zeros_(layer.bias)
    nn.init.zeros_(layers[-1].weight)
    return network


def convolutions(network: nn.Module) -> list[nn.Conv2d]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]


def start_as_filter(network: nn.Module, pictures: Pictures) -> None:
    """Has the network be the linear filter of 5 x 5 pixels that fits its data best.

    Three features carry the colours through all layers unchanged; in the last but one, nine for each colour hold what
    lies around a pixel; the last layer weighs them. All of it goes on learning.
    """
    *layers, last = convolutions(network)
    bends = [layer for layer in network.modules() if isinstance(layer, nn.PReLU)]
    fitted = best_filter(pictures)
    with torch.no_grad():
        for layer, bend in zip(layers[:-1], bends[:-1], strict=True):
            layer.weight[:3] = 0
            layer.weight[[0, 1, 2], [0, 1, 2], 1, 1] = 1
            bend.weight[:3] = 1
        layers[-1].weight[:27] = 0
        bends[-1].weight[:27] = 1
        for colour in range(3):
            for y in range(3):
                for x in range(3):
                    feature = 9 * colour + 3 * y + x
                    layers[-1].weight[feature, colour, y, x] = 1
                    # of the 5 x 5 weights each is reached once: its nearest 3 x 3 block has it
                    for row in range(5):
                        for column in range(5):
                            if (_block(row), _block(column)) == (y, x):
                                last.weight[4 * colour : 4 * colour + 4, feature, row - y, column - x] = fitted[
                                    row, column
                                ]


def _block(place: int) -> int:
    """Which shift (0, 1, 2 for -1, 0, 1) the last layer takes to reach this place of five."""
    return (0, 0, 1, 2, 2)[place]


def best_filter(pictures: Pictures) -> Tensor:
    """(5, 5, 4): from the pixels around, by least squares, what the four pixels of the large picture differ from the
    one that they stand for."""
    square, mixed = torch.zeros(25, 25, dtype=torch.float64), torch.zeros(25, 4, dtype=torch.float64)
    for number in range(40):
        small, large = pictures.batch(np.random.default_rng([number, SEED, 1]))
        rest = functional.pixel_unshuffle(large - functional.interpolate(small, scale_factor=2), 2)
        around = functional.unfold(small.flatten(0, 1)[:, None], 5)  # (pictures and colours, 25, places)
        wanted = rest.reshape(-1, 4, *rest.shape[2:])[..., 2:-2, 2:-2].flatten(2)
        share = wanted.square().mean(dim=(1, 2), keepdim=True).add(1e-5).rsqrt()  # no picture counts more than another
        around, wanted = ((each * share).transpose(1, 2).flatten(0, 1).double() for each in (around, wanted))
        square += around.T @ around
        mixed += around.T @ wanted
    weights: Tensor = torch.linalg.solve(square + 1e-3 * torch.eye(25), mixed)
    return weights.float().reshape(5, 5, 4)


# ---- training


def errors_of(made: Tensor, real: Tensor) -> Tensor:
    """For each picture Charbonnier's error (a smooth absolute one) of the pixels and of the edges."""
    made, real = (side[..., EDGE:-EDGE, EDGE:-EDGE] for side in (made, real))
    parts = (made - real, *((made.diff(dim=axis) - real.diff(dim=axis)) for axis in (2, 3)))
    return torch.stack([torch.sqrt(part.square() + 1e-6).mean(dim=(1, 2, 3)) for part in parts]).sum(dim=0)


def loss_of(made: Tensor, small: Tensor, real: Tensor) -> Tensor:
    """The error as a share of what bicubic resampling leaves. So pictures that nobody can restore (noise, JPEG) weigh
    no more than clean ones, which would be blurred for their sake otherwise."""
    with torch.no_grad():
        bicubic = errors_of(functional.interpolate(small, scale_factor=2, mode="bicubic"), real)
    return (errors_of(made, real) / bicubic).mean()


def train(cache: Path, minutes: float, resume: bool) -> None:
    """Train until it has had its minutes, over all runs when resuming."""
    torch.set_num_threads(1)
    (cache / "upscaler").mkdir(parents=True, exist_ok=True)
    write_pid(cache, "upscaler")
    torch.manual_seed(SEED)
    network, path, pictures = new_network(), cache / "upscaler" / "checkpoint.pt", Pictures(cache)
    start_as_filter(network, pictures)
    average = copy.deepcopy(network).requires_grad_(False)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, betas=(0.9, 0.99), weight_decay=0.0)
    step, spent = 0, 0.0
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        network.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["minutes"]
    clock, log = Clock(minutes, spent), curves(cache, "upscaler")
    while not clock.over:
        small, large = pictures.batch(np.random.default_rng([step, SEED]))
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 100) * max(0.01, 1 - clock.progress**1.5)
        made = network(small)
        loss = loss_of(made, small, large)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        with torch.no_grad():
            for kept, new in zip(average.parameters(), network.parameters(), strict=True):
                kept.lerp_(new, max(0.002, 1 / step))
        clock.tick()
        if step % 50 == 0:
            log.add_scalar("loss", loss.item(), step)
            print(f"upscaler step {step} loss {loss.item():.4f} at {clock.spent:.1f} min", flush=True)
        if step % 200 == 0 or clock.over:
            state: dict[str, Any] = {"model": network.state_dict(), "average": average.state_dict()}
            state |= {"optimizer": optimizer.state_dict(), "step": step, "minutes": clock.spent}
            with written(path) as part:
                torch.save(state, part)


def trained(cache: Path) -> tuple[nn.Module, int, float]:
    """The newest network, averaged over its last steps; how many steps and minutes it has had."""
    network = new_network()
    saved = torch.load(cache / "upscaler" / "checkpoint.pt", weights_only=True)
    network.load_state_dict(saved["average"])
    return network.eval().requires_grad_(False), saved["step"], saved["minutes"]


# ---- from the checkpoint to a folder

CARD = """---
license: apache-2.0
pipeline_tag: image-to-image
---
# Studiolo starter upscaler

Makes a picture twice as large: {parameters:,} parameters, trained for {steps:,} steps ({minutes:.0f} minutes on one
core) on nothing but scenes and materials that a program drew; the subjects in the scenes are Microsoft Fluent 3D emoji
(MIT). The network is SRVGGNetCompact of Real-ESRGAN ({features} features, {layers} layers) in its usual layout, so
whatever reads Real-ESRGAN's files reads this one:

    from spandrel import ModelLoader
    upscaler = ModelLoader().load_from_file("starters/upscaler/model.safetensors")

    studiolo upscale picture.png --scale 4 -o large.png

It sharpens what was shrunk, and mends light blur, noise and JPEG. It invents no detail: for photographs a larger model
does more. Figures beside Lanczos: `docs/models/upscaling.md`.
"""


def export(cache: Path, folder: Path) -> None:
    """Weights and model card, as spandrel reads them."""
    network, steps, minutes = trained(cache)
    weights = {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}
    parameters = sum(tensor.numel() for tensor in weights.values())
    card = CARD.format(parameters=parameters, steps=steps, minutes=minutes, features=FEATURES, layers=LAYERS)
    with exported(folder) as fresh:
        save_file(weights, fresh / "model.safetensors")
        (fresh / "README.md").write_text(card, encoding="utf-8")
