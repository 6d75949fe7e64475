# SPDX-License-Identifier: GPL-3.0-or-later
"""What each art shows of its settings, and what its button says. Draws only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import bpy

from ..surfaces.materials import WEARERS
from . import kept, status
from .drawing import column_of_values, faint, field, fold, shortened
from .starting import selected


@dataclass(frozen=True)
class Art:
    """One of the arts, as a panel shows it."""

    hint: str
    """What belongs into the field for words."""
    settings: Callable[[Any, Any, bpy.types.Context], None]
    """Draws what is often set."""
    more: Callable[[Any, Any], None]
    """Draws what seldom is."""
    button: Callable[[bpy.types.Context], str]
    model_kind: str
    menus: tuple[tuple[str, str], ...] = ()
    """Beside the words, each with its icon."""


def draw(layout: Any, context: bpy.types.Context, name: str) -> None:
    """The words, the settings, and the button."""
    art, settings = ARTS[name], getattr(context.scene.studiolo, name)
    field(layout, context, settings, "prompt", art.hint, art.menus)
    if CONCEPTS in art.menus:
        kept.want()
    art.settings(column_of_values(layout), settings, context)
    more = fold(layout, settings, "more", "More")
    if more is not None:
        column = column_of_values(more)
        art.more(column, settings)
        status.draw_model(column, settings, "model", art.model_kind, "Model")
        seed = column.row(align=True, heading="Seed")
        seed.prop(settings, "keep_seed", text="")
        number = seed.row(align=True)
        number.active = settings.keep_seed
        number.prop(settings, "seed", text="")


def _named(names: Sequence[str], one: str, many: str, none: str) -> str:
    if not names:
        return none
    return f"{one} {shortened(names[0], 20)}" if len(names) == 1 else f"{one} {len(names)} {many}"


def _texture(layout: Any, settings: Any, context: bpy.types.Context) -> None:
    layout.prop(settings, "scale")
    layout.template_ID(settings, "image", open="image.open", text="Image")
    if settings.image is not None and settings.prompt:
        layout.prop(settings, "strength", slider=True)


def _texture_more(layout: Any, settings: Any) -> None:
    layout.prop(settings, "size")
    layout.prop(settings, "variations")
    layout.prop(settings, "displacement")


def _project(layout: Any, settings: Any, context: bpy.types.Context) -> None:
    cameras = selected(context, "CAMERA")
    if not cameras and context.scene.camera is not None:
        cameras = (context.scene.camera.name,)
    faint(layout, context, _named(cameras, "From", "cameras", "The scene has no camera"), "CAMERA_DATA")
    layout.prop(settings, "strength", slider=True)


def _project_more(layout: Any, settings: Any) -> None:
    layout.prop(settings, "size")


def _concept(layout: Any, settings: Any, context: bpy.types.Context) -> None:
    source = layout.row(align=True)
    source.use_property_split = False
    source.prop(settings, "source", expand=True)
    if settings.source == "IMAGE":
        layout.template_ID(settings, "image", open="image.open", text="Image")
    layout.prop(settings, "strength", slider=True)


def _score(layout: Any, settings: Any, context: bpy.types.Context) -> None:
    scene = context.scene
    frames = scene.frame_end - scene.frame_start + 1
    seconds = frames * scene.render.fps_base / scene.render.fps
    faint(layout, context, f"Frames {scene.frame_start} to {scene.frame_end}, {seconds:.1f} s", "TIME")
    layout.column(heading="Markers").prop(settings, "markers")
    layout.prop(settings, "loop")
    layout.prop(settings, "stems")


def _score_more(layout: Any, settings: Any) -> None:
    layout.prop(settings, "ensemble")
    layout.prop(settings, "tempo")
    layout.prop(settings, "key")


def _write(layout: Any, settings: Any, context: bpy.types.Context) -> None:
    layout.prop(settings, "kind")
    layout.column(heading="Scene").prop(settings, "told")
    layout.template_ID(settings, "text", text="Add to")


def _write_more(layout: Any, settings: Any) -> None:
    layout.prop(settings, "style")


def _nothing(*_: Any) -> None:
    pass


CONCEPTS = "STUDIOLO_MT_concepts", "BOOKMARKS"
ARTS = {
    "texture": Art(
        "wet slate, mossy cobblestone",
        _texture,
        _texture_more,
        lambda context: _named(selected(context, *WEARERS), "Texture", "Objects", "Make Material"),
        "image",
        menus=(("STUDIOLO_MT_presets", "PRESET"), CONCEPTS),
    ),
    "project": Art(
        "a weathered stone idol",
        _project,
        _project_more,
        lambda context: _named(selected(context, "MESH"), "Project onto", "Objects", "Project"),
        "image",
        menus=(CONCEPTS,),
    ),
    "concept": Art(
        "an oil painting at dusk",
        _concept,
        _nothing,
        lambda context: "Refine Picture",
        "image",
        menus=(CONCEPTS,),
    ),
    "scene": Art(
        "three mossy columns in a ring, low sun, fog",
        _nothing,
        _nothing,
        lambda context: "Propose Scene",
        "text",
        menus=(CONCEPTS,),
    ),
    "score": Art("tense chase, then relief", _score, _score_more, lambda context: "Compose", "music"),
    "write": Art("a flooded library", _write, _write_more, lambda context: "Write", "text"),
}
