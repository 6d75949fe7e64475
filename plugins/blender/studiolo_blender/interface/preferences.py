# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every file: who does what where no model is named, how large a texture is, whether a render gets the
graphics card for itself. Where Studiolo is need not be set; it is found.
"""

from typing import Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from .. import session
from . import status

ADDON = __package__.rpartition(".")[0]
"""The add-on by the name that Blender enables it by; in an extension it begins with where that came from."""
SIZES = (
    ("MODEL", "Model's own", "As large as the model paints best"),
    ("256", "256", "256 × 256 pixels"),
    ("512", "512", "512 × 512 pixels"),
    ("1024", "1024", "1024 × 1024 pixels"),
    ("2048", "2048", "2048 × 2048 pixels"),
    ("4096", "4096", "4096 × 4096 pixels"),
)
MODELS = {"image": "Pictures", "text": "Texts", "music": "Music"}
"""What models are for, by their kinds."""


def _model(what: str) -> Any:
    return StringProperty(name=what, description="The model, by its name; empty for Studiolo's own choice")


class StudioloPreferences(bpy.types.AddonPreferences):
    bl_idname = ADDON

    image_model: _model("Pictures")
    text_model: _model("Texts")
    music_model: _model("Music")
    size: EnumProperty(name="Texture size", description="Of new files", items=SIZES, default="MODEL")
    scale: FloatProperty(
        name="Texture tile",
        description="How wide a tile of a material is in new files",
        subtype="DISTANCE",
        default=1.0,
        min=0.001,
        soft_max=20.0,
    )
    free_before_rendering: BoolProperty(
        name="Free memory before rendering",
        description="Have Studiolo's models leave the memory when a render begins; they are loaded again when needed",
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        status.draw_connection(layout.box(), context)
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        column.prop(self, "size")
        column.prop(self, "scale")
        column = layout.column()
        for kind, what in MODELS.items():
            status.draw_model(column, self, f"{kind}_model", kind, what)
        layout.column(heading="Memory").prop(self, "free_before_rendering")
        row = layout.row()
        row.active = False
        row.label(
            text="Studiolo speaks to this computer only, so it works without Blender's online access.", icon="LOCKED"
        )


def current() -> Any:
    """The preferences; where the add-on was not enabled but only registered, as they are at first."""
    addon = bpy.context.preferences.addons.get(ADDON)
    return addon.preferences if addon is not None else _Untouched


class _Untouched:
    image_model = text_model = music_model = ""
    size, scale = "MODEL", 1.0
    free_before_rendering = False


def model(kind: str) -> str:
    """Who does this where no model is named; empty for Studiolo's own choice."""
    return str(getattr(current(), f"{kind}_model"))


@persistent
def _rendering(*_: Any) -> None:
    if current().free_before_rendering:
        session.current().jobs.free()


def register() -> None:
    bpy.utils.register_class(StudioloPreferences)
    bpy.app.handlers.render_init.append(_rendering)


def unregister() -> None:
    bpy.app.handlers.render_init.remove(_rendering)
    bpy.utils.unregister_class(StudioloPreferences)
