"""Colours of a page: which of a palette can be read on which ground. Knows no page."""

from __future__ import annotations

import colorsys
import re

READABLE = 4.5
"""The least contrast of text, by WCAG 2.2, success criterion 1.4.3."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """1 to 21, as WCAG 2.2 defines it, of two colours `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, ground: str) -> str:
    """The colour of the same hue that is nearest in lightness and can be read on that ground."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = 0.02 if _luminance(ground) < 0.18 else -0.02
    while contrast(colour, ground) < READABLE and 0 < lightness + step < 1:
        lightness += step
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour if contrast(colour, ground) >= READABLE else ("#ffffff" if step > 0 else "#000000")


def accent(palette: tuple[str, ...], ground: str, otherwise: str) -> str:
    """The liveliest colour of the palette, readable on that ground."""
    lively = max(filter(is_colour, palette), key=_liveliness, default=otherwise)
    return readable(lively, ground)


def _liveliness(colour: str) -> float:
    _, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    return saturation * (1 - abs(2 * lightness - 1))


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(max(c, 0), 1) * 255):02x}" for c in channels)
