"""A screen that nobody sits at, with real keys, a real mouse, and a camera. Knows no program."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

PATH = "/usr/bin:/bin"
"""Without it a host program would take the standard library of whichever python3 comes first."""

TIED = ("setpriv", "--pdeathsig", "KILL")
"""Before a command: it ends with the process that started it, even where that is killed."""


class Screen:
    """An X server without a monitor."""

    def __init__(self, width: int = 1600, height: int = 1200) -> None:
        self.size = width, height
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            [
                *TIED,
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
        self._environment = {"PATH": PATH, "DISPLAY": self.display}
        self._wait()

    def _wait(self) -> None:
        """Until it takes callers: it tells its number a little earlier."""
        for _ in range(100):
            if subprocess.run(["xdotool", "getdisplaygeometry"], env=self._environment,
                              capture_output=True, check=False).returncode == 0:  # fmt: skip
                return
            time.sleep(0.1)
        raise AssertionError(f"No X server came up as {self.display}.")

    def photograph(self, path: Path) -> Path:
        """The whole screen as a picture."""
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(path)], env=self._environment, check=True)
        return path

    def press(self, *arguments: str) -> None:
        """Real keys and mouse: the arguments of xdotool."""
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
