"""Captions: they say nothing that is not in the scene."""

from studiolo_starter.captions import COLOURLESS, caption, with_article
from studiolo_starter.scenes import draw_scene
from studiolo_starter.vocabulary import PLACES, STYLES, TIMES, subject_named


def test_a_caption_names_its_subject_and_no_other_place_or_time() -> None:
    for seed in range(400):
        scene = draw_scene(seed)
        text = caption(scene, seed % 3)
        if scene.subject:
            subject = subject_named(scene.subject)
            assert any(name in text for name in (subject.name, *subject.synonyms)), text
        own = {phrase for phrase in (*PLACES[scene.place], *TIMES[scene.time], *STYLES[scene.style])}
        others = {p for words in (PLACES, TIMES, STYLES) for phrases in words.values() for p in phrases} - own
        wrong = [p for p in others if f" {p} " in f" {text} " and not any(p in mine for mine in own if mine in text)]
        assert all(len(p.split()) == 1 for p in wrong), (text, wrong)


def test_a_caption_is_the_same_each_time_and_there_are_many() -> None:
    scene = draw_scene(5)
    assert caption(scene, 2) == caption(scene, 2)
    assert len({caption(scene, n) for n in range(30)}) > 15


def test_colour_words_only_where_colour_can_be_seen() -> None:
    for seed in range(1500):
        scene = draw_scene(seed)
        if scene.colour and scene.style not in COLOURLESS:
            assert scene.colour in caption(scene)


def test_articles() -> None:
    assert with_article("owl") == "an owl"
    assert with_article("ufo") == "a ufo"
    assert with_article("umbrella") == "an umbrella"
