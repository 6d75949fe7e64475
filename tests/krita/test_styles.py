"""Styles that ship are in words the starter was taught; a painter's own can be added, changed and removed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from studiolo_krita.errors import PluginError
from studiolo_krita.styles import Style, add, change, read, remove, shipped

VOCABULARY = Path(__file__).parents[2] / "starters/picture/vocabulary.json"
OWN = Style("My noir", "film noir of {prompt}, ink drawing", "colour", 12, 4.5, "euler", "sdxl")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "styles.json"


def own(file):
    return read(file)[0][len(shipped()) :]


def test_those_that_ship_say_what_the_starter_knows():
    known = json.loads(VOCABULARY.read_text())["styles"]
    plain, *others = shipped()
    assert plain == Style("none")
    assert {style.name for style in others} == set(known)
    for style in others:
        assert style.prompt.removeprefix("{prompt}, ") in known[style.name]


def test_own_styles_come_after_those_that_ship(file):
    assert read(file) == (shipped(), "")
    add(file, OWN)
    assert read(file) == ((*shipped(), OWN), "")


def test_own_styles_can_be_changed_and_removed(file):
    add(file, OWN)
    add(file, Style("second"))
    change(file, "My noir", replace(OWN, name=" noir ", steps=None))
    assert own(file) == (replace(OWN, name="noir", steps=None), Style("second"))
    change(file, "noir", OWN)
    remove(file, "second")
    assert own(file) == (OWN,)


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (replace(OWN, name="  "), "needs a name"),
        (replace(OWN, name="Watercolour"), "called 'Watercolour' already"),
        (replace(OWN, name="OTHER"), "called 'OTHER' already"),
        (replace(OWN, prompt="noir"), "no place for the prompt"),
        (replace(OWN, prompt="{prompt} {prompt}"), "no place for the prompt"),
        (replace(OWN, negative="x" * 1001), "too long"),
        (replace(OWN, steps=0), "0 steps"),
        (replace(OWN, steps=201), "201 steps"),
        (replace(OWN, guidance_scale=float("nan")), "guidance of nan"),
        (replace(OWN, guidance_scale=50.1), "guidance of 50.1"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(file, style, said):
    add(file, Style("other"))
    add(file, Style("mine"))
    for attempt in (lambda: add(file, style), lambda: change(file, "mine", style)):
        with pytest.raises(PluginError, match=said) as refused:
            attempt()
        assert refused.value.mend
    assert own(file) == (Style("other"), Style("mine"))


@pytest.mark.parametrize(("name", "said"), [("ink", "comes with Studiolo"), ("what", "no style called 'what'")])
def test_only_own_styles_are_changed(file, name, said):
    for attempt in (lambda: change(file, name, OWN), lambda: remove(file, name)):
        with pytest.raises(PluginError, match=said):
            attempt()


def test_a_style_may_keep_its_name(file):
    add(file, OWN)
    change(file, "My noir", replace(OWN, name="MY NOIR"))
    assert own(file)[0].name == "MY NOIR"


def test_a_broken_file_is_set_aside(file, tmp_path):
    file.write_text('{"styles": [{"name": 7}]}')
    styles, sentence = read(file)
    assert styles == shipped()
    assert [one.name in sentence for one in tmp_path.iterdir()] == [True]
