"""A project is a folder of a person's own: the daemon keeps kits and notes in it, lists and brings what lies there, and
neither reads nor writes anything outside of it."""

import json
import os
from dataclasses import replace

import pytest

from studiolo.compose.kit.project_notes import ProjectFile
from studiolo_client.discovery import call
from studiolo_contract.compose import ComposeRequest
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import hash_of
from studiolo_daemon.kept.blobs import Blobs
from studiolo_daemon.kept.concepts import Concepts
from studiolo_daemon.kept.project import Project
from tests.studiolo.compose.kits import BRIEF, CARD, kit_of


class Place:
    """A home with blobs and concepts, a project in it that is open, and a kit whose blobs are there."""

    def __init__(self, root):
        self.blobs = Blobs(root / "home/blobs", 2**20)
        self.concepts = Concepts(root / "home/concepts.json", self.blobs)
        self.home, self.folder = root / "home", root / "vault"
        self.folder.mkdir()
        self.project = Project(self.home, self.blobs, self.concepts)
        self.project.open(self.folder, {})
        self.kit, data = kit_of()
        for name, content in data.items():
            self.blobs.put(name, content)

    @property
    def kept(self):
        return self.folder / "Kits/the-keeper"


def names(folder):
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_it_is_open_over_restarts_until_it_is_closed(place):
    again = Project(place.home, place.blobs, place.concepts)
    assert again.folder == place.folder
    assert json.loads((place.folder / "project.json").read_text())["name"] == "vault"
    told = again.open(place.folder, {"style": "noir", "palette": ("#0D1B2A",)})
    assert told == ProjectFile(name="vault", style="noir", palette=("#0d1b2a",))
    assert again.open(place.folder, {}) == told
    again.close()
    again.close()
    assert Project(place.home, place.blobs, place.concepts).folder is None
    assert again.kits() == ("", ())
    assert (place.folder / "project.json").exists()
    with pytest.raises(StudioloError, match="No project is open"):
        again.check()


def test_a_kit_lies_in_it_with_its_people_noted_and_kept_as_concepts(place):
    assert place.project.keep(place.kit) == "The project keeps it in Kits/the-keeper."
    assert {"scene.md", "concept.png", "texture", "soundtrack.wav", "recipe.json", "index.html"} <= set(
        names(place.kept)
    )
    assert names(place.folder / "Bible") == ["Lighthouse keeper.md", "Lighthouse on the coast.md"]
    keeper, coast = place.concepts.all()
    assert (keeper.name, keeper.kind, keeper.words) == ("Lighthouse keeper", "character", "white beard, yellow oilskin")
    assert (coast.kind, keeper.picture.sha256) == ("place", hash_of((place.kept / "concept.png").read_bytes()))
    assert (keeper.picture.width, keeper.picture.format) == (8, "png")


def test_the_same_kit_again_takes_its_own_place_and_leaves_what_a_person_wrote(place):
    place.project.keep(place.kit)
    (place.kept / "scene.md").write_text("mine")
    (place.folder / "Bible/Lighthouse keeper.md").write_text("mine too")
    place.concepts.forget("lighthouse keeper")
    place.concepts.keep(replace(place.concepts.all()[0], words="mine as well"))
    told = place.project.keep(place.kit)
    assert "left as you changed them: scene.md" in told
    assert (place.kept / "scene.md").read_text() == "mine"
    assert (place.folder / "Bible/Lighthouse keeper.md").read_text() == "mine too"
    assert place.concepts.all()[1].words == "mine as well"
    other = ComposeRequest(brief=BRIEF, seed=8, card=CARD)
    place.project.keep(replace(place.kit, request=other, settled=other))
    assert names(place.folder / "Kits") == ["the-keeper", "the-keeper-2"]


def test_its_kits_are_listed_as_they_lie_there(place):
    place.project.keep(place.kit)
    later = ComposeRequest(brief="Another.", seed=1, card=CARD)
    place.project.keep(replace(place.kit, title="Dawn", request=later, settled=later, created=place.kit.created + 9))
    (place.kept / "scene.md").write_text("mine")
    (place.kept / "soundtrack.mid").unlink()
    name, (newer, kit) = place.project.kits()
    assert (name, newer.title, kit.name, kit.title) == ("vault", "Dawn", "the-keeper", "The Keeper")
    scene, concept, _, music = kit.parts
    assert scene.files[0].blob.sha256 == hash_of(b"mine")
    assert concept.files[0].blob.sha256 == hash_of((place.kept / "concept.png").read_bytes())
    assert [file.name for file in music.files] == ["soundtrack.wav"]
    assert all(part.recipe is None for part in kit.parts)
    (place.kept / "scene.md").write_text("mine, longer")  # hashes are remembered, but not of what has changed since
    assert place.project.kits()[1][1].parts[0].files[0].blob.sha256 == hash_of(b"mine, longer")


def test_a_file_of_a_kit_is_brought_as_it_lies_there(place):
    place.project.keep(place.kit)
    (place.kept / "scene.md").write_text("mine")
    blob = place.project.bring("the-keeper", "scene.md")
    assert (place.blobs.get(blob.sha256), blob.size, blob.media_type) == (b"mine", 4, "text/markdown")
    (place.kept / "mood.json").write_text('{"place": "a desert"}')
    card = place.project.bring("the-keeper", "mood.json")
    assert (place.blobs.get(card.sha256), card.media_type) == (b'{"place": "a desert"}', "application/json")


@pytest.mark.parametrize(
    ("kit", "file"),
    [
        ("the-keeper", "../../project.json"),
        ("the-keeper", "recipe.json"),
        ("the-keeper", "none.png"),
        ("the-keeper", "concept.png"),
        ("the-keeper", "texture/normal.png"),
        ("../Kits/the-keeper", "scene.md"),
        ("..", "secret.txt"),
        ("linked", "scene.md"),
        ("", "scene.md"),
    ],
)
def test_nothing_but_files_of_its_kits_is_brought(place, tmp_path, kit, file):
    place.project.keep(place.kit)
    (tmp_path / "secret.txt").write_text("secret")
    (place.kept / "concept.png").unlink()
    (place.kept / "concept.png").symlink_to(tmp_path / "secret.txt")
    for one in (place.kept / "texture").iterdir():
        one.unlink()
    (place.kept / "texture").rmdir()
    (place.kept / "texture").symlink_to(tmp_path)
    (tmp_path / "normal.png").write_text("secret")
    (place.folder / "Kits/linked").symlink_to(place.kept, target_is_directory=True)
    with pytest.raises(StudioloError) as caught:
        place.project.bring(kit, file)
    assert caught.value.problem.code == "bad_request"
    assert not place.blobs.has(hash_of(b"secret"))


def test_nothing_is_written_where_a_link_leads_out(place, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("Kits", "Bible"):
        (place.folder / name).symlink_to(outside, target_is_directory=True)
        with pytest.raises(StudioloError, match="leads out of the project"):
            place.project.keep(place.kit)
        (place.folder / name).unlink()
    assert not list(outside.iterdir())


def test_a_folder_that_has_gone_or_is_broken_is_one_sentence(place):
    file = place.folder / "project.json"
    file.write_text("{")
    with pytest.raises(StudioloError, match=r"project\.json can't be read"):
        place.project.check()
    file.unlink()
    place.project.check()
    place.folder.rmdir()
    for call_ in (place.project.check, place.project.kits, lambda: place.project.keep(place.kit)):
        with pytest.raises(StudioloError, match="The project's folder has gone") as caught:
            call_()
        assert str(place.folder) not in str(caught.value)  # a paired program may read it
    with pytest.raises(StudioloError, match="is no folder"):
        place.project.open(place.folder, {})


def test_what_lies_there_that_is_no_kit_is_passed_over(place):
    place.project.keep(place.kit)
    for name, recipe in (("odd", "{"), ("empty", None)):
        (place.folder / "Kits" / name).mkdir()
        if recipe:
            (place.folder / "Kits" / name / "recipe.json").write_text(recipe)
    (place.folder / "Kits/file").write_text("")
    os.mkfifo(place.folder / "Kits/odd/concept.png")
    assert [kit.name for kit in place.project.kits()[1]] == ["the-keeper"]


def test_its_people_speak_to_a_card(place):
    (place.folder / "Bible").mkdir()
    (place.folder / "Bible/Mara.md").write_text("---\ntype: character\nlooks: grey braid\n---\n")
    (place.folder / "Bible/Broken.md").write_text("---\ntype: [character\n---\n")
    place.project.open(place.folder, {"leitmotif": "E4:1 G4:1"})
    card = place.project.say(CARD, "Mara rows home.")
    assert card.characters[-1].looks == "grey braid"
    assert place.project.leitmotif == "E4:1 G4:1"


def test_its_owner_opens_it_over_http_and_every_client_lists_and_brings(bare_daemon, tmp_path):
    kit, data = kit_of()
    place = Place(tmp_path)
    place.project.keep(kit)
    running = bare_daemon.running()
    assert call(running, "GET", "/v1/project") == (200, {"folder": None})
    with bare_daemon.client("krita") as client:
        assert (client.kits().project, client.kits().kits) == ("", ())
        status, told = call(running, "PUT", f"/v1/project?folder={place.folder}&style=noir&palette=%230d1b2a")
        assert (status, told["name"], told["style"], told["palette"]) == (200, "vault", "noir", ["#0d1b2a"])
        assert call(running, "GET", "/v1/project")[1]["kits"] == 1
        (found,) = client.kits().kits
        assert (client.kits().project, found.name) == ("vault", "the-keeper")
        music = found.parts[-1].files[0]
        assert client.bring("the-keeper", music.name) == music.blob
        assert client.get(music.blob.sha256) == data[music.blob.sha256]
        with pytest.raises(StudioloError, match="has no file"):
            client.bring("the-keeper", "../../project.json")
        status, answer = call(running, "PUT", "/v1/project?folder=relative")
        assert (status, answer["error"]["code"]) == (400, "bad_request")
        assert call(running, "DELETE", "/v1/project") == (200, {"folder": None})
        assert client.kits().project == ""
