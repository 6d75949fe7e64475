"""Presets: those that ship, one's own, and what is wrong with a file in one sentence."""

import pytest

from studiolo.compose.planning.presets import Presets
from studiolo_contract.errors import StudioloError

GOOD = """
summary = "A picture and a second one in its light."

[[part]]
name = "first"
kind = "image"
[part.request]
prompt = "{subjects}, {at_place}"
width = 64

[[part]]
name = "second"
kind = "image"
[part.request]
prompt = "{motif}"
[part.from]
style_image = "first"
"""


def written(folder, text, name="mine"):
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return Presets(folder)


def test_the_ones_that_ship_can_all_be_read():
    presets = Presets()
    assert presets.names() == ("kit", "ad", "character", "item", "location", "quest")
    for name in presets.names():
        preset = presets.read(name)
        assert preset.summary
        assert len(preset.parts) >= 3
    assert {part.kind for part in presets.read("kit").parts} == {"text", "image", "texture", "music"}


def test_ones_own_stand_beside_them_and_go_before_them(tmp_path):
    presets = written(tmp_path, GOOD)
    assert presets.names()[-1] == "mine"
    assert [part.needs for part in presets.read("mine").parts] == [{}, {"style_image": "first"}]
    presets = written(tmp_path, GOOD, "kit")
    assert [part.name for part in presets.read("kit").parts] == ["first", "second"]
    assert presets.names().count("kit") == 1


def test_a_file_that_is_changed_is_read_anew(tmp_path):
    presets = written(tmp_path, GOOD)
    assert len(presets.read("mine").parts) == 2
    written(tmp_path, GOOD[: GOOD.rindex("[[part]]")])
    assert len(presets.read("mine").parts) == 1


@pytest.mark.parametrize("name", ["kitt", "../kit", "/etc/passwd", "", "kit.toml"])
def test_a_preset_that_there_is_not_is_refused(tmp_path, name):
    with pytest.raises(StudioloError, match="There is no preset called"):
        Presets(tmp_path).read(name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("summary =", "sumary =", "has 'sumary'"),
        ("{motif}", "{motiv}", "{motif} may be meant"),
        ("width = 64", "widht = 64", "'width' may be meant"),
        ("width = 64", "width = 'wide'", "'width' of part 'first' does not fit"),
        ("width = 64", "model = 'x'", "can't set 'model'"),
        ("width = 64", "seed = 1", "can't set 'seed'"),
        ('"second"', '"first"', "each name once"),
        ('"second"', '"card"', "is no name for a part"),
        ('"second"', '"../x"', "is no name for a part"),
        ('kind = "image"', 'kind = "film"', "is of kind 'film'"),
        ('style_image = "first"', 'style_image = "third"', "must name a part of kind image that stands before it"),
        ('style_image = "first"', 'motif = "first"', "can take style_image, image"),
        ("[part.from]", "[part.fro]", "and may have"),
        ("summary =", "parts = 3\nsummary =", "the preset has 'parts'"),
        ("summary", "summary = \n", "not readable TOML"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, old, new, said):
    assert old in GOOD
    presets = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(StudioloError) as refused:
        presets.read("mine")
    assert said in refused.value.problem.message
    assert "presets/mine.toml" in refused.value.problem.message
    assert str(tmp_path) not in refused.value.problem.message
    assert "mine" in presets.names()


def test_a_file_without_parts_or_of_other_bytes_is_none(tmp_path):
    for text in ("summary = 'x'", "part = []", "part = 3", "part = [1]"):
        with pytest.raises(StudioloError, match="one to 16 tables"):
            written(tmp_path, text).read("mine")
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(StudioloError, match="can't be read"):
        Presets(tmp_path).read("mine")
    (tmp_path / "mine.toml").write_text("#" * 70_000)
    with pytest.raises(StudioloError, match="larger than 64 kB"):
        Presets(tmp_path).read("mine")
