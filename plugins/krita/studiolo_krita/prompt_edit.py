# SPDX-License-Identifier: GPL-3.0-or-later
"""The field for a prompt, with its helpers: weights by keys, earlier prompts, and words proposed by the text model.

Knows text; knows no canvas and no daemon. `improve` asks for a proposal, `propose` shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from studiolo_krita import prompt_history, prompts, weights
from studiolo_krita.differences import diff
from studiolo_krita.errors import PluginError
from studiolo_krita.look import button, column, label, row
from studiolo_krita.qt import QtCore, QtGui, QtWidgets, Signal
from studiolo_krita.words import say

COLOURS = {"same": ("", ""), "added": ("#2e7d3a", "#7bd18a"), "removed": ("#a8323e", "#f08a92")}
"""On a light theme, and on a dark one."""
LINES = 3


class PromptEdit(QtWidgets.QWidget):
    changed = Signal()
    submitted = Signal()
    improve = Signal()

    def __init__(self, file: Path) -> None:
        """`file` keeps earlier prompts."""
        super().__init__()
        self._file = file
        self.field = _Field(self.submitted.emit)
        self.field.setPlaceholderText(say("prompt_hint"))
        self.field.setObjectName("prompt")
        self.field.setAccessibleName(say("prompt"))
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * LINES + 14)
        self.field.textChanged.connect(self._typed)
        self.negative = QtWidgets.QLineEdit()
        self.negative.setObjectName("negative")
        self.negative.setPlaceholderText(say("negative_hint"))
        self.negative.hide()
        self.fold = QtWidgets.QToolButton()
        self.fold.setAutoRaise(True)
        self.fold.setCheckable(True)
        self.fold.setText(say("negative"))
        self.fold.setObjectName("negative_fold")
        self.fold.toggled.connect(self.negative.setVisible)
        self.fold.toggled.connect(self._arrow)
        self.fold.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._arrow(False)
        earlier = QtWidgets.QToolButton()
        earlier.setText(say("history"))
        earlier.setAutoRaise(True)
        earlier.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QtWidgets.QMenu(earlier)
        self._menu.aboutToShow.connect(self._fill_menu)
        earlier.setMenu(self._menu)
        self._hint = label(faint=True)
        self._hint.hide()
        self._proposal = label()
        self._proposed = ""
        self._answer = column(
            self._proposal,
            row(button("accept", self.accept), button("reject", self.reject), QtWidgets.QWidget(), stretch=2),
        )
        self._answer.hide()
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        self.helpers = row(self.fold, QtWidgets.QWidget(), earlier, button("improve", self.improve.emit), stretch=1)
        """A row; others may put more into it."""
        for part in (self.field, self._hint, self._answer, self.negative):
            layout.addWidget(part)
        layout.insertLayout(3, self.helpers)

    @property
    def text(self) -> str:
        return self.field.toPlainText().strip()

    @text.setter
    def text(self, words: str) -> None:
        self.field.setPlainText(words)

    def insert(self, words: str) -> None:
        """Puts words in the place of what is selected, apart from what is around them: one step to undo."""
        cursor = self.field.textCursor()
        text = self.field.toPlainText()
        before = text[: _signs(text, cursor.selectionStart())]
        after = text[_signs(text, cursor.selectionEnd()) :]
        lead = "" if not before or before[-1].isspace() or before[-1] in "({|" else " " if before[-1] == "," else ", "
        cursor.insertText(lead + words + (", " if after[:1].isalnum() else ""))
        self.field.setTextCursor(cursor)
        self.field.setFocus()

    def remember(self) -> None:
        """The prompt was used: it comes first among the earlier ones. Raises PluginError if that can't be kept."""
        if self.text:
            known, _ = prompt_history.read(self._file)
            prompt_history.write(self._file, known.add(self.text))

    def propose(self, words: str) -> None:
        """Shows how other words differ from the prompt, to be accepted or not."""
        self._proposed = words
        pieces, dark = [], self.palette().window().color().lightness() < 128
        for piece in diff(self.text, words):
            colour = COLOURS[piece.kind][dark]
            style = f'style="color:{colour}"' if colour else ""
            tag = "s" if piece.kind == "removed" else "b" if piece.kind == "added" else "span"
            pieces.append(f"<{tag} {style}>{escape(piece.text)}</{tag}>")
        self._proposal.setText("".join(pieces))
        self._answer.show()

    def accept(self) -> None:
        self.text = self._proposed
        self._answer.hide()

    def reject(self) -> None:
        self._answer.hide()

    def _arrow(self, unfolded: bool) -> None:
        self.fold.setArrowType(QtCore.Qt.ArrowType.DownArrow if unfolded else QtCore.Qt.ArrowType.RightArrow)

    def _typed(self) -> None:
        try:
            count = prompts.expansions(self.field.toPlainText())
            self._hint.setText(say("possible", count=count))
            self._hint.setVisible(count > 1)
        except PluginError as error:
            self._hint.setText(error.message)
            self._hint.show()
        self.changed.emit()

    def _fill_menu(self) -> None:
        self._menu.clear()
        try:
            known, _ = prompt_history.read(self._file)
        except PluginError:
            return
        for words in known.search("")[:20]:
            short = words if len(words) < 70 else words[:69] + "…"
            action = self._menu.addAction(short.replace("&", "&&"))
            action.triggered.connect(lambda checked=False, words=words: self.field.setPlainText(words))


class _Field(QtWidgets.QPlainTextEdit):
    """Ctrl+Return submits; Ctrl+Up and Ctrl+Down weigh the selection or the word at the cursor."""

    def __init__(self, submit: Callable[[], None]) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        keys = QtCore.Qt.Key
        self._keys: dict[int, Callable[[], None]] = {
            keys.Key_Return: submit,
            keys.Key_Enter: submit,
            keys.Key_Up: lambda: self.weigh(0.1),
            keys.Key_Down: lambda: self.weigh(-0.1),
        }

    def event(self, event: QtCore.QEvent | None) -> bool:
        """Says which keys mean something here, or Krita takes them for its shortcuts."""
        if isinstance(event, QtGui.QKeyEvent) and event.type() == event.Type.ShortcutOverride and self._meant(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:  # noqa: N802 (Qt's own name)
        meant = self._meant(event)
        if meant is not None:
            meant()
        else:
            super().keyPressEvent(event)

    def _meant(self, event: QtGui.QKeyEvent) -> Callable[[], None] | None:
        control = event.modifiers() & QtCore.Qt.KeyboardModifier.ControlModifier
        return self._keys.get(event.key()) if control else None

    def weigh(self, step: float) -> None:
        cursor, before = self.textCursor(), self.toPlainText()
        chosen = (_signs(before, cursor.selectionStart()), _signs(before, cursor.selectionEnd()))
        text, start, end = weights.weigh(before, *chosen, step)
        cursor.select(QtGui.QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.setPosition(_units(text, start))
        cursor.setPosition(_units(text, end), QtGui.QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)


def _signs(text: str, units: int) -> int:
    """How many of Python's signs lie before a place in Qt's text, where an emoji counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))


def _units(text: str, signs: int) -> int:
    """The same the other way round."""
    return len(text[:signs].encode("utf-16-le", "surrogatepass")) // 2
