# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons for materials: texture, again, one map anew, choosing between variationsthe asset browser."""

import bpy
from bpy.props import EnumProperty, StringProperty
from bpy.types import Context, Operator

from studiolo_contract.errors import StudioloError

from ..surfaces import materials
from ..surfaces.texturing import Again, Reroll, Texture, material_named
from . import variations
from .settings import StudioloMaterial, StudioloTexture, shared
from .starting import DONE, NOT, Starts, active_material, selected

MAPS = tuple((name, label, f"{label} anew") for name, label in materials.LABELS.items())


@shared(StudioloTexture, "prompt", "strength", "scale", "size", "variations", "displacement", "model", "seed")
class STUDIOLO_OT_texture(Starts, Operator):
    """Make a material and put it onto the selected objects"""

    bl_idname = "studiolo.texture"
    bl_label = "Texture"

    art, model_kind = "texture", "image"
    image: StringProperty(
        name="From image", description="A photo or a base colour to start from", options={"SKIP_SAVE"}
    )

    def task(self, context: Context) -> Texture:
        size = self.said(context, "size")
        return Texture(
            prompt=self.said(context, "prompt"),
            objects=selected(context, *materials.WEARERS),
            scale=self.said(context, "scale"),
            size=None if size == "MODEL" else int(size),
            seed=self.seed_of(context),
            model=self.model_of(context),
            variations=self.said(context, "variations"),
            image=self.named(context, "image"),
            strength=self.said(context, "strength"),
            displacement=self.said(context, "displacement"),
        )


class _OfMaterial(Starts):
    """What is done to a material that Studiolo made: the one that is named, else the active one."""

    material: StringProperty(
        name="Material", description="By its name; empty for the active one", options={"SKIP_SAVE"}
    )

    def name_of(self, context: Context) -> str:
        active = active_material(context)
        return self.material or (active.name if active is not None else "")


@shared(StudioloMaterial, "words", "strength")
class STUDIOLO_OT_again(_OfMaterial, Operator):
    """Make the material again with a change, wherever it is worn; the old one is kept"""

    bl_idname = "studiolo.again"
    bl_label = "Again"

    art = "material"

    def task(self, context: Context) -> Again:
        return Again(self.name_of(context), self.said(context, "words"), self.said(context, "strength"))


class STUDIOLO_OT_reroll(_OfMaterial, Operator):
    """Make one map of the material anew. With another base colour all maps change, since they follow from it"""

    bl_idname = "studiolo.reroll"
    bl_label = "Re-roll a Map"

    map: EnumProperty(name="Map", items=MAPS, options={"SKIP_SAVE"})

    def task(self, context: Context) -> Reroll:
        return Reroll(self.name_of(context), self.map)


class STUDIOLO_OT_mark_asset(_OfMaterial, Operator):
    """Show the material in the asset browser, with its words as tags"""

    bl_idname = "studiolo.mark_asset"
    bl_label = "Mark as Asset"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: Context) -> set[str]:
        try:
            materials.mark_as_asset(material_named(self.name_of(context)))
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        return DONE


class STUDIOLO_OT_choose_variation(Operator):
    """Wear this one in the place of the others"""

    bl_idname = "studiolo.choose_variation"
    bl_label = "Choose Variation"
    bl_options = {"REGISTER", "UNDO"}

    number: bpy.props.IntProperty(name="Number", description="From 0 on", min=0, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(variations.there())

    def execute(self, context: Context) -> set[str]:
        try:
            variations.choose(self.number)
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        return DONE


CLASSES = (
    STUDIOLO_OT_texture,
    STUDIOLO_OT_again,
    STUDIOLO_OT_reroll,
    STUDIOLO_OT_mark_asset,
    STUDIOLO_OT_choose_variation,
)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
