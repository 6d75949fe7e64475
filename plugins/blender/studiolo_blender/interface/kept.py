# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of concepts, which any program may keep under a name: their words for a field, their pictures as images.

The daemon is asked while a panel with the menu is drawn, and a timer takes in the answer, so that drawing has no work
to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import StringProperty
from bpy.types import Context, Menu, Operator

from studiolo_contract.concept import Concept

from .. import session
from ..images.kept import KeptImage
from .icons import Icons
from .starting import DONE, Starts
from .thumbnails import MOST

LOOK = 0.3
"""Seconds between two looks whether somebody wants to know."""
PAUSE = 2.0
"""Seconds at least between two questions."""
LARGEST = 2048 * 2048
"""Pixels of a picture that is worth an icon."""


class Shelf:
    """What is known of the concepts, and how they look."""

    def __init__(self) -> None:
        self.concepts: tuple[Concept, ...] = ()
        self.wanted = False
        """Whether somebody has drawn them since the daemon was asked."""
        self._asked = 0.0
        self._icons = Icons()

    def look(self) -> None:
        """Asks the daemon where that is wanted, and shows what has come."""
        jobs, now = session.current().jobs, time.monotonic()
        if self.wanted and jobs.connection.connected and now - self._asked > PAUSE:
            self.wanted, self._asked = False, now
            jobs.ask(lambda client: client.concepts(), self._take)
        self._icons.show()

    def icon(self, concept: Concept) -> int:
        """Its number for layouts; 0 where there is none."""
        return self._icons.icon(concept.picture.sha256) if concept.picture is not None else 0

    def close(self) -> None:
        self._icons.close()

    def _take(self, concepts: tuple[Concept, ...]) -> None:
        self.concepts = concepts
        pictures = [one.picture for one in concepts if one.picture is not None and one.picture.format == "png"]
        for picture in pictures[:MOST]:
            if picture.width * picture.height <= LARGEST:
                self._icons.want(picture.sha256, _bytes_of(picture.sha256))


def _bytes_of(sha256: str) -> Callable[[Any], bytes]:
    return lambda client: bytes(client.get(sha256))


_shelf: Shelf | None = None


def want() -> None:
    """They are drawn, or soon will be."""
    if _shelf is not None:
        _shelf.wanted = True


def _look() -> float:
    if _shelf is not None:
        _shelf.look()
    return LOOK


class STUDIOLO_OT_add_words(Operator):
    """Add how it looks to the words"""

    bl_idname = "studiolo.add_words"
    bl_label = "Add Words"
    bl_options = {"INTERNAL", "UNDO"}

    words: StringProperty(options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: Context, properties: Any) -> str:
        return str(properties.words)

    @classmethod
    def poll(cls, context: Context) -> bool:
        return getattr(context, "studiolo_owner", None) is not None  # a menu says whose words they are

    def execute(self, context: Context) -> set[str]:
        owner = context.studiolo_owner
        owner.prompt = ", ".join(filter(None, (owner.prompt.strip().rstrip(",").rstrip(), self.words)))
        return DONE


class STUDIOLO_OT_kept_image(Starts, Operator):
    """Load the picture of a concept as an image"""

    bl_idname = "studiolo.kept_image"
    bl_label = "Load Image"

    name: StringProperty(name="Concept", description="By its name", options={"SKIP_SAVE"})

    def task(self, context: Context) -> KeptImage:
        return KeptImage(self.name)


class STUDIOLO_MT_concepts(Menu):
    bl_idname = "STUDIOLO_MT_concepts"
    bl_label = "Concepts"

    def draw(self, context: Context) -> None:
        layout = self.layout
        concepts = _shelf.concepts if _shelf is not None else ()
        want()
        for concept in concepts:
            words = " ".join(concept.words.split()) or concept.name
            _entry(layout, "studiolo.add_words", concept).words = words
        if not concepts:
            layout.label(text="No concept is kept")
        elif any(concept.picture is not None for concept in concepts):
            layout.separator()
            layout.menu("STUDIOLO_MT_concept_images", icon="IMAGE_DATA")


class STUDIOLO_MT_concept_images(Menu):
    bl_idname = "STUDIOLO_MT_concept_images"
    bl_label = "Image"

    def draw(self, context: Context) -> None:
        for concept in _shelf.concepts if _shelf is not None else ():
            if concept.picture is not None:
                _entry(self.layout, "studiolo.kept_image", concept).name = concept.name


def _entry(layout: Any, operator: str, concept: Concept) -> Any:
    icon = _shelf.icon(concept) if _shelf is not None else 0
    if icon:
        return layout.operator(operator, text=concept.name, icon_value=icon)
    return layout.operator(operator, text=concept.name, icon="BLANK1")


CLASSES = (STUDIOLO_OT_add_words, STUDIOLO_OT_kept_image, STUDIOLO_MT_concepts, STUDIOLO_MT_concept_images)


def register() -> None:
    global _shelf
    for one in CLASSES:
        bpy.utils.register_class(one)
    _shelf = Shelf()
    bpy.app.timers.register(_look, first_interval=1.0, persistent=True)


def unregister() -> None:
    global _shelf
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
    if _shelf is not None:
        _shelf.close()
        _shelf = None
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
