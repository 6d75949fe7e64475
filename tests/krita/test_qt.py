"""One module knows which PyQt there is; all others take Qt from it, and write what both understand."""

import ast

import pytest

from studiolo_krita.qt import QtCore, QtGui, QtWidgets
from tests.krita.conftest import PLUGIN

SOURCES = {file.stem: ast.parse(file.read_text("utf-8")) for file in sorted((PLUGIN / "studiolo_krita").glob("*.py"))}
OTHERS = sorted(SOURCES.keys() - {"qt"})
MODULES = {"QtCore": QtCore, "QtGui": QtGui, "QtWidgets": QtWidgets}
GONE = {"exec_", "print_", "byteCount", "numBytes", "fromRawData", "qApp", "desktop", "QDesktopWidget", "QRegExp"}
"""What PyQt6 has no more, or never had."""


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def dotted(node):
    """The names of `QtCore.Qt.Key`; empty where it begins with something else than a name."""
    names = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def test_there_are_modules_to_look_at():
    assert {"qt", "pixels", "docker", "link"} <= SOURCES.keys()


@pytest.mark.parametrize("name", OTHERS)
def test_qt_is_taken_from_one_place(name):
    direct = [module for module in imported(SOURCES[name]) if module.split(".")[0] in ("PyQt5", "PyQt6", "sip")]
    assert not direct, f"{name} imports {direct}"


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_that_only_qt_5_has(name):
    used = {node.attr for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(SOURCES[name]) if isinstance(node, ast.Name)}
    assert not used & GONE


@pytest.mark.parametrize("name", OTHERS)
def test_every_name_of_qt_is_there(name):
    """In PyQt6 an enumeration's members are found by their full names alone, so a short one is not there at all."""
    for node in ast.walk(SOURCES[name]):
        names = dotted(node)
        found = MODULES.get(names[0]) if names else None
        for step in names[1:] if found is not None else ():
            assert hasattr(found, step), f"{name}:{node.lineno}: {'.'.join(names)}"
            found = getattr(found, step)
