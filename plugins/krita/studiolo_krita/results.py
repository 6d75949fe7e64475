# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of one document: looked at, laid on the canvas, made into layers, thrown away.

Knows the history and how it lies in the document; knows no job, no widget and no daemon. Decoding is done aside.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studiolo_contract.events import ImageOutput, Output
from studiolo_krita import history, pixels, task
from studiolo_krita.aside import Aside
from studiolo_krita.canvas import Canvas, Layer, new_document
from studiolo_krita.geometry import Bounds
from studiolo_krita.history import Entry, History, Picture
from studiolo_krita.pixels import Image
from studiolo_krita.words import name_of, say

THUMBNAIL = 192
"""Pixels of the longer side."""
BATCH = 12
"""Thumbnails that are brought to the list at a time: more would hold Krita up."""
HELD = 256 << 20
"""Bytes of layers that are kept as they will be applied; the newest is kept however large."""


@dataclass(frozen=True)
class Fresh:
    """A new entry with all that has to be written down for it, made beside the GUI thread."""

    entry: Entry
    files: dict[str, bytes]
    thumbnails: dict[str, Image]
    layers: dict[str, Image]


def fresh(entry_of: Callable[[tuple[Picture, ...]], Entry], key: str, outputs: tuple[tuple[Output, bytes], ...],
          mask: bytes) -> Fresh:  # fmt: skip
    """Everything about a new result that takes time: decoding, thumbnails, the layer as it will be."""
    alpha = _alpha(mask)
    pictures, files, thumbnails, images = [], {}, {}, {}
    for number, (output, data) in enumerate(outputs):
        if not isinstance(output, ImageOutput):
            continue
        picture = Picture(
            id=f"{key}-{number}", width=output.width, height=output.height, size=len(data), seed=output.seed,
            part=output.name or "",
        )  # fmt: skip
        image = pixels.decode(data)
        small = pixels.fitted(image, THUMBNAIL)
        pictures.append(picture)
        files[history.picture_name(picture)] = data
        files[history.thumbnail_name(picture)] = pixels.encode(small)
        thumbnails[picture.id] = small
        images[picture.id] = image
    entry = entry_of(tuple(pictures))
    layers = {name: task.finished(image, entry.kind, entry.bounds, alpha) for name, image in images.items()}
    if mask:
        files[history.mask_name(entry)] = mask
    return Fresh(entry, files, thumbnails, layers)


class Results:
    """Of one document, by its identity."""

    def __init__(self, canvas: Canvas, aside: Aside) -> None:
        self._aside = aside
        self._layers: OrderedDict[str, Image] = OrderedDict()
        self._thumbnails: dict[str, Image] = {}
        self._loading = False
        self.history, self.sentence = history.read(canvas)
        """`sentence`: for the painter, where the document's history could not be read."""
        self._index = canvas.get(history.INDEX)

    def belong_to(self, canvas: Canvas) -> bool:
        """Whether the document holds just these: a copy of it, or one that was closed unsaved and opened again, has the
        same identity and may hold others."""
        return canvas.get(history.INDEX) == self._index

    def add(self, canvas: Canvas, new: Fresh) -> str:
        """Writes a new result into the document; a sentence for the painter if older ones had to go for it."""
        before = self.history
        self.history, gone = before.add(new.entry).evict()
        history.write(canvas, before, self.history, new.files)
        self._index = canvas.get(history.INDEX)
        self._thumbnails.update(new.thumbnails)
        for name, layer in new.layers.items():
            self._hold(name, layer)
        return gone.sentence

    def find(self, picture: str) -> tuple[Entry, Picture]:
        return next((e, p) for e in self.history.entries for p in e.pictures if p.id == picture)

    def thumbnail(self, picture: Picture) -> Image | None:
        """None until `load_thumbnails` has brought it."""
        return self._thumbnails.get(picture.id)

    def load_thumbnails(self, canvas: Canvas, then: Callable[[], None]) -> None:
        """Decodes those that are not at hand, aside, the newest first; `then` is told if there were any, and is to ask
        again: there may be more."""
        entries = reversed(self.history.entries)
        missing = [one for entry in entries for one in entry.pictures if one.id not in self._thumbnails][:BATCH]
        if not missing or self._loading:
            return
        self._loading = True
        data = {one.id: canvas.get(history.thumbnail_name(one)) for one in missing}

        def decoded() -> dict[str, Image]:
            return {name: _decoded(png) for name, png in data.items()}

        def loaded(images: Any) -> None:
            self._loading = False
            self._thumbnails.update(images)
            then()

        self._aside.run(decoded, loaded)

    def layer(self, canvas: Canvas, picture: str, then: Callable[[Image, Bounds], None]) -> None:
        """The layer that this picture would become; `then` is told at once where it is at hand."""
        entry, one = self.find(picture)
        if picture in self._layers:
            then(self._layers[picture], entry.bounds)
            return
        data, mask = canvas.get(history.picture_name(one)), b""
        if entry.masked:
            mask = canvas.get(history.mask_name(entry))

        def make() -> Image:
            return task.finished(pixels.decode(data), entry.kind, entry.bounds, _alpha(mask))

        def made(layer: Any) -> None:
            if isinstance(layer, Image):
                self._hold(picture, layer)
                then(layer, entry.bounds)

        self._aside.run(make, made)

    def apply(self, canvas: Canvas, picture: str, then: Callable[[], None]) -> None:
        """Makes it a layer: one step to undo. An enlarged picture becomes a document of its own, a texture a group of
        its maps."""
        entry, one = self.find(picture)
        if entry.kind == "texture":
            self._apply_texture(canvas, entry, then)
            return

        def insert(layer: Image, bounds: Bounds) -> None:
            name = say("layer_name", prompt=entry.prompt or name_of(entry.kind))
            if entry.kind == "upscale":
                new_document(name, pixels.shared(layer), Bounds(0, 0, layer.width(), layer.height()))
            else:
                canvas.add(Layer(name, pixels.shared(layer), bounds))
            self._change(canvas, self.history.apply(one.id))
            then()

        self.layer(canvas, picture, insert)

    def _apply_texture(self, canvas: Canvas, entry: Entry, then: Callable[[], None]) -> None:
        parts = [part for part in entry.pictures if part.part != "preview" and not part.dropped]
        data = {part.part: canvas.get(history.picture_name(part)) for part in parts}

        def make() -> dict[str, Image]:
            return {name: pixels.decode(png) for name, png in data.items()}

        def insert(images: Any) -> None:
            if not isinstance(images, dict):
                return
            add_maps(canvas, say("layer_name", prompt=entry.prompt), images)
            after = self.history
            for part in parts:
                after = after.apply(part.id)
            self._change(canvas, after)
            then()

        self._aside.run(make, insert)

    def discard(self, canvas: Canvas, picture: str) -> None:
        """A picture out of the document; a texture with all its maps."""
        entry, one = self.find(picture)
        gone = [part.id for part in entry.pictures] if entry.kind == "texture" else [one.id]
        self._change(canvas, self.history.discard(gone))
        for name in gone:
            self._layers.pop(name, None)
            self._thumbnails.pop(name, None)

    def _change(self, canvas: Canvas, after: History) -> None:
        history.write(canvas, self.history, after)
        self.history, self._index = after, canvas.get(history.INDEX)

    def _hold(self, picture: str, layer: Image) -> None:
        self._layers[picture] = layer
        self._layers.move_to_end(picture)
        old: list[Image] = []
        while len(self._layers) > 1 and sum(held.sizeInBytes() for held in self._layers.values()) > HELD:
            old.append(self._layers.popitem(last=False)[1])
        if old:
            self._aside.run(old.clear, lambda nothing: None)  # giving 64 MiB back takes ten milliseconds


def add_maps(canvas: Canvas, name: str, images: dict[str, Image]) -> None:
    """The maps of a texture as a group in the canvas's corner, the base colour on top and seen, the others below it and
    hidden: one step to undo."""
    lowest_first = sorted(reversed(images.items()), key=lambda one: one[0] == "basecolor")
    layers = [
        Layer(part, pixels.shared(image), Bounds(0, 0, image.width(), image.height()), part == "basecolor")
        for part, image in lowest_first
    ]
    canvas.add_group(name, layers)


def _alpha(mask: bytes) -> Image | None:
    """How much is seen where, as it is kept in the document; None where all of it is."""
    return pixels.converted(pixels.decode(mask), pixels.ALPHA) if mask else None


def _decoded(png: bytes) -> Image:
    """A thumbnail; empty where the document has lost it."""
    try:
        return pixels.decode(png)
    except ValueError:
        return pixels.blank(1, 1)
