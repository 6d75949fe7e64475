"""The picture autoencoder: 8x8 pixels to a latent of 4 channels and back.

Knows its shape, its loss and its training loop. The encoder is diffusers' AutoencoderTiny: convolutions without
normalisation, so what is learnt on crops holds for whole pictures. Knows nothing of captions.
"""

from __future__ import annotations

import functools
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from diffusers.models.autoencoders.vae import AutoencoderTinyBlock
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from studiolo.engines.seamless import circular
from studiolo_starter import data
from studiolo_starter.clock import Clock, curves
from studiolo_starter.files import written

CHANNELS = 32
LATENTS = 4
CROP = 96
MATERIALS = 0.5  # share of crops; they are harder than scenes
BATCH = 6
RATE = 1.5e-3


def new_autoencoder() -> AutoencoderTiny:
    """Most of the work is done at low resolution, where it is cheap; the last doubling is one linear convolution."""
    model = AutoencoderTiny(
        encoder_block_out_channels=(CHANNELS,) * 4,
        decoder_block_out_channels=(CHANNELS,) * 4,
        num_encoder_blocks=(0, 0, 2, 4),
        num_decoder_blocks=(6, 4, 1, 0),
        latent_channels=LATENTS,
        scaling_factor=1.0,
    )
    _start_as_blur(model)
    return model


def _start_as_blur(model: AutoencoderTiny) -> None:
    """Let three channels carry the mean colour of each patch from end to end, so that training starts with a blurred
    picture instead of with nothing: without normalisation a random start needs thousands of steps to find colour."""
    opponent = torch.tensor([[4 / 3, 4 / 3, 4 / 3], [4.0, 0.0, -4.0], [-4.0, 8.0, -4.0]])  # light, red-blue, green
    with torch.no_grad():
        for block in [*model.encoder.layers, *model.decoder.layers]:
            if isinstance(block, AutoencoderTinyBlock):
                block.conv[-1].weight.mul_(0.3)[:3] = 0
                block.conv[-1].bias.zero_()
            elif isinstance(block, torch.nn.Conv2d) and block.in_channels == block.out_channels == CHANNELS:
                torch.nn.init.kaiming_normal_(block.weight, nonlinearity="relu")
                block.weight[:3] = 0
                for c in range(3):
                    block.weight[c, c, 1:, 1:] = 0.25  # the mean of two by two pixels
                    if block.stride == (1, 1):
                        block.weight[c, c] = torch.outer(*(torch.tensor([0.25, 0.5, 0.25]),) * 2)
        first, last = model.encoder.layers[0], model.encoder.layers[-1]
        first.weight[:3], first.bias[:3] = 0, 0
        for c in range(3):
            first.weight[c, c, 1, 1] = 1
        last.weight.mul_(5.0)[:3] = 0
        last.weight[:3, :3, 1, 1] = opponent
        last.bias[:3] = -opponent.sum(1) / 2
        first, last = model.decoder.layers[0], model.decoder.layers[-1]
        first.weight[:3] = 0
        first.weight[:3, :3, 1, 1] = torch.linalg.inv(opponent)
        first.bias[:3] = 0.5
        last.weight.mul_(0.1)[:, :3] = 0
        last.bias.zero_()
        for c in range(3):
            last.weight[c, c, 1, 1] = 1


def to_tensor(pictures: np.ndarray) -> Tensor:
    """uint8 NHWC to float NCHW in -1..1."""
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def crops(cache: Path, rng: np.random.Generator, count: int) -> Tensor:
    """Random pieces of random scenes and materials, a quarter of them from pictures of half the size."""
    files = {kind: data.shards(cache, kind) for kind in data.KINDS}
    chosen = []
    for _ in range(count):
        kind: data.Kind = "materials" if files["materials"] and rng.random() < MATERIALS else "scenes"
        shard = data.loaded(files[kind][rng.integers(len(files[kind]))])
        whole = shard[rng.integers(len(shard))]
        if rng.random() < 0.25:
            whole = np.asarray(Image.fromarray(np.asarray(whole)).reduce(2))
        y, x = rng.integers(0, len(whole) - CROP + 1, 2)
        piece = whole[y : y + CROP, x : x + CROP]
        chosen.append(piece[:, ::-1] if rng.random() < 0.5 else piece)
    return to_tensor(np.stack(chosen))


def loss_of(made: Tensor, real: Tensor) -> Tensor:
    """Absolute error of pixels, of edges (so that it stays sharp), of the coarse picture (so that colours hold) and of
    texture (so that weave, grass and grain are not smoothed away where a latent can't say where each thread is)."""
    loss = functional.l1_loss(made, real)
    for axis in (2, 3):
        loss = loss + 0.5 * functional.l1_loss(made.diff(dim=axis), real.diff(dim=axis))
    coarse = functional.l1_loss(functional.avg_pool2d(made, 8), functional.avg_pool2d(real, 8))
    return loss + coarse + texture_loss(made, real)


def texture_loss(made: Tensor, real: Tensor) -> Tensor:
    """How much goes on around each place, in four directions and at two scales, wherever exactly each line runs: the
    mean slope in windows of 8 pixels."""
    loss = made.new_zeros(())
    for scale in (1, 2):
        a, b = (functional.avg_pool2d(x, scale) for x in (made, real))
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            loss = loss + 0.5 * functional.l1_loss(_activity(a, down, right), _activity(b, down, right))
    return loss


def _activity(x: Tensor, down: int, right: int) -> Tensor:
    return functional.avg_pool2d((x - torch.roll(x, (down, right), (2, 3))).abs(), 8, stride=4)


def spread_loss(latents: Tensor) -> Tensor:
    """Keeps every latent channel near mean 0 and variance 1, which the sampler expects."""
    mean, var = latents.mean((0, 2, 3)), latents.var((0, 2, 3))
    return (mean.square() + (var.clamp_min(1e-4).log()).square() * 0.5).mean()


def train(cache: Path, minutes: float, resume: bool, decoder_only: bool = False) -> None:
    """Train until the stage has had its minutes; with decoder_only the latents stay what they are."""
    model = new_autoencoder()
    path = cache / ("decoder.pt" if decoder_only else "autoencoder.pt")
    step, spent, gentle = 0, 0.0, decoder_only
    parameters = list(model.decoder.parameters() if decoder_only else model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
    if resume and path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        gentle = saved.get("gentle", gentle)
        if "optimizer" in saved:
            optimizer.load_state_dict(saved["optimizer"])
            step, spent = saved["step"], saved["minutes"]
    elif decoder_only:
        model.load_state_dict(torch.load(cache / "autoencoder.pt", weights_only=True)["model"])
    clock = Clock(minutes, spent)
    log = curves(cache, "decoder" if decoder_only else "autoencoder")
    model.train()
    while not clock.over:
        rng = np.random.default_rng([step, 23])
        torch.manual_seed(step)
        real = crops(cache, rng, BATCH)
        rate = RATE * min(1.0, (step + 1) / 50) * max(0.03, 1 - clock.progress**1.5)
        rate *= 0.4 if gentle else 1.0
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.set_grad_enabled(not decoder_only):
            latents = model.encoder(real)
        made = model.decoder(latents + 0.06 * torch.randn_like(latents))
        picture_loss = loss_of(made, real)
        loss = picture_loss if decoder_only else picture_loss + 0.02 * spread_loss(latents)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        clock.tick()
        if step % 20 == 0:
            psnr = 10 * torch.log10(4 / functional.mse_loss(made, real)).item()
            log.add_scalar("loss", loss.item(), step)
            log.add_scalar("psnr", psnr, step)
            print(
                f"autoencoder step {step} loss {loss.item():.4f} psnr {psnr:.2f} at {clock.spent:.1f} min", flush=True
            )
        if step % 100 == 0 or clock.over:
            state = {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "step": step,
                "minutes": clock.spent,
                "gentle": gentle,
            }
            with written(path) as part:
                torch.save(state, part)


def trained(cache: Path) -> AutoencoderTiny:
    """The newest autoencoder: the decoder of the last refinement if there was one, the encoder of the main run."""
    model = new_autoencoder()
    refined = cache / "decoder.pt"
    saved = torch.load(refined if refined.exists() else cache / "autoencoder.pt", weights_only=True)
    model.load_state_dict(saved["model"])
    return model.eval().requires_grad_(False)


def write_latents(cache: Path) -> None:
    """Encode every finished shard once; stored as the sampler sees them, near unit variance.

    Materials tile, so the encoder looks round their edges; otherwise the denoiser would learn a line at the edge, and
    paint it anywhere.
    """
    model = trained(cache).to(memory_format=torch.channels_last)  # twice as fast on a CPU
    factor = scaling_factor(cache, model)

    def of(kind: data.Kind, shard: Path) -> NDArray[np.float16]:
        pictures = data.loaded(shard)
        with torch.inference_mode(), circular([model]) if kind == "materials" else nullcontext():
            batches = (to_tensor(pictures[i : i + 20]) for i in range(0, len(pictures), 20))
            parts = [model.encoder(batch.contiguous(memory_format=torch.channels_last)) for batch in batches]
        return (torch.cat(parts) * factor).half().numpy()

    for kind in data.KINDS:
        data.made_of(cache, kind, "latents", functools.partial(of, kind))


def scaling_factor(cache: Path, model: AutoencoderTiny | None = None) -> float:
    """What latents are multiplied by to get unit variance; measured once, over the first shard of scenes."""
    path = cache / "scaling_factor"
    if not path.exists():
        model = model or trained(cache)
        with torch.inference_mode():
            latents = model.encoder(to_tensor(data.loaded(data.shards(cache, "scenes")[0])[:200]))
        print(f"latents: channel means {latents.mean((0, 2, 3)).tolist()}, std {latents.std():.4f}", flush=True)
        path.write_text(f"{1 / latents.std().item():.5f}\n")
    return float(path.read_text())
