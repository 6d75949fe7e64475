# SPDX-License-Identifier: GPL-3.0-or-later
"""How Blender gets to know all of it, and forgets it again without a trace."""

from . import session
from .interface import (
    hearing,
    kept,
    kits,
    operators,
    operators_arts,
    operators_presets,
    operators_scene,
    operators_texture,
    panels,
    preferences,
    proposal,
    settings,
    status,
)

ROOMS = (
    *(preferences, settings, proposal, hearing),
    *(operators, operators_texture, operators_presets, operators_arts, operators_scene, kept, panels, kits, status),
)


def register() -> None:
    for room in ROOMS:
        room.register()
    session.begin()


def unregister() -> None:
    session.end()
    for room in reversed(ROOMS):
        room.unregister()
