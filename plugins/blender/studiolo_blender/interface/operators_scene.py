# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons for scenes by words: read the sentence, build what was proposed, drop it."""

import bpy
from bpy.types import Context, Operator

from studiolo_contract.errors import StudioloError

from .. import session
from ..scenes.guiding import guides
from ..scenes.scening import Scene, apply
from . import proposal
from .settings import StudioloScene, shared
from .starting import DONE, NOT, Starts


@shared(StudioloScene, "prompt", "model", "seed")
class STUDIOLO_OT_scene_read(Starts, Operator):
    """Have the text model propose a scene, to be looked at and changed before it is built"""

    bl_idname = "studiolo.scene_read"
    bl_label = "Propose Scene"

    art, model_kind = "scene", "text"

    def task(self, context: Context) -> Scene:
        model = self.model_of(context)
        return Scene(
            sentence=self.said(context, "prompt"),
            seed=self.seed_of(context),
            model=model,
            guided=guides(session.current().jobs.connection.models, model),
        )


class STUDIOLO_OT_scene_build(Operator):
    """Build what is switched on in the list"""

    bl_idname = "studiolo.scene_build"
    bl_label = "Build"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(proposal.of(context).pieces)

    def execute(self, context: Context) -> set[str]:
        wanted = proposal.of(context)
        try:
            made = apply(proposal.read(wanted), wanted.sentence, wanted.seed)
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        session.current().note(made.notes)
        wanted.pieces.clear()
        return DONE


class STUDIOLO_OT_scene_discard(Operator):
    """Drop the proposal; nothing of it was built"""

    bl_idname = "studiolo.scene_discard"
    bl_label = "Discard"

    @classmethod
    def poll(cls, context: Context) -> bool:
        return bool(proposal.of(context).pieces)

    def execute(self, context: Context) -> set[str]:
        proposal.of(context).pieces.clear()
        return DONE


CLASSES = (STUDIOLO_OT_scene_read, STUDIOLO_OT_scene_build, STUDIOLO_OT_scene_discard)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
