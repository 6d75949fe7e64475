"""How good the upscaler is beside resampling: PSNR and SSIM on pictures that it has not seen.

Knows the measures and what is held out. The upscaler is measured through the engine, as people use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from torch.nn import functional

from studiolo.device import Device
from studiolo.engines import upscale
from studiolo.engines.engine import Task
from studiolo.models.model import Defaults, Model
from studiolo_contract.media import Picture
from studiolo_contract.upscale import UpscaleRequest
from studiolo_starter import emoji, scenes
from studiolo_starter.photographs import through_jpeg
from studiolo_starter.upscaler_pictures import drawn_materials, kept

COUNT = 20
HELD_OUT = 90_000_000  # the first scene of those that no training draws
METHODS = {"bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}

Pixels = NDArray[np.uint8]
Row = dict[str, float]


def evaluate(cache: Path, folder: Path) -> dict[str, Row]:
    """By what was enlarged ("scenes clean x2"), PSNR in dB and SSIM of each method."""
    torch.set_num_threads(1)
    sets = {
        "scenes": kept(cache, "held-scenes", lambda: drawn_scenes(cache, range(HELD_OUT, HELD_OUT + COUNT))),
        "materials": kept(cache, "held-materials", lambda: drawn_materials(range(COUNT), evaluation=True)),
    }
    model = Model("starter-upscaler", "upscale", "upscale", folder, "", True, "", "", Defaults())
    engine = upscale.load(model, Device("cpu", "cpu", "float32"))
    table = {}
    for scale in (2, 4):
        for name, pictures in sets.items():
            for wear in ("clean", "worn"):
                small = [shrunk(picture, scale, wear == "worn", n) for n, picture in enumerate(pictures)]
                made = {kind: [resampled(each, scale, method) for each in small] for kind, method in METHODS.items()}
                made["upscaler"] = [enlarged(engine, each, scale) for each in small]
                table[f"{name} {wear} x{scale}"] = {
                    f"{kind} {measure.__name__}": float(np.mean([measure(*pair) for pair in zip(of, pictures)]))  # noqa: B905 (as many of each)
                    for kind, of in made.items()
                    for measure in (psnr, ssim)
                }
    return table


def drawn_scenes(cache: Path, numbers: Iterable[int]) -> Pixels:
    """Scenes, (number, side, side, 3)."""
    archive = emoji.fetch(cache / "dl")
    return np.stack([np.asarray(scenes.render(scenes.draw_scene(number), archive).picture) for number in numbers])


def shrunk(picture: Pixels, scale: int, worn: bool, seed: int) -> Pixels:
    """Clean: bicubic, as the field measures. Worn: a little blurred and noisy too, and saved as JPEG of quality 85."""
    image = Image.fromarray(picture)
    if worn:
        image = image.filter(ImageFilter.GaussianBlur(0.35 * scale))
    small = image.resize((image.width // scale, image.height // scale), Image.Resampling.BICUBIC)
    if worn:
        noise = np.random.default_rng([seed, 3]).normal(0, 2, (small.height, small.width, 3))
        small = through_jpeg(Image.fromarray((np.asarray(small) + noise).clip(0, 255).round().astype(np.uint8)), 85)
    return np.asarray(small)


def resampled(small: Pixels, scale: int, method: Image.Resampling) -> Pixels:
    image = Image.fromarray(small)
    return np.asarray(image.resize((image.width * scale, image.height * scale), method))


def enlarged(engine: upscale.UpscaleEngine, small: Pixels, scale: int) -> Pixels:
    opaque = np.dstack([small, np.full(small.shape[:2], 255, np.uint8)])
    request = UpscaleRequest(image=Picture(sha256="0" * 64, width=small.shape[1], height=small.shape[0]))
    task = Task(request, {}, lambda event: None, lambda preview, data: None, lambda: False)
    return engine.enlarge(opaque, scale, False, upscale.LARGEST_TILE, task)


def psnr(made: Pixels, real: Pixels) -> float:
    """Peak signal to noise ratio over all channels, in dB."""
    return float(10 * np.log10(255**2 / np.mean((made.astype(float) - real) ** 2)))


def ssim(made: Pixels, real: Pixels) -> float:
    """Structural similarity of the luma. Source: Wang et al., Image Quality Assessment (2004), its window too."""
    luma = np.array([0.299, 0.587, 0.114])
    x, y = (torch.from_numpy(side.astype(float) @ luma)[None, None] for side in (made, real))
    line = torch.exp(-(torch.arange(-5.0, 6.0, dtype=torch.float64) ** 2) / (2 * 1.5**2))
    window = torch.outer(line, line)[None, None] / line.sum() ** 2
    mx, my, xx, yy, xy = (functional.conv2d(each, window) for each in (x, y, x * x, y * y, x * y))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mx * my + c1) * (2 * (xy - mx * my) + c2)
    return float((top / ((mx**2 + my**2 + c1) * (xx - mx**2 + yy - my**2 + c2))).mean())


def markdown(table: dict[str, Row]) -> str:
    """The table for people, PSNR / SSIM."""
    kinds = (*METHODS, "upscaler")
    lines = ["| enlarged | " + " | ".join(kinds) + " |", "| --- |" + " --- |" * len(kinds)]
    for name, row in table.items():
        cells = (f"{row[f'{kind} psnr']:.2f} / {row[f'{kind} ssim']:.4f}" for kind in kinds)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
