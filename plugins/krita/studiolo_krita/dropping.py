# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs keep, put where it belongs in the document in front. Knows the canvas; knows no daemon.

Where there is no such document, or what came can't be read, these raise PluginError.
"""

from __future__ import annotations

from studiolo_krita import geometry, pixels
from studiolo_krita.aside import Aside
from studiolo_krita.canvas import Canvas, Layer
from studiolo_krita.errors import PluginError
from studiolo_krita.pixels import Image
from studiolo_krita.results import add_maps


def picture(aside: Aside, name: str, image: Image | ValueError) -> None:
    """A layer in the middle of the canvas, smaller where it has no room: one step to undo."""
    if isinstance(image, ValueError):
        raise PluginError("picture_unreadable", name=name)
    canvas = _canvas()
    place = geometry.amid(image.width(), image.height(), canvas.bounds)
    aside.run(
        lambda: pixels.scaled(image, place.width, place.height),
        lambda layer: canvas.add(Layer(name, pixels.shared(layer), place)),
    )


def texture(name: str, maps: dict[str, Image] | ValueError) -> None:
    """A group of its maps: one step to undo."""
    if isinstance(maps, ValueError):
        raise PluginError("picture_unreadable", name=name)
    add_maps(_canvas(), name, maps)


def _canvas() -> Canvas:
    canvas = Canvas.active()
    if canvas is None:
        raise PluginError("no_document")
    canvas.colour.must_be_paintable()
    return canvas
