# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is here in a Blender whose Python has no NumPy: a sentence in the preferences. Blender brings it; some Linux
distributions leave it out of theirs."""

import logging

import bpy

SENTENCE = (
    "Studiolo needs NumPy, and this Blender has none. Install it (on Debian: python3-numpy) and start Blender anew."
)


class StudioloPreferences(bpy.types.AddonPreferences):
    bl_idname = __package__

    def draw(self, _: bpy.types.Context) -> None:
        self.layout.label(text=SENTENCE, icon="ERROR")


def register() -> None:
    logging.getLogger(__name__).warning(SENTENCE)
    bpy.utils.register_class(StudioloPreferences)


def unregister() -> None:
    bpy.utils.unregister_class(StudioloPreferences)
