# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's sequencer, by its old names and its new ones: where there is room, and how a sound comes into it.

Knows strips, channels and sounds; knows nothing of how a sound was made.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import bpy

from ..task import bad

CHANNELS = 128
"""Of Blender's sequencer."""


def strips(scene: bpy.types.Scene) -> Any:
    """The strips of the scene's sequencer, those within meta strips not among them; an empty one is made where there
    is none."""
    editor = scene.sequence_editor or scene.sequence_editor_create()
    return editor.strips if hasattr(editor, "strips") else editor.sequences


def has_sound() -> bool:
    """Whether this Blender was built with sound; some that are installed with pip were not."""
    return bool(bpy.app.build_options.audaspace)


def heard(scene: bpy.types.Scene, start: int, end: int) -> list[Any]:
    """The sound strips in these frames, both included, that are not muted."""
    return [strip for strip in _between(scene, start, end) if strip.type == "SOUND" and not strip.mute]


def free_channel(scene: bpy.types.Scene, start: int, end: int, count: int = 1) -> int:
    """The lowest channel on which, and on the `count - 1` above it, no strip lies in these frames, both included, not
    even within a meta strip. Channels that are muted or locked are not taken. Raises `StudioloError` where none is."""
    if scene.sequence_editor is None:
        return 1
    taken = {strip.channel for strip in _between(scene, start, end)}
    taken |= {at for at, channel in enumerate(scene.sequence_editor.channels) if channel.mute or channel.lock}
    for lowest in range(1, CHANNELS - count + 2):
        if taken.isdisjoint(range(lowest, lowest + count)):
            return lowest
    raise bad(
        f"The sequencer of {scene.name} has no {count} free channels in a row from frame {start} to {end}.",
        "Move strips closer together, or take those away that are not needed.",
    )


def add_sound(scene: bpy.types.Scene, name: str, data: bytes, channel: int, start: int, frames: int) -> str:
    """Puts a WAV file into the sequencer, exactly so many frames long, and packs it into the .blend. Returns the name
    that the strip was given; nothing is left on the disk."""
    with tempfile.TemporaryDirectory(prefix="studiolo-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "sound.wav")
        path.write_bytes(data)
        strip = strips(scene).new_sound(name, str(path), channel, start)
        strip.sound.pack()
    strip.sound.name = strip.name
    plain = re.sub(r"[^\w .,-]+", "", strip.name).strip()
    strip.sound.filepath = f"//{plain}.wav"  # where it lands if somebody unpacks it
    strip.frame_final_end = start + frames
    return str(strip.name)


def _between(scene: bpy.types.Scene, start: int, end: int) -> list[Any]:
    """Every strip in these frames, those within meta strips among them."""
    editor = scene.sequence_editor
    if editor is None:
        return []
    every = editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all
    return [strip for strip in every if strip.frame_final_start <= end and strip.frame_final_end > start]
