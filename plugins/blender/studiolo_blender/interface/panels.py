# SPDX-License-Identifier: GPL-3.0-or-later
"""The panels: in the sidebars of the 3D view, the shader editor and the image editor. Draws only."""

from functools import lru_cache
from typing import Any

import bpy
from bpy.types import Context, Panel, UIList

from .. import recipes, session
from ..surfaces import materials
from . import panels_arts, proposal, status, variations
from .drawing import BOX, column_of_values, faint, field, scale, sentence, width_for_text
from .settings import ARTS
from .starting import active_material

ICONS = {name: icon for name, _, _, icon, _ in ARTS}
WIDE = 225
"""Pixels from which on the names of three arts fit beside each other, at a scale of 1."""
OPERATORS = {"scene": "studiolo.scene_read"}
"""Of the arts whose operator is not called as they are."""


class _Tab:
    bl_region_type = "UI"
    bl_category = "Studiolo"
    layout: Any


class STUDIOLO_PT_main(_Tab, Panel):
    bl_label = "Studiolo"
    bl_space_type = "VIEW_3D"

    def draw(self, context: Context) -> None:
        layout, settings = self.layout, context.scene.studiolo
        status.draw_connection(layout, context)
        columns = 3 if width_for_text(context) > WIDE * scale(context) else 2
        arts = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        arts.prop(settings, "art", expand=True)
        _draw_art(layout, context, settings.art)


def _draw_art(layout: Any, context: Context, art: str) -> None:
    """What is set, the button, and what came of it."""
    panels_arts.draw(layout, context, art)
    go = layout.row()
    go.scale_y = 1.6
    go.enabled = session.current().jobs.connection.connected
    name = OPERATORS.get(art, f"studiolo.{art}")
    go.operator(name, text=panels_arts.ARTS[art].button(context), icon=ICONS[art])
    status.draw_underway(layout, context)
    status.draw_told(layout, context)


class STUDIOLO_PT_variations(_Tab, Panel):
    bl_label = "Variations"
    bl_space_type = "VIEW_3D"

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(variations.there())

    def draw(self, context: Context) -> None:
        groups = variations.there()
        grid = self.layout.grid_flow(row_major=True, columns=2, even_columns=True, align=False)
        for number, names in enumerate(groups):
            column = grid.column(align=True)
            preview = bpy.data.materials[names[0]].preview
            if preview is not None:
                column.template_icon(icon_value=preview.icon_id, scale=5.0)
            worn = variations.worn(names)
            choice = column.operator(
                "studiolo.choose_variation",
                text="Worn" if worn else f"Wear {number + 1}",
                icon="CHECKMARK" if worn else "NONE",
                depress=worn,
            )
            choice.number = number


class STUDIOLO_UL_proposal(UIList):
    bl_idname = "STUDIOLO_UL_proposal"

    def draw_item(
        self, context: Context, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str
    ) -> None:
        row = layout.row(align=True)
        row.prop(item, "use", text="")
        words = row.row()
        words.active = item.use
        words.label(text=item.words, icon=proposal.ICONS[item.do])


class STUDIOLO_PT_proposal(_Tab, Panel):
    bl_label = "Proposed Scene"
    bl_space_type = "VIEW_3D"

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(proposal.of(context).pieces)

    def draw(self, context: Context) -> None:
        layout, wanted = self.layout, proposal.of(context)
        layout.template_list("STUDIOLO_UL_proposal", "", wanted, "pieces", wanted, "active", rows=6)
        if 0 <= wanted.active < len(wanted.pieces):
            faint(layout, context, wanted.pieces[wanted.active].words)
            column = column_of_values(layout)
            for one in wanted.pieces[wanted.active].fields:
                column.prop(one, one.shown_as, text=one.name.capitalize())
        if wanted.problem:
            box = layout.box()
            box.alert = True
            sentence(box, context, wanted.problem, "ERROR", without=BOX)
        row = layout.row(align=True)
        row.scale_y = 1.4
        build = row.row(align=True)
        build.enabled = not wanted.problem
        build.operator("studiolo.scene_build", icon="SCENE_DATA")
        row.operator("studiolo.scene_discard", text="", icon="X")


class _Material(_Tab):
    """What the active material was made from, and what can be made of it."""

    bl_label = "Material"

    @classmethod
    def poll(cls, context: Context) -> bool:
        material = active_material(context)
        return material is not None and _made_from(material.get(recipes.PROPERTY, "")) is not None

    def draw(self, context: Context) -> None:
        layout, material = self.layout, active_material(context)
        words, told = _made_from(material[recipes.PROPERTY]) or ("", "")
        row = layout.row()
        if material.preview is not None:
            row.template_icon(icon_value=material.preview.icon_id, scale=3.0)
        column = row.column(align=True)
        sentence(column, context, words, without=70)
        faint(column, context, told, without=70)
        if materials.SCALE in material:
            column_of_values(layout).prop(material, "studiolo_tile")
            again = layout.column(align=True)
            field(again, context, context.scene.studiolo.material, "words", "rustier, with more moss")
            again.operator("studiolo.again", text="Again, but so", icon="FILE_REFRESH")
            layout.operator_menu_enum("studiolo.reroll", "map", text="Re-roll a Map", icon="MOD_NOISE")
            row = layout.row()
            row.enabled = material.asset_data is None
            row.operator(
                "studiolo.mark_asset", text="Mark as Asset" if row.enabled else "Is an Asset", icon="ASSET_MANAGER"
            )


class STUDIOLO_PT_material(_Material, Panel):
    bl_space_type = "VIEW_3D"


class STUDIOLO_PT_shader_material(_Material, Panel):
    bl_space_type = "NODE_EDITOR"


class STUDIOLO_PT_shader(_Tab, Panel):
    bl_label = "Studiolo"
    bl_space_type = "NODE_EDITOR"

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(context.space_data.tree_type == "ShaderNodeTree")

    def draw(self, context: Context) -> None:
        status.draw_connection(self.layout, context)
        _draw_art(self.layout, context, "texture")


class STUDIOLO_PT_image(_Tab, Panel):
    bl_label = "Studiolo"
    bl_space_type = "IMAGE_EDITOR"

    def draw(self, context: Context) -> None:
        layout, image = self.layout, context.space_data.image
        status.draw_connection(layout, context)
        name = image.name if image is not None else ""
        column = layout.column()
        column.enabled = bool(name) and session.current().jobs.connection.connected
        column.label(text="Material from Image", icon=ICONS["texture"])
        maps = _wide(column).operator("studiolo.texture", text="Find the Maps")
        maps.image, maps.prompt, maps.variations = name, "", 1
        _words_and_strength(column, context, "texture")
        _wide(column).operator("studiolo.texture", text="Repaint, Find the Maps").image = name
        column.separator()
        column.label(text="Concept from Image", icon=ICONS["concept"])
        _words_and_strength(column, context, "concept")
        _wide(column).operator("studiolo.concept", text="Refine Picture").image = name
        status.draw_underway(layout, context)
        status.draw_told(layout, context)


def _words_and_strength(layout: Any, context: Context, art: str) -> None:
    settings = getattr(context.scene.studiolo, art)
    field(layout, context, settings, "prompt", panels_arts.ARTS[art].hint)
    column_of_values(layout).prop(settings, "strength", slider=True)


def _wide(layout: Any) -> Any:
    """A row for a button that matters."""
    row = layout.row()
    row.scale_y = 1.3
    return row


class STUDIOLO_PT_elsewhere(_Tab, Panel):
    bl_label = "In Other Files"
    bl_space_type = "VIEW_3D"

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(session.current().jobs.elsewhere())

    def draw(self, context: Context) -> None:
        for one in session.current().jobs.elsewhere():
            box = self.layout.box().column()
            sentence(box, context, one.task.title, "TIME", without=BOX)
            place = "a file that was never saved" if one.place.startswith("unsaved ") else bpy.path.basename(one.place)
            faint(box, context, f"In {place}", without=BOX)
            row = box.row(align=True)
            row.operator("studiolo.bring_here", icon="IMPORT").key = one.key
            row.operator("studiolo.forget", icon="X").key = one.key


@lru_cache(64)
def _made_from(recipe: str) -> tuple[str, str] | None:
    """Of a recipe as it is kept: the words, and by whom and how it was made. None where it can't be read."""
    made = recipes.kept({recipes.PROPERTY: recipe})
    if made is None:
        return None
    settled: Any = made.settled
    told = [made.model]
    if getattr(settled, "width", None):
        told.append(f"{settled.width} × {settled.height}")
    if getattr(settled, "seed", None) is not None:
        told.append(f"seed {settled.seed}")
    return getattr(settled, "prompt", "") or "From an image", ", ".join(told)


CLASSES = (
    STUDIOLO_PT_main,
    STUDIOLO_UL_proposal,
    STUDIOLO_PT_proposal,
    STUDIOLO_PT_variations,
    STUDIOLO_PT_material,
    STUDIOLO_PT_elsewhere,
    STUDIOLO_PT_shader,
    STUDIOLO_PT_shader_material,
    STUDIOLO_PT_image,
)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
