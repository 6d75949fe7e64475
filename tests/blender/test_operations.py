"""Lists of operations: what is read, what is refused and why, the schema, and the words for a person."""

import json

import jsonschema
import pytest

from studiolo.text.modes import read_mode
from studiolo_blender.scenes import operations
from studiolo_blender.scenes.operations import Add, Array, Camera, Light, Material, Place, World
from studiolo_contract.errors import StudioloError

COLUMNS = (
    Add("columns", "column", size="large"),
    Array("columns", "ring", 3),
    Material("columns", "mossy stone", "green"),
    Add("well", "well"),
    Place("columns", "around", "well"),
    Light("sun", height="low", tone="warm"),
    Camera("wide", lens=24.0),
    World("dawn", "thick", "grass"),
)
EVERYTHING = (
    Add("a", "monkey", "tiny", "slim", 1.5),
    Array("a", "grid", 9, "tight"),
    Add("b-1 c", "plane"),
    Place("a", "on", "b-1 c", turn=45.0),
    Place("b-1 c", "at", x=-3.0, y=2.5),
    Material("a", "Pale-blue glass, frosted", "#a0b0ff", "glass"),
    Light("spot", "high", "back", "purple", "bright", "a"),
    Light("point"),
    Camera("close", "top", "left", 85.0, "a"),
    World("night", "thin", "water", "black"),
)


def reason(text):
    with pytest.raises(StudioloError) as caught:
        operations.read(text)
    assert caught.value.problem.code == "bad_request"
    assert caught.value.problem.mend
    return caught.value.problem.message


@pytest.mark.parametrize("wanted", [COLUMNS, EVERYTHING])
def test_a_list_comes_back_from_json_as_it_went(wanted):
    assert operations.read(operations.to_json(wanted)) == wanted


@pytest.mark.parametrize("wanted", [COLUMNS, EVERYTHING])
def test_a_good_list_fits_the_schema(wanted):
    jsonschema.Draft202012Validator(operations.schema()).validate(json.loads(operations.to_json(wanted)))


def test_what_is_as_usual_is_not_said():
    assert json.loads(operations.to_json([Add("tree", "tree")])) == [{"do": "add", "name": "tree", "kind": "tree"}]


def test_a_whole_number_may_be_written_with_a_point():
    read = operations.read(
        '[{"do": "add", "name": "a", "kind": "cube"}, {"do": "array", "name": "a", "layout": "row", "count": 3.0}]'
    )
    assert read[1] == Array("a", "row", 3)
    assert isinstance(read[1].count, int)


CUBE = {"do": "add", "name": "a", "kind": "cube"}
ROW = {"do": "array", "name": "a", "layout": "row", "count": 3}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "no list"),
        ({"do": "add"}, "no list"),
        (["add"], "Operation 1 has no 'do'"),
        ([{"do": "exec", "code": "import os"}], "Operation 1 has no 'do'"),
        ([{"do": "add", "kind": "cube"}], "Operation 1 (add) has no name"),
        ([{**CUBE, "code": "import os"}], "has a field 'code'"),
        ([{**CUBE, "kind": "dragon"}], "kind is 'dragon'"),
        ([{**CUBE, "kind": ["cube"]}], "should be text"),
        ([{**CUBE, "name": "Cube; rm"}], "should be a name"),
        ([{**CUBE, "name": ""}], "should be a name"),
        ([{**CUBE, "height": "tall"}], "should be a number"),
        ([{**CUBE, "height": True}], "should be a number"),
        ([{**CUBE, "height": -1}], "between 0 and 500"),
        ([{**CUBE, "height": float("nan")}], "should be a number"),
        ([CUBE, {**ROW, "count": 0}], "between 1 and 300"),
        ([CUBE, {**ROW, "count": 2.5}], "whole number"),
        ([CUBE, {**ROW, "count": 301}], "between 1 and 300"),
        ([CUBE, {**ROW, "name": "b"}], "speaks of 'b'"),
        ([ROW, CUBE], "speaks of 'a'"),
        ([CUBE, CUBE], "there already"),
        ([CUBE, ROW, ROW], "a second time"),
        ([CUBE, {"do": "world"}, {"do": "world"}], "a second time"),
        ([CUBE, {"do": "place", "name": "a", "where": "on"}], "on nothing"),
        ([CUBE, {"do": "place", "name": "a", "where": "on", "of": "a"}], "stand, in the end, by itself"),
        ([CUBE, {"do": "place", "name": "a", "where": "at", "of": "a"}], "stands by itself"),
        ([CUBE, {"do": "material", "name": "a", "words": " ", "colour": "red"}], "1 to 100 characters"),
        ([CUBE, {"do": "material", "name": "a", "words": "a\nb", "colour": "red"}], "1 to 100 characters"),
        ([CUBE, {"do": "material", "name": "a", "words": "paint", "colour": "#12345"}], "colour is '#12345'"),
        ([{"do": "world"}], "adds nothing"),
    ],
)
def test_a_bad_list_is_refused_with_the_reason(rows, says):
    assert says in reason(json.dumps(rows))


def test_things_may_not_stand_on_each_other_in_a_ring():
    three = [{**CUBE, "name": name} for name in "abc"]
    ring = [{"do": "place", "name": one, "where": "on", "of": of} for one, of in ("ab", "bc", "ca")]
    assert "by itself" in reason(json.dumps([*three, *ring]))


def test_too_many_objects_are_refused_though_each_array_is_allowed():
    rows = [{**CUBE, "name": name} for name in "ab"] + [{**ROW, "name": name, "count": 251} for name in "ab"]
    assert "502 objects" in reason(json.dumps(rows))


def test_too_many_operations_are_refused():
    assert "121 operations" in reason(json.dumps([{**CUBE, "name": f"a{at}"} for at in range(121)]))


@pytest.mark.parametrize("text", ["", "[", "import os", "[" * 100_000, '"' + "x" * 300_000])
def test_what_is_no_list_at_all_is_refused(text):
    assert reason(text)


def test_every_operation_is_told_in_one_line():
    lines = [operations.describe(one) for one in (*COLUMNS, *EVERYTHING)]
    assert all(lines)
    assert not any("\n" in line for line in lines)
    assert lines[:3] == [
        "Add a large column “columns”",
        "3 × columns, in a ring",
        "Make columns of mossy stone: green, matte",
    ]


def test_the_daemons_mode_has_the_same_schema():
    assert json.loads(read_mode("scene").json_schema) == json.loads(operations.schema_text())


def test_the_examples_of_the_mode_are_good_lists():
    examples = read_mode("scene").examples
    assert examples
    for example in examples:
        assert operations.read(example.answer)
