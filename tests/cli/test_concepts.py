"""`concepts` as a process: kept, listed, saved and forgotten, and found by a client of another program."""

import json

import pytest

from studiolo_client import discovery
from studiolo_client.client import Client
from tests.cli.test_commands import told
from tests.conftest import TREE

PICTURE = TREE / "docs/images/write.png"


def test_a_concept_is_kept_for_every_program_until_it_is_forgotten(studiolo, tmp_path):
    status, output, errors = studiolo("concepts")
    assert (status, output) == (0, "")
    assert errors.endswith("No concept is kept.\n")
    words = "grey braid, yellow oilskin"
    status, output, errors = studiolo(
        "concepts", "--keep", "Mara Voss", "--kind", "character", "--words", words, "--picture", PICTURE
    )
    assert (status, output) == (0, "")
    assert "by that name" in errors
    with Client(discovery.recorded(), "krita") as other:
        (found,) = other.concepts()
    assert (found.name, found.kind, found.words) == ("Mara Voss", "character", words)
    line = studiolo("concepts")[1].rstrip("\n").split("\t")
    assert line == ["Mara Voss", "character", f"{found.picture.width} × {found.picture.height}", words]
    assert json.loads(studiolo("concepts", "--json")[1])[0]["picture"]["format"] == "png"
    assert studiolo("concepts", "--save", "mara voss", "mara.png") == (0, "mara.png\n", "")
    assert (tmp_path / "mara.png").read_bytes() == PICTURE.read_bytes()
    assert studiolo("concepts", "--forget", "MARA VOSS")[0] == 0
    assert studiolo("concepts")[1] == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--forget", "nobody"], "No concept is called 'nobody'"),
        (["--save", "nobody", "x.png"], "No concept is called 'nobody'"),
        (["--words", "grey"], "belong to a name"),
        (["--keep", "a", "--forget", "b"], "one thing at a time"),
        (["--keep", "a", "--words", "x" * 501], "'concept.words'"),
        (["--keep", "a", "--picture", "none.png"], "none.png can't be read"),
        (["--keep", "a", "--picture", str(TREE / "README.md")], "no picture that can be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, arguments, says):
    code = "bad_picture" if "README" in arguments[-1] else "bad_request"
    assert told(studiolo("concepts", *arguments), code, says, 2)
