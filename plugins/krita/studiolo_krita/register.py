# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the plugin known to Krita: its docker in every window, and its actions."""

from __future__ import annotations

from functools import partial
from typing import Any

from krita import DockWidgetFactory, DockWidgetFactoryBase, Extension, Krita

from studiolo_krita.actions import ACTIONS, Action, title
from studiolo_krita.docker import DOCKER, Docker, current
from studiolo_krita.qt import QtWidgets
from studiolo_krita.work import Work


class Studiolo(Extension):
    """Krita's handle on the plugin; lives as long as Krita does."""

    def setup(self) -> None:
        pass

    def createActions(self, window: Any) -> None:  # noqa: N802 (Krita's own name)
        for action in ACTIONS:
            window.createAction(action.name, title(action), "tools/scripts/studiolo").triggered.connect(
                partial(_in_front, action)
            )


def _in_front(action: Action, checked: bool = False) -> None:
    """Does it on the docker in front, if there is one."""
    docker = current()
    if docker is not None:
        action.act(docker)


def register() -> None:
    krita = Krita.instance()
    work = Work()
    QtWidgets.QApplication.instance().aboutToQuit.connect(work.link.close)
    krita.addExtension(Studiolo(krita))
    krita.addDockWidgetFactory(DockWidgetFactory(DOCKER, DockWidgetFactoryBase.DockRight, partial(Docker, work)))
