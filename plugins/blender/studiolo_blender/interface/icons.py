# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that the daemon keeps, as icons: each is asked for once, and made small on a thread of this module's own."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from studiolo_client.client import Client

from .. import session
from ..images import png
from ..images.pictures import encoded
from .thumbnails import SIDE, Thumbnails


class Icons:
    """By the hashes of their pictures."""

    def __init__(self) -> None:
        self._icons = Thumbnails()
        self._known: set[str] = set()
        """Hashes of pictures that were asked for."""
        self._aside = ThreadPoolExecutor(1, "studiolo-icons")
        self._small: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def want(self, sha256: str, question: Callable[[Client], bytes]) -> None:
        """Asks for a picture; what is no PNG that is read here has no icon."""
        if sha256 not in self._known:
            self._known.add(sha256)
            session.current().jobs.ask(question, lambda data: self._shrink(sha256, data))

    def show(self) -> None:
        """Takes in what has come."""
        while not self._small.empty():
            self._icons.show(*self._small.get())

    def icon(self, sha256: str) -> int:
        """Its number for layouts; 0 where there is none."""
        return self._icons.icon(sha256)

    def close(self) -> None:
        self._aside.shutdown(wait=False, cancel_futures=True)
        self._icons.close()

    def _shrink(self, sha256: str, data: bytes) -> None:
        self._aside.submit(lambda: self._small.put((sha256, small(data))))


def small(data: bytes) -> bytes:
    """A PNG no larger than an icon, by leaving pixels out. Raises ValueError for what is no PNG that is read here."""
    pixels = png.decoded(data)
    step = -(-max(pixels.shape[:2]) // SIDE)
    return encoded(np.ascontiguousarray(pixels[::step, ::step]))
