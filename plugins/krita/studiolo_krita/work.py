# SPDX-License-Identifier: GPL-3.0-or-later
"""What is going on: jobs on their way, results of each document, and what is done with them.

Knows the link, the canvas and the history, and keeps them in step. Knows no widget: the docker is told by signals, and
asks. Everything here runs on the GUI thread and is quick; what takes longer is the link's.
"""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from studiolo_client import discovery
from studiolo_client.background import Arrival, Connection, Report
from studiolo_contract.errors import Problem
from studiolo_contract.frames import to_json
from studiolo_krita import geometry, pixels, task
from studiolo_krita.aside import Aside
from studiolo_krita.canvas import Canvas
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.history import Entry, Picture
from studiolo_krita.link import Line, Link
from studiolo_krita.pending import Pending, PendingFile
from studiolo_krita.qt import QtCore, Signal
from studiolo_krita.results import Fresh, Results, fresh
from studiolo_krita.task import Selection, Shot, Wish
from studiolo_krita.words import say

FOLDER = "krita"
"""In Studiolo's own folder: what this Krita has under way."""
WRITTEN = ("improve", "title", "caption", "palette", "music", "kit")
"""What becomes no layer."""


class Work(QtCore.QObject):
    queue_changed = Signal()
    results_changed = Signal()
    connection_changed = Signal()
    previewed = Signal(str, object)
    """A job's key, and its QImage so far."""
    problem = Signal(object)
    """A Problem for the painter."""
    said = Signal(str)
    """A sentence for the painter that is no problem."""
    written = Signal(object, object)
    """A Pending and its Arrival: a text, a palette, music or a kit."""
    live = Signal(object, object)
    """A Shot and what came of it: a QImage, or a Problem."""

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = Connection()
        self.aside = Aside(self)
        self.folder = folder = discovery.home() / FOLDER
        """Where this Krita keeps its own small files."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._pending = PendingFile(folder / "pending.json")
        self._reports: dict[str, Report] = {}
        self._live: dict[str, Shot] = {}
        self._results: dict[str, Results] = {}
        self.link = Link(client_name(folder / "client"), self)
        self.link.connection.connect(self._connected)
        self.link.reported.connect(self._reported)
        self.link.previewed.connect(self.previewed)
        self.link.arrived.connect(self._arrived)
        self.link.refused.connect(self._refused)
        for one in self._pending.all():
            if not one.job:
                self._pending.remove(one.key)  # whether it ever became a job can't be known any more
        self.link.open()
        self.sentence = self._pending.sentence
        """For the painter, where what is under way could not be read."""

    # ---- asking

    def ask(self, wish: Wish, style_from_layer: bool = False, base: tuple[pixels.Image, Bounds] | None = None) -> str:
        """Sends what the painter wants off, with what the canvas shows just now, or with `base` laid over it; the
        job's key. Raises PluginError with a sentence where that makes no sense."""
        canvas = Canvas.active()
        if canvas is None:
            raise PluginError("no_document")
        canvas.colour.must_be_paintable()
        selection = _selection(wish, canvas) if base is None else None
        context = base[1] if base else task.context(wish, canvas.bounds, selection.bounds if selection else None)
        shot = Shot(
            key=uuid.uuid4().hex,
            wish=wish,
            document=canvas.identity,
            file=str(canvas.file or ""),
            canvas=canvas.bounds,
            context=context,
            created=time.time(),
            pixels=canvas.read(context) if task.needs_canvas(wish) else None,
            base=base[0] if base else None,
            selection=selection,
            style=canvas.read_layer(canvas.bounds) if style_from_layer else None,
        )
        self.send(shot)
        return shot.key

    def send(self, shot: Shot) -> None:
        if shot.wish.kind == "live":
            self._live[shot.key] = shot
            self.link.submit(shot.key, lambda put: task.request(shot, put))
            return
        self._reports[shot.key] = Report(shot.key, "", "sending")
        self.link.submit(shot.key, lambda put: self._prepared(shot, put))

    def _prepared(self, shot: Shot, put: task.Put) -> Any:
        """On the link's thread: the request, and before it is sent a note of what it is for."""
        request = task.request(shot, put)
        mask = shot.alpha
        self._pending.add(
            Pending(
                key=shot.key, job="", document=shot.document, file=shot.file, prompt=shot.wish.prompt,
                kind=shot.wish.kind, bounds=shot.context, created=shot.created,
                mask=pixels.encode(pixels.converted(mask, pixels.ARGB)) if mask is not None else b"",
            )
        )  # fmt: skip
        return request

    # ---- the queue

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every job that is not collected yet, the running one first, then as they will run."""
        unknown = Report("", "", "queued")
        lines = [Line(one, self._reports.get(one.key, unknown)) for one in self._pending.all()]
        return tuple(sorted(lines, key=lambda line: _turn(line.report)))

    @property
    def waiting_elsewhere(self) -> tuple[Pending, ...]:
        """Finished results whose document is not open."""
        return tuple(line.pending for line in self.lines if line.report.state == "homeless")

    def cancel(self, key: str) -> None:
        report = self._reports.get(key)
        if report is not None and report.job:
            self.link.cancel(report.job)

    def cancel_all(self) -> None:
        """Every job of this Krita; nobody else's."""
        for line in self.lines:
            self.cancel(line.pending.key)

    def move_up(self, key: str) -> None:
        """Have a waiting job run before the one above it."""
        waiting = [line for line in self.lines if line.report.state == "queued"]
        place = next((n for n, line in enumerate(waiting) if line.pending.key == key), 0)
        if place > 0:
            self.link.move(waiting[place].report.job, waiting[place - 1].report.job)

    # ---- results

    def results(self, canvas: Canvas) -> Results | None:
        """Those of a document; None if it has none yet."""
        identity = canvas.known
        if not identity:
            return None
        found = self._results.get(identity)
        if found is None or not found.belong_to(canvas):
            found = self._results[identity] = Results(canvas, self.aside)
            if found.sentence:
                self.said.emit(found.sentence)
        return found

    def opened(self, canvas: Canvas) -> None:
        """A document came to the front: what waited for it is collected."""
        for line in self.lines:
            if line.report.state == "homeless" and line.pending.document == canvas.known:
                self.link.resume(line.pending.key, line.pending.job)

    def bring_here(self, canvas: Canvas) -> None:
        """Results whose documents are not open, into this one."""
        for one in self.waiting_elsewhere:
            self._note(replace(one, document=canvas.identity, file=str(canvas.file or "")))
            self.link.resume(one.key, one.job)

    # ---- what the link tells

    def _connected(self, connection: Connection) -> None:
        before, self.connection = self.connection, connection
        if connection.connected and not before.connected:
            for line in self.lines:
                followed = line.report.job and line.report.state in ("queued", "running")
                if line.pending.job and not followed:
                    self.link.resume(line.pending.key, line.pending.job)
        self.connection_changed.emit()

    def _reported(self, report: Report) -> None:
        if report.key in self._live:
            if report.state in ("failed", "cancelled"):
                self.live.emit(self._live.pop(report.key), report.problem)
            return
        one = self._pending.get(report.key)
        if one is None:
            return
        if report.job != one.job:
            self._note(replace(one, job=report.job))
        self._reports[report.key] = report
        if report.state in ("failed", "cancelled"):
            self._over(report.key)
            if report.problem is not None:
                self.problem.emit(report.problem)
        self.queue_changed.emit()

    def _refused(self, key: str, problem: Problem) -> None:
        if key in self._live:
            self.live.emit(self._live.pop(key), problem)
            return
        report = self._reports.get(key)
        if report is None or not report.job or problem.code == "unknown_job":
            self._over(key)
        self.problem.emit(problem)
        self.queue_changed.emit()

    def _arrived(self, arrival: Arrival) -> None:
        if arrival.key in self._live:
            shot = self._live.pop(arrival.key)
            self.aside.run(lambda: _live_picture(arrival, shot), lambda image: self.live.emit(shot, image))
            return
        one = self._pending.get(arrival.key)
        if one is None:
            return
        if one.kind in WRITTEN:
            self._over(one.key)
            self.written.emit(one, arrival)
            self.queue_changed.emit()
            return

        def entry(pictures: tuple[Picture, ...]) -> Entry:
            return Entry(
                id=one.key, job=arrival.job, prompt=one.prompt, kind=one.kind, bounds=one.bounds, created=one.created,
                pictures=pictures, recipe=to_json(arrival.recipe), masked=bool(one.mask),
            )  # fmt: skip

        self.aside.run(lambda: fresh(entry, one.key, arrival.outputs, one.mask), lambda new: self._keep(one, new))
        if arrival.recipe.notes:
            self.said.emit(" ".join(arrival.recipe.notes))

    def _keep(self, one: Pending, new: Fresh | ValueError) -> None:
        if isinstance(new, ValueError):
            self.problem.emit(Problem(code="bad_picture", message=say("bad_picture"), mend=say("bad_picture_mend")))
            return
        canvas = Canvas.find(one.document, one.file)
        if canvas is None:
            self._reports[one.key] = replace(self._reports[one.key], state="homeless")
            self._note(replace(one, pinned=True))
            self.link.pin(one.job)
            self.queue_changed.emit()
            return
        results = self.results(canvas)
        assert results is not None  # one that was asked for has an identity
        sentence = results.add(canvas, new)
        self._over(one.key)
        if one.pinned:
            self.link.unpin(one.job)
        if sentence:
            self.said.emit(sentence)
        self.queue_changed.emit()
        self.results_changed.emit()

    def _note(self, one: Pending) -> None:
        try:
            self._pending.add(one)
        except PluginError as error:
            self.said.emit(str(error))

    def _over(self, key: str) -> None:
        self._pending.remove(key)
        self._reports.pop(key, None)


def _turn(report: Report) -> tuple[bool, float]:
    """When it runs, to sort by."""
    return report.state != "running", float("inf") if report.position is None else report.position


def _selection(wish: Wish, canvas: Canvas) -> Selection | None:
    """What is selected, where that matters; for a canvas that is expanded, its new border."""
    if wish.kind in ("live", "texture", *WRITTEN):
        return None
    if wish.kind == "expand":
        if not any(wish.margins):
            raise PluginError("nothing_to_expand")
        canvas.resize(geometry.expand(canvas.bounds, *wish.margins))
        return task.border(canvas.bounds, wish.margins)
    found = canvas.selection()
    if found is None and wish.kind in task.MASKED:
        raise PluginError("no_selection")
    return Selection(*found) if found else None


def _live_picture(arrival: Arrival, shot: Shot) -> pixels.Image:
    """About as large as the model paints, in the shape of the canvas."""
    image, context = pixels.decode(arrival.outputs[0][1]), shot.context
    share = max(image.width(), image.height()) / max(context.size)
    return pixels.scaled(image, max(1, round(context.width * share)), max(1, round(context.height * share)))


def client_name(file: Path) -> str:
    """Whose jobs these are: made once, and the same after every restart."""
    if not file.exists():
        file.write_text(f"krita-{secrets.token_hex(4)}", "ascii")
    return file.read_text("ascii")
