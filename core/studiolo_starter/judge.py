"""A small classifier that says which subject, place and time a picture shows; it has only ever seen renders.

Knows its shape and its training. Knows nothing of the models that it judges.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from studiolo_starter import data
from studiolo_starter.autoencoder import to_tensor
from studiolo_starter.data import SHARD
from studiolo_starter.scenes import Scene, draw_scene
from studiolo_starter.vocabulary import SUBJECTS, Place, Time

SIDE = 64
EPOCHS = 8
NAMES = [subject.name for subject in SUBJECTS]
PLACE_NAMES = list(get_args(Place))
TIME_NAMES = list(get_args(Time))
SIZES = (len(NAMES) + 1, len(PLACE_NAMES), len(TIME_NAMES))


def labels(scene: Scene) -> tuple[int, int, int]:
    """Indices of subject (the last one: none), place and time."""
    subject = NAMES.index(scene.subject) if scene.subject else len(NAMES)
    return subject, PLACE_NAMES.index(scene.place), TIME_NAMES.index(scene.time)


def shrink(pictures: np.ndarray) -> Tensor:
    return functional.interpolate(to_tensor(pictures), (SIDE, SIDE), mode="area")


class Judge(nn.Module):
    """Four halvings and one linear layer for all three questions."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 32, 64, 128, 192)
        layers: list[nn.Module] = []
        for a, b in pairwise(widths):
            layers += [nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)]
        self.features = nn.Sequential(*layers)
        self.answers = nn.Linear(widths[-1] * (SIDE // 16) ** 2, sum(SIZES))

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        hidden = self.features(pictures).flatten(1)
        return self.answers(functional.dropout(hidden, 0.3, self.training)).split(SIZES, dim=1)  # type: ignore[no-any-return]


def train(cache: Path) -> None:
    """Learn from all shards but the last, which says how far the judge itself can be trusted."""
    files = data.shards(cache)
    pictures = torch.cat([shrink(np.asarray(data.pictures(path))).half() for path in files])
    truth = torch.tensor([labels(draw_scene(int(path.stem) * SHARD + i)) for path in files for i in range(SHARD)])
    model = Judge()
    rate, batch, last = 2e-3, 64, len(pictures) - SHARD
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=EPOCHS * (last // batch) + 1)
    torch.manual_seed(0)
    for epoch in range(EPOCHS):
        model.train()
        for chosen in torch.randperm(last)[: last // batch * batch].view(-1, batch):
            x = pictures[chosen].float()
            x = torch.roll(x, tuple(int(v) for v in torch.randint(-4, 5, (2,))), (2, 3)) + 0.03 * torch.randn_like(x)
            loss = sum(functional.cross_entropy(a, truth[chosen, k]) for k, a in enumerate(model(x)))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[union-attr]
            optimizer.step()
            schedule.step()
        right = accuracy(model, pictures[last:].float(), truth[last:])
        print(f"judge epoch {epoch + 1}: subject {right[0]:.3f} place {right[1]:.3f} time {right[2]:.3f}", flush=True)
    torch.save({"model": model.state_dict(), "accuracy": right}, cache / "judge.pt")


def accuracy(model: Judge, pictures: Tensor, truth: Tensor) -> list[float]:
    model.eval()
    with torch.inference_mode():
        return [float((a.argmax(1) == truth[:, k]).float().mean()) for k, a in enumerate(model(pictures))]


def trained(cache: Path) -> tuple[Judge, list[float]]:
    saved = torch.load(cache / "judge.pt", weights_only=True)
    model = Judge()
    model.load_state_dict(saved["model"])
    return model.eval(), saved["accuracy"]
