# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to happen for the panels when a task gets on or ends: previews are decoded once, results are noted.

A timer looks, so that drawing has no work to do. Knows the session; draws nothing.
"""

from __future__ import annotations

import bpy

from studiolo_contract.events import AnyPreview, Preview

from .. import session
from . import proposal, variations
from .thumbnails import Thumbnails

LOOK = 0.4
"""Seconds between two looks."""

_thumbnails: Thumbnails | None = None
_decoded: dict[str, AnyPreview] = {}
"""Of each task under way: the preview that was decoded last."""


def attach() -> None:
    """Has the session tell of what ends. Again and again does no harm."""
    watchers = session.current().watchers
    for hear in (variations.heard, proposal.heard):
        if hear not in watchers:
            watchers.append(hear)


def preview_of(key: str) -> int:
    """Number of the icon that shows how a task's result looks so far; 0 for none."""
    return _thumbnails.icon(key) if _thumbnails is not None else 0


def _look() -> float:
    attach()
    if _thumbnails is None:
        return LOOK
    here = {one.key: one for one in session.current().jobs.here}
    for key in _decoded.keys() - here.keys():
        del _decoded[key]
        _thumbnails.forget(key)
    for key, one in here.items():
        if one.preview is None or _decoded.get(key) is one.preview[0]:
            continue
        preview, data = one.preview
        _decoded[key] = preview
        if isinstance(preview, Preview):
            _thumbnails.show(key, data)
            session.redraw()
    return LOOK


def register() -> None:
    global _thumbnails
    _thumbnails = Thumbnails()
    bpy.app.timers.register(_look, first_interval=1.0, persistent=True)


def unregister() -> None:
    global _thumbnails
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
    _decoded.clear()
    variations.forget()
    if _thumbnails is not None:
        _thumbnails.close()
        _thumbnails = None
