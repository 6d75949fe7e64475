# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of the project: the kits that it keeps, and what the parts of each can be in Krita. Knows the link; knows no
canvas, and says what was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from studiolo_contract.kit import PICTURE, PROSE, KitFile, KitInfo, KitPart, prose
from studiolo_contract.wire import Kits
from studiolo_krita import pixels
from studiolo_krita.aside import Aside
from studiolo_krita.concepts import SIDE, Large
from studiolo_krita.link import Link
from studiolo_krita.look import button
from studiolo_krita.pixels import Image
from studiolo_krita.qt import QAction, QtCore, QtGui, QtWidgets, Signal
from studiolo_krita.words import say

MOST = 24
"""Kits in the menu, the newest: of more nobody finds one in it."""
LARGEST = 32 << 20
"""Bytes of a picture that is worth a thumbnail."""


class ProjectMenu(QtCore.QObject):
    """Behind `button`. It asks the daemon each time that it opens, and shows meanwhile what it knew before."""

    picture = Signal(str, object)
    """A name, and an Image to be a layer; or the ValueError that it is none."""
    texture = Signal(str, object)
    """A name, and an Image for each map by its name; or the ValueError that they are none."""
    text = Signal(str, str)
    """A name, and what is written there."""
    palette = Signal(object)
    """Colours as `#rrggbb`."""
    compose = Signal()
    """A kit of the prompt is wanted."""

    def __init__(self, link: Link, aside: Aside) -> None:
        super().__init__()
        self._link, self._aside = link, aside
        self._known = Kits(ref=0, kits=())
        self._icons: dict[str, QtGui.QIcon] = {}
        """By hash; empty while one is on its way, or can't be read."""
        self.button = button("project", lambda: None, icon="folder")
        self.button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._style = Large()
        self._menu = self._new_menu("")
        self._menu.aboutToShow.connect(lambda: link.kits(self._show))
        self._kits: list[QtWidgets.QMenu] = []
        self.button.setMenu(self._menu)
        self._fill()

    def _new_menu(self, title: str) -> QtWidgets.QMenu:
        menu = QtWidgets.QMenu(title.replace("&", "&&"), self.button)
        menu.setToolTipsVisible(True)
        menu.setStyle(self._style)
        return menu

    # ---- what there is

    def _show(self, found: Kits) -> None:
        if (found.project, found.kits) != (self._known.project, self._known.kits):
            self._known = found
            self._fill()
        for kit in found.kits[:MOST]:
            self._picture_soon(kit, _face(kit))

    def _fill(self) -> None:
        self._menu.clear()
        for old in self._kits:
            old.deleteLater()
        self._kits = []
        if not self._known.project:
            self._say(say("no_project"))
            return
        for kit in self._known.kits[:MOST]:
            menu = self._kit(kit)
            self._kits.append(menu)
            self._menu.addMenu(menu)
        more = len(self._known.kits) - MOST
        if not self._known.kits:
            self._say(say("no_kits", project=self._known.project))
        elif more > 0:
            self._say(say("more_kits", count=more))
        self._menu.addSeparator()
        compose = self._menu.addAction(say("compose_kit"), self.compose.emit)
        compose.setToolTip(say("compose_kit_tip"))

    def _say(self, sentence: str) -> None:
        self._menu.addAction(sentence).setEnabled(False)

    def _kit(self, kit: KitInfo) -> QtWidgets.QMenu:
        menu = self._new_menu(kit.title or kit.name)
        self._mark(menu.menuAction(), _face(kit))
        for part in kit.parts:
            menu.addAction(self._part(menu, kit, part))
        if kit.palette:
            menu.addSeparator()
            menu.addAction(say("palette_part"), lambda: self.palette.emit(kit.palette)).setToolTip(
                say("palette_part_tip")
            )
        menu.aboutToShow.connect(lambda: self._show_parts(kit))
        return menu

    def _show_parts(self, kit: KitInfo) -> None:
        for part in kit.parts:
            self._picture_soon(kit, _face_of(part))

    def _part(self, menu: QtWidgets.QMenu, kit: KitInfo, part: KitPart) -> QAction:
        action = QAction(part.name.replace("&", "&&"), menu)
        self._mark(action, _face_of(part))
        written = part.main(PROSE)
        if part.problem is not None:
            action.setToolTip(f"{part.problem.message} {part.problem.mend}")
        elif part.kind == "image" and (picture := part.main(PICTURE)):
            action.setToolTip(say("picture_part"))
            action.triggered.connect(lambda checked=False: self._fetch_picture(kit, part, picture))
        elif part.kind == "texture" and part.maps:
            action.setToolTip(say("texture_part"))
            action.triggered.connect(lambda checked=False: self._fetch_texture(kit, part))
        elif part.kind == "text" and written is not None:
            action.setToolTip(say("text_part"))
            action.triggered.connect(lambda checked=False: self._fetch_text(kit, part, written))
        else:
            action.setToolTip(say("music_part" if part.kind == "music" else "no_part", kit=kit.name))
        action.setEnabled(action.receivers(action.triggered) > 0)
        return action

    # ---- how it looks

    def _mark(self, action: QAction | None, face: KitFile | None) -> None:
        assert action is not None
        action.setIconVisibleInMenu(True)  # Krita's menus have none
        if face is not None:
            action.setData(face.blob.sha256)
            action.setIcon(self._icons.get(face.blob.sha256, QtGui.QIcon()))

    def _picture_soon(self, kit: KitInfo, face: KitFile | None) -> None:
        if face is not None and face.blob.sha256 not in self._icons and face.blob.size <= LARGEST:
            sha256 = face.blob.sha256
            self._icons[sha256] = QtGui.QIcon()
            self._link.bring(kit.name, (face.name,), lambda data: self._make_icon(sha256, data[0]))

    def _make_icon(self, sha256: str, data: bytes) -> None:
        def keep(small: Image | ValueError) -> None:
            if not isinstance(small, ValueError):
                icon = self._icons[sha256] = QtGui.QIcon(QtGui.QPixmap.fromImage(small))
                for action in self._actions():
                    if action.data() == sha256:
                        action.setIcon(icon)

        self._aside.run(lambda: pixels.fitted(pixels.decode(data), SIDE), keep)

    def _actions(self) -> Iterator[QAction]:
        for menu in (self._menu, *self._kits):
            yield from menu.actions()

    # ---- what is chosen

    def _fetch_picture(self, kit: KitInfo, part: KitPart, file: KitFile) -> None:
        emit = partial(self.picture.emit, _name(kit, part))
        self._link.bring(kit.name, (file.name,), lambda data: self._aside.run(lambda: pixels.decode(data[0]), emit))

    def _fetch_texture(self, kit: KitInfo, part: KitPart) -> None:
        maps = {name: file.name for name, file in part.maps.items() if name != "preview"}
        emit = partial(self.texture.emit, _name(kit, part))

        def brought(data: tuple[bytes, ...]) -> None:
            self._aside.run(lambda: dict(zip(maps, map(pixels.decode, data), strict=True)), emit)

        self._link.bring(kit.name, tuple(maps.values()), brought)

    def _fetch_text(self, kit: KitInfo, part: KitPart, file: KitFile) -> None:
        def brought(data: tuple[bytes, ...]) -> None:
            self.text.emit(_name(kit, part), prose(data[0].decode("utf-8", "replace")))

        self._link.bring(kit.name, (file.name,), brought)


def _name(kit: KitInfo, part: KitPart) -> str:
    return f"{kit.title or kit.name}: {part.name}"


def _face(kit: KitInfo) -> KitFile | None:
    """What a kit is known by: its first picture."""
    faces = (_face_of(part) for part in sorted(kit.parts, key=lambda part: part.kind != "image"))
    return next((face for face in faces if face is not None), None)


def _face_of(part: KitPart) -> KitFile | None:
    """A texture is known by how it looks in light, a piece of music and a text by nothing."""
    if part.kind == "texture":
        return part.maps.get("preview") or part.maps.get("basecolor")
    return part.main(PICTURE) if part.kind == "image" else None
