# SPDX-License-Identifier: GPL-3.0-or-later
"""Live: the canvas painted over again and again while the painter works, without the pen noticing.

Krita does not say when its canvas changes. So what pen, mouse and keys do in its window is listened to, which costs
nothing, and after that the canvas is read in strips, one at a time between the painter's own events, each in under two
milliseconds. What is as it was is not sent. One picture is on its way at any time; when it comes and the canvas has
changed since, the newest canvas is sent, and nothing in between.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from studiolo_contract.errors import Problem
from studiolo_krita.canvas import Canvas
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.overlay import canvas_area
from studiolo_krita.qt import QtCore, Signal
from studiolo_krita.task import Shot, Wish
from studiolo_krita.work import Work

STRIP = 1 << 18
"""Pixels that are read at a time: half a millisecond or so."""
STEP = 4
"""Milliseconds between two strips."""
SETTLED = 250
"""Milliseconds after which Krita has painted a stroke that has ended, most of the time."""
PRESSES = {QtCore.QEvent.Type.MouseButtonPress, QtCore.QEvent.Type.TabletPress}
MOVES = {QtCore.QEvent.Type.MouseMove, QtCore.QEvent.Type.TabletMove}
RELEASES = {
    QtCore.QEvent.Type.MouseButtonRelease, QtCore.QEvent.Type.TabletRelease, QtCore.QEvent.Type.KeyRelease
}  # fmt: skip


class Live(QtCore.QObject):
    came = Signal(object, object)
    """A QImage about as large as the model paints, and the Bounds where it belongs."""
    stopped = Signal(object)
    """Why it ended by itself: a Problem."""
    rate_changed = Signal(float)
    """Pictures a second."""

    def __init__(self, work: Work, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._wish: Wish | None = None
        self._canvas: Canvas | None = None
        self._strips: list[Any] = []
        self._last: list[Any] = []
        self._rows = 0
        self._changed = self._in_flight = self._pressed = self._differs = False
        self._window: Any = None
        self._sent = 0.0
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(STEP)
        self._timer.timeout.connect(self._read_strip)
        work.live.connect(self._arrived)

    @property
    def running(self) -> bool:
        return self._wish is not None

    def start(self, wish: Wish) -> None:
        """Begins, or goes on with another wish. Raises PluginError for a document that can't be read."""
        canvas = Canvas.active()
        if canvas is not None:
            canvas.colour.must_be_paintable()
            if not canvas.colour.exact:
                raise PluginError("live_depth", depth=canvas.colour.depth)
        self._wish, self._last = wish, []
        area = canvas_area()
        self._listen(area.window().windowHandle() if area is not None else None)
        self.touch()

    def stop(self) -> None:
        self._wish, self._last = None, []
        self._timer.stop()
        self._listen(None)

    def touch(self) -> None:
        """The canvas may have changed."""
        self._changed = True
        if self.running and not self._in_flight and not self._timer.isActive():
            self._begin()

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:  # noqa: N802 (Qt's own name)
        kind = event.type()
        if kind in PRESSES:
            self._pressed = True
        elif kind in RELEASES:
            self._pressed = False
            self.touch()
            QtCore.QTimer.singleShot(SETTLED, self.touch)
        elif kind in MOVES and self._pressed:
            self.touch()
        return False

    def _listen(self, window: Any) -> None:
        """At the window, since Krita's own filter on the canvas lets nobody else hear of a stroke."""
        if self._window is not None:
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def _begin(self) -> None:
        self._canvas = Canvas.active()
        if self._canvas is None:
            return
        self._changed, self._differs, self._strips, self._rows = False, False, [], 0
        self._timer.start()

    def _read_strip(self) -> None:
        """One strip of the canvas; after the last one they are sent off together."""
        canvas, wish = self._canvas, self._wish
        if canvas is None or wish is None:
            self._timer.stop()
            return
        whole = canvas.bounds
        rows = min(max(1, STRIP // whole.width), whole.height - self._rows)
        strip, number = canvas.read(Bounds(0, self._rows, whole.width, rows)), len(self._strips)
        self._differs = self._differs or number >= len(self._last) or strip != self._last[number]
        self._strips.append(strip)
        self._rows += rows
        if self._rows < whole.height:
            return
        self._timer.stop()
        if not self._differs:
            if self._changed:
                self._begin()
            return
        self._last = self._strips
        self._in_flight, self._sent = True, time.monotonic()
        self._work.send(
            Shot(
                key=uuid.uuid4().hex, wish=wish, document=canvas.known, file="", canvas=whole, context=whole,
                created=time.time(), pixels=tuple(self._strips),
            )
        )  # fmt: skip

    def _arrived(self, shot: Shot, outcome: Any) -> None:
        self._in_flight = False
        if not self.running:
            return
        if isinstance(outcome, Problem):
            self.stop()
            self.stopped.emit(outcome)
            return
        self.rate_changed.emit(1 / max(0.001, time.monotonic() - self._sent))
        self.came.emit(outcome, shot.context)
        if self._changed:
            self._begin()
