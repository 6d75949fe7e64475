"""Muon: steps that are equally long in every direction, and that lead downhill."""

import torch

from studiolo_starter.muon import Muon, orthogonal


def test_singular_values_come_near_one() -> None:
    torch.manual_seed(0)
    for shape in ((8, 30), (30, 8), (12, 12)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
        assert values.min() > 0.4
        assert values.max() < 1.3


def test_it_solves_a_small_problem_and_carries_on_from_its_state() -> None:
    torch.manual_seed(0)
    wanted, layer = torch.randn(6, 4, 3, 3), torch.nn.Conv2d(4, 6, 3, bias=False)
    pictures = torch.randn(8, 4, 9, 9)
    real = torch.nn.functional.conv2d(pictures, wanted)
    optimizer = Muon([layer.weight], lr=0.15, weight_decay=0.0)

    def step() -> float:
        loss = (layer(pictures) - real).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()

    first = step()
    losses = [step() for _ in range(120)]
    assert losses[-1] < 0.1 * first
    saved = optimizer.state_dict()
    other = Muon([layer.weight], lr=0.05)
    other.load_state_dict(saved)
    assert torch.equal(other.state[layer.weight]["mean"], optimizer.state[layer.weight]["mean"])


def test_weights_decay() -> None:
    weight = torch.nn.Parameter(torch.ones(3, 3))
    weight.grad = torch.zeros(3, 3)
    Muon([weight], lr=0.5, weight_decay=0.1).step()
    assert torch.allclose(weight, torch.full((3, 3), 0.95))
