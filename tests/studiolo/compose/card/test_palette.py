"""Palettes: five colours, apart, with two that can be read on each other, and in the mood of what they are made from."""

import itertools
import math

import pytest

from studiolo.compose.card import palette
from studiolo.compose.card.lexicon import entries, entry
from studiolo_contract.music import Mood

MOODS = [Mood(valence=v, arousal=a, tension=t) for v, a, t in itertools.product((-0.9, 0.0, 0.9), repeat=3)]


def test_any_setting_has_five_colours_that_can_be_told_apart_and_read():
    times, weathers, places = [None, *entries("time")], [None, *entries("weather")], [None, *entries("place")]
    for number, (time, weather) in enumerate(itertools.product(times, weathers)):
        for place in places[number % 3 :: 3]:
            made = palette.rule(time, weather, place, MOODS[number % len(MOODS)])
            colours = [palette.lab(one) for one in made]
            setting = (time and time.name, weather and weather.name, place and place.name)
            assert len(made) == palette.COUNT
            assert min(math.dist(*pair) for pair in itertools.combinations(colours, 2)) > 0.03, setting
            light, dark = max(made, key=palette.luminance), min(made, key=palette.luminance)
            assert palette.contrast(light, dark) >= palette.READABLE, setting


def test_a_night_of_storm_is_dark_and_blue_and_a_summer_noon_is_neither():
    sea = entry("place", "a lighthouse on a rocky coast")
    night = palette.lab(palette.rule(entry("time", "night"), entry("weather", "storm"), sea, Mood(tension=0.6))[0])
    noon = palette.lab(palette.rule(entry("time", "noon"), None, entry("place", "a beach"), Mood(valence=0.7))[0])
    assert night.light < 0.35
    assert night.b < -0.02
    assert noon.light > 0.65


def test_without_a_setting_the_mood_alone_decides():
    glad = palette.lab(palette.rule(None, None, None, Mood(valence=0.9, arousal=0.6))[0])
    sad = palette.lab(palette.rule(None, None, None, Mood(valence=-0.9, arousal=-0.6))[0])
    assert glad.light > sad.light + 0.1
    assert glad.b > 0 > sad.b


def test_colours_that_are_named_are_there():
    made = palette.rule(entry("time", "night"), None, None, Mood(), ("#c8342f", "#3f8f4f"))
    assert made[3] == "#c8342f"
    assert "#3f8f4f" in made


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#c8342f", "#123456", "#80ff00"])
def test_colours_come_back_from_oklab(colour):
    assert palette.hexed(palette.lab(colour)) == colour


def test_contrast_is_that_of_wcag():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
