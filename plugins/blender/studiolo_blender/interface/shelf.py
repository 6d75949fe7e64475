# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon keeps and a panel or menu shows: asked for again while it is drawn, with its pictures as icons.

A timer asks and takes in the answer, so that drawing has no work to do.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import bpy

from studiolo_client.client import Client

from .. import session
from .icons import Icons

LOOK = 0.3
"""Seconds between two looks whether somebody wants to know."""


class Shelf(ABC):
    """Of one kind of things. What is asked, and what comes of the answer, says whoever stands on it."""

    pause: ClassVar[float]
    """Seconds at least between two questions."""

    def __init__(self) -> None:
        self.wanted = False
        """Whether somebody has drawn it since the daemon was asked."""
        self._asked = 0.0
        self._icons = Icons()
        self._timer = self._look  # the very same object must be unregistered

    def open(self) -> None:
        bpy.app.timers.register(self._timer, first_interval=1.0, persistent=True)

    def close(self) -> None:
        if bpy.app.timers.is_registered(self._timer):
            bpy.app.timers.unregister(self._timer)
        self._icons.close()

    def _look(self) -> float:
        """Asks the daemon where that is wanted, and shows what has come."""
        jobs, now = session.current().jobs, time.monotonic()
        if self.wanted and jobs.connection.connected and now - self._asked > self.pause:
            self.wanted, self._asked = False, now
            jobs.ask(self._question, self._take)
        self._icons.show()
        return LOOK

    @abstractmethod
    def _question(self, client: Client) -> Any:
        """Asked in the background."""

    @abstractmethod
    def _take(self, answer: Any) -> None:
        """Told of the answer on the main thread."""
