# SPDX-License-Identifier: GPL-3.0-or-later
"""Qt, whichever of PyQt6 (Krita 6) and PyQt5 (Krita 5) is there. Every other module takes Qt from here, and writes
enumerations in full (`Qt.ItemDataRole.UserRole`), as both of them allow."""

from __future__ import annotations

try:
    from PyQt6 import QtCore, QtGui, QtWidgets
    from PyQt6.QtGui import QAction, QShortcut
except ModuleNotFoundError:
    from PyQt5 import QtCore, QtGui, QtWidgets
    from PyQt5.QtWidgets import QAction, QShortcut

Signal, Slot = QtCore.pyqtSignal, QtCore.pyqtSlot

__all__ = ["QAction", "QShortcut", "QtCore", "QtGui", "QtWidgets", "Signal", "Slot"]
