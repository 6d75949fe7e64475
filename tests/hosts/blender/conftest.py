"""Real Blenders with the packaged add-on in them, a real daemon, and the starter models."""

import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import closing

import pytest

from studiolo_contract.image import ImageRequest
from studiolo_contract.music import MusicRequest
from studiolo_contract.text import TextRequest
from studiolo_contract.texture import TextureRequest
from tests.daemon.conftest import Daemon, frugal
from tests.hosts.blender.program import ADDON, Module, Window, python
from tests.hosts.blender.projected import CAMERAS, INSIDE, SCENE, SIDE, seen
from tests.hosts.screen import Screen

VERSIONS = ["4.2", "5.0", *(["4.5"] if python("4.5").exists() else [])]
"""Of the module `bpy`: the oldest with extensions, the newest that this Python has, and what else is there."""
IN_THE_NEWEST = pytest.mark.parametrize("version", ["5.0"], indirect=True, scope="session")
"""For tests of what does not depend on Blender's version and takes long."""
NEEDED = ("blender", "Xvfb", "xdotool", "import")


def need(missing):
    if missing:
        reason = f"no {', '.join(missing)} here: scripts/hosts gets it"
        pytest.fail(reason) if os.environ.get("STUDIOLO_HOSTS") == "1" else pytest.skip(reason)


@pytest.fixture(scope="session")
def home(starter_home, tmp_path_factory):
    """Studiolo's folder."""
    home = frugal(tmp_path_factory.mktemp("studiolo"))
    (home / "models").symlink_to(starter_home / "models", target_is_directory=True)
    return home


@pytest.fixture(scope="session")
def daemon(home):
    """It loads its models while Blender starts and the first tests run."""
    daemon = Daemon(home).start()
    with daemon.client("early") as client:
        client.submit(TextRequest(mode="continue", text="A lake", max_tokens=1), "a text")
        client.submit(ImageRequest(prompt="a lake", steps=1), "a picture")
        client.submit(TextureRequest(prompt="slate", steps=1), "a texture")
        client.submit(MusicRequest(prompt="calm", seconds=1), "music")
    yield daemon
    daemon.stop()


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The zip that a person installs."""
    file = tmp_path_factory.mktemp("package") / "studiolo-blender.zip"
    subprocess.run([sys.executable, "-m", "studiolo_cli", "install", "blender", "--zip", str(file)], check=True)
    return file


@pytest.fixture(scope="session")
def unpacked(package, tmp_path_factory):
    """A folder in which the add-on lies, as a farm that shares it among its machines has it: nobody may write there."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    for place in (folder / ADDON, *(folder / ADDON).rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    yield folder
    for place in ((folder / ADDON), *(folder / ADDON).rglob("*")):
        place.chmod(0o755)


@pytest.fixture(scope="session", params=VERSIONS)
def version(request):
    """Of the module `bpy`."""
    need([] if python(request.param).exists() else [f"bpy {request.param}"])
    return request.param


@pytest.fixture(scope="session")
def module(version, daemon, unpacked, tmp_path_factory):
    """Blender as a module, with the add-on registered as a farm's script does it."""
    with closing(Module(version, tmp_path_factory.mktemp(f"blender-{version}"), daemon.home)) as module:
        module.start(unpacked)
        module.run(f"import {ADDON}; {ADDON}.register()")
        yield module


@pytest.fixture(scope="session")
def seated(daemon, package, tmp_path_factory):
    """A window in which the add-on was installed and switched on."""
    need([name for name in NEEDED if shutil.which(name, path="/usr/bin:/bin") is None])
    with (
        closing(Screen(1400, 900)) as screen,
        closing(Window(screen, tmp_path_factory.mktemp("blender-window"), daemon.home)) as window,
    ):
        window.start()
        window.install(package)
        yield window


@pytest.fixture
def blender(module, request):
    """Every module `bpy` in turn, with an empty scene, and no mistake in Python meanwhile."""
    yield from begun(module, request)


@pytest.fixture
def window(seated, request):
    """Blender in a window, likewise."""
    yield from begun(seated, request)


@pytest.fixture
def inside(blender):
    """Blender with what the tests of Project do in it."""
    blender.run(INSIDE)
    return blender


@pytest.fixture(scope="session")
def views(module):
    """What the cameras of `SCENE` see of it, 0 to 1; Blender keeps it too, as VIEWS."""
    module.empty()
    module.run(INSIDE + SCENE)
    module.run("VIEWS = {name: shaded(name, side, side) for name in names}", names=CAMERAS, side=SIDE)
    return {name: seen(module, f"VIEWS[{name!r}]") for name in CAMERAS}


def begun(blender, request):
    blender.empty()
    seen = len(blender.log())
    yield blender
    if request.node.stash.get(FAILED, False) and isinstance(blender, Window):
        blender.photograph(f"failed-{request.node.name}")
    assert "Traceback" not in blender.log()[seen:]


FAILED = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
