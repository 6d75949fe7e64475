# SPDX-License-Identifier: GPL-3.0-or-later
"""The docker: what is set, what is on its way, what came. Puts the parts together and does what they ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from krita import DockWidget, Krita

from studiolo_client.background import Arrival, Connection
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import Problem
from studiolo_contract.events import ImageOutput, TextOutput
from studiolo_contract.recipe import Recipe
from studiolo_krita import pixels, prompts, why
from studiolo_krita.canvas import Canvas, Layer
from studiolo_krita.concepts import ConceptMenu
from studiolo_krita.controls import Controls
from studiolo_krita.dropping import Dropping
from studiolo_krita.errors import PluginError
from studiolo_krita.geometry import Bounds
from studiolo_krita.live import Live
from studiolo_krita.look import Bar, Notice, Stage, button, column, row
from studiolo_krita.overlay import Overlay
from studiolo_krita.pending import Pending
from studiolo_krita.pixels import Image
from studiolo_krita.project import ProjectMenu
from studiolo_krita.qt import QtCore, QtGui, QtWidgets
from studiolo_krita.queue_list import QueueList, state_of
from studiolo_krita.result_list import ResultList
from studiolo_krita.results import Results
from studiolo_krita.task import PAINTS, improved
from studiolo_krita.words import say
from studiolo_krita.work import WRITTEN, Work
from studiolo_krita.written import Written, kit_made

DOCKER = "studiolo"
STYLED = ("generate", "refine", "fill", "add", "variations")
"""What can take its style from a layer."""


class Docker(DockWidget):
    """One in each of Krita's windows; they share the work."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.setWindowTitle(say("studiolo"))
        self.work = work
        self.live = Live(work, self)
        self.overlay = Overlay()
        self.controls = Controls(work.folder)
        self.concepts = ConceptMenu(work.link, work.aside)
        self.project = ProjectMenu(work.link, work.aside)
        self.results = ResultList()
        self.queue = QueueList()
        self.notice = Notice()
        self.stage = Stage()
        self.written = Written()
        self.dropping = Dropping(work.aside, self.notice, self.written)
        self._live_image: tuple[Image, Bounds] | None = None
        self._lay_out()
        self._connect()
        self._show_connection()
        self._show_mode()
        if work.sentence:
            self.notice.tell(work.sentence)

    # ---- building

    def _lay_out(self) -> None:
        self._state = QtWidgets.QToolButton()
        self._state.setObjectName("connection")
        self._state.setAutoRaise(True)
        self._state.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(self._state)
        self._start = menu.addAction(say("start_daemon"), self.work.link.start_daemon)
        self._stop = menu.addAction(say("stop_daemon"), self.work.link.stop_daemon)
        menu.addSeparator()
        menu.addAction(say("manual"), _open_manual)
        menu.addAction(say("style_save"), self._save_style)
        menu.addAction(say("style_remove"), self._remove_style)
        self._state.setMenu(menu)
        self._begin = button("start_daemon", self.work.link.start_daemon)
        self._apply_live = button("apply", self.apply_live)
        self._progress = Bar()
        self._progress.hide()
        controls = self.controls
        controls.prompt.helpers.insertWidget(2, self.concepts.button)
        self._live_box = column(self.stage, row(QtWidgets.QWidget(), self._apply_live, stretch=0))
        body = column(
            row(controls.mode, controls.style_choice, self.project.button, self._begin, self._state, stretch=1),
            controls.prompt,
            controls.strength_row,
            controls.scale,
            controls.writing,
            controls.music_row,
            row(controls.go, controls.more, stretch=0),
            controls.settings,
            self._progress,
            self.notice,
            self.queue,
            self._live_box,
            self.written,
            self.results,
        )
        body.layout().setContentsMargins(6, 4, 6, 6)
        body.layout().setStretchFactor(self.results, 1)
        self.setWidget(body)

    def _connect(self) -> None:
        work, results, queue = self.work, self.results, self.queue
        self.controls.asked.connect(self.ask)
        self.controls.changed.connect(self._controls_changed)
        self.controls.mode.currentIndexChanged.connect(self._show_mode)
        self.controls.prompt.improve.connect(lambda: self.ask("improve"))
        self.concepts.words.connect(self.controls.prompt.insert)
        self.concepts.picture.connect(self.dropping.picture)
        self.project.picture.connect(self.dropping.picture)
        self.project.texture.connect(self.dropping.texture)
        self.project.palette.connect(self.dropping.palette)
        self.project.text.connect(self.dropping.text)
        self.project.compose.connect(lambda: self.ask("kit"))
        work.connection_changed.connect(self._show_connection)
        work.queue_changed.connect(self._show_queue)
        work.results_changed.connect(self._show_results)
        work.previewed.connect(results.show_preview)
        work.problem.connect(self._tell)
        work.said.connect(self.notice.tell)
        work.written.connect(self._written)
        results.chosen.connect(self.show_on_canvas)
        results.apply.connect(self.apply)
        results.discard.connect(self.discard)
        results.compare.connect(self.overlay.peek)
        results.why.connect(self.why)
        results.recipe.connect(self.copy_recipe)
        results.use_again.connect(self.use_again)
        queue.cancel.connect(work.cancel)
        queue.cancel_all.connect(work.cancel_all)
        queue.earlier.connect(work.move_up)
        queue.bring_here.connect(self._bring_here)
        self.live.came.connect(self._live_came)
        self.live.stopped.connect(self._tell)
        self.live.rate_changed.connect(lambda rate: self.controls.go.setToolTip(say("live_rate", rate=f"{rate:.1f}")))

    # ---- what a painter does

    def ask(self, kind: str) -> None:
        """Sends a job off, or says why not."""
        if kind == "live":
            self.toggle_live()
            return
        found = self._open()
        if kind == "variations" and self.results.current and found is not None:
            found[1].layer(found[0], self.results.current, lambda image, bounds: self._send(kind, (image, bounds)))
        else:
            self._send(kind)

    def _send(self, kind: str, base: tuple[Image, Bounds] | None = None) -> None:
        """`base`: what to begin from in place of what the canvas shows."""
        with self._told():
            wish = self.controls.wish(kind)  # type: ignore[arg-type]
            if not wish.prompt and kind not in ("remove", "expand", "upscale"):
                raise PluginError("no_prompt")
            if kind in PAINTS:
                prompts.check(wish.prompt)
            if kind == "music":
                self._must_have_file()
            self.controls.prompt.remember()
            self.controls.keep()
            styled = self.controls.from_layer.isChecked() and kind in STYLED
            self.work.ask(wish, styled, base)
            self.notice.hide()
            self._show_queue()

    def toggle_live(self) -> None:
        if self.live.running:
            self.live.stop()
            self.overlay.clear()
        else:
            with self._told():
                self.live.start(self.controls.wish("live"))
        self.controls.go.setText(say("live_stop" if self.live.running else "live_start"))

    def apply_live(self) -> None:
        """Makes the live picture a layer."""
        canvas = Canvas.active()
        if canvas is not None and self._live_image is not None:
            image, bounds = self._live_image
            name = say("layer_name", prompt=self.controls.prompt.text)
            self.work.aside.run(
                lambda: pixels.scaled(image, bounds.width, bounds.height),
                lambda layer: canvas.add(Layer(name, pixels.shared(layer), bounds)),
            )

    def show_on_canvas(self, picture: str) -> None:
        """Lays a result over the canvas; the document stays as it is."""
        found = self._open()
        if not picture or found is None:
            self.overlay.clear()
            return
        canvas, results = found
        entry, one = results.find(picture)
        if one.dropped:
            self.notice.tell(say("picture_gone"), say("picture_gone_mend"))
            return
        if entry.kind == "texture":
            self._live_box.show()
            results.layer(canvas, picture, lambda image, bounds: self.stage.display(image, tiled=True))
        else:
            results.layer(canvas, picture, self.overlay.display)

    def apply(self, picture: str = "") -> None:
        found, picture = self._open(), picture or self.results.current
        if found is not None and picture:
            canvas, results = found
            self.overlay.clear()
            results.apply(canvas, picture, self._show_results)

    def discard(self, picture: str = "") -> None:
        found, picture = self._open(), picture or self.results.current
        if found is not None and picture:
            self.overlay.clear()
            found[1].discard(found[0], picture)
            self._show_results()

    def why(self, picture: str) -> None:
        """What the recipe says of how the result came to be."""
        recipe = self._recipe(picture)
        if recipe is None:
            return
        box = QtWidgets.QMessageBox(QtWidgets.QMessageBox.Icon.NoIcon, say("why"), why.page(recipe), parent=self)
        box.setObjectName("why_box")
        box.setModal(False)
        box.show()

    def copy_recipe(self, picture: str) -> None:
        found = self._open()
        if found is not None:
            recipe = found[1].find(picture)[0].recipe
            with suppress(ValueError, RecursionError):  # what is no JSON is copied as it is
                recipe = json.dumps(json.loads(recipe), indent=2, ensure_ascii=False)
            QtWidgets.QApplication.clipboard().setText(recipe)
            self.notice.tell(say("recipe_copied"))

    def use_again(self, picture: str) -> None:
        found = self._open()
        if found is not None:
            entry, one = found[1].find(picture)
            self.controls.use({"prompt": entry.prompt, "seed": one.seed})

    # ---- what is shown

    def canvasChanged(self, canvas: Any) -> None:  # noqa: N802 (Krita's own name)
        self.overlay.clear()
        front = Canvas.active()
        if front is not None:
            self.work.opened(front)
        if self.live.running:
            self.live.start(self.controls.wish("live"))
        self._show_results()
        self._show_selection()

    def enterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's own name)
        self._show_selection()
        super().enterEvent(event)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:  # noqa: N802 (Qt's own name)
        if self.live.running:
            self.toggle_live()
        self.overlay.clear()
        super().hideEvent(event)

    def _show_selection(self) -> None:
        canvas = Canvas.active()
        self.controls.show_selection(canvas is not None and canvas.selection() is not None)

    def _show_mode(self) -> None:
        mode = self.controls.current_mode
        if self.live.running and mode != "live":
            self.toggle_live()
        self._live_box.setVisible(mode in ("live", "texture"))
        self._apply_live.setVisible(mode == "live")
        self.written.setVisible(mode in ("words", "music"))

    def _controls_changed(self) -> None:
        if self.live.running:
            self.live.start(self.controls.wish("live"))

    def _show_connection(self) -> None:
        connection = self.work.connection
        self._state.setText("●" if connection.connected else "○")
        self._state.setToolTip(say(_state_key(connection)))
        self._begin.setVisible(not connection.connected and not connection.starting)
        self._start.setEnabled(not connection.connected)
        self._stop.setEnabled(connection.connected)
        if connection.models:
            self.controls.show_models(connection.models)
        if connection.problem is not None:
            self._tell(connection.problem)
        elif connection.connected:
            self.notice.hide()

    def _show_queue(self) -> None:
        lines = self.work.lines
        self.queue.show_lines(lines)
        running = [line.report for line in lines if line.report.state == "running"]
        self._progress.setVisible(bool(lines))
        self._progress.display(running[0].done if running else 0, running[0].total if running else 0)
        self._show_results()

    def _show_results(self) -> None:
        canvas = Canvas.active()
        results = self.work.results(canvas) if canvas is not None else None
        if canvas is None or results is None:
            self.results.clear()
            return
        results.load_thumbnails(canvas, self._show_results)
        jobs = [
            (line.pending.key, line.pending.prompt, state_of(line.report))
            for line in self.work.lines
            if line.pending.document == canvas.known and line.pending.kind not in WRITTEN
        ]
        self.results.show_all(results.history, results.thumbnail, jobs)

    def _live_came(self, image: Image, bounds: Bounds) -> None:
        self._live_image = image, bounds
        self.stage.display(image)

    def _written(self, one: Pending, arrival: Arrival) -> None:
        texts = [output.text for output, _ in arrival.outputs if isinstance(output, TextOutput)]
        pictures = [data for output, data in arrival.outputs if isinstance(output, ImageOutput)]
        with self._told():
            if one.kind == "improve":
                self.controls.prompt.propose(improved(one.prompt, texts[0]))
            elif one.kind == "palette":
                self.written.show_palette(pixels.decode(pictures[0]))
            elif one.kind == "kit":
                self.notice.tell(kit_made(arrival))
            elif one.kind == "music":
                self.written.save_sound(arrival, one.file or self._must_have_file())
            else:
                self.written.show_text(texts[0])

    def _save_style(self) -> None:
        """What is set, under a name of the painter's."""
        name, given = QtWidgets.QInputDialog.getText(self, say("style_save"), say("style"))
        if given:
            with self._told():
                self.controls.save_style(name)

    def _remove_style(self) -> None:
        with self._told():
            self.controls.remove_style()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What a painter can't have is said in the docker, and goes no further."""
        try:
            yield
        except PluginError as error:
            self.notice.tell(error.message, error.mend)

    def _tell(self, problem: Problem) -> None:
        self.notice.tell(problem.message, problem.mend)

    def _bring_here(self) -> None:
        canvas = Canvas.active()
        if canvas is not None:
            self.work.bring_here(canvas)

    def _open(self) -> tuple[Canvas, Results] | None:
        canvas = Canvas.active()
        results = self.work.results(canvas) if canvas is not None else None
        return (canvas, results) if canvas is not None and results is not None else None

    def _recipe(self, picture: str) -> Recipe | None:
        found = self._open()
        try:
            return from_plain(Recipe, json.loads(found[1].find(picture)[0].recipe)) if found is not None else None
        except (ValueError, RecursionError):
            self.notice.tell(say("recipe_broken"))
            return None

    def _must_have_file(self) -> str:
        canvas = Canvas.active()
        if canvas is None:
            raise PluginError("no_document")
        if canvas.file is None:
            raise PluginError("save_first")
        return str(canvas.file)


def _state_key(connection: Connection) -> str:
    if connection.connected:
        return "connected"
    if connection.starting:
        return "starting"
    return "disconnected" if connection.models else "absent"


def _open_manual() -> None:
    manual = Path(__file__).with_name("Manual.html")
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(manual)))


def current() -> Docker | None:
    """The docker of the window in front."""
    window = Krita.instance().activeWindow()
    found = window.qwindow().findChild(QtWidgets.QDockWidget, DOCKER) if window is not None else None
    return found if isinstance(found, Docker) else None
