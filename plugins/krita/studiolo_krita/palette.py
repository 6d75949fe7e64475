# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours that a picture consists of. Knows pixels alone."""

from __future__ import annotations

from studiolo_krita import pixels
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QtGui

COLOURS = 6
GRAIN = 48
"""Pixels a side to which a picture is reduced before its colours are counted."""


def main_colours(image: Image, count: int = COLOURS) -> list[QtGui.QColor]:
    """The colours that a picture consists of, by median cut (Heckbert 1982): the box of colours that spans most is
    parted in the middle of its colours, until there are `count` or no more to part; each is shown by its mean, the
    largest first."""
    small = pixels.scaled(image, GRAIN, GRAIN)
    data = bytes(pixels.raw(small))
    boxes = [[(data[n + 2], data[n + 1], data[n]) for n in range(0, len(data), 4)]]
    while len(boxes) < count:
        widest = max(boxes, key=lambda box: max(_spans(box)) * len(box) ** 0.5)
        spans = _spans(widest)
        if max(spans) == 0:
            break
        axis = spans.index(max(spans))
        along = sorted(colour[axis] for colour in widest)
        middle = max(along[len(along) // 2], along[0] + 1)  # what is equal stays together
        boxes.remove(widest)
        boxes += [[one for one in widest if one[axis] < middle], [one for one in widest if one[axis] >= middle]]
    boxes.sort(key=len, reverse=True)
    return [QtGui.QColor(*(round(sum(channel) / len(box)) for channel in zip(*box, strict=True))) for box in boxes]


def _spans(box: list[tuple[int, int, int]]) -> list[int]:
    return [max(channel) - min(channel) for channel in zip(*box, strict=True)]
