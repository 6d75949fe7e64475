# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on pixels that needs no Krita, done beside the GUI thread: decode, scale, mask, fill in.

Pictures are QImages in Format_ARGB32, which is how Krita lays out 8-bit RGBA (B, G, R, A; straight alpha). Masks are
QImages in Format_Alpha8, 255 where something is done. Qt keeps Python's lock while it paints, so what may be as large
as a canvas is worked on in bands, and between two of them the GUI thread has its turn. Qt's readers and writers let go
of the lock themselves.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, TypeAlias

from studiolo_krita.geometry import Bounds
from studiolo_krita.qt import QtCore, QtGui, borrowed

Image: TypeAlias = QtGui.QImage
Painter: TypeAlias = QtGui.QPainter
ARGB, PREMULTIPLIED, ALPHA = (
    Image.Format.Format_ARGB32,
    Image.Format.Format_ARGB32_Premultiplied,
    Image.Format.Format_Alpha8,
)
Mode = Painter.CompositionMode
SMOOTH, IGNORE = QtCore.Qt.TransformationMode.SmoothTransformation, QtCore.Qt.AspectRatioMode.IgnoreAspectRatio
MOST_PIXELS = 8192 * 8192
"""Of a picture that is unpacked."""
BAND = 1 << 18
"""Pixels that are worked on at a time, in a millisecond or two."""
TURN = 0.0005
"""Seconds that are left to other threads between two bands."""


def bands(across: int, length: int, least: int = 1) -> Iterator[tuple[int, int]]:
    """Where each band begins, and how many rows (or columns) of `across` pixels it has: `least` or more."""
    size = max(least, BAND // across, 1)
    for first in range(0, length, size):
        if first:
            time.sleep(TURN)
        yield first, min(size, length - first)


def wrap(data: Any, width: int, height: int) -> Image:
    """Krita's pixels as a picture, without a copy. It keeps `data` alive; a second QImage that Qt lets share its pixels
    does not."""
    image = _over_bytes(data, width, height, 4 * width, ARGB)
    image.data_behind = data  # type: ignore[attr-defined]
    return image


def joined(data: Any, bounds: Bounds) -> Image:
    """The same for pixels that were read in strips, from the top."""
    if not isinstance(data, tuple):
        return wrap(data, bounds.width, bounds.height)
    image = Image(bounds.width, bounds.height, ARGB)  # not filled: that takes longer than all the rest
    painter, row = _replacing(image), 0
    for strip in data:
        rows = len(strip) // (4 * bounds.width)
        drawn(painter, 0, row, wrap(strip, bounds.width, rows))
        row += rows
        time.sleep(TURN)
    painter.end()
    return image


def wrap_mask(data: Any, width: int, height: int) -> Image:
    """Krita's selection (a byte a pixel, rows not padded) as a mask."""
    return _over_bytes(data, width, height, width, ALPHA).copy()


def raw(image: Image) -> memoryview:
    """The pixels as Krita and the daemon take them (B, G, R, A); valid while `image` lives."""
    bits: Any = image.constBits()
    bits.setsize(4 * image.width() * image.height())
    return memoryview(bits)


def shared(image: Image) -> QtCore.QByteArray:
    """The same for Krita's `setPixelData`, without a copy where PyQt can; valid while `image` lives."""
    return borrowed(raw(image))


def decode(data: bytes) -> Image:
    """A PNG or JPEG as a picture. Raises ValueError if it is none, or has more than `MOST_PIXELS`: a document may come
    from anyone."""
    held = borrowed(data)
    buffer = QtCore.QBuffer(held)
    buffer.open(QtCore.QIODevice.OpenModeFlag.ReadOnly)
    reader = QtGui.QImageReader(buffer)
    size = reader.size() if reader.format().data() in (b"png", b"jpeg", b"jpg") else QtCore.QSize()
    fits = not size.isEmpty() and size.width() * size.height() <= MOST_PIXELS
    image = reader.read() if fits else QtGui.QImage()
    if image.isNull():
        raise ValueError("not a picture that Qt can read")
    return converted(image, ARGB)


def encode(image: Image, kind: str = "PNG", quality: int = -1) -> bytes:
    held = QtCore.QByteArray()
    buffer = QtCore.QBuffer(held)
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, quality)
    buffer.close()
    return held.data()


def scaled(image: Image, width: int, height: int) -> Image:
    """At another size, smoothly: across and then down, or the other way round where that is less work, and each in
    bands, which leave no seams, since a row scaled across knows nothing of the next."""
    if image.size() == QtCore.QSize(width, height):
        return image
    # Qt 6 averages over all that a pixel covers only where alpha is premultiplied
    first, last = (_across, _down) if width * image.height() < image.width() * height else (_down, _across)
    size = {_across: width, _down: height}
    between = first(image, size[first], PREMULTIPLIED)
    return last(between, size[last], image.format())


def _across(image: Image, width: int, form: Image.Format) -> Image:
    """At another width, some rows at a time."""
    result = Image(width, image.height(), form)
    painter = _replacing(result)
    for y, rows in bands(max(width, image.width()), image.height()):
        band = image.copy(0, y, image.width(), rows).convertToFormat(PREMULTIPLIED)
        painter.drawImage(0, y, band.scaled(width, rows, IGNORE, SMOOTH))
    painter.end()
    return result


def _down(image: Image, height: int, form: Image.Format) -> Image:
    """At another height, some columns at a time."""
    result = Image(image.width(), height, form)
    painter = _replacing(result)
    for x, columns in bands(max(height, image.height()), image.width()):
        band = image.copy(x, 0, columns, image.height()).convertToFormat(PREMULTIPLIED)
        painter.drawImage(x, 0, band.scaled(columns, height, IGNORE, SMOOTH))
    painter.end()
    return result


def converted(image: Image, form: Image.Format) -> Image:
    """The same picture in another of Qt's formats."""
    if image.format() == form:
        return image
    result = Image(image.width(), image.height(), form)
    painter = _replacing(result)
    drawn(painter, 0, 0, image)
    painter.end()
    return result


def drawn(painter: Painter, x: int, y: int, image: Image) -> None:
    """Draws a picture, however large."""
    for first, rows in bands(image.width(), image.height()):
        painter.drawImage(x, y + first, image, 0, first, image.width(), rows)


def _replacing(image: Image) -> Painter:
    painter = Painter(image)
    painter.setCompositionMode(Mode.CompositionMode_Source)
    return painter


def blank(width: int, height: int, form: Any = ARGB) -> Image:
    """Fully transparent; as a mask, nowhere."""
    image = Image(width, height, form)
    image.fill(0)
    return image


def cut(image: Image, place: Bounds) -> Image:
    """A part; what is beyond the edge is transparent."""
    return image.copy(place.x, place.y, place.width, place.height)


def placed(mask: Image, at: Bounds, within: Bounds) -> Image:
    """A mask that lies `at`, as one of all of `within`."""
    result = blank(within.width, within.height, PREMULTIPLIED)
    painter = Painter(result)
    painter.drawImage(at.x - within.x, at.y - within.y, mask)
    painter.end()
    return result.convertToFormat(ALPHA)


def masked(image: Image, mask: Image) -> Image:
    """Only where the mask is; half where it is half."""
    result = converted(image, PREMULTIPLIED)
    painter = Painter(result)
    painter.setCompositionMode(Mode.CompositionMode_DestinationIn)
    drawn(painter, 0, 0, mask)
    painter.end()
    return converted(result, ARGB)


def inverted(mask: Image) -> Image:
    result = blank(mask.width(), mask.height(), PREMULTIPLIED)
    result.fill(QtGui.QColor(0, 0, 0, 255))
    painter = Painter(result)
    painter.setCompositionMode(Mode.CompositionMode_DestinationOut)
    painter.drawImage(0, 0, mask)
    painter.end()
    return result.convertToFormat(ALPHA)


def grown(mask: Image, by: int) -> Image:
    """A mask that reaches `by` pixels further, rounded: itself, laid down again and again all around."""
    result = mask.convertToFormat(PREMULTIPLIED)
    painter = Painter(result)
    reach = 0
    while reach < by:
        # each round doubles how far it reaches, up to what is left
        step = min(max(1, reach), by - reach)
        reach += step
        before = result.copy()
        for right, down in ((-10, 0), (10, 0), (0, -10), (0, 10), (-7, -7), (7, -7), (-7, 7), (7, 7)):
            painter.drawImage(round(right * step / 10), round(down * step / 10), before)
    painter.end()
    return result.convertToFormat(ALPHA)


def feathered(mask: Image, by: int) -> Image:
    """A mask whose edge falls off over about `by` pixels on each side, and that stays as it is at the picture's own
    edge: the mean of itself moved along each axis, by steps that are halved until they are as fine as pixels."""
    if by < 1:
        return mask
    soft, step = mask.convertToFormat(PREMULTIPLIED), by / 4
    while True:
        for right, down in ((1, 0), (0, 1)):
            before = soft.copy()
            painter = Painter(soft)
            painter.setCompositionMode(Mode.CompositionMode_Source)
            for count, shift in enumerate((-2, -1, 1, 2), 2):
                painter.setOpacity(1 / count)
                painter.drawImage(round(shift * step * right), round(shift * step * down), before)
            painter.end()
        step /= 2
        if step < 1:
            return soft.convertToFormat(ALPHA)


def filled_in(image: Image, mask: Image) -> Image:
    """An opaque picture with the colours from around the mask carried on into it (pull-push, Gortler et al. 1996): what
    is masked becomes transparent, the rest is averaged down to a pixel, and each size shows through the holes of the
    next larger one."""
    level = image.convertToFormat(PREMULTIPLIED)
    painter = Painter(level)
    painter.setCompositionMode(Mode.CompositionMode_DestinationOut)
    painter.drawImage(0, 0, mask)
    painter.end()
    levels = [level]
    while level.width() > 1 or level.height() > 1:
        level = level.scaled(max(1, level.width() // 2), max(1, level.height() // 2), IGNORE, SMOOTH)
        levels.append(level)
    below = opaque(levels.pop())
    while levels:
        level = levels.pop()
        below = below.scaled(level.width(), level.height(), IGNORE, SMOOTH).convertToFormat(PREMULTIPLIED)
        painter = Painter(below)
        painter.drawImage(0, 0, _denser(level))
        painter.end()
    return below.convertToFormat(ARGB)


def white(mask: Image) -> Image:
    """A mask as the daemon takes it: white where something is done, so that it is seen with and without alpha."""
    paper = blank(mask.width(), mask.height())
    paper.fill(QtGui.QColor("white"))
    return masked(paper, mask)


def opaque(image: Image) -> Image:
    """The same colours without transparency."""
    straight = image.convertToFormat(ARGB)
    form = Image.Format.Format_RGB32
    return _over_bytes(raw(straight), image.width(), image.height(), 4 * image.width(), form).copy()


def _denser(level: Image) -> Image:
    """What is half there counts as there, or small levels would let too much of the smaller ones through."""
    result = level.copy()
    painter = Painter(result)
    for _ in range(2):
        painter.drawImage(0, 0, level)
    painter.end()
    return result


def over(below: Image, above: Image, x: int = 0, y: int = 0) -> Image:
    """One picture laid on another."""
    result = converted(below, PREMULTIPLIED)
    painter = Painter(result)
    drawn(painter, x, y, above)
    painter.end()
    return converted(result, ARGB)


def opaque_on_white(image: Image) -> Image:
    """As it looks on paper: models know no transparency."""
    paper = blank(image.width(), image.height())
    paper.fill(QtGui.QColor("white"))
    return over(paper, image)


def fitted(image: Image, longest: int) -> Image:
    """Made smaller, if it is larger, so that no side is longer."""
    share = min(1.0, longest / max(image.width(), image.height()))
    return scaled(image, max(1, round(image.width() * share)), max(1, round(image.height() * share)))


def _over_bytes(data: Any, width: int, height: int, row: int, form: Image.Format) -> Image:
    """A picture whose pixels are `data`, while that lives; `row` bytes each row."""
    rows: Any = memoryview(data)  # PyQt takes every buffer, but its types know bytes alone
    return Image(rows, width, height, row, form)
