# SPDX-License-Identifier: GPL-3.0-or-later
"""Qt, whichever of PyQt6 (Krita 6) and PyQt5 (Krita 5) is there. Every other module takes Qt from here, and writes
enumerations in full (`Qt.ItemDataRole.UserRole`), as both of them allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from PyQt6 import QtCore, QtGui, QtWidgets
    from PyQt6.QtGui import QAction, QShortcut
except ModuleNotFoundError:
    from PyQt5 import QtCore, QtGui, QtWidgets  # type: ignore[import-not-found,no-redef]
    from PyQt5.QtWidgets import QAction, QShortcut  # type: ignore[import-not-found,no-redef]

Signal = QtCore.pyqtSignal
borrowed: Callable[[Any], QtCore.QByteArray] = getattr(QtCore.QByteArray, "fromRawData", QtCore.QByteArray)
"""Bytes for Qt, valid while they live: PyQt5 leaves them where they are, PyQt6 can only copy them."""

__all__ = ["QAction", "QShortcut", "QtCore", "QtGui", "QtWidgets", "Signal", "borrowed"]
