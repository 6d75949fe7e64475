# SPDX-License-Identifier: GPL-3.0-or-later
"""Rectangles on a canvas: what the model gets to see around a selection, and at which size it paints that.

Knows no pixels and no Krita. All lengths are whole pixels of the document; y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt

LONGEST_SIDE = 4096
"""Pixels: no request may ask for more."""
LONGEST_SHAPE = 8
"""How many times longer than wide a picture may be that the daemon takes."""
SQUAREST = 2
"""How many times longer than wide a context should be at most: models were taught on squares and the like."""
SHARE = 1 / 8
"""How much of its longer side is added around a selection on each side."""
MARGIN = 32
"""Pixels that are added at least."""


@dataclass(frozen=True)
class Bounds:
    """A rectangle. `x` and `y` may be negative; one without width or height holds no pixel and is `empty`."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is no longer in it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row that is no longer in it."""
        return self.y + self.height

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    def contains(self, other: Bounds) -> bool:
        """Whether every pixel of `other` is in here too."""
        return other.empty or self.intersect(other) == other

    def intersect(self, other: Bounds) -> Bounds:
        """What both have; empty where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Bounds(x, y, max(0, right - x), max(0, bottom - y))

    def pad(self, by: int) -> Bounds:
        """`by` pixels larger at each of the four sides."""
        return Bounds(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def move(self, right: int, down: int) -> Bounds:
        return Bounds(self.x + right, self.y + down, self.width, self.height)

    def clamp(self, canvas: Bounds) -> Bounds:
        """Moved as little as brings it onto the canvas; cut only where it is larger than that."""
        width, height = min(self.width, canvas.width), min(self.height, canvas.height)
        x = min(max(self.x, canvas.x), canvas.right - width)
        y = min(max(self.y, canvas.y), canvas.bottom - height)
        return Bounds(x, y, width, height)


def context(selection: Bounds, canvas: Bounds, grow: int, feather: int, native: int) -> Bounds:
    """What of the canvas the model sees when it repaints `selection`, which will be grown and feathered by that much.

    Around what is repainted come an eighth of its longer side and at least 32 pixels; then as much more as brings the
    area to `native`² and the shape to 2:1 or squarer. All of it lies on the canvas, so near a border it is moved
    inwards, and is smaller or longer only where the canvas is. Raises ValueError when the selection is off the canvas.
    """
    inside = selection.intersect(canvas)
    if inside.empty:
        raise ValueError("nothing of the selection lies on the canvas")
    must = inside.pad(grow + feather).intersect(canvas)
    air = max(MARGIN, ceil(SHARE * max(must.size)))
    width, height = _roomy(must.pad(air).clamp(canvas).size, canvas.size, native)
    return Bounds(must.x - (width - must.width) // 2, must.y - (height - must.height) // 2, width, height).clamp(canvas)


def target(context: Bounds, native: int, multiple: int) -> tuple[int, int]:
    """Width and height at which a model paints `context`: as good as its shape, about `native`² in area.

    Both are multiples of `multiple`. Among those near the exact size the one is taken that is least off in shape and
    area, shape counting twice, since the result is stretched onto the context. Nothing is longer than 4096 pixels or
    than 8:1, which is what the daemon takes.
    """
    shape = min(max(context.width / context.height, 1 / LONGEST_SHAPE), LONGEST_SHAPE)
    width, height = _steps(native * sqrt(shape), multiple), _steps(native / sqrt(shape), multiple)
    sizes = [(w, h) for w in width for h in height if max(w, h) <= LONGEST_SHAPE * min(w, h)]
    return min(sizes, key=lambda size: _misfit(size, shape, native))


def expand(canvas: Bounds, left: int, top: int, right: int, bottom: int) -> Bounds:
    """The canvas with that many pixels more at each side. Raises ValueError where one is negative."""
    if min(left, top, right, bottom) < 0:
        raise ValueError("a canvas can't be expanded by less than nothing")
    return Bounds(canvas.x - left, canvas.y - top, canvas.width + left + right, canvas.height + top + bottom)


def fit(width: int, height: int, view: Bounds) -> Bounds:
    """The largest place of that shape in the middle of `view`, to show a picture in."""
    scale = min(view.width / width, view.height / height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    return Bounds(view.x + (view.width - wide) // 2, view.y + (view.height - high) // 2, wide, high)


def amid(width: int, height: int, canvas: Bounds) -> Bounds:
    """The middle of the canvas, for a picture in its own size where it has room, else as large as fits."""
    if width > canvas.width or height > canvas.height:
        return fit(width, height, canvas)
    return Bounds(canvas.x + (canvas.width - width) // 2, canvas.y + (canvas.height - height) // 2, width, height)


def tiles(view: Bounds, count: int = 3) -> tuple[Bounds, ...]:
    """`count` × `count` places, row by row, that cover `view` and meet without a gap: a preview of how a picture
    tiles."""
    columns = [view.x + view.width * i // count for i in range(count + 1)]
    rows = [view.y + view.height * i // count for i in range(count + 1)]
    return tuple(
        Bounds(columns[i], rows[j], columns[i + 1] - columns[i], rows[j + 1] - rows[j])
        for j in range(count)
        for i in range(count)
    )


def _roomy(size: tuple[int, int], most: tuple[int, int], native: int) -> tuple[int, int]:
    """The size grown to 2:1 and an area of `native`², each side up to what `most` allows; the second time round a side
    makes up for what the other could not have."""
    width, height = size
    for least in (native, 1):
        width = min(most[0], max(width, ceil(height / SQUAREST), _lacking(height, least, most[1], native)))
        height = min(most[1], max(height, ceil(width / SQUAREST), _lacking(width, least, most[0], native)))
    return width, height


def _lacking(other: int, least: int, most: int, native: int) -> int:
    """How long a side has to be for the area to be `native`², beside one that is `other` and can become `most`."""
    return min(native * native // max(other, least), SQUAREST * most)


def _steps(length: float, multiple: int) -> list[int]:
    """The multiples next to a length, at most two on each side, none longer than a request may ask for."""
    below = int(min(length, LONGEST_SIDE) // multiple)
    return [n * multiple for n in range(below - 1, below + 3) if 0 < n * multiple <= LONGEST_SIDE]


def _misfit(size: tuple[int, int], shape: float, native: int) -> float:
    width, height = size
    return 2 * abs(log(width / height / shape)) + abs(log(width * height / native**2))
