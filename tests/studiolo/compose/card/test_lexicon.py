"""The lexicon: what calls an entry, and that all it says is known where it goes to."""

import json
import re
from pathlib import Path

import pytest

from studiolo.compose.card.lexicon import KINDS, entries, entry, find
from studiolo.music import players
from studiolo.text.styles import style_names

STARTER = json.loads((Path(__file__).parents[4] / "starters/picture/vocabulary.json").read_text())


def names(kind, text):
    return [one.entry.name for one in find(kind, text)]


def test_the_starters_and_the_music_know_its_words():
    for kind, known in (("place", "places"), ("time", "times"), ("weather", "times"), ("style", "styles")):
        assert {one.picture for one in entries(kind)} <= set(STARTER[known]), kind
    assert {one.name for one in entries("material")} <= set(STARTER["materials"]) | {"water"}
    materials = {one.name for one in entries("material")}
    for one in entries("place"):
        assert set(one.materials) <= materials, one.name
        assert one.materials, one.name
    assert {one.text for one in entries("style")} - {""} <= set(style_names())
    for kind in KINDS:
        for one in entries(kind):
            assert not one.music or players.ensemble(one.music)
            assert all(not colour or re.fullmatch("#[0-9a-f]{6}", colour) for colour in (one.colour, one.light))


def test_every_entry_is_called_by_its_own_name():
    for kind in KINDS:
        for one in entries(kind):
            assert entry(kind, one.name) == one


@pytest.mark.parametrize(
    ("kind", "text", "named"),
    [
        ("place", "the Forests and the old town square", ["a forest", "a village"]),
        ("place", "no castle, without a harbour", []),
        ("place", "Under the sea", ["under the sea"]),
        ("time", "before dawn, not at noon", ["before dawn"]),
        ("weather", "thunderstorms", ["storm"]),
        ("material", "rusty iron and cobblestones", ["rust", "iron plates", "cobblestone"]),
        ("colour", "a crimson sail", ["red"]),
        ("style", "a fairy-tale", ["fairy tale"]),
    ],
)
def test_what_is_named(kind, text, named):
    assert names(kind, text) == named


def test_where_it_stands():
    text = "They meet in the Old   Town at last."
    (one,) = find("place", text)
    assert text[one.begin : one.end] == one.words == "Town"
