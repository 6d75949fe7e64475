"""The denoiser: a lean UNet2DConditionModel that learns flow matching over latents and caption embeddings.

Knows its shape, its loss and its training loop, which runs as one process per core that exchange gradients (on a busy
machine two threads wait for each other at every layer, two processes once a step). Knows nothing of pixels.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn
from torch.nn import functional

from studiolo.engines.seamless import circular
from studiolo_starter import autoencoder, data, muon, text
from studiolo_starter.clock import Clock, curves
from studiolo_starter.files import written
from studiolo_starter.materials import draw_material
from studiolo_starter.precision import quick

CHANNELS = (32, 64, 96, 192)
BATCH = 32
RATE = 1.2e-3
APART = ("conv_in", "conv_out", "time_embedding", "add_embedding")  # what AdamW moves, besides all vectors
UNCONDITIONAL = 0.1  # share of empty prompts, for guidance
SAVE_EVERY = 100
LOOK_EVERY = 400  # steps, for shards that were finished meanwhile
SCENES_EVERY = 3  # one batch in three is of scenes, the others are of materials
HARD = (
    "fur", "carpet", "thatch", "stone blocks", "bamboo", "iron plates", "roof tiles", "ice", "wood planks", "leather",
)  # fmt: skip
"""What the judge took for something else most often, in pictures that the evaluation does not count."""
HARD_SHARE = 0.5  # of all materials drawn; the others may be hard too
SUBJECT = 0.6  # how much a subject weighs beside the rest of its picture, however small it is


def new_unet() -> UNet2DConditionModel:
    """Thin and without attention where positions are many; self and cross-attention at 8x8 and 4x4.

    `addition_embed_type="text"` pools the token states into the time embedding, so that the first and last blocks,
    which attend to nothing, know what is painted too.
    """
    return UNet2DConditionModel(
        sample_size=data.SIDE // data.CELL,
        in_channels=autoencoder.LATENTS,
        out_channels=autoencoder.LATENTS,
        layers_per_block=1,
        block_out_channels=CHANNELS,
        down_block_types=("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        cross_attention_dim=text.WIDTH,
        attention_head_dim=tuple(max(1, channels // 32) for channels in CHANNELS),
        norm_num_groups=16,
        addition_embed_type="text",
        addition_embed_type_num_heads=4,
    ).to(memory_format=torch.channels_last)  # a third faster on a CPU


@dataclass(frozen=True)
class Batch:
    latents: Tensor
    states: Tensor
    weight: Tensor
    """Of the loss at each cell, (size, 1, rows, columns), mean 1."""
    seamless: bool


class Batches:
    """Latents and embeddings by lot; the same step of the same rank draws the same from the same shards."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._empty = np.load(text.empty_path(cache))[0]
        self._shards: dict[data.Kind, list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]] = {}
        self._hard: list[tuple[int, int]] = []

    def look(self) -> None:
        """Take up every shard whose latents and embeddings are there."""
        self._hard = []
        for kind in data.KINDS:
            self._shards[kind] = []
            for shard in data.shards(self._cache, kind):
                files = [data.derived_path(self._cache, kind, f, shard) for f in ("latents", "embeddings")]
                if all(file.exists() for file in files):
                    subjects = np.load(data.subjects_path(shard)) if kind == "scenes" else None
                    if kind == "materials":
                        self._hard += [(len(self._shards[kind]), i) for i in hard(int(shard.stem))]
                    self._shards[kind].append((np.load(files[0]), np.load(files[1], mmap_mode="r"), subjects))

    def draw(self, step: int, rank: int, size: int) -> Batch:
        if step % LOOK_EVERY == 0 or not self._shards:
            self.look()
        rng = np.random.default_rng([step, rank, 29])
        kind: data.Kind = "materials" if step % SCENES_EVERY and self._shards["materials"] else "scenes"
        latents, states, weights = [], [], []
        for _ in range(size):
            n, i = int(rng.integers(len(self._shards[kind]))), int(rng.integers(data.SHARD))
            if kind == "materials" and self._hard and rng.random() < HARD_SHARE:
                n, i = self._hard[rng.integers(len(self._hard))]
            shard = self._shards[kind][n]
            latents.append(rolled(shard[0][i], rng) if kind == "materials" else shard[0][i])
            states.append(self._empty if rng.random() < UNCONDITIONAL else shard[1][i, rng.integers(shard[1].shape[1])])
            weights.append(weight(shard[2][i]) if shard[2] is not None else np.ones(latents[-1].shape[1:], np.float32))
        x = torch.from_numpy(np.stack(latents).astype(np.float32)).contiguous(memory_format=torch.channels_last)
        context = torch.from_numpy(np.stack(states).astype(np.float32))
        return Batch(x, context, torch.from_numpy(np.stack(weights))[:, None], kind == "materials")


def hard(shard: int) -> list[int]:
    """Which materials of that shard are of a HARD family."""
    return [i for i in range(data.SHARD) if draw_material(shard * data.SHARD + i).family in HARD]


def rolled(latent: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A material tiles, so it is as good a material when it begins elsewhere."""
    return np.roll(latent, rng.integers(0, latent.shape[1:]), (1, 2))


def weight(subject: np.ndarray) -> np.ndarray:
    """How much each cell counts: a subject as a whole SUBJECT times as much as all of the picture, mean 1."""
    covered = subject.astype(np.float32) / 255
    weights = 1 + SUBJECT * covered / max(float(covered.mean()), 0.08)
    result: np.ndarray = (weights / weights.mean()).astype(np.float32)
    return result


def flow_loss(model: UNet2DConditionModel, batch: Batch) -> Tensor:
    """Predict noise minus latent at a random point of the straight line between them (flow matching, Lipman et al.
    2023), more often where the noise is strong, since there the outlines are decided (Esser et al., 2024)."""
    count = len(batch.latents)
    sigma = torch.sigmoid(torch.randn(count) + 0.3)
    sigma = torch.where(torch.rand(count) < 0.15, torch.rand(count), sigma).clamp(0.001, 0.999)
    noise = torch.randn_like(batch.latents)
    s = sigma[:, None, None, None]
    mixed = (1 - s) * batch.latents + s * noise
    with circular([model]) if batch.seamless else nullcontext(), quick():
        predicted = model(mixed, sigma * 1000, encoder_hidden_states=batch.states).sample
    error = functional.mse_loss(predicted.float(), noise - batch.latents, reduction="none")
    return (error * batch.weight).mean()


class Exchange:
    """Memory that all training processes share: everyone lays down its gradients, waits, and takes the mean.

    Two sets of buffers alternate, so that one wait a step is enough: nobody can overwrite what another still reads.
    """

    def __init__(self, ranks: int, size: int) -> None:
        context = get_context("spawn")
        self.buffers = [[torch.zeros(size).share_memory_() for _ in range(ranks)] for _ in range(2)]  # type: ignore[no-untyped-call]
        self.weights = torch.zeros(size).share_memory_()  # type: ignore[no-untyped-call]
        self.progress = torch.zeros(2).share_memory_()  # type: ignore[no-untyped-call]
        self.barrier = context.Barrier(ranks)

    def mean(self, model: torch.nn.Module, rank: int, step: int, progress: float) -> float:
        """Replace the gradients by their mean over all processes; returns the leader's progress."""
        buffers = self.buffers[step % 2]
        parameters = [p for p in model.parameters() if p.grad is not None]
        torch.cat([p.grad.flatten() for p in parameters if p.grad is not None], out=buffers[rank])
        if rank == 0:
            self.progress[step % 2] = progress
        self.barrier.wait()
        total = buffers[0] / len(buffers)
        for buffer in buffers[1:]:
            total.add_(buffer, alpha=1 / len(buffers))
        for p, part in zip(parameters, total.split([p.numel() for p in parameters]), strict=True):
            assert p.grad is not None
            p.grad.copy_(part.view_as(p))
        return float(self.progress[step % 2])

    def share(self, weights: list[nn.Parameter], moved: list[list[int]], rank: int) -> None:
        """Each process has moved some of the weights; afterwards all have all of them."""
        parts = self.weights[: sum(w.numel() for w in weights)].split([w.numel() for w in weights])
        for n in moved[rank]:
            parts[n].copy_(weights[n].detach().flatten())
        self.barrier.wait()
        with torch.no_grad():
            for n in (n for other, own in enumerate(moved) if other != rank for n in own):
                weights[n].copy_(parts[n].view_as(weights[n]))


def _worker(rank: int, ranks: int, exchange: Exchange, cache: Path, minutes: float, resume: bool, leader: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, average = new_unet(), new_unet().requires_grad_(False)
    average.load_state_dict(model.state_dict())
    layers, others = muon.of_layers(model, APART)
    moved = muon.shares(layers, ranks)
    mine = muon.Muon((layers[n] for n in moved[rank]), lr=RATE, momentum=0.95, weight_decay=0.01)
    optimizer = torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.99), weight_decay=0.0, fused=True)
    path, step, spent = cache / "unet.pt", 0, 0.0
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        if "optimizer" in saved:  # Muon's momenta begin anew; after 20 steps that is forgotten
            optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["minutes"]
    clock = Clock(minutes, spent)
    batches = Batches(cache)
    log = curves(cache, "unet") if rank == 0 else None
    running, progress = 0.0, 0.0
    model.train()
    while progress < 1:
        torch.manual_seed(step * ranks + rank)
        loss = flow_loss(model, batches.draw(step, rank, BATCH // ranks))
        loss.backward()  # type: ignore[no-untyped-call]
        progress = exchange.mean(model, rank, step, clock.progress)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        rate = RATE * min(1.0, (step + 1) / 100, 4 * (1 - progress) + 0.02)
        for part in (optimizer, mine):
            part.param_groups[0]["lr"] = rate
            part.step()
        exchange.share(layers, moved, rank)
        model.zero_grad(set_to_none=True)
        step += 1
        clock.tick()
        if rank:
            os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, leader))  # who calms one, calms all
            continue
        torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 / (10 + 0.08 * step))
        running = loss.item() if running == 0 else running * 0.98 + loss.item() * 0.02
        if log and step % 20 == 0:
            log.add_scalar("loss", running, step)
            print(f"unet step {step} loss {running:.4f} at {clock.spent:.1f} min", flush=True)
        if step % SAVE_EVERY == 0 or progress >= 1:
            _save(path, model, average, optimizer, step, clock.spent)


def _save(path: Path, model: UNet2DConditionModel, average: UNet2DConditionModel, optimizer: torch.optim.Optimizer,
          step: int, minutes: float) -> None:  # fmt: skip
    state = {"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()}
    with written(path) as part:
        torch.save({**state, "step": step, "minutes": minutes}, part)


def train(cache: Path, minutes: float, resume: bool, ranks: int = 2) -> None:
    """Train until the stage has had its minutes, over all its runs."""
    exchange = Exchange(ranks, sum(p.numel() for p in new_unet().parameters()))
    arguments = (ranks, exchange, cache, minutes, resume, os.getpid())
    others = [get_context("spawn").Process(target=_worker, args=(rank, *arguments)) for rank in range(1, ranks)]
    for process in others:
        process.start()
    _worker(0, *arguments)
    for process in others:
        process.join()


def trained(cache: Path) -> tuple[UNet2DConditionModel, int, float]:
    """The averaged weights of the newest checkpoint, the steps and the minutes that went into them."""
    saved = torch.load(cache / "unet.pt", weights_only=True)
    model = new_unet()
    model.load_state_dict(saved["average"])
    return model.eval().requires_grad_(False), saved["step"], saved["minutes"]
