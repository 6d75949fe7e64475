# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons for presets of textures, and the menu that lists them. Knows where a person's own lie."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty
from bpy.types import Context, Menu, Operator

from studiolo_contract.errors import StudioloError

from . import presets
from .preferences import ADDON
from .presets import Preset
from .starting import DONE, NOT

_own: tuple[Preset, ...] = ()
"""As they were read last; a menu reads no files while it is drawn."""


def folder() -> Path:
    """Beside Blender's other settings, never in the add-on's own folder."""
    if ADDON.startswith("bl_ext."):
        return Path(bpy.utils.extension_path_user(ADDON, path="presets"))
    return Path(bpy.utils.user_resource("SCRIPTS", path="presets/studiolo"))


def read() -> None:
    global _own
    _own = presets.own(folder())


class STUDIOLO_OT_use_preset(Operator):
    """Set the words, and how wide a tile is"""

    bl_idname = "studiolo.use_preset"
    bl_label = "Use Preset"
    bl_options = {"REGISTER", "UNDO"}

    name: StringProperty(name="Preset", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        preset = next((one for one in (*_own, *presets.BUILT_IN) if one.name == self.name), None)
        if preset is None:
            self.report({"ERROR"}, f"There is no preset {self.name}. Choose one that is there.")
            return NOT
        context.scene.studiolo.texture.prompt = preset.prompt
        context.scene.studiolo.texture.scale = preset.scale
        return DONE


class STUDIOLO_OT_save_preset(Operator):
    """Keep the words and the width of a tile under a name"""

    bl_idname = "studiolo.save_preset"
    bl_label = "Save Preset"

    name: StringProperty(name="Name", options={"SKIP_SAVE"})

    def invoke(self, context: Context, event: Any) -> set[str]:
        self.name = context.scene.studiolo.texture.prompt[:40].capitalize()
        return context.window_manager.invoke_props_dialog(self, width=260)

    def execute(self, context: Context) -> set[str]:
        texture = context.scene.studiolo.texture
        try:
            presets.save(folder(), Preset(self.name.strip(), texture.prompt.strip(), texture.scale))
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        read()
        return DONE


class STUDIOLO_OT_remove_preset(Operator):
    """Remove one of your own presets"""

    bl_idname = "studiolo.remove_preset"
    bl_label = "Remove Preset"

    name: StringProperty(name="Preset", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        presets.remove(folder(), self.name)
        read()
        return DONE


class STUDIOLO_MT_presets(Menu):
    bl_idname = "STUDIOLO_MT_presets"
    bl_label = "Presets"

    def draw(self, context: Context) -> None:
        layout = self.layout
        for preset in _own:
            row = layout.row()
            row.operator("studiolo.use_preset", text=preset.name).name = preset.name
            row.operator("studiolo.remove_preset", text="", icon="X").name = preset.name
        if _own:
            layout.separator()
        for preset in presets.BUILT_IN:
            layout.operator("studiolo.use_preset", text=preset.name).name = preset.name
        layout.separator()
        layout.operator("studiolo.save_preset", text="Save as Preset…", icon="ADD")


CLASSES = (STUDIOLO_OT_use_preset, STUDIOLO_OT_save_preset, STUDIOLO_OT_remove_preset, STUDIOLO_MT_presets)


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    read()


def unregister() -> None:
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
