"""A real Krita on a screen of its own with the packaged plugin in it, a real daemon, and the starter models."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from studiolo_contract.image import ImageRequest
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from tests.daemon.conftest import Daemon, frugal
from tests.hosts.krita.painter import QUICK, SLOW, Painter
from tests.hosts.krita.program import Program
from tests.hosts.screen import Screen

NEEDED = ("krita", "Xvfb", "xdotool", "import")
INSTALL = "apt-get install --no-install-recommends krita xvfb xdotool imagemagick python3-pyqt5"
ARTEFACTS = Path(__file__).with_name("artefacts")


@pytest.fixture(scope="session", autouse=True)
def krita_is_here():
    missing = [name for name in NEEDED if shutil.which(name, path="/usr/bin:/bin") is None]
    if missing:
        reason = f"no {', '.join(missing)} here: {INSTALL}"
        pytest.fail(reason) if os.environ.get("STUDIOLO_HOSTS") == "1" else pytest.skip(reason)


@pytest.fixture(scope="session")
def home(starter_home, tmp_path_factory):
    """Studiolo's folder, with two styles of the painter's own in it."""
    home = frugal(tmp_path_factory.mktemp("studiolo"))
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    (home / "krita").mkdir()
    own = [{"name": QUICK, "steps": 3}, {"name": SLOW, "steps": 30}]
    (home / "krita/styles.json").write_text(json.dumps({"styles": own}))
    return home


@pytest.fixture(scope="session")
def daemon(home):
    """It loads its models while Krita starts and the first tests run."""
    daemon = Daemon(home).start()
    with daemon.client("early") as client:
        client.submit(ImageRequest(prompt="a lake", steps=1), "a picture")
        client.submit(TextRequest(mode="continue", text="A lake", max_tokens=1), "a text")
        client.submit(MusicRequest(prompt="calm", seconds=1), "music")
    yield daemon
    daemon.stop()


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The zip that a painter imports."""
    file = tmp_path_factory.mktemp("package") / "studiolo-krita.zip"
    subprocess.run([sys.executable, "-m", "studiolo_cli", "install", "krita", "--zip", str(file)], check=True)
    return file


@pytest.fixture(scope="session")
def screen(krita_is_here):
    screen = Screen()
    yield screen
    screen.close()


@pytest.fixture(scope="session")
def program(screen, daemon, package, tmp_path_factory):
    with closing(Program(screen, tmp_path_factory.mktemp("krita"), daemon.home)) as program:
        program.install(package)
        program.start()
        yield program


@pytest.fixture(scope="session")
def seated(program):
    painter = Painter(program)
    painter.begin()
    return painter


@pytest.fixture
def painter(seated, program, request):
    """At a Krita that is connected, with no mistake in Python before and after."""
    seated.connected()
    seen = len(program.log())
    yield seated
    if request.node.stash.get(FAILED, False):
        program.photograph(ARTEFACTS / f"failed-{request.node.name}.png")
    assert seated.run("value = complaints()") == []
    assert "Traceback" not in program.log()[seen:]


FAILED = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def photograph(program):
    """Keeps how the screen looks, for people to see."""

    def photograph(name):
        time.sleep(0.3)  # until what was changed last is painted
        program.photograph(ARTEFACTS / f"{name}.png")

    return photograph
