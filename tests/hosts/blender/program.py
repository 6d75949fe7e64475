"""Real Blenders with the packaged add-on in them, driven from a test: the module `bpy`, and a window.

Knows how Blender is installed, started and asked to render. Knows nothing of what the add-on does.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PIL import Image

from tests.hosts.host import Host
from tests.hosts.screen import Screen

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parents[2] / ".cache/blender"
ARTEFACTS = HERE / "artefacts"
ADDON = "studiolo_blender"
INSIDE = (HERE / "inside.py").read_text("utf-8")


def python(version: str) -> Path:
    """Of the environment that has the `bpy` of this version, if it is there."""
    return ENVIRONMENTS / version / "bin/python"


class Blender(Host):
    version: str

    def begin(self) -> None:
        """Waits until Blender is there, and brings it what the tests need."""
        self.until("value = True", patience=120)
        self.run(INSIDE)

    def empty(self) -> None:
        """A scene with nothing in it. Names that a test has taken for something else are again what they were."""
        self.run(f"{INSIDE}\nempty()")

    def render(self, name: str, size: tuple[int, int] = (160, 120), samples: int = 16) -> np.ndarray:
        """The scene by Cycles, as rows, columns and R, G, B, A from 0 to 1 as they are seen. Kept for people to see."""
        path = ARTEFACTS / f"{name}-{self.version}.png"
        path.parent.mkdir(exist_ok=True)
        self.run("render(path, *size, samples)", path=str(path), size=size, samples=samples)
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGBA"), np.float32) / 255


class Module(Blender):
    """What a headless farm has: a Python that imports `bpy`, and the add-on's folder on its path."""

    def __init__(self, version: str, folder: Path, studiolo: Path, settings: dict[str, str] | None = None) -> None:
        super().__init__(f"Blender-{version}", folder, studiolo, settings)
        self.version = version

    def start(self, *path: Path) -> None:
        """With these folders on Python's path."""
        self.launch(str(python(self.version)), "-X", "faulthandler", "-I", str(HERE / "driver.py"), *map(str, path))
        self.begin()


class Window(Blender):
    """The Blender of the system in a window, as a person has it."""

    version = "3.4"

    def __init__(self, screen: Screen, folder: Path, studiolo: Path) -> None:
        super().__init__("Blender", folder, studiolo, {"DISPLAY": screen.display, "LIBGL_ALWAYS_SOFTWARE": "1"})
        self._screen = screen
        self.press = screen.press

    def start(self) -> None:
        width, height = map(str, self._screen.size)
        place = ["--window-geometry", "0", "0", width, height]
        self.launch("blender", "--factory-startup", *place, "--python", str(HERE / "driver.py"))
        self.begin()
        # else each redraw is followed by seven more, which cost more than all tests without a graphics card
        self.run("bpy.context.preferences.system.viewport_aa = 'OFF'")
        self.press("search", "--onlyvisible", "--name", "Blender", "windowfocus")

    def install(self, package: Path) -> None:
        """The zip, as Preferences > Add-ons > Install does it."""
        self.run(
            "bpy.ops.preferences.addon_install(filepath=path); bpy.ops.preferences.addon_enable(module=name)",
            path=str(package),
            name=ADDON,
        )

    def photograph(self, name: str) -> Path:
        """The whole screen once it is painted anew, kept for people to see."""
        time.sleep(0.3)  # until what was pressed last has come
        self.run("bpy.ops.wm.redraw_timer(type='DRAW_WIN_SWAP', iterations=1)")
        return self._screen.photograph(ARTEFACTS / f"{name}.png")
