"""A small classifier that says what a picture shows; it has only ever seen renders.

Knows its questions (subject, place, time and style of a scene; family of a material), its shape and its training.
Knows nothing of the models that it judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from studiolo_starter import data
from studiolo_starter.autoencoder import to_tensor
from studiolo_starter.clock import curves
from studiolo_starter.data import SHARD
from studiolo_starter.materials import FAMILIES, Material, draw_material
from studiolo_starter.precision import quick
from studiolo_starter.scenes import Scene, draw_scene
from studiolo_starter.vocabulary import SUBJECTS, Place, Style, Time

Question = Literal["subject", "place", "time", "style", "material"]
ANSWERS: dict[Question, list[str]] = {
    "subject": [*(subject.name for subject in SUBJECTS), "nothing"],
    "place": list(get_args(Place)),
    "time": list(get_args(Time)),
    "style": list(get_args(Style)),
    "material": list(FAMILIES),
}
SIDE = 128
EPOCHS = 4
BATCH = 64
RATE = 2e-3
UNASKED = -100
"""The label of a question that makes no sense for a picture; cross-entropy passes over it."""


def labels(shown: Scene | Material) -> list[int]:
    """The right answer to each question, by number."""
    if isinstance(shown, Material):
        truth: dict[Question, str] = {"material": shown.family}
    else:
        truth = {"subject": shown.subject or "nothing", "place": shown.place, "time": shown.time, "style": shown.style}
    return numbered(truth)


def numbered(truth: Mapping[Question, str]) -> list[int]:
    """These answers by number, UNASKED where there is none."""
    return [names.index(truth[question]) if question in truth else UNASKED for question, names in ANSWERS.items()]


def shrink(pictures: np.ndarray) -> Tensor:
    return functional.interpolate(to_tensor(pictures), (SIDE, SIDE), mode="area")


class Judge(nn.Module):
    """A coarse first look, four halvings, and one linear layer for all questions."""

    def __init__(self) -> None:
        super().__init__()
        widths = (32, 64, 128, 192, 256)
        layers: list[nn.Module] = [
            nn.Conv2d(3, widths[0], 5, stride=2, padding=2),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        ]
        for a, b in pairwise(widths):
            layers += [nn.MaxPool2d(2), nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.answers = nn.Linear(widths[-1] * (SIDE // 32) ** 2, sum(map(len, ANSWERS.values())))

    def embed(self, pictures: Tensor) -> Tensor:
        """What it sees, one unit vector for each picture: near for pictures that look alike."""
        return functional.normalize(functional.adaptive_avg_pool2d(self.features(pictures), 2).flatten(1))

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        hidden = functional.dropout(self.features(pictures).flatten(1), 0.3, self.training)
        return self.answers(hidden).split([len(names) for names in ANSWERS.values()], dim=1)  # type: ignore[no-any-return]


def train(cache: Path) -> None:
    """Learn from all shards but the last of each kind, which says how far the judge itself can be trusted."""
    torch.manual_seed(0)
    files = {kind: data.shards(cache, kind) for kind in data.KINDS}
    learn = _read([f for kind in data.KINDS for f in files[kind][:-1]])
    unseen = _read([f for kind in data.KINDS for f in files[kind][-1:]])
    model = Judge().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02)
    steps = len(learn[0]) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * steps)
    log = curves(cache, "judge")
    for epoch in range(EPOCHS):
        model.train()
        for chosen in torch.randperm(len(learn[0]))[: steps * BATCH].view(-1, BATCH):
            with quick():
                answers = model(_seen(learn[0][chosen]))
            loss = _loss(answers, learn[1][chosen])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        right = accuracy(model, *unseen)
        for question, share in right.items():
            log.add_scalar(question, share, epoch + 1)
        print(f"judge epoch {epoch + 1}:", " ".join(f"{q} {share:.3f}" for q, share in right.items()), flush=True)
        torch.save({"model": model.state_dict(), "accuracy": right}, cache / "judge.pt")


def _read(files: list[Path]) -> tuple[Tensor, Tensor]:
    """The pictures of these shards, small, and their labels."""
    pictures = torch.empty(len(files) * SHARD, 3, SIDE, SIDE, dtype=torch.uint8)
    truth = []
    for n, path in enumerate(files):
        small = shrink(data.loaded(path)).add(1).mul(127.5).round().clamp(0, 255)
        pictures[n * SHARD : (n + 1) * SHARD] = small.to(torch.uint8)
        draw = draw_scene if path.parent.name == "scenes" else draw_material
        truth += [labels(draw(int(path.stem) * SHARD + i)) for i in range(SHARD)]
    return pictures, torch.tensor(truth)


def _seen(pictures: Tensor) -> Tensor:
    """As -1..1, moved, a little noisy, and half of them a little out of focus, as painted pictures are."""
    x = pictures.float().div(127.5).sub(1)
    x = torch.roll(x, tuple(int(v) for v in torch.randint(-6, 7, (2,))), (2, 3))
    half = len(x) // 2
    soft = functional.avg_pool2d(functional.pad(x[:half], (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    x = torch.cat([x[:half].lerp(soft, torch.rand(half, 1, 1, 1)), x[half:]])
    return (x + 0.03 * torch.randn_like(x)).contiguous(memory_format=torch.channels_last)


def _loss(answers: tuple[Tensor, ...], truth: Tensor) -> Tensor:
    loss = torch.zeros(())
    for k, answer in enumerate(answers):
        if (truth[:, k] != UNASKED).any():
            loss = loss + functional.cross_entropy(answer.float(), truth[:, k], ignore_index=UNASKED)
    return loss


def accuracy(model: Judge, pictures: Tensor, truth: Tensor) -> dict[Question, float]:
    """The share of right answers to each question that makes sense for some of the pictures (uint8, or -1..1)."""
    answers = answers_of(model, pictures)
    shares: dict[Question, float] = {}
    for k, question in enumerate(ANSWERS):
        asked = truth[:, k] != UNASKED
        if asked.any():
            shares[question] = float((answers[asked, k] == truth[asked, k]).float().mean())
    return shares


def answers_of(model: Judge, pictures: Tensor) -> Tensor:
    """The likeliest answer to each question, (pictures, questions)."""
    model.eval()
    made = []
    with torch.inference_mode():
        for part in pictures.split(100):
            x = part.float().div(127.5).sub(1) if part.dtype == torch.uint8 else part
            made.append(torch.stack([answer.argmax(1) for answer in model(x)], dim=1))
    return torch.cat(made)


def trained(cache: Path) -> tuple[Judge, dict[Question, float]]:
    """The judge, and how often it names unseen renders rightly."""
    saved = torch.load(cache / "judge.pt", weights_only=True)
    model = Judge()
    model.load_state_dict(saved["model"])
    return model.eval(), saved["accuracy"]
