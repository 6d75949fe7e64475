"""What the rules read in a sentence, and how it holds a small model to that."""

import json
import random
import tomllib
from pathlib import Path

import jsonschema
import pytest

from studiolo_blender.reading import sentence
from studiolo_blender.scenes import guiding, operations
from studiolo_blender.scenes.holding import Number
from studiolo_contract.wire import ModelInfo

DEVELOPMENT = tomllib.loads((Path(__file__).parent / "scene_development.toml").read_text("utf-8"))["sentence"]


def things(text):
    """For each kind how many at least and at most."""
    found = {}
    for one in sentence.read(text).mentions:
        low, high = found.get(one.kind, (0, 0))
        found[one.kind] = (low + one.count[0], high + one.count[1])
    return found


def standing(text):
    return [(one.kind, one.where, one.of.kind) for one in sentence.read(text).mentions if one.of]


def chosen(text, seed):
    """A list as a model might fill it in: of what is left of each field, anything."""
    chance = random.Random(seed)
    wanted = []
    for slot in guiding.slots(sentence.read(text)):
        values = {
            name: chance.randint(int(left.least), int(left.most)) if isinstance(left, Number) else chance.choice(left)
            for name, left in slot.left
        }
        wanted.append(slot.kind(**values))
    return wanted


@pytest.mark.parametrize("expected", DEVELOPMENT, ids=lambda expected: expected["text"][:40])
def test_the_sentences_that_it_was_tuned_on(expected):
    reading = sentence.read(expected["text"])
    found = things(expected["text"])
    wanted = {kind: (n, n) if isinstance(n, int) else tuple(n) for kind, n in expected["objects"].items()}
    assert found.keys() == wanted.keys()
    assert all(low <= found[kind][0] and found[kind][1] <= high for kind, (low, high) in wanted.items())
    for kind, layout in expected.get("layout", {}).items():
        assert any(one.kind == kind and one.layout == layout for one in reading.mentions)
    for kind, relations, of in expected.get("where", []):
        assert any(one in standing(expected["text"]) for one in [(kind, way, of) for way in relations.split("|")])
    assert set(reading.unknown) == set(expected.get("unknown", []))
    said = {value for values in reading.air.values() for value in values}
    for part in ("sky", "ground", "light", "angle"):
        assert part not in expected or said & set(expected[part])
    assert not expected.get("fog") or "none" not in reading.air["world.fog"]


@pytest.mark.parametrize("expected", DEVELOPMENT, ids=lambda expected: expected["text"][:40])
def test_whatever_a_guided_model_chooses_is_a_good_list(expected):
    schema = json.loads(guiding.schema(sentence.read(expected["text"])))
    for seed in range(5):
        wanted = chosen(expected["text"], seed)
        assert operations.read(operations.to_json(wanted)) == tuple(wanted)
        jsonschema.Draft202012Validator(operations.schema()).validate(json.loads(operations.to_json(wanted)))
    assert len(schema["prefixItems"]) == schema["minItems"] == schema["maxItems"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a cube", {"cube": (1, 1)}),
        ("cubes", {"cube": (3, 6)}),
        ("two dozen cubes", {"cube": (24, 24)}),
        ("a hundred and a sphere", {"sphere": (1, 1)}),
        ("twenty-five boulders", {"rock": (25, 25)}),
        ("three rows of four chairs", {"chair": (12, 12)}),
        ("two rows of six columns", {"column": (12, 12)}),
        ("a 4x5 grid of barrels", {"barrel": (20, 20)}),
        ("two tables with three chairs each", {"table": (2, 2), "chair": (6, 6)}),
        ("three spheres, one red and two blue", {"sphere": (3, 3)}),
        ("a table and no chairs", {"table": (1, 1)}),
        ("benches and shelves", {"bench": (3, 6), "shelf": (3, 6)}),
        ("a street lamp and a table lamp", {"lantern": (1, 1), "lamp": (1, 1)}),
        ("a stone wall", {"wall": (1, 1)}),
        ("a thousand trees", {"tree": (300, 300)}),
        ("5000 trees", {"tree": (300, 300)}),
        ("a village of seven houses", {"house": (7, 7)}),
        ("a table. On the table a lamp.", {"table": (1, 1), "lamp": (1, 1)}),
        ("", {}),
        ("love and sorrow", {}),
        (".,;:!?()", {}),
    ],
)
def test_how_many_of_what(text, found):
    assert things(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a lamp on a table", [("lamp", "on", "table")]),
        ("a cup and a book on a table", [("cup", "on", "table"), ("book", "on", "table")]),
        ("a house, a tree behind a rock", [("tree", "behind", "rock")]),
        ("a well with four columns around it", [("column", "around", "well")]),
        ("a castle; in front of it a bridge", [("bridge", "in front of", "castle")]),
        ("on a hill stands a windmill", [("windmill", "on", "hill")]),
        ("a pedestal surrounded by candles", [("candle", "around", "pedestal")]),
        ("a fountain between two benches", [("fountain", "between", "bench")]),
        ("a well between a tree and a house", [("well", "right of", "tree"), ("house", "right of", "well")]),
        ("a cube, a cone and a torus in a row", [("cone", "right of", "cube"), ("torus", "right of", "cone")]),
        ("a boat on the sea", []),
        ("a cat on a chair and a table", [("chair", "beside", "table")]),
    ],
)
def test_what_stands_where(text, found):
    assert standing(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("an accordion on a table", ["accordion"]),
        ("two dragons and a castle", ["dragons"]),
        ("a steam engine under a bridge", ["steam engine"]),
        ("a man walking a dog past a house", ["man", "dog"]),
        ("a beautiful old red house in the morning sun", []),
        ("please show me a really big tower", []),
    ],
)
def test_what_it_does_not_know_it_tells(text, words):
    assert sentence.read(text).unknown == words


def test_light_weather_and_camera_are_heard():
    air = sentence.read("a tree, cold blue light from the left, thick fog, at night, seen from above, wide angle").air
    assert air == {
        "light.tone": ("blue",),
        "light.side": ("left",),
        "world.fog": ("thick",),
        "world.sky": ("night",),
        "camera.angle": ("high", "top"),
        "camera.lens": ("20",),
    }


def test_what_things_look_like_narrows_what_the_model_may_choose():
    slots = guiding.slots(sentence.read("a big mossy column and a copper sphere"))
    left = {(slot.kind.do, dict(slot.left)["name"][0]): dict(slot.left) for slot in slots if slot.kind.do == "material"}
    assert left["material", "column"]["colour"] == ("green", "olive")
    assert all(words.startswith("mossy ") for words in left["material", "column"]["words"])
    assert left["material", "sphere"] == {
        "name": ("sphere",),
        "words": ("copper",),
        "colour": ("copper",),
        "finish": ("metal",),
    }


def test_heights_in_metres_are_read():
    tower, wall = sentence.read("a 30 m high tower and a wall 50 cm tall").mentions
    assert (tower.height, wall.height) == (30.0, 0.5)


def test_a_list_of_a_large_model_is_held_against_what_was_read():
    reading = sentence.read("three columns and a well")
    columns = operations.Add("columns", "column")
    assert guiding.missing(reading, [columns, operations.Array("columns", "row", 3), operations.Add("w", "well")]) == []
    assert len(guiding.missing(reading, [columns])) == 2


def test_only_small_models_are_guided():
    def model(name, gb, default=False):
        return ModelInfo(
            name=name,
            kind="text",
            summary="",
            licence="",
            commercial=True,
            memory_gb=gb,
            installed=True,
            default=default,
        )

    models = (model("small", 0.6, default=True), model("large", 6.5))
    assert guiding.guides(models, "")
    assert guiding.guides(models, "small")
    assert not guiding.guides(models, "large")
    assert not guiding.guides(models, "/home/ana/models/own")


def test_a_large_model_is_told_of_every_kind():
    assert all(kind in guiding.briefing() for kind in operations.KINDS)
    assert len(guiding.briefing()) < 8000


def test_the_vocabulary_speaks_only_of_what_there_is():
    from dataclasses import fields

    from studiolo_blender.reading import qualities, vocabulary
    from studiolo_blender.scenes import holding

    assert vocabulary.NOUNS.keys() == set(operations.KINDS)
    said = [part.split("=") for words in (*qualities.AIR.values(), *qualities.TONED.values()) for part in words.split()]
    for path, values in (pair for pair in said if len(pair) == 2 and pair[1]):
        kind, name = path.split(".")
        what = holding.holds(next(one for one in fields(operations.OPERATIONS[kind]) if one.name == name))
        assert all(name == "lens" or value in what.values for value in values.split(","))
    looks = qualities.LOOKS.values()
    assert {colour for look in looks for colour in look.colours} <= set(operations.COLOURS)
    assert {finish for look in looks for finish in look.finishes} <= set(operations.FINISHES)
    tones = {qualities.LIGHT_OF.get(colour, colour) for look in looks for colour in look.colours}
    assert tones - {""} <= set(operations.TONES)
    assert {*vocabulary.RELATIONS, *vocabulary.TURNED, *vocabulary.TRAILING} <= set(operations.RELATIONS)
    assert set(vocabulary.LAYOUTS) == set(operations.LAYOUTS)
