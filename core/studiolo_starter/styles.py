"""Styles as filters over a finished picture.

Knows one filter for each style of the vocabulary. Knows nothing of what the picture shows.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from studiolo_starter.vocabulary import Style


def _edges(image: Image.Image, blur: float = 1.0) -> np.ndarray:
    grey = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float32)
    dy = np.abs(np.diff(grey, axis=0, append=grey[-1:])).max(axis=2)
    dx = np.abs(np.diff(grey, axis=1, append=grey[:, -1:])).max(axis=2)
    return np.asarray(np.clip((dx + dy) / 40, 0, 1))


def _pencil(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    grey = np.asarray(ImageOps.autocontrast(image.convert("L")), dtype=np.float32) / 255
    tone = 0.78 + 0.22 * grey
    page = np.clip(tone - 0.75 * _edges(image), 0, 1)[..., None] * np.array([246, 243, 236], dtype=np.float32)
    return Image.fromarray(page.astype(np.uint8))


def _watercolour(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    pale = np.asarray(image.filter(ImageFilter.MedianFilter(7)).filter(ImageFilter.GaussianBlur(1)), dtype=np.float32)
    pale = 255 - (255 - pale) * 0.66
    blotches = Image.fromarray(rng.uniform(0, 255, (9, 9)).astype(np.uint8)).resize(
        image.size, Image.Resampling.BICUBIC
    )
    wash = (np.asarray(blotches, dtype=np.float32)[..., None] - 128) / 128 * 16
    size = image.width
    axis = np.minimum(np.arange(size), np.arange(size)[::-1]) / size
    frame = np.clip(np.minimum.outer(axis, axis) * 14 + (np.asarray(blotches, dtype=np.float32) - 150) / 160, 0, 1)[
        ..., None
    ]
    painted = (pale + wash) * frame + np.array([252, 250, 245], dtype=np.float32) * (1 - frame)
    return Image.fromarray(np.clip(painted, 0, 255).astype(np.uint8))


def _pixel_art(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    small = image.resize((image.width // 8, image.height // 8), Image.Resampling.BOX)
    small = ImageOps.posterize(small, 3)
    return small.resize(image.size, Image.Resampling.NEAREST)


def _blueprint(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    lines = _edges(image)[..., None]
    tone = np.asarray(image.convert("L"), dtype=np.float32)[..., None] / 255
    paper = np.array([22, 62, 140], dtype=np.float32) * (0.8 + 0.45 * tone)
    drawn = paper * (1 - lines) + np.array([226, 238, 255], dtype=np.float32) * lines
    return Image.fromarray(np.clip(drawn, 0, 255).astype(np.uint8))


def styled(image: Image.Image, style: Style, rng: np.random.Generator) -> Image.Image:
    if style == "illustration":
        return image
    return {"pencil": _pencil, "watercolour": _watercolour, "pixel art": _pixel_art, "blueprint": _blueprint}[style](
        image, rng
    )
