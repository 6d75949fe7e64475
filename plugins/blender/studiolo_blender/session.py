# SPDX-License-Identifier: GPL-3.0-or-later
"""This Blender's one conversation with Studiolo, and Blender's own events that it has to heed.

Blender calls operators, panels, timers and handlers without a word of whose they are; so here, and only here, something
outlives a call: the jobs, and what a person has to be told. A module-level timer lets tasks go on; nothing is done
while Blender renders or a person is in the middle of a gesture. Knows bpy; knows no art.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import bpy
from bpy.app.handlers import persistent

from studiolo_client import discovery
from studiolo_contract.errors import Problem

from .jobs import Jobs, client_name
from .pending import PendingFolder
from .tasks import KINDS
from .underway import Underway

BUSY, IDLE = 0.05, 0.3
"""Seconds between two looks, while something is under way and while nothing is."""
TOLD = 20
"""Problems and notes that are kept for the person."""


class Session:
    """The jobs of this Blender, and what it has to tell."""

    def __init__(self) -> None:
        folder = discovery.home() / "blender"
        self.jobs = Jobs(
            client_name(folder / "client"), PendingFolder(folder / "pending", KINDS), ready, self._finished
        )
        self.problems: deque[Problem] = deque(maxlen=TOLD)
        """Newest first."""
        self.notes: deque[str] = deque(maxlen=TOLD)
        """What the person should know of what was made, newest first."""
        self.latest: Underway | None = None
        """The task that ended last."""
        self.watchers: list[Callable[[Underway], None]] = []
        """Called with each task that ended, before its undo step is made."""
        self.longest = 0.0
        """Seconds that one turn of the timer took at most: how long Blender was held up."""

    def _finished(self, underway: Underway) -> None:
        self.latest = underway
        if underway.problem is not None:
            self.problems.appendleft(underway.problem)
        if underway.made is not None:
            self.note(underway.made.notes)
        for watcher in self.watchers:
            watcher(underway)
        if underway.made is not None and not bpy.app.background:
            push_undo(underway.task.title)

    def note(self, told: Iterable[str]) -> None:
        """Tells these; what was told before is not told twice."""
        self.notes.extendleft([one for one in dict.fromkeys(told) if one not in self.notes][::-1])


_current: Session | None = None


def current() -> Session:
    """The session, begun at the first call."""
    global _current
    if _current is None:
        _current = Session()
        if bpy.data.filepath:
            _current.jobs.opened(bpy.data.filepath)
    return _current


def begin() -> None:
    """Has Blender's timer and file events reach the session; the timer begins it once Blender is up."""
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=IDLE, persistent=True)
    for handlers, handler in _HANDLERS:
        if handler not in handlers:
            handlers.append(handler)


def end() -> None:
    """Takes all of that away again, and ends the conversation. Jobs go on in the daemon."""
    global _current
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    for handlers, handler in _HANDLERS:
        if handler in handlers:
            handlers.remove(handler)
    if _current is not None:
        _current.jobs.close()
        _current = None


def ready() -> bool:
    """Whether datablocks may be changed just now: nothing is rendered or baked from them, and no gesture of a person's
    is under way that would take the change for its own."""
    if bpy.app.background:
        return True
    running = getattr(bpy.app, "is_job_running", None)
    if running is not None and any(running(kind) for kind in ("RENDER", "OBJECT_BAKE")):
        return False
    return not any(window.modal_operators for window in _windows() if hasattr(window, "modal_operators"))


def push_undo(title: str) -> None:
    """One step to undo for what was just done. Timers have no window, and an undo step needs one."""
    window = next(iter(_windows()), None)
    if window is not None:
        with bpy.context.temp_override(window=window):
            bpy.ops.ed.undo_push(message=f"Studiolo: {title}")


def redraw() -> None:
    """Has what shows something of ours drawn anew: sidebars and headers, and not what they lie beside, which may take
    long."""
    for window in _windows():
        for area in window.screen.areas:
            if area.type in ("VIEW_3D", "NODE_EDITOR", "IMAGE_EDITOR"):
                for region in area.regions:
                    if region.type in ("UI", "HEADER"):
                        region.tag_redraw()
    bpy.msgbus.publish_rna(key=(bpy.types.ViewLayer, "name"))  # the status bar is in no screen, and heeds that


def _windows() -> tuple[Any, ...]:
    manager = bpy.context.window_manager
    return tuple(manager.windows) if manager is not None else ()


def _tick() -> float:
    session = current()
    began = time.perf_counter()
    if session.jobs.pump():
        redraw()
    session.longest = max(session.longest, time.perf_counter() - began)
    return BUSY if session.jobs.here else IDLE


@persistent
def _opened(*_: Any) -> None:
    current().jobs.opened(bpy.data.filepath)


@persistent
def _saved(*_: Any) -> None:
    current().jobs.saved(bpy.data.filepath)


_HANDLERS = ((bpy.app.handlers.load_post, _opened), (bpy.app.handlers.save_post, _saved))
