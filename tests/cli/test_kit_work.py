"""What a run of `compose` asks for, from options and from what lies in the folder: what is there is taken up, what a
person changed is theirs, and what can't be done is said before the work."""

import json
from dataclasses import replace

import pytest

from studiolo.compose.kit import kit_disk
from studiolo.compose.kit.kit_folder import lay_out
from studiolo_cli.kit_work import Work
from studiolo_contract.compose import PartSeed
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import hash_of
from studiolo_contract.mood_card import Change
from tests.studiolo.compose.kits import BRIEF, CARD, kit_of, png, wav

OPTIONS = {
    "preset": "",
    "scenes": (),
    "seconds": None,
    "style": "",
    "picture": None,
    "changes": (),
    "project": False,
    "reroll": (),
    "replaced": (),
    "only": (),
    "seed": None,
    "force": False,
    "models": ("", "", ""),
}


def work(folder=None, brief=None, **options):
    return Work.of(folder, brief, **(OPTIONS | options))


@pytest.fixture
def folder(tmp_path):
    kit_disk.write(tmp_path / "kit", lay_out(*kit_of()))
    return tmp_path / "kit"


def test_a_first_run_asks_for_what_was_said(tmp_path):
    asked = work(
        tmp_path / "new",
        BRIEF,
        preset="character",
        scenes=("One.", "Two."),
        seconds=8.0,
        style="noir",
        changes=("time = dawn",),
        only=("theme",),
        seed=3,
        models=("", "painter", ""),
    ).request
    assert (asked.brief, asked.preset, asked.scenes, asked.seconds, asked.seed) == (
        BRIEF,
        "character",
        ("One.", "Two."),
        8,
        3,
    )
    assert asked.changes == (Change(field="time", value="dawn"), Change(field="style", value="noir"))
    assert (asked.parts, asked.image_model, asked.card, asked.own) == (("theme",), "painter", None, ())


def test_the_same_folder_again_asks_for_the_same_card_and_seed(folder):
    again = work(folder)
    assert (again.request.brief, again.request.seed, again.request.card) == (BRIEF, 7, CARD)
    assert (again.request.changes, again.request.own, again.lying, again.notes) == ((), (), {}, [])
    names = {file.blob.sha256 for part in again.before.parts for file in part.files}
    assert set(again.at_hand) == names  # nothing needs to be got
    assert work(folder, f"  {BRIEF}\n").request == again.request


def test_another_part_is_drawn_and_the_others_keep_their_seeds(folder):
    first, second = (work(folder, reroll=("concept",)).request for _ in range(2))
    (seed,) = first.seeds
    assert seed.part == "concept"
    assert seed != second.seeds[0]
    assert replace(first, seeds=()) == work(folder).request


def test_what_a_person_changed_is_their_own_part(folder):
    (folder / "concept.png").write_bytes(png((1, 2, 3)))
    (folder / "soundtrack.mid").write_bytes(b"MThd")
    (folder / "texture/ao.png").unlink()
    found = work(folder)
    (own,) = found.request.own
    assert (own.part, own.blob.sha256, own.blob.media_type) == ("concept", hash_of(png((1, 2, 3))), "image/png")
    assert found.put == [png((1, 2, 3))]
    assert found.lying == {"soundtrack.mid": b"MThd"}
    assert [note.rpartition("changed by you")[2] for note in found.notes] == [
        ": it stands in the kit as it is.",
        ", and is left alone.",
    ]
    forced = work(folder, force=True)
    assert (forced.request.own, forced.lying, forced.notes) == ((), {}, [])
    drawn = work(folder, reroll=("concept",))
    assert (drawn.request.own, set(drawn.lying)) == ((), {"soundtrack.mid"})


def test_a_card_that_a_person_wrote_into_is_followed(folder):
    card = json.loads((folder / "mood.json").read_text())
    card |= {
        "time": "dawn",
        "tempo": 120,
        "materials": ["sand", "rope"],
        "characters": [{"name": "Ned", "looks": "tall"}],
    }
    card["mood"]["valence"] = 0.5
    (folder / "mood.json").write_text(json.dumps(card))
    found = work(folder, changes=("time=noon",))
    assert {change.field: change.value for change in found.request.changes} == {
        "characters": "Ned: tall",
        "time": "noon",
        "valence": "0.5",
        "materials": "sand, rope",
        "tempo": "120",
    }
    assert found.request.card == CARD
    assert "is followed: characters, time, valence, materials, tempo" in found.notes[0]


def test_a_file_takes_the_place_of_a_part(folder, tmp_path):
    (tmp_path / "my.png").write_bytes(png((7, 7, 7)))
    (tmp_path / "my.WAV").write_bytes(wav())
    (folder / "concept.png").write_bytes(b"mine")
    found = work(folder, replaced=(f"concept={tmp_path / 'my.png'}", f"soundtrack={tmp_path / 'my.WAV'}"))
    assert {one.part: one.blob.media_type for one in found.request.own} == {
        "concept": "image/png",
        "soundtrack": "audio/wav",
    }
    assert hash_of(png((7, 7, 7))) in found.at_hand
    assert found.lying == {}


def test_another_seed_is_another_kit_of_the_same_card(folder):
    kit = kit_disk.read_folder(folder)
    seeded = replace(kit, settled=replace(kit.settled, seeds=(PartSeed(part="concept", seed=1),)))
    kit_disk.write(
        folder, lay_out(seeded, {hash_of(data): data for data in (f.read_bytes() for f in folder.rglob("*.*"))}), kit
    )
    assert work(folder).request.seeds == seeded.settled.seeds
    asked = work(folder, seed=9).request
    assert (asked.seed, asked.seeds, asked.card) == (9, (), CARD)


def test_another_brief_needs_force_and_is_read_anew(folder):
    with pytest.raises(StudioloError, match="another brief: 'An old lighthouse keeper"):
        work(folder, "A duck.")
    asked = work(folder, "A duck.", force=True).request
    assert (asked.brief, asked.card, asked.seed) == ("A duck.", None, 7)


def test_a_picture_has_the_card_read_anew(folder, tmp_path):
    (tmp_path / "p.png").write_bytes(png())
    asked = work(folder, picture=tmp_path / "p.png").request
    assert (asked.card, asked.picture.width) == (None, 8)


def test_what_will_come_is_known_before_it_does(folder):
    assert work(None, BRIEF).expected() == ("card", "scene", "concept", "texture", "soundtrack", "match")
    assert work(folder, only=("concept",)).expected() == ("concept", "match")
    assert work(folder, preset="nonsense").expected() == ()


def test_what_is_in_the_way_is_said_before_the_work(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.md").write_text("")
    with pytest.raises(StudioloError, match=r"holds thesis\.md and is no kit's folder"):
        work(tmp_path / "full", BRIEF)
    assert work(tmp_path / "full", BRIEF, force=True).before is None
    (tmp_path / "file").write_text("")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/recipe.json").write_text("{}")
    for name, says in (("file", "it is a file"), ("no/such", "does not exist"), ("broken", "is no recipe of a kit")):
        with pytest.raises(StudioloError, match=says):
            work(tmp_path / name, BRIEF)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"changes": ("weather",)}, "sets no field"),
        ({"changes": ("colour=red",)}, "the fields are title, subjects"),
        ({"replaced": ("concept",)}, "names no part and file"),
        ({"replaced": ("concept=a.exe",)}, "can't be a part of a kit"),
        ({"replaced": ("concept=none.png",)}, r"none\.png can't be read"),
        ({"replaced": ("soundtrack=none.wav",)}, r"none\.wav can't be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(options, says):
    with pytest.raises(StudioloError, match=says):
        work(None, BRIEF, **options)
