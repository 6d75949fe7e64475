# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons for what runs and what is told: the daemon, tasks under way, those of other files, problems, models."""

from typing import Any

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty
from bpy.types import Context, Operator

from studiolo_client.start import check_ours
from studiolo_contract.errors import StudioloError

from .. import session
from . import status
from .preferences import ADDON
from .starting import DONE, NOT


class STUDIOLO_OT_start_daemon(Operator):
    """Start Studiolo on this computer"""

    bl_idname = "studiolo.start_daemon"
    bl_label = "Start Studiolo"

    def execute(self, context: Context) -> set[str]:
        jobs = session.current().jobs
        if not bpy.app.background:
            jobs.start_daemon()
            return DONE
        try:
            jobs.connect()
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        return DONE


class STUDIOLO_OT_stop_daemon(Operator):
    """Stop Studiolo, for every program that uses it; what is under way goes on when it is started again"""

    bl_idname = "studiolo.stop_daemon"
    bl_label = "Stop Studiolo"

    def execute(self, context: Context) -> set[str]:
        try:
            check_ours()
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        session.current().jobs.stop_daemon()
        return DONE


class STUDIOLO_OT_free_memory(Operator):
    """Have every model that is not at work leave the memory, for Cycles; they are loaded again when needed"""

    bl_idname = "studiolo.free_memory"
    bl_label = "Free Memory"

    def execute(self, context: Context) -> set[str]:
        session.current().jobs.free()
        return DONE


class STUDIOLO_OT_cancel(Operator):
    """Stop this"""

    bl_idname = "studiolo.cancel"
    bl_label = "Cancel"

    key: StringProperty(name="Task", description="By its key; empty for all of this file", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        jobs = session.current().jobs
        for one in jobs.here:
            if self.key in ("", one.key):
                jobs.cancel(one.key)
        session.redraw()
        return DONE


class STUDIOLO_OT_bring_here(Operator):
    """Finish this in the file that is open"""

    bl_idname = "studiolo.bring_here"
    bl_label = "Bring Here"

    key: StringProperty(name="Task", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        try:
            session.current().jobs.bring_here(self.key)
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        return DONE


class STUDIOLO_OT_forget(Operator):
    """Let go of this; what it had under way is stopped"""

    bl_idname = "studiolo.forget"
    bl_label = "Forget"

    key: StringProperty(name="Task", options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        session.current().jobs.forget(self.key)
        return DONE


class STUDIOLO_OT_dismiss(Operator):
    """Read and done"""

    bl_idname = "studiolo.dismiss"
    bl_label = "Dismiss"

    kind: EnumProperty(items=(("PROBLEM", "Problem", ""), ("NOTE", "Note", "")), options={"SKIP_SAVE"})
    number: IntProperty(options={"SKIP_SAVE"})

    def execute(self, context: Context) -> set[str]:
        told = session.current().problems if self.kind == "PROBLEM" else session.current().notes
        if not 0 <= self.number < len(told):
            return NOT
        del told[self.number]
        return DONE


class STUDIOLO_OT_choose_model(Operator):
    """Studiolo's own choice: the model that is its default, or the preferences' where this is not set there"""

    bl_idname = "studiolo.choose_model"
    bl_label = "Choose Model"
    bl_options = {"INTERNAL", "UNDO"}

    field: StringProperty(options={"SKIP_SAVE"})
    model: StringProperty(options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: Context, properties: Any) -> str:
        model = next((one for one in session.current().jobs.connection.models if one.name == properties.model), None)
        if model is None:
            return str(cls.__doc__)
        selling = "" if model.commercial else "; not for commercial use"
        return f"{model.summary}\nLicence: {model.licence}{selling}\nMemory: {model.memory_gb:g} GB"

    @classmethod
    def poll(cls, context: Context) -> bool:
        return getattr(context, "studiolo_owner", None) is not None  # a menu says whose model is chosen

    def execute(self, context: Context) -> set[str]:
        setattr(context.studiolo_owner, self.field, self.model)
        return DONE


class _Models:
    bl_label = "Model"
    kind = ""
    layout: Any

    def draw(self, context: Context) -> None:
        owner = context.studiolo_owner
        field = f"{self.kind}_model" if isinstance(owner, bpy.types.AddonPreferences) else "model"
        for name in ("", *(one.name for one in status.models(self.kind))):
            icon = "CHECKMARK" if name == getattr(owner, field) else "BLANK1"
            choice = self.layout.operator("studiolo.choose_model", text=name or status.OWN, icon=icon)
            choice.field, choice.model = field, name


class STUDIOLO_MT_image_model(_Models, bpy.types.Menu):
    bl_idname = "STUDIOLO_MT_image_model"
    kind = "image"


class STUDIOLO_MT_text_model(_Models, bpy.types.Menu):
    bl_idname = "STUDIOLO_MT_text_model"
    kind = "text"


class STUDIOLO_MT_music_model(_Models, bpy.types.Menu):
    bl_idname = "STUDIOLO_MT_music_model"
    kind = "music"


class STUDIOLO_MT_daemon(bpy.types.Menu):
    bl_idname = "STUDIOLO_MT_daemon"
    bl_label = "Studiolo"

    def draw(self, context: Context) -> None:
        self.layout.operator("studiolo.free_memory", icon="MEMORY")
        self.layout.operator("studiolo.stop_daemon", icon="PAUSE")
        self.layout.separator()
        self.layout.operator("preferences.addon_show", text="Preferences…", icon="PREFERENCES").module = ADDON


CLASSES = (
    STUDIOLO_OT_start_daemon,
    STUDIOLO_OT_stop_daemon,
    STUDIOLO_OT_free_memory,
    STUDIOLO_OT_cancel,
    STUDIOLO_OT_bring_here,
    STUDIOLO_OT_forget,
    STUDIOLO_OT_dismiss,
    STUDIOLO_OT_choose_model,
    STUDIOLO_MT_daemon,
    STUDIOLO_MT_image_model,
    STUDIOLO_MT_text_model,
    STUDIOLO_MT_music_model,
)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
