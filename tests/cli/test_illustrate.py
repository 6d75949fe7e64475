"""`illustrate` as a process: a picture beside the note, and the link to it."""

import json

import pytest
from PIL import Image

from tests.cli.test_commands import told

TEXT = "# Night\n\nA red boat (old) lies at the shore. %%Zanzibar%%\nMira sleeps.\n\nThe end.\n"


@pytest.fixture
def draft(studiolo):
    studiolo("jobs")  # so that the daemon runs, and no command has to say that it starts it
    file = studiolo.folder / "draft.md"
    file.write_text(TEXT)
    return file


def recipe(file):
    with Image.open(file) as picture:
        return json.loads(picture.text["studiolo"])


def test_a_paragraph_is_painted_and_linked(studiolo, painter, draft):
    own = ("--model", painter, "--seed", "5")
    status, output, errors = studiolo("illustrate", "draft.md", "--at", "3:4", *own, "--style", "ink", "--write")
    assert (status, output) == (0, ""), errors
    (picture,) = studiolo.folder.glob("*.png")
    assert errors == f"Painted {picture.name}.\n"
    link = f"![A red boat (old) lies at the shore. Mira sleeps.]({picture.name})"
    assert draft.read_text() == TEXT.replace("Mira sleeps.\n", f"Mira sleeps.\n\n{link}\n")
    made = recipe(picture)
    assert made["final_prompt"] == "A red boat (old) lies at the shore. Mira sleeps., ink"
    assert made["settled"]["seed"] == 5


def test_the_last_paragraph_into_a_folder_with_spaces(studiolo, painter, draft):
    own = ("--model", painter, "--seed", "5", "--attachments", "my pictures")
    status, output, errors = studiolo("illustrate", "draft.md", *own)
    assert status == 0, errors
    assert output == "![The end.](my%20pictures/the-end-5.png)\n"
    assert (studiolo.folder / "my pictures/the-end-5.png").exists()
    assert draft.read_text() == TEXT
    assert studiolo("illustrate", "-", *own, feed=b"The end.")[1] == "![The end.](my%20pictures/the-end-5-2.png)\n"


def test_who_is_in_it_looks_as_the_bible_says(studiolo, painter, draft):
    (studiolo.folder / "People").mkdir()
    (studiolo.folder / "People/Mira.md").write_text("---\ntype: character\n---\nMira has red hair. She lies.")
    (studiolo.folder / "People/Ana.md").write_text("---\ntype: character\n---\nAna has blue hair.")
    status, output, errors = studiolo("illustrate", "draft.md", "--at", "3:1", "--model", painter, "--bible", "People")
    assert status == 0, errors
    (picture,) = studiolo.folder.glob("*.png")
    prompt = recipe(picture)["final_prompt"]
    assert prompt.endswith("Mira sleeps. Mira has red hair.")
    assert "Zanzibar" not in prompt
    assert output.startswith("![")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("illustrate", "none.md"), "none.md can't be read"),
        (("illustrate", "empty.md"), "empty.md says nothing"),
        (("illustrate", "draft.md", "--at", "999"), "999 is past the end"),
        (("illustrate", "draft.md", "--at", "2..2"), "is empty"),
        (("illustrate", "draft.md", "--at", "7..9"), "says nothing"),
        (("illustrate", "draft.md", "--attachments", "no/such"), "can't be written"),
        (("illustrate", "draft.md", "--attachments", "draft.md"), "it is a file"),
        (("illustrate", "-", "--write"), "--write needs a file"),
        (("illustrate", "draft.md", "--bible", "nowhere"), "is no folder"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(studiolo, draft, arguments, sentence):
    (studiolo.folder / "empty.md").write_text("\n%%only this%%\n")
    assert told(studiolo(*arguments, feed=b"A"), "bad_request", sentence, 2)
    assert not list(studiolo.folder.glob("*.png"))
