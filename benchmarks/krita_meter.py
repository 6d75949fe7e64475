"""What `scripts/bench krita` does inside Krita, on its GUI thread: how long each piece of work holds that thread.

Sent to the tests' driver after `tests/hosts/krita/inside.py`, by whose names it calls the document and the docker.
Every way from Qt into the plugin that a job takes is led through `hold`, every call from the plugin into Krita through
`theirs`, so that of each hold is known how much is Krita's own. A timer that wants to be called every millisecond sees
what these do not. Times are seconds of `time.perf_counter`.
"""

import time
from dataclasses import replace
from functools import wraps

import krita
from PyQt5 import QtCore

from studiolo_krita import pixels
from studiolo_krita.canvas import Canvas
from studiolo_krita.docker import current
from studiolo_krita.history import picture_name, thumbnail_name
from studiolo_krita.live import Live
from studiolo_krita.look import Stage
from studiolo_krita.overlay import Overlay, canvas_area
from studiolo_krita.results import Fresh

CLASSES = ("Document", "Node", "GroupLayer", "Selection", "View", "Canvas", "Window")
POLL = 20
"""Milliseconds between two looks at the whole canvas, of the reference."""


class Meter:
    """What was measured since `clear`. A time is a pair: seconds by the clock, and seconds of this thread on a
    processor, which are fewer where other programs have it, or where Krita waits for its own threads."""

    def __init__(self):
        self.inside = self.within = False
        self.krita = 0.0, 0.0
        self.clear()

    def clear(self):
        self.holds = []
        """Name, when it began, its time, and how much of that in Krita's own calls."""
        self.parts = []
        """The same of steps inside of holds."""
        self.marks = []
        """Name and when: what happened."""


METER = Meter()


def now():
    return time.perf_counter(), time.thread_time()


def since(before, after):
    return after[0] - before[0], after[1] - before[1]


def hold(name, call):
    """`call`, as a piece of work that begins and ends in Qt's event loop; inside of another it is part of that."""

    @wraps(call)
    def held(*given):
        if METER.inside:
            return call(*given)
        METER.inside, METER.krita = True, (0.0, 0.0)
        began = now()
        try:
            return call(*given)
        finally:
            METER.inside = False
            METER.holds.append((name, began[0], since(began, now()), METER.krita))

    return held


def part(name, call):
    """`call`, as a step of its own inside of a hold."""

    @wraps(call)
    def measured(*given):
        began, before = now(), METER.krita
        try:
            return call(*given)
        finally:
            METER.parts.append((name, began[0], since(began, now()), since(before, METER.krita)))

    return measured


def theirs(call):
    """A method of Krita's: its time counts as Krita's own."""

    @wraps(call)
    def counted(*given):
        if not METER.inside or METER.within:
            return call(*given)
        METER.within, began = True, now()
        try:
            return call(*given)
        finally:
            METER.within = False
            clock, processor = since(began, now())
            METER.krita = METER.krita[0] + clock, METER.krita[1] + processor

    return counted


def lead(signal, before, after):
    signal.disconnect(before)
    signal.connect(after)


def marked(name):
    return lambda *given: METER.marks.append((name, time.perf_counter()))


def told(name, call):
    """`call`, and the mark that it began."""

    @wraps(call)
    def telling(*given):
        METER.marks.append((name, time.perf_counter()))
        return call(*given)

    return telling


def attach():
    """Leads everything through the meter, once."""
    for name in CLASSES:
        kind = getattr(krita, name)
        for method in [key for key in dir(kind) if not key.startswith("_") and key in vars(kind)]:
            if callable(getattr(kind, method)):
                setattr(kind, method, theirs(getattr(kind, method)))
    docker = current()
    work, live, overlay = docker.work, docker.live, docker.overlay
    lead(work.link.reported, work._reported, hold("report", work._reported))
    lead(work.link.previewed, work.previewed, hold("preview", work.previewed.emit))
    lead(work.link.arrived, work._arrived, hold("arrival", work._arrived))
    lead(work.aside._done, work.aside._finish, hold("aside", work.aside._finish))
    lead(live._timer.timeout, live._read_strip, hold("strip", live._read_strip))
    lead(overlay._timer.timeout, overlay._follow, hold("look at the view", overlay._follow))
    Canvas.read = part("read", Canvas.read)
    Live.eventFilter = hold("pen", Live.eventFilter)
    Live._begin = told("begin", Live._begin)
    Overlay.paintEvent = hold("paint over the canvas", Overlay.paintEvent)
    Stage.paintEvent = hold("paint in the docker", Stage.paintEvent)
    work.previewed.connect(marked("preview"))
    work.results_changed.connect(marked("result"))
    live.came.connect(marked("live"))


class Pulse(QtCore.QObject):
    """Gaps between two calls of a timer that wants to be called every millisecond."""

    def __init__(self):
        super().__init__()
        self._timer = QtCore.QTimer(self)
        self._timer.setTimerType(QtCore.Qt.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self):
        self.gaps, self._last = [], time.perf_counter()
        self._timer.start(1)

    def stop(self):
        """The longest: its seconds, and what of ours began in it."""
        self._timer.stop()
        self._beat()
        begin, end = max(self.gaps, key=lambda gap: gap[1] - gap[0])
        return end - begin, sorted({name for name, when, *_ in METER.holds if begin <= when <= end})

    def _beat(self):
        now = time.perf_counter()
        self.gaps.append((self._last, now))
        self._last = now


class Pen(QtCore.QObject):
    """How late the canvas's widget gets the moves of the mouse: by the X server's clock, which is this machine's."""

    def start(self):
        self.late = []
        self.widget = next(child for child in canvas_area().viewport().children() if child.isWidgetType())
        self.widget.installEventFilter(self)

    def stop(self):
        """Milliseconds, each move."""
        self.widget.removeEventFilter(self)
        return self.late

    def eventFilter(self, watched, event):  # noqa: N802 (Qt's own name)
        if event.type() == QtCore.QEvent.MouseMove and event.timestamp():
            self.late.append(time.monotonic() * 1000 - event.timestamp())
        return False


class Poll(QtCore.QObject):
    """The reference: the whole canvas read on the GUI thread again and again."""

    def __init__(self):
        super().__init__()
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(hold("poll", self._read))

    def start(self):
        self._timer.start(POLL)

    def stop(self):
        self._timer.stop()

    def _read(self):
        document = active()  # noqa: F821 (of inside.py)
        document.pixelData(0, 0, document.width(), document.height())


PULSE, PEN, REFERENCE = Pulse(), Pen(), Poll()


def click():
    """The large button."""
    METER.marks.append(("click", time.perf_counter()))
    hold("click", current().controls.go.click)()


def show(picture):
    hold("show", current().results.choose)(picture)


def insert(picture):
    hold("insert", current().apply)(picture)


def fit():
    """All of the canvas is seen."""
    for name in ("zoom_to_100pct", "toggle_zoom_to_fit"):
        KRITA.action(name).trigger()  # noqa: F821 (of inside.py)


def canvas_on_screen():
    """Where the middle of the canvas's widget is, and how large that is."""
    viewport = canvas_area().viewport()
    middle = viewport.mapToGlobal(viewport.rect().center())
    return [middle.x(), middle.y(), viewport.width(), viewport.height()]


def png():
    """The reference: seconds to encode the canvas, read beforehand, as PNG on the GUI thread."""
    bounds = Canvas.active().bounds
    image = pixels.wrap(Canvas.active().read(bounds), bounds.width, bounds.height)
    began = time.perf_counter()
    pixels.encode(image)
    return time.perf_counter() - began


def fill(count):
    """Gives the document `count` results: copies of the last one, which come in as each result does."""
    canvas = Canvas.active()
    own = current().work.results(canvas)
    last = own.history.entries[-1]
    files = [(canvas.get(picture_name(one)), canvas.get(thumbnail_name(one))) for one in last.pictures]
    while len(own.history.entries) < count:
        number = len(own.history.entries)
        copies = tuple(replace(one, id=f"{one.id}x{number}", applied=False) for one in last.pictures)
        entry = replace(last, id=f"{last.id}x{number}", prompt=f"{last.prompt} {number // 4}", pictures=copies)
        whole = {picture_name(one): data for one, (data, _) in zip(copies, files, strict=True)}
        small = {thumbnail_name(one): data for one, (_, data) in zip(copies, files, strict=True)}
        own.add(canvas, Fresh(entry, whole | small, {}, {}))
    current()._show_results()


def under_way():
    """How far the last job is, in the plugin's own word; empty when there is none."""
    lines = current().work.lines
    return lines[-1].report.state if lines else ""
