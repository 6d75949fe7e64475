# SPDX-License-Identifier: GPL-3.0-or-later
"""Words as a person reads them: what a scene holds, in a sentence; a character sheet that came as JSON. No Blender."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ..sound.timeline import seconds

NAMES = 16
"""Kinds of things that are named; a longer list says nothing to a writer."""
_NUMBER = re.compile(r"[._ -]?\d+$")


def scene_in_words(
    objects: Sequence[str],
    lights: Sequence[str],
    lens: float | None,
    frames: int,
    fps: int,
    fps_base: float,
    materials: Sequence[str] = (),
) -> str:
    """What a scene holds, in some sentences: its objects by their names, their materials, its lights by their kinds,
    the focal length of its camera in millimetres, and how long it lasts."""
    said = [f"In the scene: {_counted(objects)}." if objects else ""]
    said += [f"Materials: {_counted(materials)}." if materials else "", f"Light: {_counted(lights)}." if lights else ""]
    if lens is not None:
        said.append(f"Camera: {lens:.0f} mm.")
    said.append(f"It lasts {seconds(frames, fps, fps_base):.0f} seconds.")
    return " ".join(filter(None, said))


def sheet(text: str) -> str:
    """A character sheet as lines to read; what is not a sheet stays as it came."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(fields, dict):
        return text
    head = ", ".join(str(fields.pop(key)) for key in ("name", "age", "occupation") if key in fields)
    return "\n\n".join(filter(None, (head, *(f"{key.capitalize()}: {_line(value)}" for key, value in fields.items()))))


def _line(value: Any) -> str:
    line = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _counted(names: Iterable[str]) -> str:
    """`Oak.001`, `Oak.002` and `old_lamp` are "2 Oak, old lamp"."""
    kinds = Counter(_NUMBER.sub("", name).replace("_", " ").strip() or name for name in names)
    told = [kind if count == 1 else f"{count} {kind}" for kind, count in list(kinds.items())[:NAMES]]
    more = len(kinds) - NAMES
    return ", ".join(told) + (f" and {more} other things" if more > 0 else "")
