# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a document's pixels are seen. Knows how Krita turns, mirrors, scales and scrolls a page; knows no Krita."""

from __future__ import annotations

from studiolo_krita.qt import QtCore, QtGui


def transform(zoom: float, rotation: float, mirrored: bool, width: int, height: int, left: int, top: int
              ) -> QtGui.QTransform:  # fmt: skip
    """From pixels of the document to those of the canvas's widget: turned, mirrored and scaled; then moved so that the
    corner of what the whole page covers lies where the scroll bars (`left`, `top`) say."""
    turned = QtGui.QTransform().rotate(rotation).scale(-zoom if mirrored else zoom, zoom)
    page = turned.mapRect(QtCore.QRectF(0, 0, width, height))
    return turned * QtGui.QTransform.fromTranslate(-left - page.x(), -top - page.y())
