"""What the tests do inside Krita, on its GUI thread: sent to the driver once, and called by name from then on.

Knows Krita's API and the plugin's docker; answers in what JSON can say, bytes in Base64.
"""

from base64 import b64decode, b64encode
from hashlib import sha256

from krita import Krita, Selection
from PyQt5 import QtCore, QtGui, QtWidgets  # noqa: F401 (tests use them)

from studiolo_krita.canvas import Canvas
from studiolo_krita.docker import current
from studiolo_krita.history import picture_name
from studiolo_krita.overlay import canvas_area

KRITA = Krita.instance()


def active():
    return KRITA.activeDocument()


def tidy():
    """Of all dockers only Studiolo's and the layers stay, so that they have room."""
    for dock in KRITA.dockers():
        dock.setVisible(dock.objectName() in ("studiolo", "KisLayerBox", "ToolBox"))


def screen():
    return QtWidgets.QApplication.primaryScreen().geometry()


def fill_screen():
    """As large as there is room, now that no docker needs more."""
    KRITA.activeWindow().qwindow().setGeometry(screen())


def open_document(width, height, model, depth, profile, pixels):
    """A new document in front, in the middle of the window, whose only layer has these pixels."""
    document = KRITA.createDocument(width, height, "Canvas", model, depth, profile, 72.0)
    document.topLevelNodes()[0].setPixelData(QtCore.QByteArray(b64decode(pixels)), 0, 0, width, height)
    document.refreshProjection()
    document.setModified(False)
    KRITA.activeWindow().addView(document).canvas().setZoomLevel(min(3, 800 / max(width, height)))
    area = canvas_area()
    for bar in (area.horizontalScrollBar(), area.verticalScrollBar()):
        bar.setValue((bar.minimum() + bar.maximum()) // 2)
    document.waitForDone()


def close_all():
    for document in KRITA.documents():
        document.setModified(False)
        document.close()


def bring_to_front(document):
    next(view for view in KRITA.activeWindow().views() if view.document() == document).setVisible()


def select(x, y, width, height):
    selection = Selection()
    selection.select(x, y, width, height, 255)
    active().setSelection(selection)


def read(node, x=0, y=0, width=0, height=0):
    """The pixels of a layer, or of the whole document, in Base64."""
    document = active()
    document.waitForDone()
    size = (width or document.width(), height or document.height())
    return b64encode(bytes((node or document).pixelData(x, y, *size))).decode()


def described(node):
    """A layer by its name, what it is, how it is seen, and what is painted on it."""
    bounds = node.bounds()
    place = bounds.x(), bounds.y(), bounds.width(), bounds.height()
    painted = sha256(bytes(node.pixelData(*place))).hexdigest() if node.type() == "paintlayer" else ""
    below = [described(child) for child in node.childNodes()]
    return [node.name(), node.type(), node.visible(), node.opacity(), list(place), painted, below]


def state():
    """All that a painter would call the document: its size, what is seen of it, its layers from the lowest up."""
    document = active()
    document.waitForDone()
    seen = sha256(bytes(document.pixelData(0, 0, document.width(), document.height()))).hexdigest()
    return [document.width(), document.height(), seen, [described(node) for node in document.topLevelNodes()]]


def act(name):
    """What the menu entry or the shortcut of that name does."""
    KRITA.action(name).trigger()
    if active() is not None:
        active().waitForDone()


def entries(document=None):
    """The results of a document, else of the one in front, the oldest first."""
    canvas = Canvas(document) if document is not None else Canvas.active()
    results = current().work.results(canvas) if canvas is not None else None
    return results.history.entries if results is not None else ()


def picture(name):
    """A result's PNG, as it lies in the document."""
    found = next(one for entry in entries() for one in entry.pictures if one.id == name)
    return b64encode(bytes(active().annotation(picture_name(found)))).decode()


def shown():
    """What the notice in the docker says; empty when there is none."""
    return current().notice.text


def complaints():
    """What Krita says of mistakes in Python, in a dialogue of its own; the dialogues are closed."""
    found = [
        w for w in QtWidgets.QApplication.topLevelWidgets() if type(w).__name__ == "ExceptHookDialog" and w.isVisible()
    ]
    texts = [window.ui.tracebackBrowser.toPlainText() for window in found]
    for window in found:
        window.close()
    return texts


class Gaps(QtCore.QObject):
    """How long Krita's GUI thread let others wait, by a timer that wants to be called every millisecond."""

    def __init__(self):
        super().__init__()
        self._clock = QtCore.QElapsedTimer()
        self._timer = QtCore.QTimer(self)
        self._timer.setTimerType(QtCore.Qt.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self.gaps = []

    def start(self):
        self.gaps = []
        self._clock.start()
        self._timer.start(1)

    def stop(self):
        """The longest gaps in milliseconds, the longest first."""
        self._timer.stop()
        return sorted(self.gaps, reverse=True)[:5]

    def _beat(self):
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()


GAPS = Gaps()
