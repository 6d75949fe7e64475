"""The page about licences names everything that it must."""

import re
import tomllib
from pathlib import Path, PurePosixPath

import pytest

from studiolo.models.catalogue import catalogue
from studiolo_cli.install import PLUGINS, blender_plan, krita_plan

TREE = Path(__file__).resolve().parents[1]
PAGE = (TREE / "docs" / "licences.md").read_text(encoding="utf-8")


def test_every_direct_dependency_has_a_line():
    project = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    names = {re.match(r"[A-Za-z0-9._-]+", line)[0] for line in wanted if not line.startswith("studiolo[")}
    assert [name for name in sorted(names) if not re.search(rf"^\| {re.escape(name)}\b", PAGE, re.MULTILINE)] == []


def test_every_licence_of_the_catalogue_is_explained():
    assert [entry.name for entry in catalogue().values() if entry.licence.partition(", with")[0] not in PAGE] == []


def test_the_licence_itself_is_there():
    assert "Apache License" in (TREE / "LICENSE").read_text(encoding="utf-8")


@pytest.fixture(params=[krita_plan, blender_plan])
def packed(request):
    return request.param(PLUGINS)


def test_a_plugin_carries_its_own_and_those_of_what_it_brings(packed):
    files, folder = packed
    texts = {path: data.decode() for path, data in files.items() if "LICENSE" in path.name}
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3" in texts.pop(folder / "LICENSE")
    assert sorted(path.stem for path in texts) == ["annotated-types", "platformdirs", "studiolo", "websockets"]
    assert all("ermission" in text for text in texts.values())


def test_every_module_of_a_plugin_says_which(packed):
    first = {path: data.partition(b"\n")[0] for path, data in packed[0].items() if _ours(path)}
    assert first
    assert [path for path, line in first.items() if line != b"# SPDX-License-Identifier: GPL-3.0-or-later"] == []


def _ours(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and "vendor" not in path.parts
