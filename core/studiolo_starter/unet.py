"""The denoiser: a lean UNet2DConditionModel that learns flow matching over latents and caption embeddings.

Knows its shape, its loss and its training loop, which runs as one process per core that exchange gradients (on a busy
machine two threads wait for each other at every layer, two processes once a step). Knows nothing of pixels.
"""

from __future__ import annotations

import os
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor
from torch.nn import functional

from studiolo_starter import autoencoder, text
from studiolo_starter.clock import Clock, curves
from studiolo_starter.data import SHARD, shards

CHANNELS = (48, 96, 192)
BATCH = 32
RATE = 1.2e-3
UNCONDITIONAL = 0.1  # share of empty prompts, for guidance
SAVE_EVERY = 100


def new_unet() -> UNet2DConditionModel:
    """Thin and without attention where positions are many; self and cross-attention at 8x8 and 4x4."""
    return UNet2DConditionModel(
        sample_size=autoencoder.NATIVE // 8,
        in_channels=autoencoder.LATENTS,
        out_channels=autoencoder.LATENTS,
        layers_per_block=1,
        block_out_channels=CHANNELS,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=text.WIDTH,
        attention_head_dim=tuple(max(1, channels // 32) for channels in CHANNELS),
        norm_num_groups=16,
    )


class Batches:
    """Latents and embeddings by lot; the same step of the same rank always gives the same batch."""

    def __init__(self, cache: Path) -> None:
        self.latents = torch.from_numpy(np.load(autoencoder.latents_path(cache)))
        files = [text.embedding_path(cache, int(path.stem)) for path in shards(cache)]
        self.embeddings = [np.load(path, mmap_mode="r") for path in files if path.exists()]
        self.empty = np.load(text.embedding_path(cache, 0).with_name("empty.npy"))[0]
        self.count = min(len(self.latents), len(self.embeddings) * SHARD)

    def draw(self, step: int, rank: int, size: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng([step, rank, 29])
        chosen = rng.integers(self.count, size=size)
        states = np.stack([self._states(int(i), rng) for i in chosen]).astype(np.float32)
        return self.latents[chosen], torch.from_numpy(states)

    def _states(self, i: int, rng: np.random.Generator) -> np.ndarray:
        if rng.random() < UNCONDITIONAL:
            return np.asarray(self.empty)
        return np.asarray(self.embeddings[i // SHARD][i % SHARD, rng.integers(text.CAPTIONS)])


def flow_loss(model: UNet2DConditionModel, latents: Tensor, states: Tensor) -> Tensor:
    """Predict noise minus latent at a random point of the straight line between them."""
    sigma = torch.sigmoid(torch.randn(len(latents)))
    sigma = torch.where(torch.rand(len(latents)) < 0.15, torch.rand(len(latents)), sigma).clamp(0.001, 0.999)
    noise = torch.randn_like(latents)
    s = sigma[:, None, None, None]
    predicted = model((1 - s) * latents + s * noise, sigma * 1000, encoder_hidden_states=states).sample
    return functional.mse_loss(predicted, noise - latents)


class Exchange:
    """Memory that all training processes share: everyone lays down its gradients, waits, and takes the mean.

    Two sets of buffers alternate, so that one wait a step is enough: nobody can overwrite what another still reads.
    """

    def __init__(self, ranks: int, size: int) -> None:
        context = get_context("spawn")
        self.buffers = [[torch.zeros(size).share_memory_() for _ in range(ranks)] for _ in range(2)]  # type: ignore[no-untyped-call]
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
            p.grad = part.view_as(p)
        return float(self.progress[step % 2])


def _worker(rank: int, ranks: int, exchange: Exchange, cache: Path, minutes: float, resume: bool, leader: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, average = new_unet(), new_unet().requires_grad_(False)
    average.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    path, step, spent = cache / "unet.pt", 0, 0.0
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["minutes"]
    clock = Clock(minutes, spent)
    batches = Batches(cache)
    log = curves(cache, "unet") if rank == 0 else None
    running, progress = 0.0, 0.0
    model.train()
    while progress < 1:
        torch.manual_seed(step * ranks + rank)
        latents, states = batches.draw(step, rank, BATCH // ranks)
        loss = flow_loss(model, latents, states)
        loss.backward()  # type: ignore[no-untyped-call]
        progress = exchange.mean(model, rank, step, clock.progress)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 100, 4 * (1 - progress) + 0.02)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
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
    torch.save({**state, "step": step, "minutes": minutes}, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


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
