"""Words about a scene, and character sheets as a person reads them."""

from studiolo.text.modes import read_mode
from studiolo_blender.words.pages import scene_in_words, sheet


def test_a_scene_is_told_in_plain_words():
    told = scene_in_words(["Oak.001", "Oak.002", "old_lamp", "Oak"], ["sun"], 50.0, 240, 24, 1.0)
    assert told == "In the scene: 3 Oak, old lamp. Light: sun. Camera: 50 mm. It lasts 10 seconds."
    told = scene_in_words(["Tower"], ["sun"], None, 240, 24, 1.0, ["moss", "wet slate"])
    assert told == "In the scene: Tower. Materials: moss, wet slate. Light: sun. It lasts 10 seconds."
    assert scene_in_words([], [], None, 48, 24, 1.0) == "It lasts 2 seconds."


def test_a_crowded_scene_is_told_in_short():
    told = scene_in_words([f"{chr(97 + n // 5)}{chr(97 + n % 5)} thing" for n in range(20)], [], None, 24, 24, 1.0)
    assert "aa thing" in told
    assert "and 4 other things." in told


def test_a_name_that_is_only_a_number_stays():
    assert "In the scene: 42." in scene_in_words(["42"], [], None, 24, 24, 1.0)


def test_a_sheet_is_read_as_lines():
    lines = sheet(read_mode("character").examples[0].answer).split("\n\n")
    assert lines[0] == "Odile Marchetti, 67, hotel keeper"
    assert "Personality: proud, generous, short-tempered." in lines
    assert lines[-1] == "Voice: Speaks in short orders, and says please only to animals."


def test_what_is_no_sheet_stays_as_it_came():
    assert sheet("A tall man.") == "A tall man."
    assert sheet('{"name": "An') == '{"name": "An'
    assert sheet("[1]") == "[1]"
