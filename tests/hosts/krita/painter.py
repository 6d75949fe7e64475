"""A painter at a real Krita: what a person does with the docker, and what they see. Knows how the plugin is used; knows
nothing of how it works. Pictures are arrays of rows, columns and R, G, B, A from 0 to 255."""

from __future__ import annotations

import tempfile
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.hosts.krita.program import Program

INSIDE = Path(__file__).with_name("inside.py")
SRGB = "sRGB-elle-V2-srgbtrc.icc"
QUICK = "quick"
"""A style of the painter's own with few steps, for where it does not matter how good a picture is."""
SLOW = "slow"
"""One with many steps, for what has to happen meanwhile."""


def landscape(width: int, height: int) -> np.ndarray:
    """A calm picture: soft slopes of colour, and a disc."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., 0] = 60 + 80 * x / width
    picture[..., 1] = 120 + 60 * y / height
    picture[..., 2] = 190 - 70 * y / height
    picture[..., 3] = 255
    picture[np.hypot(x - width * 0.3, y - height * 0.3) < min(width, height) * 0.1] = 240, 220, 120, 255
    return picture


def decoded(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("RGBA"))


class Painter:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.run, self.until, self.press = program.run, program.until, program.press

    def begin(self) -> None:
        """Once Krita is up: the docker in sight, and the daemon found."""
        self.run(INSIDE.read_text("utf-8"))
        self.run("tidy()")
        self.until("fill_screen(); value = KRITA.activeWindow().qwindow().geometry() == screen()")

    def connected(self) -> None:
        """Waits until the daemon was found."""
        self.until("value = current().work.connection.connected")

    # ---- documents

    def document(self, width: int = 256, height: int = 256, model: str = "RGBA", depth: str = "U8",
                 profile: str = SRGB, data: bytes | None = None) -> None:  # fmt: skip
        """A new document and no other; `data` are its pixels as Krita keeps them, else it is a landscape."""
        if data is None:
            data = landscape(width, height)[..., [2, 1, 0, 3]].tobytes()
        self.run("close_all()")
        self.another(width, height, model, depth, profile, data)

    def another(self, width: int, height: int, model: str, depth: str, profile: str, data: bytes) -> None:
        """A new document beside those that are open."""
        pixels = b64encode(data).decode()
        self.run(f"open_document({width}, {height}, {model!r}, {depth!r}, {profile!r}, {pixels!r})")
        self.until("value = active() is not None")

    def state(self) -> list[Any]:
        """The document as it is; equal to an earlier one only if nothing at all has changed."""
        return self.run("value = state()")

    def layers(self) -> list[str]:
        """The names of the uppermost layers, the lowest first."""
        return self.run("value = [node.name() for node in active().topLevelNodes()]")

    def data(self, layer: int | None = None, x: int = 0, y: int = 0, width: int = 0, height: int = 0) -> bytes:
        """What is seen, or one layer by its place, as Krita keeps it."""
        node = "None" if layer is None else f"active().topLevelNodes()[{layer}]"
        return b64decode(self.run(f"value = read({node}, {x}, {y}, {width}, {height})"))

    def pixels(self, layer: int | None = None) -> np.ndarray:
        """The same of an 8-bit RGBA document as a picture."""
        width, height = self.run("value = [active().width(), active().height()]")
        return np.frombuffer(self.data(layer), np.uint8).reshape(height, width, 4)[..., [2, 1, 0, 3]]

    def on_screen(self, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Where on the screen these pixels of the document are seen."""
        return self.run(f"""
            from studiolo_krita import overlay
            area = overlay.canvas_area()
            view = (*overlay._view(), area.horizontalScrollBar().value(), area.verticalScrollBar().value())
            turned = overlay.transform(*view)
            points = [turned.map(QtCore.QPointF(x + 0.5, y + 0.5)).toPoint() for x, y in {places!r}]
            value = [(p.x(), p.y()) for p in map(area.viewport().mapToGlobal, points)]
        """)

    def screen(self, places: list[tuple[int, int]]) -> np.ndarray:
        """The colours that a person sees at these pixels of the document, R, G, B each."""
        with tempfile.TemporaryDirectory() as folder:
            seen = np.asarray(Image.open(self.program.photograph(Path(folder) / "screen.png")).convert("RGB"))
        return np.array([seen[y, x] for x, y in self.on_screen(places)]).astype(int)

    # ---- asking

    def set(self, prompt: str = "", style: str = QUICK, mode: str = "paint", strength: int = 100, seed: int | None = 7,
            batch: int = 1, grow: int = 4, feather: int = 12) -> None:  # fmt: skip
        """The docker's controls, all of them."""
        self.run(f"""
            controls = current().controls
            controls.prompt.text = {prompt!r}
            controls.style_choice.setCurrentText({style!r})
            controls.mode.setCurrentIndex(controls.mode.findData({mode!r}))
            controls.strength.setValue({strength})
            controls.lock.setChecked({seed is not None})
            controls.seed.setText({str(seed or "")!r})
            controls.batch.setValue({batch})
            controls.grow.setValue({grow})
            controls.feather.setValue({feather})
            current().notice.hide()
        """)

    def ask(self, kind: str) -> None:
        self.run(f"current().ask({kind!r})")

    def under_way(self, kind: str, prompt: str, **settings: Any) -> None:
        """Asks, and waits until the model is at it."""
        self.set(prompt, **settings)
        self.ask(kind)
        self.until("value = any(line.report.done > 1 for line in current().work.lines)")

    def results(self, kind: str, prompt: str = "", **settings: Any) -> list[str]:
        """Asks, waits, and gives the names of the pictures that came."""
        before = self.run("value = [entry.id for entry in entries()]")
        self.set(prompt, **settings)
        self.ask(kind)
        return self.arrival(before)

    def arrival(self, before: list[str], patience: float = 90) -> list[str]:
        """Waits for a result that was not there before."""
        came = self.until(
            f"""
            new = [entry for entry in entries() if entry.id not in {before!r}]
            over = not current().work.lines and shown()
            value = [one.id for one in new[-1].pictures] if new else [shown()] if over else None
            """,
            patience,
        )
        names = self.run("value = [one.id for entry in entries() for one in entry.pictures]")
        assert set(came) <= set(names), f"The docker says: {came[0]}"
        return came

    def picture(self, name: str) -> np.ndarray:
        """A result as it came."""
        return decoded(b64decode(self.run(f"value = picture({name!r})")))

    def apply(self, name: str) -> None:
        """Makes it a layer, and waits for that."""
        self.run(f"current().results.choose({name!r}); current().apply({name!r})")
        self.until(f"value = any(one.applied for entry in entries() for one in entry.pictures if one.id == {name!r})")

    # ---- undo

    def activate(self) -> None:
        """Gives Krita's window the keyboard: no window manager does, nor gives it back after a menu."""
        window = self.run("""
            window = KRITA.activeWindow().qwindow()
            QtWidgets.QApplication.setActiveWindow(window)
            value = int(window.winId())
        """)
        self.press("windowfocus", str(window))

    def undo(self) -> None:
        self.run("act('edit_undo')")

    def redo(self) -> None:
        self.run("act('edit_redo')")

    def becomes(self, state: list[Any]) -> None:
        """Krita undoes in its own time: waits until the document is as it was."""
        for _ in range(50):
            now = self.state()
            if now == state:
                return
        assert now == state
