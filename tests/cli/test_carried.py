"""The client inside a plugin is a part of it: other plugins' copies of the same libraries lie beside it, and neither
sees the other's. In a Python that has nothing else, with the plugins as they are packaged."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from studiolo_cli import carried, plugin
from studiolo_cli.install import PLUGINS, blender_plan, krita_plan
from studiolo_contract.errors import StudioloError
from tests.daemon.conftest import Daemon

BEGIN = """
import sys
from importlib import import_module
from pkgutil import walk_packages
sys.path[:0] = sys.argv[1:3]
vendor = sys.argv[3] + ".vendor"
"""
THEIRS = """
import websockets, websockets.frames, platformdirs
before = dict(sys.modules)
"""
LOAD = """
path = list(sys.path)
for name in ("studiolo_contract", "studiolo_client"):
    package = import_module(f"{vendor}.{name}")
    for module in walk_packages(package.__path__, package.__name__ + "."):
        import_module(module.name)
assert sys.path == path
"""
SPEAK = """
discovery = import_module(vendor + ".studiolo_client.discovery")
data = bytes(range(256)) * 9000
with import_module(vendor + ".studiolo_client.client").Client(discovery.recorded(), "beside") as client:
    assert client.get(client.put(data)) == data
    print(len(client.models()) > 0)
"""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """The folder of another plugin, with libraries of its own."""
    folder = tmp_path_factory.mktemp("theirs")
    for name, text in (
        ("websockets/__init__.py", "whose = 'theirs'\nversion = '3.0'\n"),
        ("websockets/frames.py", "whose = 'theirs'\n"),
        ("platformdirs/__init__.py", "whose = 'theirs'\n"),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module", params=["krita", "blender"])
def ours(request, tmp_path_factory):
    """Where our plugin lies, and by which name its program loads it."""
    base = tmp_path_factory.mktemp("ours")
    files, folder = krita_plan(PLUGINS) if request.param == "krita" else blender_plan(PLUGINS)
    if request.param == "krita":
        plugin.put(files, base, folder)
        return base / "pykrita", folder.name
    plugin.put(files, base / "bl_ext/user_default", folder)
    return base, f"bl_ext.user_default.{folder.name}"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    daemon = Daemon(home).start()
    yield home
    daemon.stop()


def run(script, theirs, ours, home=Path("nowhere")):
    command = [sys.executable, "-I", "-S", "-c", BEGIN + script, str(theirs), *map(str, ours)]
    environment = os.environ | {"STUDIOLO_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_theirs_stay_theirs_and_ours_work(theirs, ours, home):
    check = """
assert {name: sys.modules[name] for name in before} == before
assert websockets.whose == websockets.frames.whose == platformdirs.whose == "theirs"
import websockets as again, websockets.frames as frames
assert again is websockets and frames.whose == "theirs"
assert not hasattr(websockets, "sync")
"""
    done = run(THEIRS + LOAD + check + SPEAK + check, theirs, ours, home)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr


def test_theirs_may_come_later(theirs, ours, home):
    check = f"""
assert not [name for name in sys.modules if name.split(".")[0] in {set(carried.NAMES)!r}]
import websockets, platformdirs
assert websockets.whose == platformdirs.whose == "theirs"
"""
    done = run(LOAD + check + SPEAK, theirs, ours, home)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr


def test_nothing_in_a_packaged_plugin_names_the_client_but_as_its_own_part():
    for plan in (krita_plan, blender_plan):
        files, folder = plan(PLUGINS)
        for path, data in files.items():
            if path.suffix == ".py":
                assert carried.inside(data, path.relative_to(folder)) == data, path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from studiolo_client import discovery, start", "from {}vendor.studiolo_client import discovery, start"),
        ("import platformdirs", "from {}vendor import platformdirs"),
        ("import annotated_types as at", "from {}vendor import annotated_types as at"),
        ("from  websockets.sync.client import (connect)", "from {}vendor.websockets.sync.client import (connect)"),
    ],
)
@pytest.mark.parametrize(
    ("path", "dots"), [("link.py", "."), ("scenes/scening.py", ".."), ("vendor/studiolo_client/line.py", "...")]
)
def test_an_import_of_the_client(line, expected, path, dots):
    source = f'"""A word: é."""\nif True:\n    {line}  # why\nimport os, websocketsy\nfrom .x import studiolo_client\n'
    done = carried.inside(source.encode(), PurePosixPath(path)).decode()
    assert done == source.replace(line, expected.format(dots))


@pytest.mark.parametrize("line", ["import websockets.frames", "import os, platformdirs", "import platformdirs, os"])
def test_an_import_without_a_relative_form_is_refused(line):
    with pytest.raises(StudioloError, match=r"link\.py, line 2"):
        carried.inside(f"\n{line}\n".encode(), PurePosixPath("link.py"))
