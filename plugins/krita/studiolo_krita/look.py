# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pieces of the docker's look, made from the theme's own colours, so that they fit light and dark ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studiolo_krita.geometry import Bounds, fit, tiles
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QtCore, QtGui, QtWidgets
from studiolo_krita.words import say

Policy = QtWidgets.QSizePolicy.Policy


def button(key: str, then: Callable[..., Any], icon: str = "") -> QtWidgets.QToolButton:
    """One with a word, or with an icon of Krita's and the word as its tip."""
    made = QtWidgets.QToolButton()
    made.setObjectName(key)
    made.setAutoRaise(bool(icon))
    found = _icon(icon) if icon else QtGui.QIcon()
    if found.isNull():
        made.setText(say(key))
    else:
        made.setIcon(found)
    made.setToolTip(tip(key))
    made.setAccessibleName(say(key))
    made.clicked.connect(lambda checked=False: then())
    return made


def _icon(name: str) -> QtGui.QIcon:
    """One of Krita's; an empty one outside of Krita, where a word stands in its place."""
    try:
        from krita import Krita
    except ModuleNotFoundError:
        return QtGui.QIcon()
    found: QtGui.QIcon = Krita.instance().icon(name)
    return found


def tip(key: str) -> str:
    try:
        return say(f"{key}_tip")
    except KeyError:
        return say(key)


def row(*parts: Any, stretch: int = -1) -> QtWidgets.QHBoxLayout:
    """Widgets side by side; the one of number `stretch` takes what is left."""
    layout = QtWidgets.QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for number, part in enumerate(parts):
        if isinstance(part, QtWidgets.QLayout):
            layout.addLayout(part, 1 if number == stretch else 0)
        else:
            layout.addWidget(part, 1 if number == stretch else 0)
    return layout


def column(*parts: Any) -> QtWidgets.QWidget:
    """Widgets and rows below each other."""
    made = QtWidgets.QWidget()
    layout = QtWidgets.QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for part in parts:
        if isinstance(part, QtWidgets.QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    return made


def label(text: str = "", faint: bool = False) -> QtWidgets.QLabel:
    made = QtWidgets.QLabel(text)
    made.setWordWrap(True)
    if faint:
        made.setForegroundRole(QtGui.QPalette.ColorRole.PlaceholderText)
    return made


def rectangle(place: Bounds) -> QtCore.QRect:
    """As Qt takes it."""
    return QtCore.QRect(place.x, place.y, place.width, place.height)


class Notice(QtWidgets.QFrame):
    """A sentence that stays until it is read: what is wrong and what to do, or what has been done."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label()
        self._text.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QtWidgets.QToolButton()
        close.setText("×")
        close.setAutoRaise(True)
        close.clicked.connect(self.hide)
        layout = row(self._text, close, stretch=0)
        layout.setContentsMargins(6, 4, 2, 4)
        self.setLayout(layout)
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if self.isVisibleTo(self.parentWidget()) else ""

    def tell(self, message: str, mend: str = "") -> None:
        self._text.setText(f"{message} {mend}".strip())
        self.show()


class Bar(QtWidgets.QWidget):
    """How far something is, as a thin line. Qt's own progress bar paints as soon as it is told, which takes tens of
    milliseconds in a window with an OpenGL canvas; this one when Qt paints anyway."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedHeight(5)

    def display(self, done: int, total: int) -> None:
        """`total` is 0 while nobody knows."""
        share = done / total if total else 0.0
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:  # noqa: N802 (Qt's own name)
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), self.palette().base())
        painter.fillRect(0, 0, round(self.width() * self._share), self.height(), self.palette().highlight())
        painter.end()


class Stage(QtWidgets.QWidget):
    """A picture in the docker, as large as there is room; `tiled` shows it three times three."""

    def __init__(self) -> None:
        super().__init__()
        self._image: Image | None = None
        self.tiled = False
        self.setMinimumHeight(240)
        self.setSizePolicy(Policy.Expanding, Policy.Expanding)

    def display(self, image: Image | None, tiled: bool = False) -> None:
        self._image, self.tiled = image, tiled
        self.update()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:  # noqa: N802 (Qt's own name)
        if self._image is None:
            return
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        view = fit(self._image.width(), self._image.height(), Bounds(0, 0, self.width(), self.height()))
        for place in tiles(view, 3 if self.tiled else 1):
            painter.drawImage(rectangle(place), self._image)
        painter.end()
