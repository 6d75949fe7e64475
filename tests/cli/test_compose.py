"""`compose` as a process, through a real daemon: a folder that is completed, whose parts are changed, missing and made."""

import json
import signal

import pytest

from studiolo.compose.kit import kit_disk
from studiolo.compose.kit.kit_folder import lay_out
from studiolo_client import discovery
from studiolo_client.client import Client
from tests.cli.test_commands import told
from tests.client.waiting import wait_until
from tests.studiolo.compose.kits import kit_of, png


@pytest.fixture
def folder(tmp_path):
    """A kit of which every part was made, one year ago say."""
    kit_disk.write(tmp_path / "kit", lay_out(*kit_of()))
    return tmp_path / "kit"


def recipe_of(folder):
    return json.loads((folder / "recipe.json").read_text())


def parts_of(folder):
    return {part["name"]: part for part in recipe_of(folder)["parts"]}


def test_a_part_alone_is_made_anew_and_the_rest_of_the_folder_stays(studiolo, folder, painter):
    before = {file: file.read_bytes() for file in folder.rglob("*.*")}
    (folder / "scene.md").write_text("---\ntitle: Mine\n---\nMine.\n")
    once = ("compose", "-o", "kit", "--only", "concept", "--image-model", painter)
    status, output, errors = studiolo(*once)
    assert status == 0, errors
    assert output.splitlines()[:2] == ["kit/scene.md", "kit/concept.png"]
    assert output.splitlines()[-1] == "kit/index.html"
    assert "concept: done" in errors
    assert "kit/scene.md was changed by you" in errors
    same = {"texture/normal.png", "soundtrack.wav", "soundtrack.mid"}
    assert all((folder / name).read_bytes() == before[folder / name] for name in same)
    painted = (folder / "concept.png").read_bytes()
    assert painted != png()
    assert (folder / "scene.md").read_text().endswith("Mine.\n")
    parts = parts_of(folder)
    assert (parts["concept"]["recipe"]["model"], len(parts)) == (recipe_of(folder)["settled"]["image_model"], 4)
    again = studiolo(*once)
    assert (again[0], (folder / "concept.png").read_bytes()) == (0, painted)
    assert "concept: from before" in again[2]


def test_what_cannot_be_made_is_said_and_one_s_own_completes_it(studiolo, folder):
    (folder / "concept.png").unlink()
    own = ("--replace", "scene=mine.md", "--replace", "texture=mine.png", "--replace", "soundtrack=mine.wav")
    (folder.parent / "mine.md").write_text("Mine.")
    (folder.parent / "mine.png").write_bytes(png((1, 1, 1)))
    (folder.parent / "mine.wav").write_bytes((folder / "soundtrack.wav").read_bytes())
    status, output, errors = studiolo("compose", "-o", "kit", "--image-model", "no-such-painter", *own)
    assert status == 1
    assert "kit/index.html" in output
    assert "concept is missing: No model is called 'no-such-painter'" in errors
    assert "`studiolo compose -o kit` completes it" in errors
    assert "No model is called" in (folder / "index.html").read_text().replace("&#39;", "'")
    assert not (folder / "texture/normal.png").exists()  # it was of the base colour that is no longer there
    assert parts_of(folder)["concept"]["problem"]["code"] == "unknown_model"
    status, output, errors = studiolo("compose", "-o", "kit", "--replace", "concept=mine.png", "--json")
    assert status == 0, errors
    made = json.loads(output)
    assert made["missing"] == {}
    assert all(part["own"] for part in made["kit"]["parts"])
    assert (folder / "concept.png").read_bytes() == png((1, 1, 1))


def test_ctrl_c_stops_it_and_leaves_the_folder_as_it_was(studiolo, folder):
    before = {file: file.read_bytes() for file in folder.rglob("*.*")}
    running = studiolo.begin("compose", "-o", "kit", "--reroll", "soundtrack", "--seconds", "600")

    def state():
        where = discovery.recorded()
        if where is None or discovery.status(where) is None:
            return ""
        with Client(where, "witness") as client:
            return next((job.state for job in client.jobs(everyone=True) if job.kind == "compose"), "")

    wait_until(lambda: state() == "running")
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=120)
    assert running.returncode == 130, errors
    assert b"Stopped." in errors
    assert {file: file.read_bytes() for file in folder.rglob("*.*")} == before
    wait_until(lambda: state() == "cancelled")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((" ",), "The brief is empty"),
        (("A duck.", "--preset", "kitt"), "Did you mean kit"),
        (("A duck.", "--only", "conceptt"), "Did you mean concept"),
        (("A duck.", "--replace", "concept=notes.md"), "can't be the part concept"),
        (("A duck.", "-o", "notes.md"), "it is a file"),
        (("A duck.", "-o", "."), "is no kit's folder"),
        (("A duck.", "--seconds", "1"), "'request.seconds'"),
        (("A duck.", "--set", "tempo=fast", "--only", "concept"), "tempo"),
        (("x" * 400_001,), "'request.brief'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_begun(studiolo, tmp_path, arguments, says):
    (tmp_path / "notes.md").write_text("")
    feed = None
    if len(arguments[0]) > 100_000:  # more than a command line takes
        feed, arguments = arguments[0].encode(), ("-",)
    told(studiolo("compose", *arguments, feed=feed), "bad_request", says, 2)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.md"]
