# SPDX-License-Identifier: GPL-3.0-or-later
"""Work beside the GUI thread whose outcome comes back to it. Knows nothing of what is worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from studiolo_krita.qt import QtCore, Signal


class Aside(QtCore.QObject):
    """One thread that does one thing after another."""

    _done = Signal(object, object)

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._work: queue.SimpleQueue[tuple[Callable[[], Any], Callable[[Any], None]]] = queue.SimpleQueue()
        self._done.connect(self._finish)
        threading.Thread(target=self._run, name="studiolo aside", daemon=True).start()

    def run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Does `work` on the thread, then calls `then` with what it returned, on the GUI thread. One that raises
        ValueError (a picture that can't be read) comes back as that error."""
        self._work.put((work, then))

    def _run(self) -> None:
        while True:
            work, then = self._work.get()
            try:
                outcome = work()
            except ValueError as error:
                outcome = error
            self._done.emit(then, outcome)

    def _finish(self, then: Callable[[Any], None], outcome: Any) -> None:
        then(outcome)
