# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks: where a picture is repainted, a byte a pixel, 0 for "stays" to 255 for "repainted".

Without numpy. A row of pixels is one large integer with each pixel in a lane of bits of its own, so that one addition
adds two rows; columns are rows of the turned mask. Knows no Krita and no Qt, and may run on any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from studiolo_krita.geometry import Bounds

STRIP = 512
"""Columns that are worked on at a time: bounds the memory, and stays within a processor's cache."""
INVERSE = bytes(range(255, -1, -1))

Rows = list[int]


@dataclass(frozen=True)
class Mask:
    """`width` × `height` bytes, row by row from the top."""

    width: int
    height: int
    data: bytes

    def __post_init__(self) -> None:
        if len(self.data) != self.width * self.height:
            raise ValueError(f"{len(self.data)} bytes are no mask of {self.width} × {self.height} pixels")


def rectangle(width: int, height: int, inside: Bounds) -> Mask:
    """Repainted inside these bounds, and nowhere else."""
    place = inside.intersect(Bounds(0, 0, width, height))
    if place.empty:
        return Mask(width, height, bytes(width * height))
    row = bytes(place.x) + b"\xff" * place.width + bytes(width - place.x - place.width)
    above, below = bytes(width * place.y), bytes(width * (height - place.y - place.height))
    return Mask(width, height, above + row * place.height + below)


def bounds(mask: Mask) -> Bounds:
    """The smallest rectangle that holds every pixel above 0; empty where there is none."""
    width, height, below = mask.width, mask.height, mask.data.lstrip(b"\0")
    if not below:
        return Bounds(0, 0, 0, 0)
    top = height - -(-len(below) // width)
    bottom = -(-len(mask.data.rstrip(b"\0")) // width)
    merged = 0
    for y in range(top, bottom):
        merged |= int.from_bytes(mask.data[y * width : (y + 1) * width], "little")
    columns = merged.to_bytes(width, "little")
    left = width - len(columns.lstrip(b"\0"))
    return Bounds(left, top, len(columns.rstrip(b"\0")) - left, bottom - top)


def inverted(mask: Mask) -> Mask:
    return Mask(mask.width, mask.height, mask.data.translate(INVERSE))


def grown(mask: Mask, by: int) -> Mask:
    """Each pixel the greatest within a square that reaches `by` pixels to every side."""
    return _both_ways(mask, lambda data, width: _spread(data, width, by)) if by > 0 else mask


def feathered(mask: Mask, by: int) -> Mask:
    """Blurred by three boxes one after the other, which is nearly a Gaussian and reaches `by` pixels to every side.
    The mask's border is no edge: it goes on beyond as it is there."""
    return _both_ways(mask, lambda data, width: _blurred(data, width, by)) if by > 0 else mask


def faded(mask: Mask, left: int, top: int, right: int, bottom: int) -> Mask:
    """Multiplied by what rises from 0 at each border to 1 that many pixels inwards (smoothstep); 0 for no fall-off."""
    down = _faded(mask.data, mask.width, top, bottom)
    across = _faded(_turned(down, mask.width), mask.height, left, right)
    return Mask(mask.width, mask.height, _turned(across, mask.height))


def scaled(mask: Mask, width: int, height: int) -> Mask:
    """To another size, each pixel from the nearest one."""
    down = _picked(mask.data, mask.width, mask.height, height)
    across = _picked(_turned(down, mask.width), height, mask.width, width)
    return Mask(width, height, _turned(across, height))


def _both_ways(mask: Mask, work: Callable[[bytes, int], bytes]) -> Mask:
    """What `work` does down the columns, done to columns and then to rows."""
    data, width, height = mask.data, mask.width, mask.height
    for _ in range(2):
        strips = []
        for x in range(0, width, STRIP):
            wide = min(STRIP, width - x)
            strip = b"".join([data[at : at + wide] for at in range(x, len(data), width)])
            strips.append(_turned(work(strip, wide), wide))
        data, width, height = b"".join(strips), height, width
    return Mask(width, height, data)


def _turned(data: bytes, width: int) -> bytes:
    """Columns as rows."""
    return b"".join([data[x::width] for x in range(width)])


def _lanes(data: bytes, width: int, size: int) -> Rows:
    """Each row as an integer, its pixels in lanes of `size` bytes."""
    wide = bytearray(size * len(data))
    wide[::size] = data
    step = size * width
    return [int.from_bytes(wide[at : at + step], "little") for at in range(0, len(wide), step)]


def _spread(data: bytes, width: int, by: int) -> bytes:
    """The greatest of each pixel and those up to `by` above and below it.

    The greatest of twice as many rows is that of two neighbouring greatest ones, so a few rounds do for any reach.
    """
    ones = int.from_bytes(b"\1\0" * width, "little")
    above = ones << 8

    def greater(a: int, b: int) -> int:
        at_least = (((a | above) - b) >> 8) & ones  # bit 8 of a lane is left where its a is no less than its b
        return b ^ ((a ^ b) & ((at_least << 8) - at_least))

    rows = [0] * by + _lanes(data, width, 2) + [0] * by
    rounds, reached = [], 1
    while reached < 2 * by + 1:
        rounds.append(min(reached, 2 * by + 1 - reached))
        reached += rounds[-1]
    for step in rounds:
        rows = [greater(a, b) for a, b in zip(rows, rows[step:], strict=False)]
    return b"".join([row.to_bytes(2 * width, "little")[::2] for row in rows])


def _blurred(data: bytes, width: int, by: int) -> bytes:
    """Three running means down the columns whose reaches add up to `by`.

    Sums stay in lanes of 64 bits until the end, where multiplying by 2^48 over the number of summed pixels leaves the
    rounded mean in the lane's seventh byte.
    """
    rows = _lanes(data, width, 8)
    rows = [rows[0]] * by + rows + [rows[-1]] * by
    boxes = [2 * ((by + more) // 3) + 1 for more in range(3)]
    for box in boxes:
        total = sum(rows[:box])
        sums = [total]
        for enters, leaves in zip(rows[box:], rows, strict=False):
            total += enters - leaves
            sums.append(total)
        rows = sums
    factor = round((1 << 48) / prod(boxes))
    half = int.from_bytes((1 << 47).to_bytes(8, "little") * width, "little")
    return b"".join([(row * factor + half).to_bytes(8 * width, "little")[6::8] for row in rows])


def _faded(data: bytes, width: int, first: int, last: int) -> bytes:
    """Rows multiplied by what rises over the `first` rows and falls over the `last`."""
    height = len(data) // width
    rows = [data[at : at + width] for at in range(0, len(data), width)]
    for y in range(height):
        for reach, depth in ((first, y), (last, height - 1 - y)):
            if depth < reach:
                share = (depth + 0.5) / reach
                share *= share * (3 - 2 * share)
                rows[y] = rows[y].translate(bytes(round(value * share) for value in range(256)))
    return b"".join(rows)


def _picked(data: bytes, width: int, before: int, after: int) -> bytes:
    """`after` rows in place of `before`, each the one whose middle is nearest."""
    sources = ((2 * y + 1) * before // (2 * after) for y in range(after))
    return b"".join([data[y * width : (y + 1) * width] for y in sources])
