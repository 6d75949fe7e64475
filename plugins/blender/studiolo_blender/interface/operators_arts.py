# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons for the other arts: project, concept, score, write."""

import bpy
from bpy.props import IntProperty, StringProperty
from bpy.types import Context, Operator

from .. import session
from ..images.concept import RENDER, Concept
from ..models import painter
from ..projecting.projection import Project
from ..sound.scoring import Score
from ..task import bad
from ..words.writing import Write
from .settings import StudioloConcept, StudioloProject, StudioloScore, StudioloWrite, shared
from .starting import Starts, selected


@shared(StudioloProject, "prompt", "strength", "size", "model", "seed")
class STUDIOLO_OT_project(Starts, Operator):
    """Paint what the selected cameras, or the scene's own, see of the selected objects, and bake it into their UVs"""

    bl_idname = "studiolo.project"
    bl_label = "Project"

    art, model_kind = "project", "image"

    def task(self, context: Context) -> Project:
        model = self.model_of(context)
        return Project(
            prompt=self.said(context, "prompt"),
            objects=selected(context, "MESH"),
            cameras=selected(context, "CAMERA"),
            size=self.said(context, "size"),
            strength=self.said(context, "strength"),
            seed=self.seed_of(context),
            model=model,
            **painter(session.current().jobs.connection.models, model),
        )


@shared(StudioloConcept, "prompt", "source", "strength", "model", "seed")
class STUDIOLO_OT_concept(Starts, Operator):
    """Refine the render, the view or an image by words, into a new image"""

    bl_idname = "studiolo.concept"
    bl_label = "Concept"

    art, model_kind = "concept", "image"
    image: StringProperty(name="Image", description="By its name, for the source Image", options={"SKIP_SAVE"})

    def task(self, context: Context) -> Concept:
        source = self.said(context, "source")
        image = self.named(context, "image")
        if self.properties.is_property_set("image"):
            source = "IMAGE"
        if source == "VIEW":
            _render_view(context)
        elif source == "IMAGE" and not image:
            raise bad("No image is chosen.", "Choose the one that is to be refined.")
        return Concept(
            prompt=self.said(context, "prompt"),
            source=image if source == "IMAGE" else RENDER,
            strength=self.said(context, "strength"),
            seed=self.seed_of(context),
            model=self.model_of(context),
        )


@shared(StudioloScore, "prompt", "markers", "ensemble", "tempo", "key", "loop", "stems", "model", "seed")
class STUDIOLO_OT_score(Starts, Operator):
    """Compose a soundtrack exactly as long as the frame range, and put it into the sequencer"""

    bl_idname = "studiolo.score"
    bl_label = "Score"

    art, model_kind = "score", "music"
    start: IntProperty(name="First frame", description="Unless it is said: the scene's", options={"SKIP_SAVE"})
    end: IntProperty(name="Last frame", description="Unless it is said: the scene's", options={"SKIP_SAVE"})

    def task(self, context: Context) -> Score:
        given = self.properties.is_property_set
        names = ("prompt", "markers", "ensemble", "key", "loop", "stems")
        return Score(
            scene=context.scene.name,
            start=self.start if given("start") else None,
            end=self.end if given("end") else None,
            tempo=self.said(context, "tempo") or None,
            seed=self.seed_of(context),
            model=self.model_of(context),
            **{name: self.said(context, name) for name in names},
        )


@shared(StudioloWrite, "kind", "prompt", "told", "style", "model", "seed")
class STUDIOLO_OT_write(Starts, Operator):
    """Write scene notes, a character sheet or a shot list, as a text"""

    bl_idname = "studiolo.write"
    bl_label = "Write"

    art, model_kind = "write", "text"
    text: StringProperty(
        name="Add to", description="Name of the text that it is added to; empty for a new one", options={"SKIP_SAVE"}
    )

    def task(self, context: Context) -> Write:
        return Write(
            kind=self.said(context, "kind"),
            brief=self.said(context, "prompt"),
            name=self.named(context, "text"),
            scene=context.scene.name if self.said(context, "told") else "",
            style=self.said(context, "style"),
            seed=self.seed_of(context),
            model=self.model_of(context),
        )


def _render_view(context: Context) -> None:
    """Has the 3D view, without its grid and its gizmos, be what was rendered last. Raises `StudioloError`."""
    areas = [context.area] if context.area is not None else []
    areas += [area for window in context.window_manager.windows for area in window.screen.areas]
    area = next((area for area in areas if area.type == "VIEW_3D"), None)
    if area is None or bpy.app.background:
        raise bad("There is no 3D view.", "Open one, or take the render or an image.")
    overlay = area.spaces.active.overlay
    before, overlay.show_overlays = overlay.show_overlays, False
    try:
        with context.temp_override(area=area, region=next(one for one in area.regions if one.type == "WINDOW")):
            bpy.ops.render.opengl(view_context=True)
    finally:
        overlay.show_overlays = before


CLASSES = (STUDIOLO_OT_project, STUDIOLO_OT_concept, STUDIOLO_OT_score, STUDIOLO_OT_write)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
