"""Muon: steps whose matrices turn every direction equally far (Jordan et al. 2024, kellerjordan.github.io/posts/muon).

Knows weights of two and more dimensions; torch's own takes matrices only, and here they are convolutions. Small noisy
batches and no batch normalisation make Adam's steps blow deep layers up; these stay bounded, and rare directions (one
subject among eighty) are learnt as quickly as common ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from studiolo_starter.precision import QUICK

STEPS = 4
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the Newton-Schulz iteration of the fifth order, as in the source."""


class Muon(torch.optim.Optimizer):
    """`lr` is the root mean square of a step's numbers, times five, as with AdamW (Liu et al. 2025)."""

    def __init__(self, weights: Iterable[Tensor], lr: float, momentum: float = 0.9, weight_decay: float = 0.1) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for weight in group["params"]:
                state = self.state[weight]
                if not state:
                    state["mean"] = torch.zeros_like(weight)
                mean = state["mean"].lerp_(weight.grad, 1 - group["momentum"])
                update = orthogonal(weight.grad.lerp(mean, group["momentum"]).flatten(1))
                size = 0.2 * max(update.shape) ** 0.5
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update.view_as(weight), alpha=-group["lr"] * size)


def orthogonal(matrix: Tensor) -> Tensor:
    """Nearly the matrix with all its singular values set to 1."""
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = (x / (x.norm() + 1e-7)).to(QUICK)  # bf16 as in the source: near enough
    for _ in range(STEPS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    turned: Tensor = (x.T if tall else x).to(matrix.dtype)
    return turned


def of_layers(model: nn.Module, apart: tuple[str, ...]) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """The weights that Muon moves, and all others: vectors, and layers whose names begin with one of `apart`."""
    layers: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        (layers if parameter.ndim >= 2 and not name.startswith(apart) else others).append(parameter)
    return layers, others


def shares(weights: list[nn.Parameter], ranks: int) -> list[list[int]]:
    """Which process moves which weights, so that all have about the same work."""
    work = [0.0] * ranks
    result: list[list[int]] = [[] for _ in range(ranks)]
    for n in sorted(range(len(weights)), key=lambda n: -_cost(weights[n])):
        rank = work.index(min(work))
        work[rank] += _cost(weights[n])
        result[rank].append(n)
    return result


def _cost(weight: Tensor) -> float:
    small, large = sorted(weight.flatten(1).shape)
    return float(2 * small * small * large + small**3)
