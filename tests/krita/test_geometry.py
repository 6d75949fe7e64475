"""What the model sees around a selection, and at which size it paints it."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.geometry import Bounds, context, expand, fit, target, tiles

CANVAS = Bounds(0, 0, 2000, 1500)
sides = st.integers(1, 5000)
canvases = st.builds(Bounds, st.just(0), st.just(0), sides, sides)
natives = st.sampled_from([256, 512, 1024])


@st.composite
def selections(draw):
    """A canvas, and a rectangle that lies on it at least in part."""
    canvas = draw(canvases)
    x, y = draw(st.integers(-500, canvas.width - 1)), draw(st.integers(-500, canvas.height - 1))
    return canvas, Bounds(x, y, draw(st.integers(max(1, 1 - x), 6000)), draw(st.integers(max(1, 1 - y), 6000)))


def test_rectangles_meet_or_do_not():
    assert Bounds(0, 0, 10, 10).intersect(Bounds(5, 6, 10, 10)) == Bounds(5, 6, 5, 4)
    assert Bounds(0, 0, 10, 10).intersect(Bounds(10, 0, 5, 5)).empty
    assert Bounds(0, 0, 10, 10).contains(Bounds(9, 9, 1, 1))
    assert not Bounds(0, 0, 10, 10).contains(Bounds(9, 9, 2, 1))
    assert Bounds(4, 4, 2, 2).pad(3) == Bounds(1, 1, 8, 8)


def test_clamping_moves_and_cuts_only_what_is_larger():
    assert Bounds(-5, 1490, 100, 100).clamp(CANVAS) == Bounds(0, 1400, 100, 100)
    assert Bounds(-5, 20, 3000, 100).clamp(CANVAS) == Bounds(0, 20, 2000, 100)


def test_a_small_selection_is_seen_at_the_models_own_size():
    assert context(Bounds(900, 700, 60, 40), CANVAS, 4, 4, 256) == Bounds(802, 592, 256, 256)
    assert context(Bounds(0, 0, 60, 40), CANVAS, 4, 4, 256) == Bounds(0, 0, 256, 256)


def test_a_large_selection_has_an_eighth_around_it():
    assert context(Bounds(500, 400, 800, 800), CANVAS, 0, 0, 256) == Bounds(400, 300, 1000, 1000)


def test_a_long_selection_is_seen_two_to_one():
    assert context(Bounds(500, 700, 1000, 20), CANVAS, 0, 0, 256).size == (1250, 625)


def test_on_a_narrow_canvas_length_makes_up_for_width():
    assert context(Bounds(50, 500, 60, 60), Bounds(0, 0, 200, 2000), 0, 0, 256).size == (200, 327)
    assert context(Bounds(0, 500, 40, 40), Bounds(0, 0, 40, 2000), 0, 0, 256).size[0] == 40


def test_a_selection_off_the_canvas_is_refused():
    with pytest.raises(ValueError, match="nothing of the selection"):
        context(Bounds(2000, 0, 10, 10), CANVAS, 0, 0, 256)


@given(selections(), st.integers(0, 64), st.integers(0, 64), natives)
def test_the_context_holds_what_is_repainted_and_stays_on_the_canvas(place, grow, feather, native):
    canvas, selection = place
    seen = context(selection, canvas, grow, feather, native)
    assert canvas.contains(seen)
    assert seen.contains(selection.intersect(canvas).pad(grow + feather).intersect(canvas))


@given(selections(), natives)
def test_the_context_is_two_to_one_and_of_native_area_where_there_is_room(place, native):
    canvas, selection = place
    seen = context(selection, canvas, 0, 0, native)
    if seen.width > 2 * seen.height:
        assert seen.height == canvas.height
    if seen.height > 2 * seen.width:
        assert seen.width == canvas.width
    if min(canvas.size) >= native:
        assert seen.area >= native * native * 0.99


@given(canvases, natives.flatmap(lambda native: st.tuples(st.just(native), st.sampled_from([8, 64]))))
def test_the_target_is_what_a_model_can_paint(seen, kind):
    native, multiple = kind
    width, height = target(seen, native, multiple)
    assert width % multiple == height % multiple == 0
    assert 0 < width <= 4096
    assert 0 < height <= 4096
    assert max(width, height) <= 8 * min(width, height)
    if max(seen.size) <= 2 * min(seen.size):
        assert abs(log(width * height / native**2)) < (0.35 if multiple == 64 else 0.06)
        assert abs(log(width / height / (seen.width / seen.height))) < (0.2 if multiple == 64 else 0.03)


@pytest.mark.parametrize(
    ("size", "native", "multiple", "painted"),
    [
        ((1000, 1000), 256, 64, (256, 256)),
        ((100, 100), 256, 64, (256, 256)),
        ((1280, 640), 256, 64, (384, 192)),
        ((1250, 1000), 256, 64, (320, 256)),
        ((1920, 1080), 1024, 8, (1368, 768)),
        ((5000, 100), 512, 8, (1464, 184)),
    ],
)
def test_sizes_that_are_painted(size, native, multiple, painted):
    assert target(Bounds(7, 9, *size), native, multiple) == painted


def test_a_canvas_is_expanded_at_each_side_by_its_own():
    assert expand(Bounds(0, 0, 100, 50), 10, 0, 20, 5) == Bounds(-10, 0, 130, 55)
    with pytest.raises(ValueError, match="less than nothing"):
        expand(CANVAS, 0, -1, 0, 0)


def test_a_picture_is_shown_as_large_as_fits():
    assert fit(100, 50, Bounds(10, 10, 300, 300)) == Bounds(10, 85, 300, 150)


@given(canvases, st.integers(1, 5))
def test_tiles_cover_their_view_without_a_gap(view, count):
    places = tiles(view, count)
    assert len(places) == count * count
    assert sum(place.area for place in places) == view.area
    assert all(view.contains(place) for place in places)
    for i, left in enumerate(places[:-1]):
        if (i + 1) % count:
            assert left.right == places[i + 1].x
