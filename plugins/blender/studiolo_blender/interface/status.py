# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told of how things stand: the connection, the models, what is under way, what went wrong.

Drawn in the panels, the preferences, the header and the status bar. Draws only.
"""

from __future__ import annotations

from typing import Any

import bpy

from studiolo_contract.wire import ModelInfo

from .. import session
from . import hearing
from .drawing import BARS, BOX, ICON, bar, percent, sentence, shortened

OWN = "Automatic"
SHOWN = 3
"""Problems and notes of each kind that are shown at once."""


def draw_connection(layout: Any, context: bpy.types.Context) -> None:
    """One line where all is well; what to do where it is not."""
    connection = session.current().jobs.connection
    row = layout.row(align=True)
    if connection.connected:
        row.label(text="Connected", icon="LINKED")
        row.menu("STUDIOLO_MT_daemon", text="", icon="DOWNARROW_HLT")
    elif connection.starting:
        row.label(text="Starting…", icon="SORTTIME")
    else:
        row = row.split(factor=0.58)
        row.label(text="Not running", icon="UNLINKED")
        row.operator("studiolo.start_daemon", text="Start", icon="PLAY")
    if connection.problem is not None:
        sentence(layout, context, f"{connection.problem.message} {connection.problem.mend}", "ERROR")


def models(kind: str) -> tuple[ModelInfo, ...]:
    """The installed ones of a kind, as far as they are known just now."""
    return tuple(one for one in session.current().jobs.connection.models if one.kind == kind and one.installed)


def draw_model(layout: Any, owner: Any, name: str, kind: str, title: str) -> None:
    """A menu of the models of a kind; the property `name` of `owner` keeps which was chosen."""
    split = layout.split(factor=0.4)
    before = split.row()
    before.alignment = "RIGHT"
    before.label(text=title)
    row = split.row()
    row.context_pointer_set("studiolo_owner", owner)
    row.menu(f"STUDIOLO_MT_{kind}_model", text=shortened(getattr(owner, name), 24) or OWN)


def draw_underway(layout: Any, context: bpy.types.Context) -> None:
    """Every task of this file: how it looks so far, how far it is, and a button that stops it."""
    for one in session.current().jobs.here:
        box = layout.box().column(align=True)
        head = box.row(align=True)
        head.label(text=shortened(one.task.title, 60))
        head.operator("studiolo.cancel", text="", icon="X", emboss=False).key = one.key
        icon = hearing.preview_of(one.key)
        if icon:
            box.template_icon(icon_value=icon, scale=6.0)
        if BARS:
            bar(box, one.share, one.label)
        else:
            sentence(box, context, percent(one.share, one.label), without=BOX)


def draw_told(layout: Any, context: bpy.types.Context) -> None:
    """Problems and notes, newest first, each until it is dismissed."""
    told = session.current()
    for kind, icon, texts in (
        ("PROBLEM", "ERROR", [f"{one.message} {one.mend}" for one in told.problems]),
        ("NOTE", "INFO", list(told.notes)),
    ):
        for number, text in enumerate(texts[:SHOWN]):
            row = layout.box().row()
            row.alert = kind == "PROBLEM"
            sentence(row, context, text, icon, without=BOX + ICON)
            dismiss = row.operator("studiolo.dismiss", text="", icon="X", emboss=False)
            dismiss.kind, dismiss.number = kind, number


def _in_bar(header: Any, context: bpy.types.Context) -> None:
    """The oldest task, and how many more there are."""
    here = session.current().jobs.here
    if not here:
        return
    row = header.layout.row(align=True)
    told = shortened(here[0].label, 48)
    progress = row.row(align=True)
    progress.ui_units_x = 12
    bar(progress, here[0].share, told if len(here) == 1 else f"{told} (+{len(here) - 1})")
    row.operator("studiolo.cancel", text="", icon="X").key = here[0].key


HEADERS = ("VIEW3D_HT_header", "STATUSBAR_HT_header")


def register() -> None:
    for name in HEADERS:
        getattr(bpy.types, name).append(_in_bar)


def unregister() -> None:
    for name in HEADERS:
        getattr(bpy.types, name).remove(_in_bar)
