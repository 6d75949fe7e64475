"""The plugin's client lies beside the libraries of other plugins, and neither sees the other's. In a Python that has
nothing else, with the plugin as it is packaged."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from studiolo_cli import plugin
from studiolo_cli.install import PLUGINS, krita_plan
from tests.daemon.conftest import Daemon

THEIRS = """
import sys
sys.path[:0] = sys.argv[1:3]
import websockets, websockets.frames, platformdirs
"""
LOAD = """
before = dict(sys.modules)
path = list(sys.path)
from studiolo_krita import vendored
vendored.load()
vendored.load()
assert sys.path == path
"""
SPEAK = """
from studiolo_client import discovery, line
from studiolo_client.client import Client
ours = sys.modules["studiolo_client.line"].ClientConnection
assert ours.__module__.startswith("websockets."), ours.__module__
data = bytes(range(256)) * 9000
with Client(discovery.recorded(), "beside") as client:
    assert client.get(client.put(data)) == data
    print(len(client.models()) > 0)
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """The folder of another plugin with libraries of its own, and that of ours."""
    theirs, ours = tmp_path_factory.mktemp("theirs"), tmp_path_factory.mktemp("ours")
    for name, text in (
        ("websockets/__init__.py", "whose = 'theirs'\nversion = '3.0'\n"),
        ("websockets/frames.py", "whose = 'theirs'\n"),
        ("platformdirs/__init__.py", "whose = 'theirs'\n"),
    ):
        (theirs / name).parent.mkdir(exist_ok=True)
        (theirs / name).write_text(text)
    plugin.put(*_plan(ours))
    return theirs, ours / "pykrita"


def _plan(base):
    files, folder = krita_plan(PLUGINS)
    return files, base, folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    daemon = Daemon(home).start()
    yield home
    daemon.stop()


def run(script, places, home=Path("nowhere")):
    command = [sys.executable, "-I", "-S", "-c", script, *map(str, places)]
    environment = os.environ | {"STUDIOLO_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_theirs_stay_theirs_and_ours_work(places, home):
    check = """
assert {name: sys.modules[name] for name in before} == before
assert websockets.whose == websockets.frames.whose == platformdirs.whose == "theirs"
import websockets as again, websockets.frames as frames
assert again is websockets and frames.whose == "theirs"
assert not hasattr(websockets, "sync")
"""
    done = run(THEIRS + LOAD + check + SPEAK + check, places, home)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr


def test_theirs_may_come_later(places, home):
    begin = "import sys\nsys.path[:0] = sys.argv[1:3]\n"
    check = """
assert not [name for name in sys.modules if name.split(".")[0] in vendored.SHARED]
import websockets, platformdirs
assert websockets.whose == platformdirs.whose == "theirs"
"""
    done = run(begin + LOAD + check + SPEAK, places, home)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr


def test_a_copy_without_its_client_says_so_and_harms_nobody(places, tmp_path):
    files, base, folder = _plan(tmp_path)
    without = {path: source for path, source in files.items() if PurePosixPath(folder / "vendor") not in path.parents}
    plugin.put(without, base, folder)
    script = """
from studiolo_krita import vendored
try:
    vendored.load()
except ImportError as error:
    print(error.name)
assert websockets.whose == "theirs" and sys.modules["websockets"] is websockets
"""
    done = run(THEIRS + script, (places[0], tmp_path / "pykrita"))
    assert (done.stdout.strip(), done.returncode) == ("studiolo_client", 0), done.stderr
