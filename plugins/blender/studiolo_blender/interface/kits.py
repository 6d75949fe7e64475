# SPDX-License-Identifier: GPL-3.0-or-later
"""The kits of the project that is open: which there are, a button for each part that drops it, and one that composes.

The daemon is asked while the panel is drawn, and a timer takes in the answer, so that drawing has no work to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty
from bpy.types import Context, Menu, Operator, Panel

from studiolo_client.client import Client
from studiolo_contract.kit import PICTURE, KitFile, KitInfo, KitPart
from studiolo_contract.wire import Kits

from .. import session
from ..composing import placing
from ..composing.dropping import Drop
from ..composing.kit import Compose
from ..surfaces.materials import WEARERS
from .drawing import faint, field, sentence
from .settings import StudioloCompose, shared
from .shelf import Shelf
from .starting import DONE, Starts, selected
from .thumbnails import MOST

LARGEST = 16 << 20
"""Bytes of a picture that is worth an icon."""
ICONS = {"text": "TEXT", "image": "IMAGE_DATA", "texture": "MATERIAL", "music": "SOUND"}
PLACES = (
    ("reference", "Reference", "An empty in the scene, at the 3D cursor, that shows it", "EMPTY_DATA", 0),
    ("background", "Background", "Behind what the scene's camera sees", "CAMERA_DATA", 1),
    ("image", "Image", "An image of this file, and no more", "IMAGE_DATA", 2),
)


class KitShelf(Shelf):
    """What is known of the project, and how its kits look."""

    pause = 3.0

    def __init__(self) -> None:
        super().__init__()
        self.found = Kits(ref=0, kits=())
        self.known = False
        """Whether the daemon has ever answered."""

    def kit(self, name: str) -> KitInfo | None:
        """The one of this name; the newest where there is none; None without kits."""
        kits = self.found.kits
        return next((one for one in kits if one.name == name), kits[0] if kits else None)

    def icon(self, file: KitFile | None) -> int:
        """Its number for layouts; 0 where there is none."""
        return self._icons.icon(file.blob.sha256) if file is not None else 0

    def _question(self, client: Client) -> Kits:
        return client.kits()

    def _take(self, found: Kits) -> None:
        self.known = True
        if found != self.found:
            self.found = found
            session.redraw()
        faces = [(kit, face) for kit in found.kits for face in (face_of(kit),) if face is not None]
        for kit, face in faces[:MOST]:
            if face.blob.size <= LARGEST:
                self._icons.want(face.blob.sha256, _bytes_of(kit.name, face.name))


def face_of(kit: KitInfo) -> KitFile | None:
    """What a kit is known by: its first picture."""
    faces = (part.main(PICTURE) for part in kit.parts if part.kind == "image")
    return next((face for face in faces if face is not None), None)


def _bytes_of(kit: str, file: str) -> Callable[[Client], bytes]:
    return lambda client: client.get(client.bring(kit, file).sha256)


_shelf: KitShelf | None = None


class STUDIOLO_OT_drop(Starts, Operator):
    """Put this part where it belongs"""

    bl_idname = "studiolo.drop"
    bl_label = "Drop"

    kit: StringProperty(name="Kit", description="By its name or its title", options={"SKIP_SAVE"})
    part: StringProperty(name="Part", description="By its name", options={"SKIP_SAVE"})
    kind: StringProperty(options={"SKIP_SAVE", "HIDDEN"})
    place: EnumProperty(name="Place", description="Of a picture", items=PLACES, options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: Context, properties: Any) -> str:
        return {
            "texture": "As a material of the selected objects, in the size that Texture says",
            "music": "Into the sequencer, from the present frame on",
            "text": "Into a new text",
            "image": next(told for name, _, told, _, _ in PLACES if name == properties.place),
        }.get(properties.kind, str(cls.__doc__))

    def task(self, context: Context) -> Drop:
        return Drop(
            kit=self.kit,
            part=self.part,
            scene=context.scene.name,
            objects=selected(context, *WEARERS),
            scale=context.scene.studiolo.texture.scale,
            place=self.place,
        )


@shared(StudioloCompose, "prompt", "told", "model", "seed")
class STUDIOLO_OT_compose(Starts, Operator):
    """A text, a picture, a material and music that belong together, made from one brief and put into the scene"""

    bl_idname = "studiolo.compose"
    bl_label = "Compose"

    art, model_kind = "compose", "text"

    def task(self, context: Context) -> Compose:
        return Compose(
            scene=context.scene.name,
            brief=self.said(context, "prompt"),
            told=self.said(context, "told"),
            objects=selected(context, *WEARERS),
            scale=context.scene.studiolo.texture.scale,
            seed=self.seed_of(context),
            model=self.model_of(context),
        )


class STUDIOLO_OT_choose_kit(Operator):
    """Show the parts of this kit"""

    bl_idname = "studiolo.choose_kit"
    bl_label = "Choose Kit"
    bl_options = {"INTERNAL", "UNDO"}

    name: StringProperty(options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        context.scene.studiolo.compose.kit = self.name
        return DONE


class STUDIOLO_MT_kits(Menu):
    bl_idname = "STUDIOLO_MT_kits"
    bl_label = "Kits"

    def draw(self, context: Context) -> None:
        layout, shelf = self.layout, _shelf
        for kit in shelf.found.kits if shelf is not None else ():
            icon = shelf.icon(face_of(kit)) if shelf is not None else 0
            name = kit.title or kit.name
            if icon:
                choice = layout.operator("studiolo.choose_kit", text=name, icon_value=icon)
            else:
                choice = layout.operator("studiolo.choose_kit", text=name, icon="BLANK1")
            choice.name = kit.name


class STUDIOLO_PT_kits(Panel):
    bl_label = "Kits"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Studiolo"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Context) -> None:
        layout, settings = self.layout, context.scene.studiolo.compose
        if _shelf is None:
            return
        _shelf.wanted = True
        connected = session.current().jobs.connection.connected
        if _shelf.known:
            _draw_project(layout, context, _shelf, settings.kit)
        compose = layout.column()
        compose.enabled = connected
        field(compose, context, settings, "prompt", "a keeper hears music from the sea")
        compose.prop(settings, "told")
        go = compose.row()
        go.scale_y = 1.3
        go.operator("studiolo.compose", text="Compose a Kit", icon="PACKAGE")


def _draw_project(layout: Any, context: Context, shelf: KitShelf, chosen: str) -> None:
    kit = shelf.kit(chosen)
    if not shelf.found.project:
        faint(layout, context, "No project is open. Run ./studiolo project FOLDER.", "INFO")
        return
    if kit is None:
        faint(layout, context, f"{shelf.found.project} has no kits yet.", "FILE_FOLDER")
        return
    layout.label(text=shelf.found.project, icon="FILE_FOLDER")
    box = layout.box().column()
    box.menu("STUDIOLO_MT_kits", text=kit.title or kit.name)
    face = shelf.icon(face_of(kit))
    if face:
        box.template_icon(icon_value=face, scale=5.0)
    parts = box.column(align=True)
    for part in kit.parts:
        _draw_part(parts, context, kit, part)


def _draw_part(layout: Any, context: Context, kit: KitInfo, part: KitPart) -> None:
    if part.problem is not None:
        sentence(layout, context, f"{part.name}: {part.problem.message}", "ERROR", without=12)
        return
    if not placing.wanted(part):
        return
    row = layout.row(align=True)
    row.enabled = session.current().jobs.connection.connected
    _offer(row, kit, part, part.name, ICONS[part.kind])
    if part.kind == "image":
        for place, _, _, icon, _ in PLACES[1:]:
            _offer(row, kit, part, "", icon).place = place


def _offer(row: Any, kit: KitInfo, part: KitPart, text: str, icon: str) -> Any:
    drop = row.operator("studiolo.drop", text=text, icon=icon)
    drop.kit, drop.part, drop.kind = kit.name, part.name, part.kind
    return drop


CLASSES = (STUDIOLO_OT_drop, STUDIOLO_OT_compose, STUDIOLO_OT_choose_kit, STUDIOLO_MT_kits, STUDIOLO_PT_kits)


def register() -> None:
    global _shelf
    for one in CLASSES:
        bpy.utils.register_class(one)
    _shelf = KitShelf()
    _shelf.open()


def unregister() -> None:
    global _shelf
    if _shelf is not None:
        _shelf.close()
        _shelf = None
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
