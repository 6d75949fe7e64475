# SPDX-License-Identifier: GPL-3.0-or-later
"""The document in front of the painter: all of Krita's API that the plugin uses. To be called on the GUI thread.

Knows pixels only as bytes in Krita's own order (8-bit B, G, R, A) and hands them on without a copy. RGBA documents of
8 bits in an sRGB profile are read and written byte for byte. Other depths, profiles and greyscale go through a document
that is never shown, in which Krita's own colour management turns them into 8-bit sRGB and back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krita import Krita

from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.qt import QtCore

SRGB = "sRGB-elle-V2-srgbtrc.icc"
MODELS = ("RGBA", "GRAYA")
IDENTITY = "studiolo/document"


@dataclass(frozen=True)
class Colour:
    """How a document keeps its colours, in Krita's names."""

    model: str
    depth: str
    profile: str

    @property
    def exact(self) -> bool:
        """Whether its bytes are ours."""
        name = self.profile.lower()
        return (
            (self.model, self.depth) == ("RGBA", "U8") and "srgb" in name and "g10" not in name and "linear" not in name
        )

    def must_be_paintable(self) -> None:
        """Raises PluginError for colour models that we do not read."""
        if self.model not in MODELS:
            raise PluginError("colour_model", model=self.model)


OURS = Colour("RGBA", "U8", SRGB)


@dataclass(frozen=True)
class Layer:
    """A layer to be made: pixels at a place."""

    name: str
    pixels: QtCore.QByteArray
    bounds: Bounds
    visible: bool = True


class Canvas:
    """One open document. Two of these are of the same document if their `identity` is the same."""

    def __init__(self, document: Any) -> None:
        self._document = document

    @staticmethod
    def active() -> Canvas | None:
        """The document in front, if there is one."""
        document = Krita.instance().activeDocument()
        return Canvas(document) if document is not None else None

    @staticmethod
    def find(identity: str, file: str) -> Canvas | None:
        """The open document of that identity; of several copies the one in that file, else the one in front."""
        open_ones = [Canvas(document) for document in Krita.instance().documents()]
        same = [canvas for canvas in open_ones if canvas.known == identity]
        front = Canvas.active()
        if front is not None and front.known == identity:
            same.insert(0, front)
        return next((canvas for canvas in same if str(canvas.file or "") == file), same[0] if same else None)

    @property
    def bounds(self) -> Bounds:
        return Bounds(0, 0, self._document.width(), self._document.height())

    @property
    def file(self) -> Path | None:
        """Where it is saved; None before its first save."""
        name = self._document.fileName()
        return Path(name) if name else None

    @property
    def colour(self) -> Colour:
        document = self._document
        return Colour(document.colorModel(), document.colorDepth(), document.colorProfile())

    @property
    def known(self) -> str:
        """Its identity, if it has been given one; else empty."""
        return bytes(self._document.annotation(IDENTITY)).decode("ascii", "replace")

    @property
    def identity(self) -> str:
        """A name that lies in the file and stays with it, given at the first time that it is asked for."""
        if not self.known:
            self.set(IDENTITY, uuid.uuid4().hex.encode())
        return self.known

    # ---- reading

    def read(self, bounds: Bounds) -> QtCore.QByteArray:
        """What is seen of the document there."""
        place = (bounds.x, bounds.y, bounds.width, bounds.height)
        return self._to_ours(self._document.pixelData(*place), bounds, self.colour)

    def read_layer(self, bounds: Bounds) -> QtCore.QByteArray:
        """What the active layer alone shows there, with its masks. Raises PluginError if there is none."""
        node = self._document.activeNode()
        if node is None:
            raise PluginError("no_layer")
        colour = Colour(node.colorModel(), node.colorDepth(), node.colorProfile())
        colour.must_be_paintable()
        place = (bounds.x, bounds.y, bounds.width, bounds.height)
        return self._to_ours(node.projectionPixelData(*place), bounds, colour)

    def selection(self) -> tuple[Bounds, QtCore.QByteArray] | None:
        """Where something is selected, and how much (a byte a pixel); None if nothing on the canvas is."""
        selection = self._document.selection()
        if selection is None:
            return None
        bounds = Bounds(selection.x(), selection.y(), selection.width(), selection.height()).intersect(self.bounds)
        if bounds.empty:
            return None
        return bounds, selection.pixelData(bounds.x, bounds.y, bounds.width, bounds.height)

    # ---- changing

    def add(self, layer: Layer) -> None:
        """A new layer above the active one: one step to undo."""
        self._insert(self._node(layer, self._document))

    def add_group(self, name: str, layers: list[Layer]) -> None:
        """Layers in a new group, the first lowest: one step to undo."""
        with _unseen(1, 1, self.colour) as unseen:  # nodes made there leave their own steps to undo there
            group = unseen.createGroupLayer(name)
            nodes = [self._node(layer, unseen) for layer in layers]
            for node in nodes:
                group.addChildNode(node, None)
            self._insert(group)
            for node in nodes:
                node.setBlendingMode(node.blendingMode())  # has Krita look at it: it was in no document when filled
            unseen.waitForDone()

    def resize(self, bounds: Bounds) -> None:
        """Give the canvas other borders; what is painted stays where it is: one step to undo."""
        self._document.resizeImage(bounds.x, bounds.y, bounds.width, bounds.height)

    def _node(self, layer: Layer, document: Any) -> Any:
        pixels = self._from_ours(layer.pixels, layer.bounds)
        node = document.createNode(layer.name, "paintlayer")
        place = (layer.bounds.x, layer.bounds.y, layer.bounds.width, layer.bounds.height)
        node.setPixelData(pixels, *place)
        node.setVisible(layer.visible)
        return node

    def _insert(self, node: Any) -> None:
        active = self._document.activeNode()
        parent = active.parentNode() if active is not None else None
        while parent is not None and parent.type() != "grouplayer":
            active, parent = parent, parent.parentNode()
        if parent is None:
            self._document.rootNode().addChildNode(node, None)
        else:
            parent.addChildNode(node, active)
        self._document.setModified(True)

    # ---- what lies in the file

    def get(self, name: str) -> bytes:
        """Empty where there is none."""
        return bytes(self._document.annotation(name))

    def set(self, name: str, data: bytes) -> None:
        self._document.setAnnotation(name, "Studiolo", QtCore.QByteArray(data))

    def remove(self, name: str) -> None:
        if name in self._document.annotationTypes():
            self._document.removeAnnotation(name)

    # ---- colours

    def _to_ours(self, data: QtCore.QByteArray, bounds: Bounds, colour: Colour) -> QtCore.QByteArray:
        return data if colour.exact else _converted(data, bounds, colour, OURS)

    def _from_ours(self, data: QtCore.QByteArray, bounds: Bounds) -> QtCore.QByteArray:
        return data if self.colour.exact else _converted(data, bounds, OURS, self.colour)


def _converted(data: QtCore.QByteArray, bounds: Bounds, source: Colour, target: Colour) -> QtCore.QByteArray:
    """By Krita, in a document that nobody sees: converting a layer in place would leave a step to undo."""
    with _unseen(bounds.width, bounds.height, source) as unseen:
        unseen.topLevelNodes()[0].setPixelData(data, 0, 0, bounds.width, bounds.height)
        unseen.setColorSpace(target.model, target.depth, target.profile)
        unseen.waitForDone()
        converted: QtCore.QByteArray = unseen.topLevelNodes()[0].pixelData(0, 0, bounds.width, bounds.height)
        return converted


@contextmanager
def _unseen(width: int, height: int, colour: Colour) -> Iterator[Any]:
    """A document that nobody sees, for a moment."""
    document = Krita.instance().createDocument(
        width, height, "Studiolo", colour.model, colour.depth, colour.profile, 72.0
    )
    try:
        yield document
    finally:
        document.setModified(False)
        document.close()


def new_document(name: str, pixels: QtCore.QByteArray, bounds: Bounds) -> Canvas:
    """A document of its own in a new tab."""
    krita = Krita.instance()
    document = krita.createDocument(bounds.width, bounds.height, name, OURS.model, OURS.depth, OURS.profile, 72.0)
    document.topLevelNodes()[0].setPixelData(pixels, 0, 0, bounds.width, bounds.height)
    document.refreshProjection()
    krita.activeWindow().addView(document)
    return Canvas(document)
