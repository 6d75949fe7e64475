"""Asking a model that knows few things: in its words, and never of what it does not know."""

from pathlib import Path

import pytest

from studiolo.compose.card.card import read
from studiolo.compose.planning import known_words
from studiolo.compose.planning.wording import filled, stand_ins, words_of
from studiolo.image.vocabulary import Vocabulary
from studiolo_contract.errors import StudioloError
from studiolo_contract.mood_card import MoodCard

STARTER = Path(__file__).parents[4] / "starters" / "picture"
TEMPLATE = "{subjects}, {at_place}, {at_time}, {in_weather}, {era}, {style}"

BRIEFS = (
    "An old lighthouse keeper hears music rising from the sea, the night before the storm.",
    "A young witch opens a bakery in a snowy mountain village",
    "Two robots fall in love in a neon city in the rain",
    "A dragon sleeps under the ruins of a castle at dawn",
    "A noir detective in 1940s Chicago, rain on the window",
    "a watercolour of foxes in an autumn forest",
    "an accordion player on the moon",
)


def prompt(card):
    return filled(TEMPLATE, words_of(card, "", 24.0) | known_words.read(STARTER).said(card)[0])


@pytest.mark.parametrize("brief", BRIEFS)
def test_the_starter_is_asked_for_nothing_that_it_does_not_know(brief):
    asked = prompt(read(brief).card)
    assert asked
    assert Vocabulary.read(STARTER / "vocabulary.json").unknown(asked) == ()


def test_subject_place_hour_and_weather_in_this_order():
    assert prompt(read(BRIEFS[0]).card) == "a lighthouse, on the beach, at night, in a storm"
    assert prompt(read(BRIEFS[5]).card) == "a fox, in the forest, in autumn, watercolour"


def test_what_stands_for_another_thing_is_told():
    def said(*subjects):
        words, notes = known_words.read(STARTER).said(MoodCard(subjects=subjects))
        return words["subject"], notes

    assert said("a samurai") == ("a pagoda", ("The picture model knows no samurai: a pagoda stands for it.",))
    keeper = ("a lighthouse", ("The picture model knows no keeper: a lighthouse stands for it.",))
    assert said("an old lighthouse keeper", "the sea") == keeper
    assert said("the sea", "two robots") == ("two robots", ())
    assert said("a castle of glass") == ("a castle of glass", ())


def test_everything_that_stands_for_another_is_known_itself():
    vocabulary = Vocabulary.read(STARTER / "vocabulary.json")
    assert {thing for thing in stand_ins().values() if vocabulary.unknown(thing)} == set()


def test_a_model_without_a_list_is_asked_in_any_words(tmp_path):
    assert known_words.read(tmp_path) is None


def test_a_list_that_can_not_be_read_is_a_bad_model(tmp_path):
    (tmp_path / "vocabulary.json").write_text("[]")
    with pytest.raises(StudioloError) as refused:
        known_words.read(tmp_path)
    assert refused.value.problem.code == "bad_model"
