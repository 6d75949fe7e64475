"""Where things come to stand, and what they are made of as meshes."""

from math import hypot

import numpy as np
import pytest

from studiolo_blender.modelling import solids
from studiolo_blender.scenes import arranging, framing, operations, shapes
from studiolo_blender.scenes.operations import Add, Array, Camera, Place
from studiolo_blender.scenes.setting_out import GAPS


def volume(solid):
    corners = np.concatenate(
        [
            solid.points[[face[0], face[at], face[at + 1]]][None]
            for face in solid.faces
            for at in range(1, len(face) - 1)
        ]
    )
    return np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6


def boxes(group):
    """The box about each object, seen from above, in the scene's metres."""
    low, high = group.solid.points.min(axis=0)[:2], group.solid.points.max(axis=0)[:2]
    reach = np.maximum(np.abs(low), np.abs(high))
    return [((group.x + one.x, group.y + one.y), reach if one.turn % 180 == 0 else reach[::-1]) for one in group.spots]


def touch(one, other):
    (a, b), (c, d) = one, other
    return all(abs(a[axis] - c[axis]) < b[axis] + d[axis] - 1e-6 for axis in (0, 1))


# ---- meshes


@pytest.mark.parametrize("kind", operations.KINDS)
def test_every_kind_is_a_sound_mesh_on_the_ground(kind):
    solid = shapes.shape(Add("it", kind), 0)
    assert -0.08 < solid.points[:, 2].min() < 0.01
    assert len(solid.uvs) == sum(map(len, solid.faces))
    assert len(solid.parts) == len(solid.smooth) == len(solid.faces)
    assert max(max(face) for face in solid.faces) < len(solid.points)
    assert np.isfinite(solid.points).all()
    assert np.isfinite(solid.uvs).all()
    assert set(solid.parts) <= shapes.PARTS.keys()
    assert set(shapes.body(kind, solid)) & set(solid.parts)
    assert np.ptp(solid.uvs[:, 0]) > 0.01
    assert np.ptp(solid.uvs[:, 1]) > 0.01
    middle = (solid.points.max(axis=0) + solid.points.min(axis=0))[:2] / 2
    assert (np.abs(middle) < 0.3 * max(solid.size()[:2])).all()


@pytest.mark.parametrize(
    ("kind", "height"),
    [("table", 0.75), ("chair", 1.0), ("column", 3.9), ("candle", 0.26), ("barrel", 0.95), ("house", 6.0)],
)
def test_things_are_as_high_as_real_ones(kind, height):
    assert shapes.shape(Add("it", kind), 0).size()[2] == pytest.approx(height, rel=0.03)


def test_the_faces_of_closed_solids_look_outwards():
    assert volume(solids.box(1, 2, 3, "stone", 0.01)) == pytest.approx(6, rel=0.01)
    assert volume(solids.lathe([(1, 0), (1, 2)], "stone", 64)) == pytest.approx(6.28, rel=0.01)
    assert volume(solids.ball(1, "stone", 3)) == pytest.approx(4.19, rel=0.02)
    assert volume(solids.tube([(0, 0, 0), (2, 0, 0)], [1, 1], "stone", 32)) == pytest.approx(6.28, rel=0.02)
    for kind in operations.KINDS:
        assert kind == "tent" or volume(shapes.shape(Add("it", kind), 0)) > 0


def test_a_texture_has_the_same_scale_on_a_thing_of_any_size():
    def density(solid):
        """UV area against area, of the largest face."""
        areas, start = [], 0
        for face in solid.faces:
            corners, uv = solid.points[list(face)], solid.uvs[start : start + len(face)]
            start += len(face)
            area = np.linalg.norm(np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0))
            flat = abs((uv[:, 0] * np.roll(uv[:, 1], -1) - uv[:, 1] * np.roll(uv[:, 0], -1)).sum())
            areas.append((area, flat))
        area, flat = max(areas)
        return flat / area

    for size, proportion in (("medium", "normal"), ("huge", "normal"), ("tiny", "long"), ("large", "tall")):
        assert density(shapes.shape(Add("it", "crate", size, proportion), 0)) == pytest.approx(1, rel=0.02)


def test_sizes_and_heights_are_kept():
    usual = np.array(shapes.shape(Add("it", "tower"), 0).size())
    assert np.allclose(shapes.shape(Add("it", "tower", "huge"), 0).size(), usual * 3)
    assert shapes.shape(Add("it", "tower", height=40.0), 0).size()[2] == pytest.approx(40)
    assert shapes.shape(Add("it", "tower", "tiny", "tall", 40.0), 0).size()[2] == pytest.approx(40)


def test_no_two_trees_are_alike_and_all_columns_are():
    def same(kind):
        one, other = (shapes.shape(Add("it", kind), seed) for seed in (1, 2))
        return one.points.shape == other.points.shape and np.allclose(one.points, other.points)

    assert same("column")
    assert not same("tree")
    assert not same("rock")


# ---- places


@pytest.mark.parametrize("layout", operations.LAYOUTS)
@pytest.mark.parametrize("count", [1, 2, 7, 24])
@pytest.mark.parametrize("spacing", GAPS)
def test_so_many_as_were_asked_for_and_none_in_another(layout, count, spacing):
    wanted = [Add("it", "column"), Array("it", layout, count, spacing)]
    group = arranging.arrange(wanted, 3)["it"]
    assert len(group.spots) == count
    if layout == "stack":
        assert len({(round(one.x, 2), round(one.y, 2), round(one.z, 2)) for one in group.spots}) == count
    elif layout in ("row", "grid", "avenue"):
        found = boxes(group)
        assert not any(touch(one, other) for at, one in enumerate(found) for other in found[:at])
    else:
        apart = [hypot(a.x - b.x, a.y - b.y) for at, a in enumerate(group.spots) for b in group.spots[:at]]
        assert min(apart, default=9.0) > 0.8 * group.solid.size()[0]


def test_the_same_seed_scatters_the_same_way():
    wanted = [Add("it", "tree"), Array("it", "scatter", 30)]
    once, again, other = (arranging.arrange(wanted, seed)["it"].spots for seed in (1, 1, 2))
    assert once == again != other


@pytest.mark.parametrize("where", ["beside", "left of", "right of", "in front of", "behind"])
@pytest.mark.parametrize("kinds", [("house", "tree"), ("cup", "mountain"), ("boat", "book")])
def test_side_by_side_nothing_touches(where, kinds):
    wanted = [Add("a", kinds[0]), Add("b", kinds[1]), Add("c", "rock"), Array("c", "row", 3)]
    wanted += [Place("a", where, "b"), Place("c", where, "b")]
    groups = arranging.arrange(wanted, 1)
    found = [(name, box) for name, group in groups.items() for box in boxes(group)]
    assert not any(touch(one, other) for n, one in found for m, other in found if n != m)
    a, b = groups["a"], groups["b"]
    towards = {"left of": a.x < b.x, "right of": a.x > b.x, "in front of": a.y < b.y, "behind": a.y > b.y}
    assert towards.get(where, True)


def test_without_a_word_on_where_nothing_touches_either():
    wanted = [Add(kind, kind) for kind in ("house", "tree", "car", "hill", "lamp", "castle")]
    groups = arranging.arrange(wanted, 1)
    found = [(name, box) for name, group in groups.items() for box in boxes(group)]
    assert not any(touch(one, other) for n, one in found for m, other in found if n != m)


def test_what_is_on_a_table_stands_on_it_and_not_in_each_other():
    wanted = [
        Add("table", "table"),
        Add("lamp", "lamp"),
        Add("cups", "cup"),
        Array("cups", "scatter", 3),
        Add("book", "book"),
    ]
    wanted += [Place(name, "on", "table") for name in ("lamp", "cups", "book")]
    groups = arranging.arrange(wanted, 1)
    for name in ("lamp", "cups", "book"):
        for one in groups[name].spots:
            assert groups[name].z + one.z == pytest.approx(0.75, abs=0.01)
            assert abs(groups[name].x + one.x) < 0.75
            assert abs(groups[name].y + one.y) < 0.43
    found = [(name, box) for name in ("lamp", "cups", "book") for box in boxes(groups[name])]
    assert not any(touch(one, other) for n, one in found for m, other in found if n != m)


def test_a_candle_on_a_book_on_a_table():
    wanted = [Add("candle", "candle"), Add("book", "book"), Add("table", "table")]
    wanted += [Place("candle", "on", "book"), Place("book", "on", "table")]
    groups = arranging.arrange(wanted, 1)
    assert groups["candle"].z + groups["candle"].spots[0].z == pytest.approx(0.79, abs=0.01)


def test_one_stands_on_each_where_they_are_equally_many():
    wanted = [Add("crates", "crate"), Array("crates", "row", 4), Add("cups", "cup"), Array("cups", "row", 4)]
    groups = arranging.arrange([*wanted, Place("cups", "on", "crates")], 1)
    assert [one.x for one in groups["cups"].spots] == [one.x for one in groups["crates"].spots]
    assert all(one.z == pytest.approx(0.8, abs=0.01) for one in groups["cups"].spots)


def test_chairs_around_a_table_look_at_it():
    wanted = [
        Add("table", "table"),
        Add("chairs", "chair"),
        Array("chairs", "ring", 6),
        Place("chairs", "around", "table"),
    ]
    groups = arranging.arrange(wanted, 1)
    table = boxes(groups["table"])[0]
    for one, box in zip(groups["chairs"].spots, boxes(groups["chairs"]), strict=True):
        front = np.array((np.sin(np.radians(one.turn)), -np.cos(np.radians(one.turn))))
        towards = -np.array((one.x, one.y)) / hypot(one.x, one.y)
        assert front @ towards > 0.99
        assert not touch(table, (box[0], box[1] * 0.7))


@pytest.mark.parametrize("layout", ["ring", "scatter", "row", "grid", "avenue"])
@pytest.mark.parametrize("count", [2, 5, 8])
@pytest.mark.parametrize("where", ["inside", "between"])
def test_there_is_room_in_the_middle_for_what_stands_there(layout, count, where):
    wanted = [
        Add("columns", "column"),
        Array("columns", layout, count),
        Add("well", "well"),
        Place("well", where, "columns"),
    ]
    groups = arranging.arrange(wanted, 1)
    well = boxes(groups["well"])[0]
    assert not any(touch(well, box) for box in boxes(groups["columns"]))


def test_a_castle_on_a_mountain_has_level_ground_under_it():
    wanted = [Add("castle", "castle"), Add("mountain", "mountain"), Place("castle", "on", "mountain")]
    groups = arranging.arrange(wanted, 1)
    castle, mountain = groups["castle"], groups["mountain"]
    level = castle.z + castle.spots[0].z
    heights = [mountain.solid.height_at(x, y) for x in (-9, 0, 9) for y in (-9, 0, 9)]
    assert level > 3
    assert heights == pytest.approx([level] * 9, abs=0.3)


def test_a_lighthouse_on_a_rock_has_a_rock_that_carries_it():
    wanted = [Add("light", "lighthouse"), Add("rock", "rock"), Place("light", "on", "rock")]
    groups = arranging.arrange(wanted, 1)
    assert min(groups["rock"].solid.size()[:2]) > groups["light"].solid.size()[0]


def test_what_would_be_hidden_stands_in_front_and_that_is_told():
    wanted = [Add("stairs", "stairs"), Add("tower", "tower"), Place("stairs", "inside", "tower")]
    groups = arranging.arrange(wanted, 1)
    assert not touch(boxes(groups["stairs"])[0], boxes(groups["tower"])[0])
    assert arranging.notes(wanted) == ["Inside 'tower' nothing could be seen; 'stairs' stands in front of it."]


def test_a_fence_around_a_house_goes_all_around_it():
    wanted = [
        Add("fence", "fence"),
        Array("fence", "ring", 4),
        Add("house", "house"),
        Place("fence", "around", "house"),
    ]
    groups = arranging.arrange(wanted, 1)
    spots = groups["fence"].spots
    apart = [hypot(a.x - b.x, a.y - b.y) for a, b in zip(spots, [*spots[1:], spots[0]], strict=True)]
    assert max(apart) < 1.1 * groups["fence"].solid.size()[0]
    assert not any(touch(boxes(groups["house"])[0], (place, (0.3, 0.3))) for place, _ in boxes(groups["fence"]))


# ---- the camera


@pytest.mark.parametrize("shot", operations.SHOTS)
@pytest.mark.parametrize("angle", operations.ANGLES)
@pytest.mark.parametrize("side", operations.SIDES)
@pytest.mark.parametrize("aspect", [16 / 9, 1.0, 0.5])
def test_everything_is_in_the_picture(shot, angle, side, aspect):
    points = np.random.default_rng(1).uniform((-20, -3, 0), (9, 6, 14), (50, 3))
    view = framing.frame(points, Camera(shot, angle, side, 35.0), aspect)
    x, _, z = view.rotation()
    turn = np.array(((np.cos(z), -np.sin(z), 0), (np.sin(z), np.cos(z), 0), (0, 0, 1)))
    tilt = np.array(((1, 0, 0), (0, np.cos(x), -np.sin(x)), (0, np.sin(x), np.cos(x))))
    seen = (points - view.place) @ (turn @ tilt)
    half = framing.SENSOR / 2 / 35.0
    wide, high = (half, half / aspect) if aspect >= 1 else (half * aspect, half)
    depth = -seen[:, 2]
    assert depth.min() > 0
    sideways, upwards = np.abs(seen[:, 0] / depth) / wide, np.abs(seen[:, 1] / depth) / high
    assert max(sideways.max(), upwards.max()) <= 1.0
    assert max(sideways.max(), upwards.max()) > 0.4
    assert view.place[2] > 0
