"""What the upscaler learns from: pairs of a small picture and the large one that it stands for.

Knows scenes, materials and how pictures wear. Knows nothing of networks, but for the picture starter's autoencoder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from torch import Tensor

from studiolo_starter import data, materials
from studiolo_starter.photographs import through_jpeg

CROP = 128  # of the large picture
BATCH = 5
MATERIALS = 1200
SOFT = 240  # scenes that have been through the picture model's own autoencoder
RESAMPLING = (Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)

Pixels = NDArray[np.uint8]


def degraded(large: Pixels, rng: np.random.Generator) -> Pixels:
    """The picture at half its size, as it comes in practice: shrunk in one way or another, a third of them also a
    little blurred, noisy, or saved as JPEG."""
    image = Image.fromarray(large)
    worn = rng.random() < 0.35
    if worn and rng.random() < 0.6:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 0.9))))
    small = image.resize((image.width // 2, image.height // 2), RESAMPLING[rng.integers(len(RESAMPLING))])
    if worn and rng.random() < 0.5:
        noise = rng.normal(0, rng.uniform(0.5, 5), (small.height, small.width, 3))
        small = Image.fromarray((np.asarray(small) + noise).clip(0, 255).round().astype(np.uint8))
    if worn and rng.random() < 0.5:
        small = through_jpeg(small, int(rng.integers(60, 96)))
    return np.asarray(small)


class Pictures:
    """Pairs of a small picture and the large one it stands for, by lot."""

    def __init__(self, cache: Path) -> None:
        self._scenes = [data.loaded(path) for path in data.shards(cache, "scenes")]
        self._materials = kept(cache, "materials", lambda: drawn_materials(range(MATERIALS)))
        self._soft = kept(cache, "soft-large", lambda: self._scenes[0][:SOFT])
        self._softened = kept(cache, "soft-small", lambda: softened(self._soft))

    def batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """(BATCH, 3, CROP/2, CROP/2) and (BATCH, 3, CROP, CROP), 0 to 1."""
        pairs = [self._pair(rng) for _ in range(BATCH)]
        small, large = (torch.from_numpy(np.stack(side)).permute(0, 3, 1, 2) for side in zip(*pairs, strict=True))
        return small.float() / 255, large.float() / 255

    def _pair(self, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        kind, turn, mirrored, channels = rng.random(), int(rng.integers(4)), rng.random() < 0.5, rng.permutation(3)
        if kind < 0.1:
            number = int(rng.integers(SOFT))
            small, large = self._softened[number], self._soft[number]
            y, x = 2 * rng.integers(0, (len(large) - CROP) // 2 + 1, 2)
            small = small[y // 2 : (y + CROP) // 2, x // 2 : (x + CROP) // 2]
            large = large[y : y + CROP, x : x + CROP]
        else:
            shard = self._materials if kind < 0.5 else self._scenes[rng.integers(len(self._scenes))]
            whole = shard[rng.integers(len(shard))]
            y, x = rng.integers(0, len(whole) - CROP + 1, 2)
            large = np.asarray(whole[y : y + CROP, x : x + CROP])
            small = degraded(large, rng)
        if rng.random() < 0.3:  # colours that no scene has
            small, large = small[..., channels], large[..., channels]
        small, large = (np.rot90(side, turn) for side in (small, large))
        return (small[:, ::-1], large[:, ::-1]) if mirrored else (small, large)


def drawn_materials(numbers: Iterable[int], evaluation: bool = False) -> Pixels:
    """Base colours, (number, side, side, 3)."""
    return np.stack([materials.render(materials.draw_material(n, evaluation), data.SIDE).base_colour for n in numbers])


def softened(scenes: Pixels) -> Pixels:
    """Scenes at half their size, encoded and decoded by the picture starter: as it would have painted them."""
    coder = AutoencoderTiny.from_pretrained("starters/picture/vae", torch_dtype=torch.float32).eval()
    made = []
    with torch.inference_mode():
        for scene in scenes:
            small = np.array(Image.fromarray(scene).reduce(2))
            decoded = coder(torch.from_numpy(small).permute(2, 0, 1)[None] / 127.5 - 1).sample[0].permute(1, 2, 0)
            made.append(((decoded + 1) * 127.5).clamp(0, 255).round().byte().numpy())
    return np.stack(made)


def kept(cache: Path, name: str, make: Callable[[], Pixels]) -> Pixels:
    """Made once; later changes of what it was made from do not reach it."""
    path = cache / "upscaler" / f"{name}.npy"
    if not path.exists():
        data.save(path, make())
    return data.loaded(path)
