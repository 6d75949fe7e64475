"""A folder of notes as a story bible: what each key says, and why a note is left out."""

import json

import pytest

from studiolo_cli.story_bible import as_blob, read_bible, read_entry
from studiolo_contract.bible import Bible, Entry
from studiolo_contract.codec import from_plain
from studiolo_contract.errors import StudioloError
from studiolo_contract.media import hash_of


@pytest.fixture
def note(tmp_path):
    def write(text, name="Mira.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write


def test_every_key(note):
    file = note(
        """---
name: Mira Voss
type: Character
aliases: [the captain, No, 1984]
keys: ["/red[- ]hair(ed)?/i", smuggler]
secondary:
  - night
secondary_logic: not_all
constant: true
order: -3
sticky: 2
budget: 40
case_sensitive: TRUE
recursion: false
age: 41
tags: [person]
---

A smuggler. %%She did it.%% She limps.
<!-- kill her in act 3 -->
"""
    )
    assert read_entry(file) == Entry(
        name="Mira Voss",
        type="character",
        text="A smuggler. She limps.",
        aliases=("the captain", "No", "1984"),
        keys=("/red[- ]hair(ed)?/i", "smuggler"),
        secondary=("night",),
        secondary_logic="not_all",
        constant=True,
        order=-3,
        sticky=2,
        budget=40,
        case_sensitive=True,
    )


def test_what_is_not_said_is_the_contracts_own(note):
    file = note("---\r\ntype: lore\r\naliases:\r\norder:\r\nprivate:\r\n---\r\nIt rains.", "Weather of the isles.md")
    assert read_entry(file) == Entry(name="Weather of the isles", type="lore", text="It rains.")


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("keys: storm, gale ,", ("storm", "gale")),
        ("keys: /a{1,2}/i", ("/a{1,2}/i",)),
        ("keys: [a, 'b, c']", ("a", "b, c")),
        ("keys: 灯台", ("灯台",)),
        ("keys: []", ()),
    ],
)
def test_lists_in_one_line(note, line, keys):
    assert read_entry(note(f"---\ntype: object\n{line}\n---\nA lamp.")).keys == keys


@pytest.mark.parametrize(
    "text",
    [
        "No frontmatter.",
        "---\ntype: recipe\n---\nSoup.",
        "---\ntype: [character]\n---\nA list.",
        "---\nname: Mira\n---\nNo type.",
        "---\ntype: character\nprivate: true\n---\nSecret.",
        "---\n---\nEmpty.",
    ],
)
def test_notes_that_are_no_entries(note, text):
    assert read_entry(note(text)) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("---\ntype: place\n---\n%%all of it%%", "has no text that may be sent"),
        ("---\ntype: place\norder: high\n---\nA", "`order` of .* must be a whole number, not 'high'"),
        ("---\ntype: place\norder: 99999\n---\nA", "`order` of .* does not fit: .*less than or equal to 10000"),
        ("---\ntype: place\nconstant: yes\n---\nA", "`constant` of .* must be true or false, not 'yes'"),
        ("---\ntype: place\naliases: {a: b}\n---\nA", "`aliases` of .* must be a list of texts"),
        ("---\ntype: place\naliases: [[a]]\n---\nA", "`aliases` of .* must be a list of texts"),
        ("---\ntype: place\nname: [a]\n---\nA", "`name` of .* must be one text"),
        ("---\ntype: place\nsecondary_logic: maybe\n---\nA", "`secondary_logic` of .* does not fit"),
        ("---\ntype: place\nprivate: perhaps\n---\nA", "`private` of .* must be true or false"),
        ("---\ntype: [place\n---\nA", "can't be read, line 3"),
        ("---\n- place\n---\nA", "has no keys"),
        ("---\ntype: !!python/object/apply:os.getcwd []\n---\nA", None),
        ("---\ntype: place\n---\n" + "A" * 20_001, "`text` of .* does not fit"),
        (b"---\ntype: place\n---\n\xff", "is not UTF-8"),
        (b"---\ntype: place\n---\n\x00", "is no text file"),
    ],
)
def test_notes_that_are_wrong_are_told_of(note, text, sentence):
    file = note(text)
    if sentence is None:  # a tag makes nothing: what stands behind it is a list, and so no type
        assert read_entry(file) is None
        return
    with pytest.raises(StudioloError, match=sentence):
        read_entry(file)


def test_a_folder_of_them(note, tmp_path, capsys):
    entry = "---\ntype: character\n---\n{}."
    note(entry.format("B"), "people/B.md")
    note(entry.format("A"), "A.md")
    note(entry.format("Hidden"), ".trash/C.md")
    note("---\ntype: place\norder: x\n---\nD", "D.md")
    note("Only a draft.", "draft.md")
    note(entry.format("Text"), "no.txt")
    bible = read_bible(tmp_path)
    assert [known.name for known in bible.entries] == ["A", "B"]
    errors = capsys.readouterr().err
    assert errors.startswith("Left out: `order` of ")
    assert errors.count("\n") == 1
    blob, (data,) = as_blob(tmp_path)
    assert (blob.sha256, blob.size, blob.media_type) == (hash_of(data), len(data), "application/json")
    assert from_plain(Bible, json.loads(data)) == bible
    assert as_blob(None) == (None, ())


def test_folders_that_are_none(note, tmp_path):
    note("Only a draft.")
    for folder, sentence in (
        (tmp_path, "has no entries"),
        (tmp_path / "x", "is no folder"),
        (note("a"), "is no folder"),
    ):
        with pytest.raises(StudioloError, match=sentence):
            read_bible(folder)


def test_of_the_frontmatter_only_what_the_sheet_names_is_sent(note):
    front = "type: character\nvoice: Speaks in orders. %%Lies.%%\nage: 40\nsecret: He did it.\ntraits: [proud, kind]\n"
    sent = read_entry(note(f"---\n{front}sheet: [voice, age, traits, missing]\n---\nBody"))
    assert sent.text == "Voice: Speaks in orders.\nAge: 40\nTraits: proud, kind\n\nBody"
    assert read_entry(note(f"---\n{front}---\nBody")).text == "Body"
