# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operators that begin a task have in common: what they were not told they take from the panel, what can't be
is reported, and where Blender has no window they wait, since nothing would ever go on.
"""

from __future__ import annotations

from typing import Any

import bpy

from studiolo_client.job import JobCancelled
from studiolo_contract.errors import StudioloError

from .. import session
from ..task import Task
from . import hearing, preferences

DONE, NOT = {"FINISHED"}, {"CANCELLED"}


class Starts:
    """Goes before `Operator` among a class's bases, which says with `task` what is begun."""

    art = ""
    """The name of its settings in the panel's."""
    model_kind = ""
    """Kind of the models that do it."""
    properties: Any
    report: Any

    def said(self, context: bpy.types.Context, name: str) -> Any:
        """What was said to the operator; else what the panel says."""
        return getattr(self if self.properties.is_property_set(name) else self._settings(context), name)

    def named(self, context: bpy.types.Context, field: str) -> str:
        """The name of a datablock: the operator is told a name, the panel keeps the datablock itself."""
        if self.properties.is_property_set(field):
            return str(getattr(self, field))
        thing = getattr(self._settings(context), field)
        return thing.name if thing is not None else ""

    def model_of(self, context: bpy.types.Context) -> str:
        """Who does it; empty for Studiolo's own choice."""
        return self.said(context, "model") or preferences.model(self.model_kind)

    def seed_of(self, context: bpy.types.Context) -> int | None:
        """None for one that is drawn: the panel's counts while it is kept."""
        counts = self.properties.is_property_set("seed") or self._settings(context).keep_seed
        return int(self.said(context, "seed")) if counts else None

    def _settings(self, context: bpy.types.Context) -> Any:
        return getattr(context.scene.studiolo, self.art)

    def task(self, context: bpy.types.Context) -> Task:
        """What is to be done. Raises `StudioloError` where it makes no sense."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        hearing.attach()
        jobs = session.current().jobs
        try:
            if not bpy.app.background:
                jobs.start(self.task(context))
            else:
                jobs.connect()
                jobs.wait(jobs.start(self.task(context)))
        except StudioloError as error:
            self.report({"ERROR"}, str(error))
            return NOT
        except JobCancelled:
            return NOT
        return DONE


def selected(context: bpy.types.Context, *kinds: str) -> tuple[str, ...]:
    """Names of the selected objects of these kinds, the active one first; of all kinds where none are given."""
    active = context.view_layer.objects.active
    chosen = [thing for thing in context.selected_objects if not kinds or thing.type in kinds]
    return tuple(thing.name for thing in sorted(chosen, key=lambda thing: thing != active))


def active_material(context: bpy.types.Context) -> Any:
    """That of the node editor, where it is drawn; else that of the active object. None where there is none."""
    space = context.space_data
    if space is not None and space.type == "NODE_EDITOR" and isinstance(space.id, bpy.types.Material):
        return space.id
    thing = context.view_layer.objects.active
    return thing.active_material if thing is not None else None
