"""What a project says to a card: how its people look, its colours and style, where neither person nor brief said
otherwise; and the notes that a kit adds to its bible are entries of a story bible."""

import json
from dataclasses import replace

import pytest

from studiolo.compose.kit.project_notes import (
    Person,
    ProjectFile,
    entities_of,
    file_name,
    note_of,
    read_person,
    read_project,
    with_project,
    write_project,
)
from studiolo_cli.story_bible import read_entry
from studiolo_contract.errors import StudioloError
from studiolo_contract.mood_card import Character, MoodCard, Source
from tests.studiolo.compose.kits import CARD, kit_of

GULL = ProjectFile(name="Gull Rock", style="noir", palette=("#101820", "#f2aa4c"))
MARA = Person(name="Mara Voss", aliases=("the captain",), looks="grey braid, yellow coat")


def source(card, field):
    return next((one.origin for one in card.sources if one.field == field), None)


def test_people_of_whom_the_brief_speaks_look_as_the_bible_says():
    card = MoodCard(subjects=("Mara Voss", "a boat"))
    for brief in ("Mara Voss rows home.", "At dawn The Captain rows home"):
        told = with_project(card, brief, ProjectFile(name="x"), (MARA, Person(name="Ned")))
        assert told.characters == (Character(name="Mara Voss", looks=MARA.looks),)
        assert told.subjects == (MARA.looks, "a boat")
        assert (source(told, "characters"), source(told, "subjects")) == ("project", "project")
    assert with_project(card, "Tamara Vossler rows home.", ProjectFile(name="x"), (MARA,)) == card


def test_a_character_of_the_card_is_known_by_any_of_his_names():
    card = MoodCard(characters=(Character(name="The captain", looks="somebody"), Character(name="Ned")))
    told = with_project(card, "", ProjectFile(name="x"), (MARA,))
    assert told.characters == (Character(name="Mara Voss", looks=MARA.looks), Character(name="Ned"))


def test_colours_and_style_are_the_projects_unless_somebody_said_so():
    told = with_project(CARD, "", GULL, ())
    assert (told.palette, told.style) == (GULL.palette, "noir")  # a rule had the one, nobody the other
    assert source(told, "palette") == source(told, "style") == "project"
    for origin in ("you", "brief", "picture"):
        said = replace(CARD, sources=(Source(field="palette", origin=origin), Source(field="style", origin=origin)))
        told = with_project(said, "", GULL, ())
        assert (told.palette, told.style) == (CARD.palette, "gothic")
    assert with_project(CARD, "", ProjectFile(name="x"), ()) == CARD


def test_characters_that_the_person_set_stay():
    card = replace(CARD, sources=(Source(field="characters", origin="you"),))
    assert with_project(card, "Mara Voss", ProjectFile(name="x"), (MARA,)) == card


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "---\ntype: character\nlooks: grey braid\naliases: [the captain]\n---\nTall.",
            ("Mara", ("the captain",), "grey braid"),
        ),
        ("---\ntype: Character\nname: Mara Voss\n---\nShe limps. She is old.", ("Mara Voss", (), "She limps")),
        ("---\ntype: character\n---\nShe limps. %%She is the murderer.%%", ("Mara", (), "")),
        ("---\ntype: character\n---\n<!-- secret --> She limps.", ("Mara", (), "")),
        ("---\ntype: character\nprivate: true\nlooks: x\n---\nShe limps.", None),
        ("---\ntype: place\n---\nA rock.", None),
        ("She limps.", None),
    ],
)
def test_of_a_note_only_what_may_be_shown_is_taken(text, person):
    found = read_person(text, "Mara", "Mara.md")
    assert (found and (found.name, found.aliases, found.looks)) == person


def test_a_kits_people_and_place_become_entries_of_a_story_bible(tmp_path):
    kit, _ = kit_of()
    found = tuple(entities_of(kit))
    assert [(one.name, one.kind) for one in found] == [
        ("Lighthouse keeper", "character"),
        ("Lighthouse on the coast", "place"),
    ]
    for one in found:
        file = tmp_path / f"{file_name(one.name)}.md"
        file.write_bytes(note_of(one, kit, "Kits/the-keeper"))
        entry = read_entry(file)
        assert (entry.name, entry.type) == (one.name, one.kind)
        assert one.words in entry.text
        assert "Kits/" not in entry.text
    again = read_person((tmp_path / "Lighthouse keeper.md").read_text(), "Lighthouse keeper", "")
    assert again.looks == "white beard, yellow oilskin"


def test_a_project_file_is_read_as_it_was_written_or_told_in_a_sentence():
    assert read_project(write_project(GULL), "project.json") == GULL
    assert read_project(b'{"name": "A", "palette": ["#AABBCC"]}', "p").palette == ("#aabbcc",)
    for data in (
        b"{",
        b"[]",
        b"{}",
        json.dumps({"name": "A", "palette": ["red"]}).encode(),
        b'{"name": ""}',
        b'{"name": 3}',
    ):
        with pytest.raises(StudioloError, match=r"project\.json"):
            read_project(data, "project.json")


def test_a_note_has_a_name_that_every_system_takes():
    assert file_name('Mara / "the" <captain>: #1') == "Mara the captain 1"
    assert file_name("../..") == "Unnamed"
    assert len(file_name("x" * 300)) == 80
