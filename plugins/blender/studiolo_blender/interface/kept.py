# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of concepts, which any program may keep under a name: their words for a field, their pictures as images.

The daemon is asked while a panel with the menu is drawn, and a timer takes in the answer, so that drawing has no work
to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import StringProperty
from bpy.types import Context, Menu, Operator

from studiolo_client.client import Client
from studiolo_contract.concept import Concept

from ..images.kept import KeptImage
from .shelf import Shelf
from .starting import DONE, Starts
from .thumbnails import MOST

LARGEST = 2048 * 2048
"""Pixels of a picture that is worth an icon."""


class Concepts(Shelf):
    """What is known of the concepts, and how they look."""

    pause = 2.0

    def __init__(self) -> None:
        super().__init__()
        self.concepts: tuple[Concept, ...] = ()

    def icon(self, concept: Concept) -> int:
        """Its number for layouts; 0 where there is none."""
        return self._icons.icon(concept.picture.sha256) if concept.picture is not None else 0

    def _question(self, client: Client) -> tuple[Concept, ...]:
        return client.concepts()

    def _take(self, concepts: tuple[Concept, ...]) -> None:
        self.concepts = concepts
        pictures = [one.picture for one in concepts if one.picture is not None and one.picture.format == "png"]
        for picture in pictures[:MOST]:
            if picture.width * picture.height <= LARGEST:
                self._icons.want(picture.sha256, _bytes_of(picture.sha256))


def _bytes_of(sha256: str) -> Callable[[Client], bytes]:
    return lambda client: bytes(client.get(sha256))


_shelf: Concepts | None = None


def want() -> None:
    """They are drawn, or soon will be."""
    if _shelf is not None:
        _shelf.wanted = True


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
    _shelf = Concepts()
    _shelf.open()


def unregister() -> None:
    global _shelf
    if _shelf is not None:
        _shelf.close()
        _shelf = None
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
