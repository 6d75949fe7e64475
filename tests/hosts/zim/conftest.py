"""A real Zim on a screen of its own with our tools in it, a real daemon, and the starter text model."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from studiolo_contract.text import TextRequest
from tests.daemon.conftest import Daemon, frugal
from tests.hosts.host import Host
from tests.hosts.screen import Screen

NEEDED = ("zim", "Xvfb", "xdotool", "import")
ARTEFACTS = Path(__file__).with_name("artefacts")
HEADERS = "Content-Type: text/x-zim-wiki\nWiki-Format: zim 0.6\nCreation-Date: 2026-11-29T21:00:00+00:00\n\n"
"""What Zim writes at the beginning of every page."""
PAGE = 400, 400
"""Somewhere on the page."""


class Zim(Host):
    """Zim with a notebook of its own, and a person's hands."""

    def __init__(self, screen: Screen, folder: Path, studiolo: Path) -> None:
        super().__init__("Zim", folder, studiolo, {"DISPLAY": screen.display, "NO_AT_BRIDGE": "1"})
        self._screen = screen
        self.notebook = folder / "notebook"
        self.notebook.mkdir()
        (self.notebook / "notebook.zim").write_text("[Notebook]\nname=Drafts\nversion=0.7\n")

    def install(self, *arguments: str) -> None:
        """The command that a person types."""
        (self.folder / "config/zim").mkdir(exist_ok=True)
        command = [sys.executable, "-P", "-m", "studiolo_cli", "install", "zim", *arguments]
        subprocess.run(command, env=os.environ | self._environment | {"PATH": os.environ["PATH"]}, check=True)

    def file(self, page: str) -> Path:
        return self.notebook / f"{page}.txt"

    def text(self, page: str) -> str:
        """The page as it is on the disk, without Zim's headers."""
        return self.file(page).read_text("utf-8").partition("\n\n")[2]

    def open(self, page: str, text: str) -> None:
        """Starts it with a page of this text, and returns when that is seen."""
        self.file(page).write_text(HEADERS + text, "utf-8")
        self.launch("zim", "--standalone", "--verbose", str(self.notebook), page)
        self.wait(self.windows, "window")
        time.sleep(1.0)  # until it hears keys
        self.press("mousemove", *map(str, PAGE), "click", "1")

    def windows(self) -> int:
        """How many are seen, dialogs included."""
        seen = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--class", "zim"],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return len(seen.stdout.split())

    def press(self, *arguments: str) -> None:
        self._screen.press(*arguments)
        time.sleep(0.3)  # Zim draws menus and selections in its own time

    def choose(self, tool: str) -> None:
        """One of ours in the menu Tools, where they are the last but one and the last but two."""
        self.press("key", "alt+t")
        for _ in range({"Rewrite": 2, "Continue": 3}[tool]):
            self.press("key", "Up")
        self.photograph(f"menu-{tool.lower()}")
        self.press("key", "Return")

    def photograph(self, name: str) -> None:
        time.sleep(0.5)  # until what was changed last is painted
        self._screen.photograph(ARTEFACTS / f"{name}.png")

    def wait(self, true, what: str, patience: float = 120.0):
        """The first value that is true."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if value := true():
                return value
            time.sleep(0.2)
        self.photograph(f"failed-{what}")
        raise AssertionError(f"Waited {patience:g} s in vain for: {what}\n{self.log()[-4000:]}")


@pytest.fixture(scope="session")
def daemon(starter_home, tmp_path_factory):
    missing = [name for name in NEEDED if shutil.which(name, path="/usr/bin:/bin") is None]
    if missing:
        reason = f"no {', '.join(missing)} here: scripts/hosts gets it"
        pytest.fail(reason) if os.environ.get("STUDIOLO_HOSTS") == "1" else pytest.skip(reason)
    home = frugal(tmp_path_factory.mktemp("studiolo"))
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    daemon = Daemon(home).start()
    with daemon.client("early") as client:  # loads the model while Zim starts
        client.submit(TextRequest(mode="continue", text="A lake", max_tokens=1), "a text")
    yield daemon
    daemon.stop()


@pytest.fixture
def zim(daemon, tmp_path):
    with closing(Screen(1000, 700)) as screen, closing(Zim(screen, tmp_path, daemon.home)) as zim:
        zim.install()
        yield zim
