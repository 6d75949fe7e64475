# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs on their way, each with how far it is, to be cancelled or moved forward. Knows reports; asks by signals."""

from __future__ import annotations

from collections.abc import Iterable

from studiolo_client.background import Report
from studiolo_krita.link import Line
from studiolo_krita.look import button, label, row
from studiolo_krita.qt import QtWidgets, Signal
from studiolo_krita.words import name_of, say

SIMPLE = {"sending": "sending", "done": "done", "failed": "failed", "cancelled": "stopped", "homeless": "homeless"}


def state_of(report: Report) -> str:
    """In words: `Waits; 2 before it`, `5 of 16`."""
    if report.state == "running":
        if report.stage == "load":
            return say("loading")
        return say("steps_done", done=report.done, total=report.total) if report.total else say("running")
    if report.state == "queued":
        if report.position is None:
            return say("waits")
        return say("waiting", position=report.position)
    return say(SIMPLE[report.state])


class QueueList(QtWidgets.QWidget):
    cancel = Signal(str)
    cancel_all = Signal()
    earlier = Signal(str)
    bring_here = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, QtWidgets.QLabel] = {}
        self._keys: tuple[tuple[str, bool], ...] = ()
        self._layout = QtWidgets.QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)

    def show_lines(self, lines: Iterable[Line]) -> None:
        shown = tuple(lines)
        keys = tuple((line.pending.key, line.report.state == "homeless") for line in shown)
        if keys != self._keys:
            self._keys = keys
            self._build(shown)
        for line in shown:
            self._rows[line.pending.key].setText(
                f"{name_of(line.pending.kind)}: {line.pending.prompt[:40]} — {state_of(line.report)}"
            )
        self.setVisible(bool(shown))

    def _build(self, lines: tuple[Line, ...]) -> None:
        while self._layout.count():
            widget = self._layout.takeAt(0).widget()
            if widget is not None:
                widget.deleteLater()
        self._rows = {}
        for line in lines:
            key = line.pending.key
            text = label()
            self._rows[key] = text
            parts: list[QtWidgets.QWidget] = [text]
            if line.report.state != "homeless":
                parts += [
                    button("earlier", lambda key=key: self.earlier.emit(key), "arrow-up"),
                    button("cancel", lambda key=key: self.cancel.emit(key), "dialog-cancel"),
                ]
            self._add(*parts)
        if len(lines) > 1:
            self._add(QtWidgets.QWidget(), button("cancel_all", self.cancel_all.emit))
        if any(line.report.state == "homeless" for line in lines):
            self._add(QtWidgets.QWidget(), button("bring_here", self.bring_here.emit))

    def _add(self, *parts: QtWidgets.QWidget) -> None:
        line = QtWidgets.QWidget()
        line.setLayout(row(*parts, stretch=0))
        self._layout.addWidget(line)
