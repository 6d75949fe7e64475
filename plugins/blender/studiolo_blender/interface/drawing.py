# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender's layouts lack: sentences that are broken where a panel ends, a part that folds, a bar that fills up.

Draws only, from what it is given; knows nothing of what is drawn.
"""

import textwrap
from functools import lru_cache
from typing import Any

import blf
import bpy

BARS = "progress" in bpy.types.UILayout.bl_rna.functions
"""Whether layouts have progress bars; since Blender 4.0."""
PLACEHOLDERS = "placeholder" in bpy.types.UILayout.bl_rna.functions["prop"].parameters
"""Whether an empty field can say what belongs into it; since Blender 4.1."""
POINTS = 11
"""Of the letters in Blender's panels."""
MARGIN = 66
"""Pixels of a sidebar that no text can have, its tabs among them, at a scale of 1."""
ICON, BOX = 22, 12
"""Pixels that an icon takes, and the borders of a box."""


def width_for_text(context: bpy.types.Context, without: int = 0) -> int:
    """Pixels that a sentence has in the region that is drawn, `without` those that stand beside it."""
    return int(context.region.width - (MARGIN + without) * scale(context))


def scale(context: bpy.types.Context) -> float:
    return float(context.preferences.system.ui_scale)


def sentence(layout: Any, context: bpy.types.Context, text: str, icon: str = "NONE", without: int = 0) -> None:
    """Text over as many lines as it takes, close together; the icon is before the first one."""
    column = layout.column(align=True)
    column.scale_y = 0.72
    width = width_for_text(context, without if icon == "NONE" else without + ICON)
    for number, line in enumerate(lines(text, width, scale(context))):
        column.label(text=line, icon=icon if number == 0 else ("BLANK1" if icon != "NONE" else "NONE"))


@lru_cache(512)
def lines(text: str, width: int, scale: float) -> tuple[str, ...]:
    """Text broken so that no line is wider than this. Words that are too long are broken."""
    broken: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if line and measured(longer, scale) > width:
                broken.append(line)
                line = word
            else:
                line = longer
            while measured(line, scale) > width and len(line) > 8:
                kept = max(8, int(len(line) * width / measured(line, scale)))
                broken.append(line[:kept])
                line = line[kept:]
        broken.append(line)
    return tuple(broken)


def measured(text: str, scale: float) -> float:
    """Pixels that text takes in a panel."""
    size = POINTS * scale
    if bpy.app.version < (4, 0, 0):
        blf.size(0, size, 72)
    else:
        blf.size(0, size)
    return float(blf.dimensions(0, text)[0])


def shortened(text: str, most: int) -> str:
    """As many words of it as there are characters for."""
    return textwrap.shorten(text, most, placeholder="…") if text else ""


def bar(layout: Any, share: float, text: str) -> None:
    """How far something is; where that is not known, `share` is 0 and only the text is said."""
    if BARS:
        layout.progress(factor=share, type="BAR", text=text)
    else:
        layout.label(text=percent(share, text))


def percent(share: float, text: str) -> str:
    """How far something is, where there are no bars."""
    return f"{share:.0%}  {text}" if share else text


def fold(layout: Any, owner: Any, name: str, title: str) -> Any | None:
    """A part that is shown while the property `name` of `owner` is on; None while it is not."""
    row = layout.row(align=True)
    row.alignment = "LEFT"
    shown = getattr(owner, name)
    row.prop(owner, name, text=title, icon="DISCLOSURE_TRI_DOWN" if shown else "DISCLOSURE_TRI_RIGHT", emboss=False)
    return layout.column() if shown else None


def field(
    layout: Any,
    context: bpy.types.Context,
    owner: Any,
    name: str,
    hint: str,
    menus: tuple[tuple[str, str], ...] = (),
) -> None:
    """A field for words over the whole width, with menus at its end, each with its icon; they find the field's owner as
    `context.studiolo_owner`. While it is empty, `hint` says what belongs there; words that it is too narrow for are
    written out below it."""
    row = layout.row(align=True)
    row.scale_y = 1.2
    if PLACEHOLDERS:
        row.prop(owner, name, text="", placeholder=hint)
    else:
        row.prop(owner, name, text="")
    row.context_pointer_set("studiolo_owner", owner)
    for menu, icon in menus:
        row.menu(menu, text="", icon=icon)
    words = getattr(owner, name)
    if words and measured(words, scale(context)) > width_for_text(context, 8 + 24 * len(menus)):
        faint(layout, context, words)
    elif not words and not PLACEHOLDERS:
        faint(layout, context, hint)


def faint(layout: Any, context: bpy.types.Context, text: str, icon: str = "NONE", without: int = 0) -> None:
    """A sentence in the background."""
    column = layout.column()
    column.active = False
    sentence(column, context, text, icon, without)


def column_of_values(layout: Any) -> Any:
    """A column in which names stand before their values, as everywhere in Blender."""
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    return column
