"""The page about licences names everything that it must."""

import re
import tomllib
from pathlib import Path, PurePosixPath

from studiolo.models.catalogue import catalogue
from studiolo_cli.install import PLUGINS, krita_plan

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


def test_the_krita_plugin_carries_its_own_and_those_of_what_it_brings():
    files, folder = krita_plan(PLUGINS)
    texts = {path: source.read_text("utf-8") for path, source in files.items() if "LICENSE" in path.name}
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3" in texts.pop(folder / "LICENSE")
    assert sorted(path.stem for path in texts) == ["annotated-types", "platformdirs", "studiolo", "websockets"]
    assert all("ermission" in text for text in texts.values())


def test_every_file_of_the_krita_plugin_says_which():
    sources = [source for path, source in krita_plan(PLUGINS)[0].items() if _ours(path)]
    first = {source.name: source.read_text("utf-8").partition("\n")[0] for source in sources}
    assert len(first) > 20
    assert [name for name, line in first.items() if line != "# SPDX-License-Identifier: GPL-3.0-or-later"] == []


def _ours(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and "vendor" not in path.parts
