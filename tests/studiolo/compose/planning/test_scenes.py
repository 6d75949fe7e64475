"""The cards of a storyboard: the same people and colours, each with its own place, hour and feeling."""

from studiolo.compose.card.card import read, with_changes
from studiolo.compose.planning.scenes import of_scene
from studiolo_contract.mood_card import Change

STORY = read("An old lighthouse keeper hears music rising from the sea, the night before the storm.").card


def test_a_scene_says_where_and_when_itself():
    scene = of_scene(STORY, "At dawn the keeper walks through a forest in the rain.")
    assert (scene.place, scene.time, scene.weather) == ("a forest", "dawn", "rain")
    silent = of_scene(STORY, "The keeper waits.")
    assert (silent.place, silent.time, silent.weather) == (STORY.place, STORY.time, STORY.weather)


def test_the_hero_looks_the_same_in_every_scene():
    for words in ("The keeper waits.", "He runs.", "A dragon burns the tower."):
        assert of_scene(STORY, words).subjects[0] == "an old lighthouse keeper"
    assert "a dragon" in of_scene(STORY, "A dragon burns the tower.").subjects


def test_what_the_scenes_have_in_common_is_the_storys():
    scene = of_scene(STORY, "In a bright meadow at noon children laugh and dance.")
    for field in ("palette", "materials", "ensemble", "style", "era"):
        assert getattr(scene, field) == getattr(STORY, field)


def test_tempo_and_mode_follow_the_feeling_unless_a_person_set_them():
    calm = of_scene(STORY, "Everything is calm, peaceful and happy.")
    assert calm.mood.valence > STORY.mood.valence
    assert calm.tempo != STORY.tempo
    held = with_changes(STORY, (Change(field="tempo", value="99"),))
    assert of_scene(held, "Everything is calm, peaceful and happy.").tempo == 99.0
