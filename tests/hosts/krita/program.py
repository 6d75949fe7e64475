"""A real Krita on a screen of its own, with the packaged plugin in it, driven from a test.

Knows how Krita is installed and started. Knows nothing of what the plugin does.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.hosts.host import Host
from tests.hosts.screen import PATH, Screen

HERE = Path(__file__).resolve().parent
IMPORTER = Path("/usr/share/krita/pykrita")


class Program(Host):
    """Krita with a home of its own; `studiolo` is the folder of the daemon that its plugin finds."""

    def __init__(self, screen: Screen, folder: Path, studiolo: Path, settings: dict[str, str] | None = None) -> None:
        its_own = {"DISPLAY": screen.display, "LIBGL_ALWAYS_SOFTWARE": "1"}
        super().__init__("Krita", folder, studiolo, its_own | (settings or {}))
        self._screen = screen
        self.photograph, self.press = screen.photograph, screen.press
        self.data = folder / "share/krita"
        shutil.copytree(HERE / "driver", self.data / "pykrita", dirs_exist_ok=True)
        (folder / "config/kritarc").write_text(
            "[python]\nenable_studiolo_driver=true\nenable_studiolo_krita=true\n"
            "[theme]\nTheme=Krita dark\n[MainWindow]\nState=\n[General]\nFirstRun=false\nEnableSingleApplication=false\n"
        )

    def install(self, package: Path) -> None:
        """The zip, by Krita's own importer (Tools > Scripts > Import Python Plugin)."""
        subprocess.run(
            [
                "/usr/bin/python3",
                str(IMPORTER / "plugin_importer/plugin_importer.py"),
                str(package),
                str(self.data),
            ],
            env={"PATH": PATH},
            check=True,
            capture_output=True,
        )

    def start(self, *files: Path, patience: float = 180.0) -> None:
        """Returns when the plugins are loaded and the first window is there."""
        self.launch("krita", "--nosplash", *map(str, files))
        self.until("value = Krita.instance().activeWindow() is not None", patience)
        width, height = self._screen.size
        self.run(f"Krita.instance().activeWindow().qwindow().setGeometry(0, 0, {width}, {height})")
