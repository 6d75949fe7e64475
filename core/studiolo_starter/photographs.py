"""What a camera or a picture model makes of a surface: the pictures from which maps have to be found.

Knows exposure, colour cast, light from one side, softness, noise and compression. Knows no model.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from studiolo.texture.maps import Maps

Picture = NDArray[np.uint8]


def photograph(maps: Maps, rng: np.random.Generator) -> Picture:
    """The base colour as it may be met with, H x W x 3; one in five is left as it is."""
    if rng.random() < 0.2:
        return maps.base_colour
    light = maps.base_colour.astype(np.float32) / 255
    if rng.random() < 0.35:
        light = light * _lit(maps, rng)
    return developed(light, rng)


def developed(light: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """A picture of what came into the camera (0..1, sRGB)."""
    if rng.random() < 0.6:
        light = np.clip(light, 0, None) ** rng.uniform(0.75, 1.35) * rng.uniform(0.75, 1.25)
    if rng.random() < 0.4:
        light = light * rng.uniform(0.88, 1.12, 3).astype(np.float32)
    image = Image.fromarray(np.round(np.clip(light, 0, 1) * 255).astype(np.uint8))
    image = _softened(image, rng)
    if rng.random() < 0.3:
        grain = rng.normal(0, rng.uniform(1, 7), (image.height, image.width, 1 if rng.random() < 0.5 else 3))
        image = Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        image = through_jpeg(image, int(rng.integers(25, 92)))
    return np.asarray(image)


def through_jpeg(image: Image.Image, quality: int) -> Image.Image:
    """The picture as it comes back from a JPEG file."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def _lit(maps: Maps, rng: np.random.Generator) -> NDArray[np.float32]:
    """Light from one side, and less of it in the hollows."""
    turn, height, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.7, 1.3), rng.uniform(0.15, 0.7)
    towards = np.array([np.cos(turn) * np.cos(height), np.sin(turn) * np.cos(height), np.sin(height)], np.float32)
    lambert = np.clip(maps.normal @ towards, 0, None) / towards[2]
    shade = (1 - strength + strength * lambert) * maps.occlusion ** rng.uniform(0, 0.8)
    return np.asarray(shade[..., None], np.float32)


def _softened(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Out of focus, or out of an autoencoder that keeps less detail than the picture has."""
    lot = rng.random()
    if lot < 0.3:
        return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6)))
    if lot < 0.45:
        share = rng.uniform(0.4, 0.8)
        small = image.resize(
            (max(1, int(image.width * share)), max(1, int(image.height * share))), Image.Resampling.BOX
        )
        return small.resize(image.size, Image.Resampling.BICUBIC)
    return image
