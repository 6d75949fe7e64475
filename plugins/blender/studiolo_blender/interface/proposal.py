# SPDX-License-Identifier: GPL-3.0-or-later
"""A scene that was proposed and is not built yet: its operations as rows that a person can change, switch off or drop.

Kept with the window manager, so that it is neither saved nor undone. Knows what an operation may hold, and has every
change checked; builds nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

from studiolo_contract.errors import StudioloError

from ..scenes import holding, operations
from ..scenes.holding import Name, Number, OneOf
from ..scenes.operations import Operation
from ..scenes.scening import Scene
from ..underway import Underway

ICONS = {
    "add": "MESH_CUBE",
    "array": "MOD_ARRAY",
    "place": "EMPTY_ARROWS",
    "material": "MATERIAL",
    "light": "LIGHT",
    "camera": "CAMERA_DATA",
    "world": "WORLD",
}
_words: dict[tuple[str, ...], list[tuple[str, str, str, int]]] = {}
"""Blender does not keep the strings of choices that are made as they are asked for, so they are kept here."""


def _changed(_: Any, context: bpy.types.Context) -> None:
    check(of(context))


def _choices(field: Any, _: Any) -> list[tuple[str, str, str, int]]:
    what = field.holds
    values = what.values if isinstance(what, OneOf) else ("",)
    return _words.setdefault(values, [(value or "NONE", value or "none", "", n) for n, value in enumerate(values)])


def _suggested(field: Any, context: bpy.types.Context, typed: str) -> list[str]:
    """Colours for a colour, and what was added for what refers to it."""
    what = field.holds
    if isinstance(what, OneOf):
        return [value for value in what.values if typed.lower() in value]
    if isinstance(what, Name) and not what.new:
        named = [piece.fields["name"].text for piece in of(context).pieces if piece.do == "add"]
        return [name for name in named if typed.lower() in name]
    return []


class StudioloField(PropertyGroup):
    """One field of an operation, held as what it is."""

    do: StringProperty()
    choice: EnumProperty(name="Value", items=_choices, update=_changed)
    number: FloatProperty(name="Value", update=_changed, precision=2)
    whole: IntProperty(name="Value", update=_changed)
    text: StringProperty(name="Value", update=_changed, search=_suggested, search_options={"SUGGESTION"})

    @property
    def holds(self) -> holding.Holds:
        kind = operations.OPERATIONS[self.do]
        return holding.holds(next(one for one in fields(kind) if one.name == self.name))

    @property
    def shown_as(self) -> str:
        """The name of the property that holds it."""
        what = self.holds
        if isinstance(what, OneOf):
            return "text" if what.hex_too else "choice"
        if isinstance(what, Number):
            return "whole" if what.whole else "number"
        return "text"

    @property
    def value(self) -> Any:
        value = getattr(self, self.shown_as)
        return "" if self.shown_as == "choice" and value == "NONE" else value

    def take(self, value: Any) -> None:
        setattr(self, self.shown_as, value or "NONE" if self.shown_as == "choice" else value)


class StudioloPiece(PropertyGroup):
    """One operation."""

    do: StringProperty()
    use: BoolProperty(name="Build", description="Whether this is built", default=True, update=_changed)
    words: StringProperty()
    fields: CollectionProperty(type=StudioloField)

    def plain(self) -> dict[str, Any]:
        return {"do": self.do} | {one.name: one.value for one in self.fields}


class StudioloProposal(PropertyGroup):
    sentence: StringProperty()
    seed: IntProperty()
    pieces: CollectionProperty(type=StudioloPiece)
    active: IntProperty(name="Operation")
    problem: StringProperty()
    """Why it can't be built as it is; empty where it can."""
    filling: BoolProperty()


def of(context: bpy.types.Context) -> Any:
    return context.window_manager.studiolo


def fill(proposal: Any, wanted: Sequence[Operation], sentence: str, seed: int) -> None:
    """Shows these operations in the place of those before. What is left open in them is up to the seed."""
    proposal.filling = True
    proposal.sentence, proposal.seed = sentence, seed % 2**31
    proposal.pieces.clear()
    for operation in wanted:
        piece = proposal.pieces.add()
        piece.do = operation.do
        for one in fields(operation):
            field = piece.fields.add()
            field.name, field.do = one.name, operation.do
            field.take(getattr(operation, one.name))
    proposal.active = 0
    proposal.filling = False
    check(proposal)


def read(proposal: Any) -> tuple[Operation, ...]:
    """What is switched on. Raises `StudioloError` where that can't be built."""
    rows = [piece.plain() for piece in proposal.pieces if piece.use]
    return operations.read(json.dumps(rows))


def check(proposal: Any) -> None:
    """Says of each operation what it does, and why the whole can't be built if it can't."""
    if proposal.filling:
        return
    proposal.filling = True
    try:
        read(proposal)
    except StudioloError as error:
        proposal.problem = error.problem.message
    else:
        proposal.problem = ""
    for piece in proposal.pieces:
        piece.words = _said(piece)
    proposal.filling = False


def _said(piece: Any) -> str:
    try:
        return operations.describe(operations.OPERATIONS[piece.do](**{one.name: one.value for one in piece.fields}))
    except (KeyError, ValueError):
        return str(piece.words)


def heard(underway: Underway) -> None:
    """A task ended; a scene that it proposes is shown."""
    made = underway.made
    if isinstance(underway.task, Scene) and underway.task.shown and made is not None:
        seed = getattr(made.recipes[0].settled, "seed", None) if made.recipes else None
        fill(of(bpy.context), made.operations, underway.task.sentence, seed or 0)


CLASSES = (StudioloField, StudioloPiece, StudioloProposal)


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.WindowManager.studiolo = PointerProperty(type=StudioloProposal)


def unregister() -> None:
    del bpy.types.WindowManager.studiolo
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
