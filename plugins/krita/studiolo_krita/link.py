# SPDX-License-Identifier: GPL-3.0-or-later
"""The line to the daemon, told by Qt's signals, which bring everything to the GUI thread.

Knows the background client. Knows no widget and no document.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studiolo_client.background import Arrival, BackgroundClient, Connection, Report
from studiolo_client.client import Client
from studiolo_contract.concept import Concept
from studiolo_contract.errors import Problem, StudioloError
from studiolo_contract.events import AnyPreview, Preview
from studiolo_contract.wire import Kits
from studiolo_krita import pixels
from studiolo_krita.errors import PluginError
from studiolo_krita.pending import Pending
from studiolo_krita.qt import QtCore, Signal


@dataclass(frozen=True)
class Line:
    """A job on its way, as the queue shows it."""

    pending: Pending
    report: Report


class Link(QtCore.QObject):
    """Signals: `connection` (Connection), `reported` (Report), `previewed` (key, QImage), `arrived` (Arrival), and
    `refused` (key, Problem) for what never became a job."""

    connection = Signal(object)
    reported = Signal(object)
    previewed = Signal(str, object)
    arrived = Signal(object)
    refused = Signal(str, object)
    _came = Signal(object, object)

    def __init__(self, name: str, parent: QtCore.QObject | None = None) -> None:
        """`name` says whose jobs these are, today and after a restart."""
        super().__init__(parent)
        self._teller = _Teller(self)
        self._client = BackgroundClient(name, self._teller)
        self._came.connect(_hand_over)
        self.open, self.close = self._client.open, self._client.close
        self.resume, self.cancel, self.move = self._client.resume, self._client.cancel, self._client.move
        self.start_daemon, self.stop_daemon = self._client.start_daemon, self._client.stop_daemon

    def submit(self, key: str, prepare: Callable[[Callable[[Any], str]], Any]) -> None:
        """A job under this key. `prepare` makes its request on the client's thread; it is given a function that puts
        bytes into the daemon's keeping and returns their hash."""

        def prepared(put: Callable[[Any], str]) -> Any:
            try:
                return prepare(put)
            except PluginError as error:
                raise StudioloError("bad_request", error.message, error.mend) from None

        self._client.submit(key, prepared)

    def concepts(self, then: Callable[[tuple[Concept, ...]], object]) -> None:
        """Calls `then` on the GUI thread with every concept that is kept, by name."""
        teller = self._teller
        self._client.ask("", lambda client: client.concepts(), lambda found: teller.came(then, found))

    def kits(self, then: Callable[[Kits], object]) -> None:
        """Calls `then` on the GUI thread with the project that is open and its kits."""
        teller = self._teller
        self._client.ask("", lambda client: client.kits(), lambda found: teller.came(then, found))

    def bring(self, kit: str, files: tuple[str, ...], then: Callable[[tuple[bytes, ...]], object]) -> None:
        """Calls `then` on the GUI thread with the bytes of these files of a kit."""
        teller = self._teller

        def brought(client: Client) -> tuple[bytes, ...]:
            return tuple(client.get(client.bring(kit, file).sha256) for file in files)

        self._client.ask("", brought, lambda data: teller.came(then, data))

    def pin(self, job: str) -> None:
        """Has the daemon keep a job and what it made, however old it grows."""
        self._client.ask(job, lambda client: client.pin(job), lambda done: None)

    def unpin(self, job: str) -> None:
        """Takes that back."""
        self._client.ask(job, lambda client: client.unpin(job), lambda done: None)

    def fetch(self, sha256: str, then: Callable[[bytes], object]) -> None:
        """Calls `then` on the GUI thread with the bytes of a blob."""
        teller = self._teller
        self._client.ask("", lambda client: client.get(sha256), lambda data: teller.came(then, data))


def _hand_over(then: Callable[[Any], object], what: Any) -> None:
    then(what)


class _Teller:
    """Hears the client on its threads, and says it by the link's signals, as long as there is a link."""

    def __init__(self, link: Link) -> None:
        self._link = weakref.ref(link)  # so that a link that nobody has any more goes at once, and not amid its signals

    def connection(self, connection: Connection) -> None:
        if (link := self._link()) is not None:
            link.connection.emit(connection)

    def reported(self, report: Report) -> None:
        if (link := self._link()) is not None:
            link.reported.emit(report)

    def previewed(self, key: str, preview: AnyPreview, data: bytes) -> None:
        if isinstance(preview, Preview) and (link := self._link()) is not None:
            link.previewed.emit(key, pixels.decode(data))

    def arrived(self, arrival: Arrival) -> None:
        if (link := self._link()) is not None:
            link.arrived.emit(arrival)

    def refused(self, key: str, problem: Problem) -> None:
        if (link := self._link()) is not None:
            link.refused.emit(key, problem)

    def came(self, then: Callable[[Any], object], what: Any) -> None:
        if (link := self._link()) is not None:
            link._came.emit(then, what)
