# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes no layer: titles and captions to copy, a palette to paint with, a soundtrack beside the document, a kit
in the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from krita import Krita, ManagedColor

from studiolo_client.background import Arrival
from studiolo_contract.codec import from_plain
from studiolo_contract.events import KitOutput, MidiOutput, SoundOutput
from studiolo_contract.kit import Kit
from studiolo_krita.errors import PluginError
from studiolo_krita.look import button, column, label, row
from studiolo_krita.palette import main_colours
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QtCore, QtGui, QtWidgets
from studiolo_krita.words import say


class Written(QtWidgets.QWidget):
    """The last text, palette and soundtrack."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QtWidgets.QPlainTextEdit()
        self._text.setObjectName("text")
        self._text.setMinimumHeight(70)
        self._text_box = column(self._text, row(QtWidgets.QWidget(), button("copy_text", self._copy), stretch=0))
        self._swatches = QtWidgets.QHBoxLayout()
        self._palette_box = column(
            self._swatches, row(QtWidgets.QWidget(), button("save_palette", self._save), stretch=0)
        )
        self._sound = label()
        self._file: Path | None = None
        self._sound_box = column(row(self._sound, button("play", self._play), stretch=0))
        self._colours: list[QtGui.QColor] = []
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for box in (self._text_box, self._palette_box, self._sound_box):
            box.hide()
            layout.addWidget(box)

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    @property
    def colours(self) -> tuple[str, ...]:
        """As `#rrggbb`, the most frequent first."""
        return tuple(colour.name() for colour in self._colours)

    def show_text(self, text: str) -> None:
        self._text.setPlainText(text)
        self._text_box.show()

    def show_palette(self, image: Image) -> None:
        """The colours of a picture."""
        self.show_colours(main_colours(image))

    def show_colours(self, colours: list[QtGui.QColor]) -> None:
        """Each as a button that makes it the foreground colour."""
        self._colours = colours
        while self._swatches.count():
            self._swatches.takeAt(0).widget().deleteLater()
        for colour in self._colours:
            swatch = QtWidgets.QPushButton()
            swatch.setStyleSheet(f"background: {colour.name()}; border: 1px solid palette(mid); min-height: 28px;")
            swatch.setToolTip(colour.name())
            swatch.clicked.connect(lambda checked=False, colour=colour: _paint_with(colour))
            self._swatches.addWidget(swatch)
        self._palette_box.show()

    def save_sound(self, arrival: Arrival, document: str) -> Path:
        """Writes the soundtrack and its notes beside the document, with a number where that name is taken. Raises
        PluginError where it can't be written."""
        folder, name = Path(document).parent, Path(document).stem
        kinds = {SoundOutput: ".wav", MidiOutput: ".mid"}
        found = [(kinds[type(output)], data) for output, data in arrival.outputs if type(output) in kinds]
        number, stem = 1, f"{name}-soundtrack"
        while any((folder / f"{stem}{ending}").exists() for ending, _ in found):
            number += 1
            stem = f"{name}-soundtrack-{number}"
        for ending, data in found:
            try:
                (folder / f"{stem}{ending}").write_bytes(data)
            except OSError as error:
                raise PluginError("file_locked", file=folder / stem, reason=error.strerror) from None
        self._file = folder / f"{stem}.wav"
        self._sound.setText(say("sound_saved", file=self._file))
        self._sound_box.show()
        return self._file

    def _copy(self) -> None:
        QtWidgets.QApplication.clipboard().setText(self.text)

    def _play(self) -> None:
        if self._file is not None:
            QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(self._file)))

    def _save(self) -> None:
        """As a GIMP palette, which Krita's palette docker imports."""
        name, _ = QtWidgets.QFileDialog.getSaveFileName(self, say("save_palette"), "mood.gpl", "GIMP (*.gpl)")
        if name:
            rows = [f"{c.red():3} {c.green():3} {c.blue():3}\t{c.name()}" for c in self._colours]
            Path(name).write_text("\n".join(("GIMP Palette", f"Name: {Path(name).stem}", *rows, "")), "utf-8")


def kit_made(arrival: Arrival) -> str:
    """What a finished kit is called, and what it lacks."""
    data = next(data for output, data in arrival.outputs if isinstance(output, KitOutput))
    kit: Kit = from_plain(Kit, json.loads(data))
    lacks = [f"{part.name}: {part.problem.message}" for part in kit.parts if part.problem is not None]
    return " ".join((say("kit_made", title=kit.title), *lacks))


def _paint_with(colour: QtGui.QColor) -> None:
    window = Krita.instance().activeWindow()
    view: Any = window.activeView() if window is not None else None
    if view is not None:
        view.setForeGroundColor(ManagedColor.fromQColor(colour, view.canvas()))
