"""Muon: momentum made orthogonal, for the weights of layers; AdamW for the rest.

Every direction of a weight matrix moves by the same amount, so rare ones (one subject among sixty) are learnt as
quickly as common ones. Source: Jordan et al., Muon (2024); scale of the step: Liu et al., Muon is Scalable for LLM
Training (2025). Knows parameters and gradients, no model.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

MOMENTUM = 0.95
STEPS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def of_layers(model: nn.Module, apart: tuple[str, ...]) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """The weights that Muon moves, and all others: vectors, and layers whose names begin with one of `apart`."""
    layers, others = [], []
    for name, parameter in model.named_parameters():
        (layers if parameter.ndim >= 2 and not name.startswith(apart) else others).append(parameter)
    return layers, others


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are about 1, by Newton and Schulz's iteration."""
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(STEPS):
        square = x @ x.T
        x = torch.addmm(x, torch.addmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x


def shares(weights: list[nn.Parameter], ranks: int) -> list[list[int]]:
    """Which process moves which weights, so that all have about the same work."""
    cost = {n: _cost(weight) for n, weight in enumerate(weights)}
    work, result = [0.0] * ranks, [[] for _ in range(ranks)]  # type: tuple[list[float], list[list[int]]]
    for n in sorted(cost, key=lambda n: -cost[n]):
        rank = work.index(min(work))
        work[rank] += cost[n]
        result[rank].append(n)
    return result


def _cost(weight: Tensor) -> float:
    small, large = sorted(weight.flatten(1).shape)
    return float(2 * small * small * large + small**3)


class Muon:
    """The optimiser's state for some weights."""

    def __init__(self, weights: Iterable[nn.Parameter], weight_decay: float = 0.01) -> None:
        self.weights = list(weights)
        self.weight_decay = weight_decay
        self.momenta = [torch.zeros_like(weight) for weight in self.weights]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for weight, momentum in zip(self.weights, self.momenta, strict=True):
            assert weight.grad is not None
            momentum.lerp_(weight.grad, 1 - MOMENTUM)
            update = orthogonal(weight.grad.lerp(momentum, MOMENTUM).flatten(1))
            size = 0.2 * max(update.shape) ** 0.5  # about the step that AdamW would make
            weight.mul_(1 - rate * self.weight_decay).sub_(update.view_as(weight), alpha=rate * size)
