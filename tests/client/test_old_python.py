"""Krita's Python is 3.10 and has nothing but what a plugin carries: there the client works too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studiolo_cli import install, plugin

TREE = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from lamp.vendor.studiolo_client import discovery, start
from lamp.vendor.studiolo_client.client import Client
from lamp.vendor.studiolo_contract.image import ImageRequest
from lamp.vendor.websockets import frames

assert sys.version_info[:2] == (3, 10), sys.version
assert frames.apply_mask.__module__ == "lamp.vendor.websockets.utils"
assert start.recorded_command()
data = bytes(range(256)) * 4000
with Client(discovery.recorded(), "old") as client:
    assert client.get(client.put(memoryview(data))) == data
    over = threading.Event()
    job = client.submit(ImageRequest(prompt="a lamp", model=sys.argv[2], steps=4, width=32, height=32))
    job.watch(lambda job: over.set() if job.over else None)
    assert over.wait(120)
    print(job.wait(0).outputs[0].blob.media_type)
"""


def python310():
    """A Python 3.10 of this machine, if it has one."""
    for place in (shutil.which("python3.10"), *Path.home().glob(".pyenv/versions/3.10.*/bin/python3.10")):
        if place and subprocess.run([place, "-c", ""], capture_output=True).returncode == 0:
            return str(place)
    return None


def test_a_real_python_3_10_that_has_nothing_else_speaks_to_the_daemon(running, painter, tmp_path):
    python = python310()
    if python is None:
        pytest.skip("this machine has no Python 3.10")
    (tmp_path / "plugins/krita/lamp").mkdir(parents=True)
    (tmp_path / "plugins/krita/lamp.desktop").touch()
    files, folder = install.krita_plan(tmp_path / "plugins")
    plugin.put(files, tmp_path, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [python, "-I", "-S", "-c", SCRIPT, str(tmp_path / "pykrita"), painter]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "image/png"


def test_contract_and_client_use_nothing_newer_than_python_3_10(tmp_path):
    checked = ["-p", "studiolo_contract", "-p", "studiolo_client"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--python-version", "3.10", "--cache-dir", str(tmp_path), *checked],
        cwd=TREE,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
