"""Subjects that no emoji shows, drawn as cut-outs in the same manner: round, smooth, lit from the upper left.

Knows the outlines and colours of each. Knows nothing of scenes and light.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from studiolo_starter.canvas import Colour, Point

SIZE = 768
"""A cut-out's height while it is drawn; it is halved afterwards, for smooth edges."""
WHITE: Colour = (246, 242, 234)
RED: Colour = (214, 52, 48)
STONE: Colour = (126, 132, 146)
IRON: Colour = (70, 76, 96)
GLOW: Colour = (255, 222, 120)
LAMP = 0.15
"""How far below its top a lighthouse's lamp is, beside its height."""


@functools.cache
def sprite(name: str) -> Image.Image:
    """RGBA, cropped to what can be seen. Raises KeyError for what is not drawn here."""
    picture = DRAWINGS[name]()
    small = picture.reduce(2)
    return small.crop(small.getchannel("A").getbbox())


def _round(picture: Image.Image, outline: list[Point], colour: Colour) -> None:
    """A filled outline, shaded from side to side as if it stood out round; coordinates are parts of SIZE."""
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).polygon([(x * SIZE, y * SIZE) for x, y in outline], fill=255)
    box = mask.getbbox()
    assert box is not None
    across = np.linspace(-1, 1, box[2] - box[0], dtype=np.float32)
    light = 0.62 + 0.46 * np.clip(1 - ((across + 0.3) / 1.25) ** 2, 0, 1)
    tinted: NDArray[np.float32] = light[:, None] * np.asarray(colour, np.float32)
    row = Image.fromarray(np.clip(tinted, 0, 255).astype(np.uint8)[None])
    picture.paste(row.resize((box[2] - box[0], box[3] - box[1])), box[:2], mask.crop(box))


def _lighthouse() -> Image.Image:
    """A tower in red and white bands on a rock, with a gallery, a lamp and a dome."""
    picture = Image.new("RGBA", (SIZE // 2, SIZE))
    middle, top, foot = 0.25, 0.25, 0.93

    def half(y: float) -> float:
        return 0.083 + 0.062 * (y - top) / (foot - top)

    def band(y0: float, y1: float, colour: Colour, wider: float = 0.0) -> None:
        a, b = half(y0) + wider, half(y1) + wider
        _round(picture, [(middle - a, y0), (middle + a, y0), (middle + b, y1), (middle - b, y1)], colour)

    rock = [(0.03, 1.0), (0.06, 0.93), (0.13, 0.9), (0.36, 0.9), (0.44, 0.94), (0.47, 1.0)]
    _round(picture, rock, STONE)
    edges = np.linspace(top, foot, 6)
    for n in range(5):
        band(float(edges[n]), float(edges[n + 1]), RED if n % 2 else WHITE)
    draw = ImageDraw.Draw(picture)
    for y in (0.34, 0.55, 0.72):
        draw.rounded_rectangle([x * SIZE for x in (0.232, y, 0.268, y + 0.055)], 10, fill=IRON)
    draw.rounded_rectangle([x * SIZE for x in (0.215, 0.83, 0.285, 0.93)], 22, fill=(112, 70, 44))
    band(0.225, 0.255, IRON, 0.035)
    draw.rectangle([x * SIZE for x in (0.19, 0.105, 0.31, 0.225)], fill=GLOW)
    for x in (0.19, 0.23, 0.27, 0.31):
        draw.line([v * SIZE for v in (x, 0.105, x, 0.225)], fill=IRON, width=9)
    arc = np.linspace(np.pi, 2 * np.pi, 24)
    _round(picture, [(middle + 0.085 * float(np.cos(a)), 0.11 + 0.085 * float(np.sin(a))) for a in arc], RED)
    draw.ellipse([v * SIZE for v in (0.235, 0.005, 0.265, 0.035)], fill=IRON)
    return picture


DRAWINGS = {"lighthouse": _lighthouse}
