"""`project` as a process: opened, shown, changed and closed."""

import json

import pytest

from studiolo_client import discovery
from studiolo_client.client import Client
from tests.cli.test_commands import told


def test_a_folder_is_the_project_until_it_is_closed(studiolo, tmp_path):
    folder = tmp_path / "Gull Rock & more"
    folder.mkdir()
    status, output, errors = studiolo("project")
    assert (status, output) == (0, "")
    assert "opens one" in errors
    status, output, errors = studiolo(
        "project", "Gull Rock & more", "--palette", "#0D1B2A, #e8c07d", "--style", "film noir"
    )
    assert (status, output) == (0, f"{folder}\n")
    assert json.loads((folder / "project.json").read_text()) == {
        "name": "Gull Rock & more",
        "style": "film noir",
        "palette": ["#0d1b2a", "#e8c07d"],
        "leitmotif": "",
    }
    assert studiolo("project", "--leitmotif", "E4:1 G4:0.5")[0] == 0
    shown = json.loads(studiolo("project", "--json")[1])
    assert (shown["folder"], shown["leitmotif"], shown["style"], shown["kits"]) == (
        str(folder),
        "E4:1 G4:0.5",
        "film noir",
        0,
    )
    with Client(discovery.recorded(), "blender") as client:
        assert client.kits().project == "Gull Rock & more"
    (folder / "project.json").unlink()
    folder.rmdir()
    told(studiolo("project"), "bad_request", "has gone", 2)
    told(studiolo("compose", "A duck.", "--project"), "bad_request", "has gone", 2)
    assert studiolo("project", "--close") == (0, "", "No project is open.\n")
    told(studiolo("compose", "A duck.", "--project"), "bad_request", "No project is open", 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere",), "is no folder"),
        (("--style", "noir"), "No project is open"),
        ((".", "--close"), "opens or closes"),
        ((".", "--palette", "red"), "'red' is no colour"),
        ((".", "--name", " "), "there is no name"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, arguments, says):
    told(studiolo("project", *arguments), "bad_request", says, 2)
    assert studiolo("project", "--json")[1] == '{\n  "folder": null\n}\n'
