# SPDX-License-Identifier: GPL-3.0-or-later
"""Studiolo in Blender: materials, projected paint, scenes, music and words from the models of your own machine.

The functions here are what scripts and headless farms call. Each waits until it is done, tells how far it is, can be
cancelled, and returns the names of the datablocks it made, with their recipes. Without bpy it is a package like any
other, whose pure modules can be imported.
"""

from importlib.util import find_spec

bl_info = {
    "name": "Studiolo",
    "author": "Studiolo contributors",
    "version": (0, 1, 0),
    "blender": (3, 4, 0),
    "location": "3D View, Shader Editor, Image Editor > Sidebar > Studiolo",
    "description": "Materials, projected paint, scenes, soundtracks and words from the models of your own machine",
    "category": "Material",
}

if find_spec("bpy") and not find_spec("numpy"):
    from .lacking import register, unregister

    __all__ = ["register", "unregister"]
elif find_spec("bpy"):
    from .api import again, compose, concept, drop, kept_image, kits, project, reroll, scene, score, texture, write
    from .register import register, unregister

    __all__ = [
        "again",
        "compose",
        "concept",
        "drop",
        "kept_image",
        "kits",
        "project",
        "register",
        "reroll",
        "scene",
        "score",
        "texture",
        "unregister",
        "write",
    ]
