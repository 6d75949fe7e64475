# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of concepts: what any program keeps under a name, with its picture. Knows the link; knows no prompt and no
canvas, and says what was chosen."""

from __future__ import annotations

from functools import partial
from typing import Any

from studiolo_contract.concept import Concept
from studiolo_krita import pixels
from studiolo_krita.aside import Aside
from studiolo_krita.link import Link
from studiolo_krita.look import button
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QAction, QtCore, QtGui, QtWidgets, Signal
from studiolo_krita.words import say

SIDE = 40
"""Pixels of a thumbnail's longer side."""


class ConceptMenu(QtCore.QObject):
    """Behind `button`. It asks the daemon each time that it opens, and shows meanwhile what it knew before."""

    words = Signal(str)
    """To be put into the prompt."""
    picture = Signal(str, object)
    """A name, and an Image to be a layer; or the ValueError that it is none."""

    def __init__(self, link: Link, aside: Aside) -> None:
        super().__init__()
        self._link, self._aside = link, aside
        self._concepts: tuple[Concept, ...] = ()
        self._thumbnails: dict[str, QtGui.QIcon] = {}
        """By hash; empty while one is on its way, or can't be read."""
        self.button = button("concepts", lambda: None, icon="bookmarks")
        self.button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QtWidgets.QMenu(self.button)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(lambda: link.concepts(self._show))
        self._layers = QtWidgets.QMenu(say("concept_layer"), self._menu)
        self._style = Large()
        for one in (self._menu, self._layers):
            one.setStyle(self._style)
        self.button.setMenu(self._menu)
        self._fill()

    def _show(self, concepts: tuple[Concept, ...]) -> None:
        if concepts != self._concepts:
            self._concepts = concepts
            self._fill()
        for concept in concepts:
            if concept.picture is not None and concept.picture.sha256 not in self._thumbnails:
                sha256 = concept.picture.sha256
                self._thumbnails[sha256] = QtGui.QIcon()
                self._link.fetch(sha256, partial(self._make_thumbnail, sha256))

    def _fill(self) -> None:
        self._menu.clear()
        self._layers.clear()
        if not self._concepts:
            self._menu.addAction(say("no_concepts")).setEnabled(False)
            return
        for concept in self._concepts:
            action = self._add(self._menu, concept)
            action.setToolTip(concept.words)
            action.triggered.connect(lambda checked=False, concept=concept: self.words.emit(_words(concept)))
        pictured = [concept for concept in self._concepts if concept.picture is not None]
        if pictured:
            self._menu.addSeparator()
            self._menu.addMenu(self._layers)
            for concept in pictured:
                action = self._add(self._layers, concept)
                action.triggered.connect(lambda checked=False, concept=concept: self._fetch(concept))

    def _add(self, menu: QtWidgets.QMenu, concept: Concept) -> QAction:
        action = QAction(concept.name.replace("&", "&&"), menu)
        action.setIconVisibleInMenu(True)  # Krita's menus have none
        if concept.picture is not None:
            action.setData(concept.picture.sha256)
            action.setIcon(self._thumbnails.get(concept.picture.sha256, QtGui.QIcon()))
        menu.addAction(action)
        return action

    def _make_thumbnail(self, sha256: str, data: bytes) -> None:
        def keep(small: Image | ValueError) -> None:
            if not isinstance(small, ValueError):
                icon = self._thumbnails[sha256] = QtGui.QIcon(QtGui.QPixmap.fromImage(small))
                for action in (*self._menu.actions(), *self._layers.actions()):
                    if action.data() == sha256:
                        action.setIcon(icon)

        self._aside.run(lambda: pixels.fitted(pixels.decode(data), SIDE), keep)

    def _fetch(self, concept: Concept) -> None:
        assert concept.picture is not None
        emit = partial(self.picture.emit, concept.name)
        self._link.fetch(concept.picture.sha256, lambda data: self._aside.run(lambda: pixels.decode(data), emit))


class Large(QtWidgets.QProxyStyle):
    """Icons of a menu as large as a thumbnail."""

    def pixelMetric(self, metric: Any, option: Any = None, widget: Any = None) -> int:  # noqa: N802 (Qt's own name)
        if metric == QtWidgets.QStyle.PixelMetric.PM_SmallIconSize:
            return SIDE
        return super().pixelMetric(metric, option, widget)


def _words(concept: Concept) -> str:
    """How it looks; its name where nobody said."""
    return " ".join(concept.words.split()) or concept.name
