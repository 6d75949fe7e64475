# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs keep, put where it belongs: layers and groups of maps in the document in front, colours to paint
with, words to paste. Knows the canvas and the docker's notice; knows no daemon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from studiolo_krita import geometry, pixels
from studiolo_krita.aside import Aside
from studiolo_krita.canvas import Canvas, Layer
from studiolo_krita.errors import PluginError
from studiolo_krita.look import Notice
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QtGui, QtWidgets
from studiolo_krita.results import add_maps
from studiolo_krita.words import say
from studiolo_krita.written import Written


class Dropping:
    """Says in the docker's notice what can't be put anywhere."""

    def __init__(self, aside: Aside, notice: Notice, written: Written) -> None:
        self._aside, self._notice, self._written = aside, notice, written

    def picture(self, name: str, image: Image | ValueError) -> None:
        """A layer in the middle of the canvas, smaller where it has no room: one step to undo."""
        with self._told():
            if isinstance(image, ValueError):
                raise PluginError("picture_unreadable", name=name)
            canvas = _canvas()
            place = geometry.amid(image.width(), image.height(), canvas.bounds)
            self._aside.run(
                lambda: pixels.scaled(image, place.width, place.height),
                lambda layer: canvas.add(Layer(name, pixels.shared(layer), place)),
            )

    def texture(self, name: str, maps: dict[str, Image] | ValueError) -> None:
        """A group of its maps: one step to undo."""
        with self._told():
            if isinstance(maps, ValueError):
                raise PluginError("picture_unreadable", name=name)
            add_maps(_canvas(), name, maps)

    def palette(self, colours: tuple[str, ...]) -> None:
        """Buttons in the docker, to paint with."""
        self._written.show_colours([QtGui.QColor(colour) for colour in colours])
        self._written.show()

    def text(self, name: str, text: str) -> None:
        """Into the clipboard: it goes wherever the painter pastes it."""
        QtWidgets.QApplication.clipboard().setText(text)
        self._notice.tell(say("text_copied", name=name))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PluginError as error:
            self._notice.tell(error.message, error.mend)


def _canvas() -> Canvas:
    """The document in front. Raises PluginError where none is, or none that can be painted in."""
    canvas = Canvas.active()
    if canvas is None:
        raise PluginError("no_document")
    canvas.colour.must_be_paintable()
    return canvas
