# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as thumbnails, grouped by prompt, with the jobs that are on their way among them. Knows no document: it is
told what to show, and says what was clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from studiolo_krita.history import Entry, History, Picture
from studiolo_krita.look import button, row
from studiolo_krita.pixels import Image, blank
from studiolo_krita.qt import QtCore, QtGui, QtWidgets, Signal
from studiolo_krita.words import say

SIDE = 92
ROLE = QtCore.Qt.ItemDataRole.UserRole


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
        self.list.currentItemChanged.connect(lambda now, before: self.chosen.emit(self.current))
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
        self._shape = None
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
        """`running`: key, prompt and state of each job of this document. The list is only built anew where something
        else than a state has changed, since that takes long where there is much."""
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
        kept = self.current
        self.list.blockSignals(True)
        self.list.clear()
        for key, prompt, state in jobs:
            self._tile(key, self._previews.get(key), state, prompt, waits=True)
        for prompt, entries in history.groups():
            self._header(prompt)
            for entry in entries:
                for picture in _shown(entry):
                    text = say("applied") if picture.applied else ""
                    self._tile(picture.id, small[picture.id], text, _about(entry, picture))
        self._previews = {key: image for key, image in self._previews.items() if any(key == job[0] for job in jobs)}
        self._empty.setVisible(self.list.count() == 0)
        if kept:
            self.choose(kept)
        self.list.blockSignals(False)

    def show_preview(self, key: str, image: Image) -> None:
        """How a job looks so far."""
        self._previews[key] = image
        for number in range(self.list.count()):
            item = self.list.item(number)
            if item.data(ROLE + 1) == key:
                item.setIcon(_icon(image))

    def _header(self, prompt: str) -> None:
        item = QtWidgets.QListWidgetItem(prompt if len(prompt) < 60 else prompt[:59] + "…")
        item.setFlags(QtCore.Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QtCore.QSize(max(200, self.list.viewport().width() - 8), self.fontMetrics().height() + 6))
        item.setTextAlignment(QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter)
        self.list.addItem(item)

    def _tile(self, key: str, image: Image | None, text: str, tip: str, waits: bool = False) -> None:
        item = QtWidgets.QListWidgetItem(_icon(image or blank(SIDE, SIDE)), text)
        item.setData(ROLE + 1 if waits else ROLE, key)
        item.setToolTip(tip)
        if waits:
            item.setFlags(QtCore.Qt.ItemFlag.ItemIsEnabled)
        item.setSizeHint(QtCore.QSize(SIDE + 8, SIDE + (self.fontMetrics().height() + 8 if text else 8)))
        self.list.addItem(item)

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


def _icon(image: Image) -> QtGui.QIcon:
    """Square, with the picture in the middle, as fine as the screen is."""
    density = QtGui.QGuiApplication.primaryScreen().devicePixelRatio()
    side = round(SIDE * density)
    square = QtGui.QPixmap(side, side)
    square.fill(QtGui.QColor(0, 0, 0, 0))
    size = image.size().scaled(side, side, QtCore.Qt.AspectRatioMode.KeepAspectRatio)
    painter = QtGui.QPainter(square)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    place = QtCore.QRect((side - size.width()) // 2, (side - size.height()) // 2, size.width(), size.height())
    painter.drawImage(place, image)
    painter.end()
    square.setDevicePixelRatio(density)
    return QtGui.QIcon(square)
