"""Words of a card in a sentence, and templates that leave out what is empty."""

import pytest

from studiolo.compose.planning.wording import (
    at_place,
    at_time,
    beginning,
    feeling,
    filled,
    in_weather,
    literary_style,
    words_of,
)
from studiolo_contract.mood_card import MoodCard
from studiolo_contract.music import Mood


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("", ""),
        ("the coast", "on the coast"),
        ("a lighthouse on a rocky coast", "at a lighthouse on a rocky coast"),
        ("a snowy mountain village", "in a snowy mountain village"),
        ("under the sea", "under the sea"),
        ("ancient ruins", "in the ancient ruins"),
        ("Chicago", "in Chicago"),
        ("the edge of a forest", "at the edge of a forest"),
    ],
)
def test_where(place, said):
    assert at_place(place) == said


@pytest.mark.parametrize(
    ("time", "said"),
    [("", ""), ("night", "at night"), ("morning", "in the morning"), ("before dawn", "before dawn")],
)
def test_when(time, said):
    assert at_time(time) == said


@pytest.mark.parametrize(
    ("weather", "said"),
    [("", ""), ("storm", "in a storm"), ("storm coming", "under dark storm clouds"), ("fog", "in the fog")],
)
def test_in_what_weather(weather, said):
    assert in_weather(weather) == said


def test_a_feeling_in_words():
    assert feeling(Mood()) == ""
    assert feeling(Mood(valence=-0.5, arousal=-0.6, tension=0.7)) == "tense, sombre, quiet"
    assert feeling(Mood(valence=0.5, arousal=0.6, tension=-0.7)) == "peaceful, bright, stirring"


def test_styles_of_writing_are_known_by_other_names():
    assert literary_style("film noir") == "noir"
    assert literary_style("fairy tale") == "fairy-tale"
    assert literary_style("pixel art") == ""
    assert literary_style("") == ""


def test_what_is_empty_leaves_no_comma():
    words = {"a": "", "b": "two", "c": None, "d": 3.5}
    assert filled("{a}, {b}, in {c}, five", words) == "two, five"
    assert filled("{a}, {c}", words) is None
    assert filled("{d}", words) == 3.5
    assert filled("{a}", words) is None
    assert filled(["It is {b}.", "It is {a}.", "Plain."], words) == ["It is two.", "Plain."]
    assert filled(["{a}"], words) is None
    assert filled(12, words) == 12


def test_a_card_without_a_brief_is_said_in_a_sentence():
    words = words_of(MoodCard(subjects=("a fox",), place="a forest", time="dawn"), "", 24.0)
    assert words["brief"] == "A fox, in a forest, at dawn."
    assert words_of(MoodCard(title="Nothing"), " ", 24.0)["brief"] == "Nothing."


def test_a_long_brief_ends_at_a_sentence_or_a_word():
    assert beginning("  short ") == "short"
    assert beginning("One thing. " * 400).endswith("thing.")
    assert len(beginning("word " * 4_000)) <= 1_200
    assert len(beginning("x" * 4_000)) == 1_200


def test_a_card_without_materials_has_plain_ones():
    words = words_of(MoodCard(materials=("moss",)), "x", 24.0)
    assert (words["material"], words["material_2"]) == ("moss", "wood planks")
    assert words_of(MoodCard(), "x", 24.0)["material"] == "stone blocks"
