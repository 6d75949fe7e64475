# SPDX-License-Identifier: GPL-3.0-or-later
"""What is set in the docker, as a wish. Knows widgets and presets; knows no canvas and no job."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

from krita import Krita

from studiolo_contract.wire import ModelInfo
from studiolo_krita import styles
from studiolo_krita.look import button, column, label, row, tip
from studiolo_krita.prompt_edit import PromptEdit
from studiolo_krita.qt import QtCore, QtWidgets, Signal
from studiolo_krita.task import Kind, Wish
from studiolo_krita.words import NAMES, name_of, say

MODES = ("paint", "live", "texture", "upscale", "words", "music")
PAINTING: tuple[Kind, ...] = ("generate", "refine", "fill", "add", "remove", "background", "expand", "variations")
NATIVE = 1024
"""Side of the square that a model was taught on where it does not say."""
LIVE_STEPS = 6
"""Denoising steps of a live picture: about as fast as the eye asks, and still the picture that was meant."""


class Controls(QtWidgets.QWidget):
    asked = Signal(str)
    """A kind of job."""
    changed = Signal()

    def __init__(self, folder: Path) -> None:
        """`folder` keeps the painter's own prompts and styles."""
        super().__init__()
        self._own_styles = folder / "styles.json"
        self._models: tuple[ModelInfo, ...] = ()
        self._selected = False
        self.mode = QtWidgets.QComboBox()
        self.mode.setObjectName("mode")
        for mode in MODES:
            self.mode.addItem(say(mode), mode)
        self.style_choice = QtWidgets.QComboBox()
        self.style_choice.setToolTip(say("style"))
        self.style_choice.setObjectName("style")
        self.prompt = PromptEdit(folder / "prompts.json")
        self.prompt.submitted.connect(lambda: self.asked.emit(self.main_kind))
        self.prompt.changed.connect(self.changed)
        self._strength()
        self._settings()
        self.go = QtWidgets.QToolButton()
        self.go.setObjectName("go")
        self.go.setSizePolicy(QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Preferred)
        self.go.setMinimumHeight(30)
        self.go.clicked.connect(lambda: self.asked.emit(self.main_kind))
        self._menu = QtWidgets.QMenu(self.go)
        for kind in PAINTING:
            action = self._menu.addAction(name_of(kind))
            action.setToolTip(tip(NAMES.get(kind, kind)))
            action.triggered.connect(lambda checked=False, kind=kind: self.asked.emit(kind))
        self.mode.currentIndexChanged.connect(self._show_mode)
        self._read_styles("")
        self._recall()
        self._show_mode()

    def _strength(self) -> None:
        self.strength = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        self.strength.setObjectName("strength")
        self.strength.setRange(1, 100)
        self.strength.setValue(100)
        self.strength.setToolTip(say("strength_tip"))
        self._share = label("100 %")
        self._share.setMinimumWidth(self._share.fontMetrics().horizontalAdvance("100 %"))
        self.strength.valueChanged.connect(self._strength_changed)
        self.strength_row = column(row(label(say("strength")), self.strength, self._share, stretch=1))

    def _settings(self) -> None:
        """What is folded away: seed, batch, edges of selections, margins, style from a layer, model."""
        self.seed = QtWidgets.QLineEdit()
        self.seed.setObjectName("seed")
        self.seed.setText(str(random.getrandbits(32)))
        self.lock = QtWidgets.QCheckBox(say("seed_lock"))
        self.lock.setObjectName("seed_lock")
        self.lock.setToolTip(say("seed_lock_tip"))
        self.batch = _number(1, 8, 1, "batch")
        self.grow = _number(0, 512, 4, "grow")
        self.feather = _number(0, 512, 12, "feather")
        self.from_layer = QtWidgets.QCheckBox(say("style_layer"))
        self.from_layer.setObjectName("style_layer")
        self.from_layer.setToolTip(say("style_layer_tip"))
        self.style_strength = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        self.style_strength.setRange(0, 100)
        self.style_strength.setValue(60)
        self.style_strength.setToolTip(say("style_strength"))
        self.model = QtWidgets.QComboBox()
        self.model.setToolTip(say("model"))
        self.margins = [_number(0, 2048, 64, side) for side in ("left", "top", "right", "bottom")]
        self.more = button("more", self._fold)
        self.more.setCheckable(True)
        self.settings = column(
            row(label(say("seed")), self.seed, self.lock, stretch=1),
            row(label(say("batch")), self.batch, label(say("grow")), self.grow, label(say("feather")), self.feather),
            row(self.from_layer, self.style_strength, stretch=1),
            row(label(say("expand_canvas")), *self.margins),
            row(label(say("model")), self.model, stretch=1),
        )
        self.settings.hide()
        self.writing = QtWidgets.QComboBox()
        self.writing.setObjectName("writing")
        for kind in ("caption", "title", "palette"):
            self.writing.addItem(say(kind), kind)
        self.writing.currentIndexChanged.connect(lambda: self._label())
        self.scale = QtWidgets.QComboBox()
        self.scale.setObjectName("scale")
        for factor, key in ((2, "twice"), (4, "four_times")):
            self.scale.addItem(say(key), factor)
        self.seconds = _number(1, 600, 30, "seconds")
        self.loop = QtWidgets.QCheckBox(say("loop"))
        self.music_row = column(row(label(say("seconds")), self.seconds, self.loop, QtWidgets.QWidget(), stretch=3))

    # ---- what is asked

    @property
    def current_mode(self) -> str:
        return str(self.mode.currentData())

    @property
    def main_kind(self) -> str:
        """What the large button does just now."""
        mode = self.current_mode
        if mode == "paint":
            if self.strength.value() < 100:
                return "refine"
            return "fill" if self._selected else "generate"
        if mode == "words":
            return str(self.writing.currentData())
        return mode

    def wish(self, kind: Kind) -> Wish:
        """Everything that is set, for a job of this kind. A seed that is not locked is drawn anew and shown."""
        if not self.lock.isChecked() and kind != "live":
            self.seed.setText(str(random.getrandbits(32)))
        style = self.chosen_style
        chosen = self._model(style)
        left, top, right, bottom = (margin.value() for margin in self.margins)
        native = (chosen.native if chosen is not None else None) or NATIVE
        return Wish(
            kind=kind,
            prompt=self.prompt.text,
            negative=", ".join(filter(None, (self.prompt.negative.text().strip(), style.negative))),
            pattern=style.prompt,
            model=style.model or str(self.model.currentData() or ""),
            native=native,
            steps=LIVE_STEPS if kind == "live" else style.steps,
            guidance_scale=style.guidance_scale,
            scheduler=style.scheduler,
            strength=self.strength.value() / 100,
            seed=self._seed(),
            batch=self.batch.value() if kind in PAINTING else 1,
            grow=self.grow.value(),
            feather=self.feather.value(),
            scale=4 if self.scale.currentData() == 4 else 2,
            margins=(left, top, right, bottom),
            style_strength=self.style_strength.value() / 100,
            seconds=float(self.seconds.value()),
            loop=self.loop.isChecked(),
        )

    @property
    def chosen_style(self) -> styles.Style:
        return self._styles[max(0, self.style_choice.currentIndex())]

    def show_models(self, models: tuple[ModelInfo, ...]) -> None:
        """Which of them can paint here."""
        self._models = tuple(model for model in models if model.kind == "image" and model.installed)
        kept = self.model.currentData()
        self.model.clear()
        self.model.addItem(say("model_default"), "")
        for model in self._models:
            self.model.addItem(model.name, model.name)
        self.model.setCurrentIndex(max(0, self.model.findData(kept)))

    def show_selection(self, selected: bool) -> None:
        self._selected = selected
        self._label()

    def use(self, wish: dict[str, object]) -> None:
        """The settings of an earlier result."""
        self.prompt.text = str(wish.get("prompt", ""))
        if wish.get("seed") is not None:
            self.seed.setText(str(wish["seed"]))
            self.lock.setChecked(True)

    def keep(self) -> None:
        """Remembers everything for the next time."""
        plain = {
            "prompt": self.prompt.text,
            "negative": self.prompt.negative.text(),
            "style": self.chosen_style.name,
            "mode": self.current_mode,
            "strength": self.strength.value(),
            "numbers": [box.value() for box in (self.batch, self.grow, self.feather, self.seconds, *self.margins)],
        }
        Krita.instance().writeSetting("studiolo", "controls", json.dumps(plain))

    def _recall(self) -> None:
        try:
            plain = json.loads(Krita.instance().readSetting("studiolo", "controls", "{}"))
            self.prompt.text = plain.get("prompt", "")
            self.prompt.negative.setText(plain.get("negative", ""))
            self.style_choice.setCurrentText(plain.get("style", ""))
            self.mode.setCurrentIndex(max(0, self.mode.findData(plain.get("mode", "paint"))))
            self.strength.setValue(plain.get("strength", 100))
            boxes = (self.batch, self.grow, self.feather, self.seconds, *self.margins)
            for box, value in zip(boxes, plain.get("numbers", ()), strict=False):
                box.setValue(value)
        except (ValueError, TypeError, AttributeError):
            self.strength.setValue(100)  # settings that another version wrote: begin anew

    def _seed(self) -> int:
        text = self.seed.text().strip()
        if not (text.isdigit() and int(text) < 2**32):
            self.seed.setText(str(random.getrandbits(32)))
        return int(self.seed.text())

    def _model(self, style: styles.Style) -> ModelInfo | None:
        name = style.model or self.model.currentData()
        fitting = [model for model in self._models if (model.name == name if name else model.default)]
        return fitting[0] if fitting else None

    def _read_styles(self, chosen: str) -> None:
        self._styles, _ = styles.read(self._own_styles)
        self.style_choice.clear()
        self.style_choice.addItems([style.name for style in self._styles])
        self.style_choice.setCurrentIndex(max(0, self.style_choice.findText(chosen)))

    def save_style(self, name: str) -> None:
        """Keeps the chosen style with the negative prompt and the model of now. Raises PluginError if it can't be."""
        wish = self.wish("generate")
        styles.add(self._own_styles, replace(self.chosen_style, name=name, negative=wish.negative, model=wish.model))
        self._read_styles(name)

    def remove_style(self) -> None:
        """Forgets the chosen style. Raises PluginError for one that came with the plugin."""
        styles.remove(self._own_styles, self.chosen_style.name)
        self._read_styles("")

    # ---- how it looks

    def _fold(self) -> None:
        self.settings.setVisible(self.more.isChecked())

    def _strength_changed(self, value: int) -> None:
        self._share.setText(f"{value} %")
        self._label()
        self.changed.emit()

    def _label(self) -> None:
        self.go.setText(name_of(self.main_kind) if self.current_mode != "live" else say("live_start"))

    def _show_mode(self) -> None:
        mode = self.current_mode
        self.strength_row.setVisible(mode in ("paint", "live"))
        self.scale.setVisible(mode == "upscale")
        self.writing.setVisible(mode == "words")
        self.music_row.setVisible(mode == "music")
        popup = QtWidgets.QToolButton.ToolButtonPopupMode
        self.go.setMenu(self._menu if mode == "paint" else None)
        self.go.setPopupMode(popup.MenuButtonPopup if mode == "paint" else popup.DelayedPopup)
        hints = {"texture": "surface_hint", "music": "brief_hint", "words": "mood_hint"}
        self.prompt.field.setPlaceholderText(say(hints.get(mode, "prompt_hint")))
        self._label()
        self.changed.emit()


def _number(least: int, most: int, value: int, key: str) -> QtWidgets.QSpinBox:
    box = QtWidgets.QSpinBox()
    box.setObjectName(key)
    box.setRange(least, most)
    box.setValue(value)
    box.setToolTip(tip(key))
    box.setAccessibleName(say(key))
    return box
