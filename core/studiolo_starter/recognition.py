"""What the estimator's view of the whole picture learns first: which material it is, and how worn, wet and covered.

Knows the drawn materials' shards and the estimator's `Whole`. Knows nothing of maps: a material is told from its
picture in a quarter of the time that its maps take, and who has recognised it can be taught its roughness quickly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from studiolo.texture.estimator import VECTOR, Whole, as_input, reduced
from studiolo_starter import data
from studiolo_starter.clock import Clock, curves
from studiolo_starter.files import written
from studiolo_starter.materials import FAMILIES, draw_material
from studiolo_starter.muon import Muon, of_layers
from studiolo_starter.photographs import developed
from studiolo_starter.precision import quick

BATCH = 16
RATE, PLAIN_RATE = 8e-3, 1e-3
COVERS = ("moss", "snow", "dust")


def path_in(cache: Path) -> Path:
    return cache / "recognition.pt"


class Recogniser(nn.Module):
    """`Whole`, and what is asked of its vector: the family, and five signs as logits."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = Whole()
        self.family = nn.Linear(VECTOR, len(FAMILIES))
        self.signs = nn.Linear(VECTOR, len(COVERS) + 2)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        vector = self.whole(picture)
        return self.family(vector), self.signs(vector)


def labels(number: int) -> tuple[int, list[float]]:
    """The place of the material's family among all, and its signs: which cover, whether wet, how worn."""
    material = draw_material(number)
    covers = [float(material.cover == cover) for cover in COVERS]
    return list(FAMILIES).index(material.family), [*covers, float(material.wetness > 0), material.wear]


class Batches:
    """Pictures of the finished shards by lot, as photographs; the same step always draws the same ones."""

    def __init__(self, cache: Path) -> None:
        self._shards = [data.loaded(path) for path in data.shards(cache, "materials")]

    def draw(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng([step, 47])
        pictures, families, signs = [], [], []
        for _ in range(BATCH):
            shard, i = int(rng.integers(len(self._shards))), int(rng.integers(data.SHARD))
            family, seen = labels(shard * data.SHARD + i)
            families.append(family)
            signs.append(seen)
            pictures.append(as_input(reduced(developed(_turned(self._shards[shard][i], rng) / np.float32(255), rng))))
        return torch.cat(pictures), torch.tensor(families), torch.tensor(signs)


def _turned(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The same tile, begun elsewhere, mirrored and turned by lot."""
    rolled = np.roll(picture, tuple(rng.integers(0, picture.shape[0], 2)), (0, 1))
    mirrored, turned = rng.random(2) < 0.5
    rolled = rolled[:, ::-1] if mirrored else rolled
    return np.swapaxes(rolled, 0, 1) if turned else rolled


def loss_of(model: Recogniser, batch: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, float]:
    """The cross entropies of family and signs, and the share of families that are right."""
    pictures, families, signs = batch
    with quick():
        family, sign = (logits.float() for logits in model(pictures))
    right = float((family.argmax(1) == families).float().mean())
    entropy = functional.cross_entropy(family, families)
    return entropy + 2 * functional.binary_cross_entropy_with_logits(sign, signs), right


def train(cache: Path, minutes: float, resume: bool) -> None:
    """Train until it has had its minutes. One thread."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, batches, path = Recogniser(), Batches(cache), path_in(cache)
    layers, others = of_layers(model, apart=("family", "signs"))
    optimizers = (Muon(layers, RATE), torch.optim.AdamW(others, PLAIN_RATE, betas=(0.9, 0.98), weight_decay=0.0))
    step, spent, running, rightly = 0, 0.0, 5.0, 0.0
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        step, spent = saved["step"], saved["minutes"]
    clock, log = Clock(minutes, spent), curves(cache, "recognition")
    while not clock.over:
        share = min(1.0, (step + 1) / 40, 3 * (1 - clock.progress) + 0.02)
        for optimizer, rate in zip(optimizers, (RATE, PLAIN_RATE), strict=True):
            optimizer.param_groups[0]["lr"] = rate * share
        loss, right = loss_of(model, batches.draw(step))
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step += 1
        clock.tick()
        running, rightly = running * 0.95 + loss.item() * 0.05, rightly * 0.95 + right * 0.05
        if step % 20 == 0:
            log.add_scalar("loss", running, step)
            log.add_scalar("right", rightly, step)
            print(
                f"recognition step {step} loss {running:.3f} right {rightly:.2f} at {clock.spent:.1f} min", flush=True
            )
        if step % 50 == 0 or clock.over:
            state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}
            with written(path) as part:
                torch.save({**state, "step": step, "minutes": clock.spent}, part)


def trained(cache: Path) -> dict[str, Tensor]:
    """The weights of `Whole` in the last checkpoint."""
    model = Recogniser()
    model.load_state_dict(torch.load(path_in(cache), weights_only=True)["model"])
    return model.whole.state_dict()
