"""What doctor says of Python, of the machine and of host programs: each in a folder where just that is wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studiolo_cli import hosts, install, plugin, zim
from studiolo_cli.checks import machine, plugins, python
from tests.cli.test_doctor import posix, write

# ---- Python and its packages


def test_a_package_of_another_version_or_none(tmp_path, monkeypatch):
    assert [found.state for found in python.packages()] == ["ok"]
    write(tmp_path / "rich-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: rich\nVersion: 1.0\n")
    write(tmp_path / "pyproject.toml", (python.TREE / "pyproject.toml").read_text().replace('"rich>', '"nobody-has>'))
    found = next(python.packages(tmp_path))
    assert found.message == "The package nobody-has is missing."
    assert f"-m pip install -c {tmp_path / 'requirements.lock'}" in found.mend
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [found.message.split(",")[0] for found in python.packages()] == ["The package rich is 1.0 and should be <16"]


def test_an_environment_that_was_left_half_made(tmp_path):
    assert [found.state for found in python.interpreter(tmp_path)] == ["ok"]
    write(tmp_path / ".venv/studiolo.stamp", "unfinished")
    assert [found.state for found in python.interpreter(tmp_path)] == ["ok", "broken"]


def test_websockets_without_its_part_in_c(tmp_path):
    import websockets

    copy = tmp_path / "websockets"
    shutil.copytree(Path(websockets.__file__).parent, copy, ignore=shutil.ignore_patterns("speedups*", "__pycache__"))
    program = "from studiolo_cli.checks import python; print([found.state for found in python.websockets()])"
    command = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    assert subprocess.run(command, capture_output=True, text=True).stdout == "['ok']\n"
    assert subprocess.run(command, capture_output=True, text=True, env=environment).stdout == "['hint']\n"


@posix
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise ImportError('libtorch_cpu.so: cannot be opened')", "libtorch_cpu.so: cannot be opened"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "instructions that this processor does not have"),
    ],
)
def test_a_torch_that_does_not_run(tmp_path, monkeypatch, source, message):
    write(tmp_path / "torch/__init__.py", source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (found,) = machine.torch()
    assert found.state == "broken"
    assert message in found.message


@posix
def test_a_card_that_torch_was_not_built_for(tmp_path, monkeypatch):
    import torch

    if torch.version.cuda or torch.version.hip:
        pytest.skip("this torch is built for cards")
    said = (
        'case $1 in -L) echo "GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-1)";; *) echo "| CUDA Version: 12.8 |";; esac'
    )
    write(tmp_path / "nvidia-smi", f"#!/bin/sh\n{said}\n", 0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    found = list(machine.torch())[-1]
    assert found.state == "broken"
    assert "NVIDIA GeForce RTX 4090" in found.message
    assert "processors only" in found.message
    assert f"pip install --force-reinstall --no-deps torch=={torch.__version__.partition('+')[0]}" in found.mend


def test_a_proxy_that_catches_this_machine():
    states = lambda environment: {found.state for found in machine.loopback(environment)}  # noqa: E731
    assert states({}) == {"ok"}
    assert states({"HTTP_PROXY": "http://10.0.0.1:3128"}) == {"hint"}
    assert states({"HTTP_PROXY": "http://10.0.0.1:3128", "NO_PROXY": "example.org, 127.0.0.1"}) == {"ok"}


def test_little_memory():
    assert [found.state for found in machine.memory(2**40)] == ["ok"]
    assert [found.state for found in machine.memory(2**30)] == ["hint"]


# ---- host programs


@pytest.fixture
def desktop(tmp_path):
    """A person's home with Krita, Blender, Zim and Obsidian in it, and Studiolo in each of them."""
    person = tmp_path / "person"
    around = {"HOME": str(person)}
    vault = person / "Notes"
    for place in (".local/share/krita", ".config/blender/4.2", ".config/zim", "Notes/.obsidian/plugins"):
        (person / place).mkdir(parents=True)
    write(person / ".config/obsidian/obsidian.json", json.dumps({"vaults": {"1": {"path": str(vault)}}}))
    krita, folder_ = install.krita_plan(install.PLUGINS)
    plugin.put(krita, hosts.krita_folder(around), folder_)
    install.switch(hosts.krita_settings(hosts.krita_folder(around), around), folder_.name, on=True)
    for base in hosts.blender_folders(around):
        plugin.put(*_placed(install.blender_plan(install.PLUGINS), base))
    plugin.put(zim.tools(), hosts.zim_folder(around), zim.FOLDER)
    files, name = install.obsidian_plan(install.PLUGINS)
    plugin.put({name / "main.js": b"built", **files}, hosts.obsidian_folder(vault), name)
    write(vault / ".obsidian/community-plugins.json", json.dumps([name.name]))
    return person, around


def _placed(plan, base):
    return plan[0], base, plan[1]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's folders")
def test_plugins_of_another_version_or_switched_off(desktop):
    person, around = desktop
    checks = (plugins.krita, plugins.blender, plugins.obsidian, plugins.zim)
    assert [found.state for check in checks for found in check(around)] == ["ok"] * 4
    module = next((person / ".local/share/krita/pykrita").rglob("link.py"))
    module.write_text("older\n")
    next((person / ".config/blender/4.2").rglob("blender_manifest.toml")).unlink()
    tool = next((person / ".config/zim").rglob("continue*.desktop"))
    tool.write_text(tool.read_text().replace(sys.executable, "/gone/python"))
    write(person / "Notes/.obsidian/community-plugins.json", "[]")
    found = [found for check in checks for found in check(around)]
    assert [one.state for one in found] == ["broken"] * 4
    assert str(module) in found[0].message
    for one, mend in zip(found, ("install krita", "install blender", "Community plugins", "install zim"), strict=True):
        assert mend in one.mend
    write(person / ".config/kritarc", "[python]\n")
    assert "not switched on" in [found.message for found in plugins.krita(around)][-1]


def test_programs_that_are_not_here_have_no_line(tmp_path):
    around = {"HOME": str(tmp_path)}
    assert not [*plugins.krita(around), *plugins.blender(around), *plugins.obsidian(around), *plugins.zim(around)]
