"""What the plugin uses of Krita's Python, for type checking alone. Krita's objects come and go untyped."""

from typing import Any

from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QDockWidget

class Krita:
    @staticmethod
    def instance() -> Any: ...

class Extension:
    def __init__(self, parent: Any) -> None: ...

class DockWidget(QDockWidget): ...

class DockWidgetFactoryBase:
    DockRight: Any

class DockWidgetFactory(DockWidgetFactoryBase):
    def __init__(self, name: str, position: Any, make: Any) -> None: ...

class ManagedColor:
    @staticmethod
    def fromQColor(colour: QColor, canvas: Any) -> ManagedColor: ...  # noqa: N802 (Krita's own name)
