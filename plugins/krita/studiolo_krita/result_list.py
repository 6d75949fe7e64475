# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as thumbnails, grouped by prompt, with the jobs that are on their way among them. Knows no document: it is
told what to show, and says what was clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from studiolo_krita.geometry import Bounds, fit
from studiolo_krita.history import Entry, History, Picture
from studiolo_krita.look import button, rectangle, row
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QtCore, QtGui, QtWidgets, Signal
from studiolo_krita.words import say

SIDE = 92
ROLE = QtCore.Qt.ItemDataRole.UserRole


class Row(NamedTuple):
    """What one line or tile of the list shows."""

    key: str
    """Of a job or a picture; empty for a headline."""
    text: str = ""
    tip: str = ""
    waits: bool = False
    """Whether it is a job, whose text is its state."""
    loaded: bool = False
    """Whether its picture is at hand."""


class ResultList(QtWidgets.QWidget):
    chosen = Signal(str)
    """A picture was clicked; empty when none is any more."""
    apply = Signal(str)
    discard = Signal(str)
    compare = Signal(bool)
    why = Signal(str)
    recipe = Signal(str)
    use_again = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.list = QtWidgets.QListWidget()
        self.list.setObjectName("results")
        self.list.setViewMode(QtWidgets.QListView.ViewMode.IconMode)
        self.list.setResizeMode(QtWidgets.QListView.ResizeMode.Adjust)
        self.list.setMovement(QtWidgets.QListView.Movement.Static)
        self.list.setIconSize(QtCore.QSize(SIDE, SIDE))
        self.list.setSpacing(2)
        self.list.setWordWrap(True)
        self.list.itemSelectionChanged.connect(lambda: self.chosen.emit(self.current))
        self.list.itemClicked.connect(lambda item: self.chosen.emit(item.data(ROLE) or ""))
        self.list.itemDoubleClicked.connect(lambda item: self.apply.emit(self.current) if self.current else None)
        self._compare = button("compare", lambda: None)
        self._compare.pressed.connect(lambda: self.compare.emit(True))
        self._compare.released.connect(lambda: self.compare.emit(False))
        more = QtWidgets.QToolButton()
        more.setText(say("more"))
        more.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(more)
        for key, signal in (("why", self.why), ("copy_recipe", self.recipe), ("use_again", self.use_again)):
            menu.addAction(say(key)).triggered.connect(lambda checked=False, signal=signal: self._tell(signal))
        more.setMenu(menu)
        self.buttons = row(
            button("apply", lambda: self._tell(self.apply)),
            button("discard", lambda: self._tell(self.discard)),
            self._compare, QtWidgets.QWidget(), more, stretch=3,
        )  # fmt: skip
        self._empty = QtWidgets.QLabel(say("no_results"))
        self._empty.setWordWrap(True)
        self._empty.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addLayout(self.buttons)
        self._previews: dict[str, Image] = {}
        self._shape: tuple[object, ...] | None = None
        """What the list was built from."""
        self._rows: list[Row] = []

    @property
    def current(self) -> str:
        """The picture that is chosen; empty for none."""
        item = self.list.currentItem()
        return str(item.data(ROLE) or "") if item is not None and item.isSelected() else ""

    def choose(self, picture: str) -> None:
        for number in range(self.list.count()):
            if self.list.item(number).data(ROLE) == picture:
                self.list.setCurrentRow(number)

    def clear(self) -> None:
        self._shape, self._rows = None, []
        self.list.clear()
        self._empty.show()

    def step(self, by: int) -> None:
        """The next result, or with -1 the one before."""
        pictures = [n for n in range(self.list.count()) if self.list.item(n).data(ROLE)]
        if pictures:
            place = pictures.index(self.list.currentRow()) + by if self.list.currentRow() in pictures else 0
            self.list.setCurrentRow(pictures[place % len(pictures)])

    def show_all(
        self, history: History, thumbnail: Callable[[Picture], Image | None], running: Iterable[tuple[str, str, str]]
    ) -> None:
        """`running`: key, prompt and state of each job of this document. Only what has changed is made anew, since a
        tile takes some tenths of a millisecond, and there may be hundreds."""
        jobs = tuple(running)
        pictures = [picture for _, entries in history.groups() for entry in entries for picture in _shown(entry)]
        small = {picture.id: thumbnail(picture) for picture in pictures}
        shape = (history, tuple(key for key, *_ in jobs), frozenset(key for key, image in small.items() if image))
        if shape != self._shape:
            self._shape = shape
            self._build(history, small, jobs)
        for number, (_, _, state) in enumerate(jobs):
            self.list.item(number).setText(state)

    def _build(self, history: History, small: dict[str, Image | None], jobs: tuple[tuple[str, str, str], ...]) -> None:
        self._previews = {key: self._previews[key] for key, *_ in jobs if key in self._previews}
        rows = [Row(key, tip=prompt, waits=True) for key, prompt, _ in jobs]
        for prompt, entries in history.groups():
            rows.append(Row("", prompt if len(prompt) < 60 else prompt[:59] + "…", prompt))
            for entry in entries:
                for picture in _shown(entry):
                    text = say("applied") if picture.applied else ""
                    rows.append(Row(picture.id, text, _about(entry, picture), loaded=small[picture.id] is not None))
        self._become(rows, {**small, **self._previews})
        self._empty.setVisible(not rows)

    def _become(self, rows: list[Row], images: Mapping[str, Image | None]) -> None:
        """Takes out what is gone, moves what has moved, and makes what is new; no two rows are alike."""
        before, self._rows = self._rows, rows
        wanted, chosen = set(rows), self.current
        self.list.blockSignals(True)
        for number in reversed(range(len(before))):
            if before[number] not in wanted:
                self.list.takeItem(number)
        there = [one for one in before if one in wanted]
        for number, one in enumerate(rows):
            if number < len(there) and there[number] == one:
                continue
            if one in there:
                item = self.list.takeItem(there.index(one))
                there.remove(one)
            else:
                item = self._tile(one, images.get(one.key)) if one.key else self._headline(one)
            self.list.insertItem(number, item)
            there.insert(number, one)
        if self.current != chosen:
            self.list.clearSelection()
            self.choose(chosen)
        self.list.blockSignals(False)

    def show_preview(self, key: str, image: Image) -> None:
        """How a job looks so far."""
        self._previews[key] = image
        for number in range(self.list.count()):
            item = self.list.item(number)
            if item.data(ROLE + 1) == key:
                item.setIcon(_icon(image, self.devicePixelRatioF()))

    def _headline(self, one: Row) -> QtWidgets.QListWidgetItem:
        item = QtWidgets.QListWidgetItem(one.text)
        item.setToolTip(one.tip)
        item.setFlags(QtCore.Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QtCore.QSize(max(200, self.list.viewport().width() - 8), self.fontMetrics().height() + 6))
        item.setTextAlignment(QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter)
        return item

    def _tile(self, one: Row, image: Image | None) -> QtWidgets.QListWidgetItem:
        item = QtWidgets.QListWidgetItem(one.text)
        if image is not None:
            item.setIcon(_icon(image, self.devicePixelRatioF()))
        item.setData(ROLE + 1 if one.waits else ROLE, one.key)
        item.setToolTip(one.tip)
        if one.waits:
            item.setFlags(QtCore.Qt.ItemFlag.ItemIsEnabled)
        worded = one.text or one.waits
        item.setSizeHint(QtCore.QSize(SIDE + 8, SIDE + (self.fontMetrics().height() + 8 if worded else 8)))
        return item

    def _tell(self, signal: QtCore.pyqtBoundSignal) -> None:
        if self.current:
            signal.emit(self.current)


def _shown(entry: Entry) -> tuple[Picture, ...]:
    """Of a texture its base colour stands for all."""
    if entry.kind == "texture":
        return tuple(picture for picture in entry.pictures if picture.part == "basecolor")
    return entry.pictures


def _about(entry: Entry, picture: Picture) -> str:
    seed = say("seed_is", seed=picture.seed) if picture.seed is not None else ""
    return "\n".join(filter(None, (entry.prompt, seed, f"{picture.width} × {picture.height}")))


def _icon(image: Image, density: float) -> QtGui.QIcon:
    """Square, with the picture in the middle, as fine as the screen is: `density` pixels for each of Qt's."""
    side = round(SIDE * density)
    square = QtGui.QPixmap(side, side)
    square.fill(QtGui.QColor(0, 0, 0, 0))
    painter = QtGui.QPainter(square)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(rectangle(fit(image.width(), image.height(), Bounds(0, 0, side, side))), image)
    painter.end()
    square.setDevicePixelRatio(density)
    return QtGui.QIcon(square)
