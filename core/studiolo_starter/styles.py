"""Styles as filters over a finished picture.

Knows one filter for each style of the vocabulary. Knows nothing of what the picture shows.
"""

from __future__ import annotations

from collections.abc import Callable

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


def _ink(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Black strokes and flat black shadows on white, with a grey wash between."""
    grey = (
        np.asarray(ImageOps.autocontrast(image.convert("L").filter(ImageFilter.MedianFilter(5))), dtype=np.float32)
        / 255
    )
    tone = np.where(grey < 0.22, 0.08, np.where(grey < 0.45, 0.72, 1.0))
    page = np.clip(tone - 1.3 * _edges(image, 1.2), 0.05, 1)[..., None] * np.array([250, 250, 248], dtype=np.float32)
    return Image.fromarray(page.astype(np.uint8))


def _oil(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Rich colours in short thick strokes that catch the light."""
    pixels = np.asarray(image, dtype=np.float32)
    size = image.width
    noise = (
        np.asarray(
            Image.fromarray(rng.uniform(0, 255, (size // 5, size // 14)).astype(np.uint8)).resize(
                (size, size), Image.Resampling.BICUBIC
            ),
            dtype=np.float32,
        )
        / 255
        - 0.5
    )
    y, x = np.mgrid[0:size, 0:size]
    dy, dx = np.rint(noise * 6).astype(int), np.rint(np.roll(noise, size // 3, 0) * 6).astype(int)
    moved = pixels[np.clip(y + dy, 0, size - 1), np.clip(x + dx, 0, size - 1)]
    grey = moved.mean(axis=2, keepdims=True)
    moved = grey + (moved - grey) * 1.3
    relief = (noise - np.roll(noise, 1, 0))[..., None] * 90
    return Image.fromarray(np.clip((moved - 128) * 1.08 + 122 + relief, 0, 255).astype(np.uint8))


def _pastel(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Pale chalk whose grain shows the toned paper."""
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32)
    pale = soft * 0.68 + 84
    size = image.width
    grain = np.asarray(
        Image.fromarray(rng.uniform(0, 255, (size // 3, size // 3)).astype(np.uint8)).resize(
            (size, size), Image.Resampling.BILINEAR
        ),
        dtype=np.float32,
    )
    share = np.clip((grain - 60) / 60, 0.6, 1)[..., None]
    return Image.fromarray(
        np.clip(pale * share + np.array([224, 206, 190], dtype=np.float32) * (1 - share), 0, 255).astype(np.uint8)
    )


def _woodcut(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two inks: the tone decides how thick each carved line is."""
    grey = (
        np.asarray(ImageOps.autocontrast(image.convert("L").filter(ImageFilter.GaussianBlur(1))), dtype=np.float32)
        / 255
    )
    size = image.width
    y, x = np.mgrid[0:size, 0:size]
    line = 0.5 + 0.5 * np.sin((y + 3 * np.sin(x / 17 + rng.uniform(0, 6))) * (2 * np.pi / 10))
    tone = np.clip((grey - 0.25) / 0.4, 0, 1)  # full black and plain paper at both ends
    white = np.clip((tone * 1.2 - 0.1 - line) * 4 + 0.5, 0, 1) * (1 - np.clip(_edges(image, 1.4) * 1.8, 0, 1))
    inked, paper = np.array([44, 30, 26], dtype=np.float32), np.array([238, 222, 188], dtype=np.float32)
    return Image.fromarray((inked + (paper - inked) * white[..., None]).astype(np.uint8))


FILTERS: dict[Style, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "pencil": _pencil,
    "watercolour": _watercolour,
    "pixel art": _pixel_art,
    "blueprint": _blueprint,
    "ink": _ink,
    "oil painting": _oil,
    "pastel": _pastel,
    "woodcut": _woodcut,
}


def styled(image: Image.Image, style: Style, rng: np.random.Generator) -> Image.Image:
    return FILTERS[style](image, rng) if style in FILTERS else image
