"""A drawing surface for flat illustration: gradients, silhouettes, soft blobs, all in the light of a time of day.

Knows colours, light and haze. Knows nothing of places or subjects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIDE = 512  # drawn at twice the size of the finished picture, then halved: smooth edges

Colour = tuple[int, int, int]
Point = tuple[float, float]


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return (round(a[0] + (b[0] - a[0]) * t), round(a[1] + (b[1] - a[1]) * t), round(a[2] + (b[2] - a[2]) * t))


def gradient(stops: Sequence[Colour], height: int = SIDE) -> Image.Image:
    """A picture as wide as the canvas whose colour runs through the stops from top to bottom."""
    column = np.array(stops, dtype=np.float32)
    at = np.linspace(0, len(stops) - 1, max(height, 1))
    low = np.minimum(at.astype(int), len(stops) - 2) if len(stops) > 1 else np.zeros(len(at), int)
    part = (at - low)[:, None]
    colours = column[low] * (1 - part) + column[np.minimum(low + 1, len(stops) - 1)] * part
    return Image.fromarray(colours.astype(np.uint8)[:, None, :]).resize(
        (SIDE, max(height, 1)), Image.Resampling.NEAREST
    )


@dataclass(frozen=True)
class Light:
    """What the hour and the weather do to colours: multiply by the tint, then fade into haze with distance."""

    tint: tuple[float, float, float]
    haze: Colour
    thickness: float

    def on(self, colour: Colour, distance: float = 0.0) -> Colour:
        r, g, b = (min(255, round(c * t)) for c, t in zip(colour, self.tint, strict=True))
        return mix((r, g, b), self.haze, min(1.0, self.thickness * distance))


class Canvas:
    """A square picture that is painted from back to front; coordinates run from 0 to 1."""

    def __init__(self, light: Light, rng: np.random.Generator) -> None:
        self.light = light
        self.rng = rng
        self.image = Image.new("RGB", (SIDE, SIDE))

    def sky(self, stops: Sequence[Colour], bottom: float = 1.0) -> None:
        self.image.paste(gradient(stops, int(bottom * SIDE)), (0, 0))

    def shape(self, points: Sequence[Point], top: Colour, bottom: Colour | None = None, distance: float = 0.0) -> None:
        """A filled outline; with two colours, shaded from its top to its bottom."""
        pixels = [(x * SIDE, y * SIDE) for x, y in points]
        upper = self.light.on(top, distance)
        if bottom is None:
            ImageDraw.Draw(self.image).polygon(pixels, fill=upper)
            return
        y0 = max(0, int(min(y for _, y in pixels)))
        y1 = min(SIDE, int(max(y for _, y in pixels)) + 1)
        if y1 <= y0:
            return
        mask = Image.new("L", (SIDE, y1 - y0))
        ImageDraw.Draw(mask).polygon([(x, y - y0) for x, y in pixels], fill=255)
        self.image.paste(gradient((upper, self.light.on(bottom, distance)), y1 - y0), (0, y0), mask)

    def ridge(
        self,
        base: float,
        height: float,
        top: Colour,
        bottom: Colour,
        distance: float = 0.0,
        jagged: float = 0.0,
        hills: int = 3,
    ) -> list[Point]:
        """Hills or peaks along the whole width, filled down to the lower edge; returns their outline."""
        x = np.linspace(0, 1, 65)
        if jagged:
            peaks = self.rng.uniform(0.3, 1.0, hills * 2 + 1) * np.where(np.arange(hills * 2 + 1) % 2, 1.0, 0.35)
            y = np.interp(x, np.linspace(0, 1, hills * 2 + 1), peaks) + self.rng.normal(0, jagged, 65)
        else:
            phase = self.rng.uniform(0, 6.3, 2)
            y = 0.5 + 0.35 * np.sin(x * hills * 2 + phase[0]) + 0.15 * np.sin(x * hills * 5 + phase[1])
        line = [(float(a), float(base - height * b)) for a, b in zip(x, y, strict=True)]
        self.shape([*line, (1, 1), (0, 1)], top, bottom, distance)
        return line

    def disc(self, x: float, y: float, radius: float, colour: Colour, glow: float = 0.0) -> None:
        """A sun or moon: not dimmed by the light, with a soft halo."""
        if glow:
            self.blob(x, y, radius * 3.2, radius * 3.2, colour, glow)
        box = [(x - radius) * SIDE, (y - radius) * SIDE, (x + radius) * SIDE, (y + radius) * SIDE]
        ImageDraw.Draw(self.image).ellipse(box, fill=colour)

    def blob(self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float) -> None:
        """A soft ellipse that fades to nothing at its rim."""
        w, h = max(2, int(rx * 2 * SIDE)), max(2, int(ry * 2 * SIDE))
        mask = _fade().resize((w, h), Image.Resampling.BILINEAR).point([round(v * alpha) for v in range(256)])
        self.image.paste(colour, (int((x - rx) * SIDE), int((y - ry) * SIDE)), mask)

    def veil(self, colour: Colour, top: float, bottom: float) -> None:
        """A haze over the whole picture, from one strength at the top to another at the bottom (0 to 1)."""
        mask = gradient(((round(top * 255),) * 3, (round(bottom * 255),) * 3)).getchannel(0)
        self.image.paste(colour, (0, 0), mask)

    def lines(
        self, points: Sequence[tuple[float, float, float, float]], colour: Colour, width: int, alpha: float
    ) -> None:
        """Many straight strokes at once: rain, rays, blades of grass."""
        mask = Image.new("L", (SIDE, SIDE))
        draw = ImageDraw.Draw(mask)
        for x0, y0, x1, y1 in points:
            draw.line((x0 * SIDE, y0 * SIDE, x1 * SIDE, y1 * SIDE), fill=round(alpha * 255), width=width)
        self.image.paste(colour, (0, 0), mask)

    def dots(self, points: Sequence[Point], radius: float, colour: Colour) -> None:
        """Many small discs in one colour: stars, flakes, flowers, bubbles."""
        draw = ImageDraw.Draw(self.image)
        r = radius * SIDE
        for x, y in points:
            draw.ellipse((x * SIDE - r, y * SIDE - r, x * SIDE + r, y * SIDE + r), fill=colour)

    def arc(self, x: float, y: float, radius: float, width: float, colour: Colour, alpha: float) -> None:
        """A bent band: a rainbow's stripe."""
        mask = Image.new("L", (SIDE, SIDE))
        box = [(x - radius) * SIDE, (y - radius) * SIDE, (x + radius) * SIDE, (y + radius) * SIDE]
        ImageDraw.Draw(mask).arc(box, 180, 360, fill=round(alpha * 255), width=round(width * SIDE))
        self.image.paste(colour, (0, 0), mask)

    def leaf(self, x: float, y: float, size: float, angle: float, colour: Colour) -> None:
        """A pointed oval, turned."""
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        t = np.linspace(-1, 1, 9)
        half = 0.5 * (1 - t**2)
        rim = [*zip(t, half, strict=True), *zip(t[::-1], -half, strict=True)]
        points = [np.array([x, y]) + size * (a * along + b * across) for a, b in rim]
        ImageDraw.Draw(self.image).polygon([(px * SIDE, py * SIDE) for px, py in points], fill=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, distance: float = 0.0) -> None:
        ImageDraw.Draw(self.image).rectangle(
            (x0 * SIDE, y0 * SIDE, x1 * SIDE, y1 * SIDE), fill=self.light.on(colour, distance)
        )

    def scatter(self, count: int, y0: float, y1: float) -> list[Point]:
        return [
            (float(a), float(b))
            for a, b in zip(self.rng.uniform(0, 1, count), self.rng.uniform(y0, y1, count), strict=True)
        ]

    def finished(self) -> Image.Image:
        return self.image.reduce(2)


_FADE: list[Image.Image] = []


def _fade() -> Image.Image:
    if not _FADE:
        axis = np.linspace(-1, 1, 128)
        radius = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2)
        _FADE.append(Image.fromarray((np.clip(1 - radius, 0, 1) ** 1.3 * 255).astype(np.uint8)))
    return _FADE[0]


def darken(image: Image.Image, mask: Image.Image, at: tuple[int, int], strength: float) -> None:
    """A soft shadow: the picture is multiplied down where the mask is bright."""
    box = (at[0], at[1], at[0] + mask.width, at[1] + mask.height)
    part = image.crop(box)
    shade = ImageChops.invert(mask.point([round(v * strength) for v in range(256)]))
    image.paste(ImageChops.multiply(part, Image.merge("RGB", (shade, shade, shade))), box[:2])


def soft(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))
