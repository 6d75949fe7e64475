"""The page about licences names everything that it must."""

import re
import tomllib
from pathlib import Path

from studiolo.models.catalogue import catalogue

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
