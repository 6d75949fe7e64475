# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture shown over the canvas as if it were a layer, while the document stays untouched.

A widget in front of Krita's own canvas lets all input through and follows zoom, pan, rotation and mirroring. Krita has
no signal for these, so while something is shown they are looked at some times a second, which costs microseconds.
"""

from __future__ import annotations

from typing import Any

from krita import Krita

from studiolo_krita.geometry import Bounds
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QtCore, QtGui, QtWidgets
from studiolo_krita.view import transform

LOOK = 40
"""Milliseconds between two looks at the view."""


class Overlay(QtWidgets.QWidget):
    """Shows one picture at a time, over the document that it was made for."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_NoSystemBackground)
        self._image: Image | None = None
        self._bounds = Bounds(0, 0, 0, 0)
        self._document = ""
        self._area: QtWidgets.QAbstractScrollArea | None = None
        self._view: tuple[Any, ...] | None = None
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._follow)
        self.hide()

    @property
    def showing(self) -> bool:
        return self._image is not None

    def display(self, image: Image, bounds: Bounds) -> None:
        """Shows `image` where `bounds` lies on the document in front, until something else is shown or `clear`."""
        area = canvas_area()
        if area is None:
            self.clear()
            return
        self._image, self._bounds, self._area, self._view = image, bounds, area, None
        if self.parent() is not area.viewport():
            self.setParent(area.viewport())
        self._follow()
        self.setGeometry(area.viewport().rect())
        self.show()
        self.raise_()
        self.update()
        self._timer.start()

    def clear(self) -> None:
        self._image = None
        self._timer.stop()
        self.hide()
        self.setParent(None)

    def peek(self, before: bool) -> None:
        """Lets what is below be seen, to compare, or no longer."""
        self.setVisible(not before and self.showing)

    def _follow(self) -> None:
        view, area = _view(), self._area
        if view is None or area is None or not area.isVisible():
            self.clear()
            return
        seen = (*view, area.horizontalScrollBar().value(), area.verticalScrollBar().value(), area.viewport().size())
        if seen != self._view:
            self._view = seen
            self.setGeometry(area.viewport().rect())
            self.update()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:  # noqa: N802 (Qt's own name)
        if self._image is None or self._view is None:
            return
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(transform(*self._view[:7]))
        place = QtCore.QRectF(self._bounds.x, self._bounds.y, self._bounds.width, self._bounds.height)
        painter.drawImage(place, self._image)
        painter.end()


def canvas_area() -> QtWidgets.QAbstractScrollArea | None:
    """Krita's widget with the canvas of the view in front in it."""
    window = Krita.instance().activeWindow()
    if window is None:
        return None
    # all of the window's thousands of children are looked through in fifty milliseconds; below the middle there are few
    views = window.qwindow().centralWidget().findChild(QtWidgets.QMdiArea)
    front = views.currentSubWindow() if views is not None else None
    if front is None:
        return None
    found = front.findChildren(QtWidgets.QAbstractScrollArea)
    return next((area for area in found if area.metaObject().className() == "KisCanvasController"), None)


def _view() -> tuple[Any, ...] | None:
    """Pixels of the widget for one of the document, degrees, mirrored, and the document's size."""
    window = Krita.instance().activeWindow()
    view = window.activeView() if window is not None else None
    document = view.document() if view is not None else None
    if document is None or view is None or document.resolution() == 0:
        return None
    canvas = view.canvas()
    zoom = canvas.zoomLevel() * 72 / document.resolution()
    return zoom, canvas.rotation(), canvas.mirror(), document.width(), document.height()
