"""A real Krita on a screen of its own, with the packaged plugin in it, driven from a test.

Knows how Krita is installed, started, spoken to and photographed. Knows nothing of what the plugin does.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import textwrap
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
IMPORTER = Path("/usr/share/krita/pykrita")
PATH = "/usr/bin:/bin"
"""Without it Krita would take the standard library of whichever python3 comes first."""


class Screen:
    """An X server without a monitor."""

    def __init__(self, width: int = 1600, height: int = 1200) -> None:
        self.size = width, height
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(writing,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.display = f":{answer.readline().strip()}"
        self._wait()

    def _wait(self) -> None:
        """Until it takes callers: it tells its number a little earlier."""
        for _ in range(100):
            if subprocess.run(["xdotool", "getdisplaygeometry"], env={"PATH": PATH, "DISPLAY": self.display},
                              capture_output=True, check=False).returncode == 0:  # fmt: skip
                return
            time.sleep(0.1)
        raise AssertionError(f"No X server came up as {self.display}.")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


class Program:
    """Krita with a home of its own; `studiolo` is the folder of the daemon that its plugin finds."""

    def __init__(self, screen: Screen, folder: Path, studiolo: Path, settings: dict[str, str] | None = None) -> None:
        self._screen = screen
        self.folder = folder
        self.data = folder / "share/krita"
        # a socket's name may have no more than about a hundred characters
        self._runtime = Path(tempfile.mkdtemp(prefix="studiolo-krita-"))
        self._environment = {
            "PATH": PATH,
            "DISPLAY": screen.display,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "TMPDIR": str(self._runtime),
            "LANG": "C.UTF-8",
            "STUDIOLO_HOME": str(studiolo),
            "STUDIOLO_DRIVER": str(self._runtime / "driver"),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("share/krita/pykrita", "config", "cache"):
            (folder / name).mkdir(parents=True, exist_ok=True)
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

    def start(self, *files: Path, patience: float = 60.0) -> None:
        """Returns when the plugins are loaded and the first window is there."""
        (self._runtime / "driver").unlink(missing_ok=True)
        with (self.folder / "krita.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["krita", "--nosplash", *map(str, files)],
                env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.until("value = Krita.instance().activeWindow() is not None", patience)
        width, height = self._screen.size
        self.run(f"Krita.instance().activeWindow().qwindow().setGeometry(0, 0, {width}, {height})")

    def run(self, code: str) -> Any:
        """What this Python leaves in `value`, run on Krita's GUI thread; its names last from one call to the next."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(120)
            connection.connect(self._environment["STUDIOLO_DRIVER"])
            with connection.makefile("rw", encoding="utf-8") as lines:
                lines.write(json.dumps(textwrap.dedent(code)) + "\n")
                lines.flush()
                line = lines.readline()
        assert line, f"Krita ended: {self.log()[-4000:]}"
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"Krita said:\n{answer['error']}")
        return answer["value"]

    def until(self, code: str, patience: float = 60.0) -> Any:
        """The first value that is true, asked for again and again."""
        end = time.monotonic() + patience
        problem: Exception | None = None
        while time.monotonic() < end:
            assert self._process is not None
            assert self._process.poll() is None, f"Krita ended: {self.log()[-4000:]}"
            try:
                value = self.run(code)
                if value:
                    return value
            except OSError as error:
                problem = error
            time.sleep(0.1)
        raise AssertionError(f"Waited {patience:g} s in vain for: {code}\n{problem or ''}\n{self.log()[-4000:]}")

    def log(self) -> str:
        """All that Krita and its plugins have printed."""
        return (self.folder / "krita.log").read_text("utf-8", "replace")

    def photograph(self, path: Path) -> Path:
        """The whole screen as a picture."""
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(path)], env=self._environment, check=True)
        return path

    def press(self, *arguments: str) -> None:
        """Real keys and mouse: the arguments of xdotool."""
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        """Ends the process at once, as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._runtime, ignore_errors=True)
