"""The field for a prompt, by real key presses: weights, wildcards, proposals, earlier prompts."""

import pytest

from studiolo_krita import prompt_history
from studiolo_krita.prompt_edit import PromptEdit
from studiolo_krita.qt import QtCore, QtGui, QtWidgets

Key, Modifier = QtCore.Qt.Key, QtCore.Qt.KeyboardModifier
CONTROL = Modifier.ControlModifier


@pytest.fixture
def edit(tmp_path):
    edit = PromptEdit(tmp_path / "prompts.json")
    edit.show()
    yield edit
    edit.deleteLater()


def press(edit, key, modifiers=CONTROL, text=""):
    for kind in (QtCore.QEvent.Type.KeyPress, QtCore.QEvent.Type.KeyRelease):
        QtWidgets.QApplication.sendEvent(edit.field, QtGui.QKeyEvent(kind, key, modifiers, text))


def write(edit, marked):
    """Puts in a text whose selection lies between `[` and `]`, or whose cursor is at `^`."""
    edit.text = marked.translate(str.maketrans("", "", "[]^"))
    cursor = edit.field.textCursor()
    before = marked.partition("[" if "[" in marked else "^")[0]
    chosen = marked.partition("[")[2].partition("]")[0]
    cursor.movePosition(QtGui.QTextCursor.MoveOperation.Start)
    for part, mode in ((before, "MoveAnchor"), (chosen, "KeepAnchor")):
        units = len(part.encode("utf-16-le")) // 2
        cursor.setPosition(cursor.position() + units, getattr(QtGui.QTextCursor.MoveMode, mode))
    edit.field.setTextCursor(cursor)


def selected(edit):
    return edit.field.textCursor().selectedText()


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("a ca^stle in fog", Key.Key_Up, "a (castle:1.1) in fog"),
        ("a ca^stle in fog", Key.Key_Down, "a (castle:0.9) in fog"),
        ("a (ca^stle:1.1) in fog", Key.Key_Down, "a castle in fog"),
        ("[old castle]", Key.Key_Up, "(old castle:1.1)"),
        ("🏰 ca^stle", Key.Key_Up, "🏰 (castle:1.1)"),
        ("🏰🌫️👩‍🚀 a [castle] in fog", Key.Key_Up, "🏰🌫️👩‍🚀 a (castle:1.1) in fog"),
        ("a (🏰 castle:1.2)^", Key.Key_Down, "a (🏰 castle:1.1)"),
        ("one\ntwo ^three", Key.Key_Up, "one\ntwo (three:1.1)"),
    ],
)
def test_keys_weigh_the_word_at_the_cursor_or_what_is_selected(edit, before, key, after):
    write(edit, before)
    press(edit, key)
    assert edit.text == after


def test_what_was_selected_stays_selected(edit):
    write(edit, "🏰 a [castle] by 🌊")
    for weight in ("1.1", "1.2", "1.3"):
        press(edit, Key.Key_Up)
        assert edit.text == f"🏰 a (castle:{weight}) by 🌊"
        assert selected(edit) == "castle"


def test_the_cursor_stays_at_its_letter(edit):
    write(edit, "🏰 ca^stle")
    press(edit, Key.Key_Up)
    press(edit, Key.Key_X, Modifier.NoModifier, "x")
    assert edit.text == "🏰 (caxstle:1.1)"


def test_a_weight_is_one_step_to_undo(edit):
    write(edit, "a ca^stle in fog")
    press(edit, Key.Key_Up)
    press(edit, Key.Key_Up)
    assert edit.text == "a (castle:1.2) in fog"
    press(edit, Key.Key_Z)
    assert edit.text == "a (castle:1.1) in fog"
    press(edit, Key.Key_Z)
    assert edit.text == "a castle in fog"
    press(edit, Key.Key_Z, CONTROL | Modifier.ShiftModifier)
    assert edit.text == "a (castle:1.1) in fog"


def test_control_and_return_submit_and_return_alone_writes(edit):
    submitted = []
    edit.submitted.connect(lambda: submitted.append(edit.text))
    write(edit, "a castle^")
    press(edit, Key.Key_Return)
    press(edit, Key.Key_Enter)
    assert submitted == ["a castle"] * 2
    press(edit, Key.Key_Return, Modifier.NoModifier, "\r")
    press(edit, Key.Key_A, Modifier.NoModifier, "a")
    assert edit.field.toPlainText() == "a castle\na"
    assert len(submitted) == 2


def test_every_change_is_told(edit):
    changes = []
    edit.changed.connect(lambda: changes.append(edit.text))
    edit.text = "a castle"
    press(edit, Key.Key_X, Modifier.NoModifier, "x")
    assert changes[-1] == "xa castle"


def hints(edit):
    return [
        widget.text()
        for widget in edit.findChildren(QtWidgets.QLabel)
        if widget.isVisibleTo(edit) and widget.text().strip()
    ]


def test_wildcards_are_counted_and_what_cannot_be_read_is_said(edit):
    edit.text = "a castle"
    assert hints(edit) == []
    edit.text = "a {red|blue} {castle|ruin|}"
    assert hints(edit) == ["6 possible prompts"]
    edit.text = "a {red castle"
    assert hints(edit) == ["A { in the prompt is never closed."]
    edit.text = "a red castle"
    assert hints(edit) == []


# ---- proposals


def button(edit, name):
    return edit.findChild(QtWidgets.QToolButton, name)


def test_a_proposal_shows_what_it_takes_and_adds_and_changes_nothing_yet(edit):
    edit.text = "a castle <b>in</b> fog"
    edit.propose("a castle <b>in</b> mist, dawn")
    shown = QtGui.QTextDocument()
    shown.setHtml(edit._proposal.text())
    assert shown.toPlainText() == "a castle <b>in</b> fogmist, dawn"
    assert "<s " in edit._proposal.text()
    assert button(edit, "accept").isVisibleTo(edit)
    assert edit.text == "a castle <b>in</b> fog"


def test_a_proposal_is_taken_or_left(edit):
    edit.text = "a castle"
    edit.propose("a castle, ivy")
    button(edit, "reject").click()
    assert edit.text == "a castle"
    assert not button(edit, "accept").isVisibleTo(edit)
    edit.propose("a castle, ivy")
    button(edit, "accept").click()
    assert edit.text == "a castle, ivy"
    assert not button(edit, "accept").isVisibleTo(edit)


def test_a_better_prompt_is_asked_for(edit):
    asked = []
    edit.improve.connect(lambda: asked.append(True))
    button(edit, "improve").click()
    assert asked == [True]


# ---- earlier prompts


def test_what_was_used_is_offered_again_the_newest_first(edit, tmp_path):
    for words in ("a castle", "", "fog & mist " * 12, "a castle"):
        edit.text = words
        edit.remember()
    known, _ = prompt_history.read(tmp_path / "prompts.json")
    assert known.prompts == ("a castle", ("fog & mist " * 12).strip())
    menu = edit.findChild(QtWidgets.QMenu)
    menu.aboutToShow.emit()
    first, second = menu.actions()
    assert second.text() == "fog && mist fog && mist fog && mist fog && mist fog && mist fog && mist fog…"
    second.trigger()
    assert edit.text == ("fog & mist " * 12).strip()
    first.trigger()
    assert edit.text == "a castle"


def test_the_negative_prompt_is_folded_away(edit):
    fold = button(edit, "negative_fold")
    assert not edit.negative.isVisibleTo(edit)
    fold.click()
    assert edit.negative.isVisibleTo(edit)
    fold.click()
    assert not edit.negative.isVisibleTo(edit)
