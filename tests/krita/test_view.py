"""Where a document's pixels are seen: however the page is turned, it lies where the scroll bars say."""

from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studiolo_krita.qt import QtCore
from studiolo_krita.view import transform

pages = st.integers(1, 8000)
places = st.integers(-3000, 9000)
zooms = st.floats(0.01, 64)
turns = st.floats(-360, 360)


def seen(view, x, y):
    point = view.map(QtCore.QPointF(x, y))
    return pytest.approx((point.x(), point.y()), abs=1e-6)


def test_a_page_that_is_only_scrolled_and_scaled():
    view = transform(2.0, 0.0, False, 100, 50, left=30, top=-7)
    assert seen(view, 0, 0) == (-30, 7)
    assert seen(view, 10, 20) == (-10, 47)


def test_a_mirrored_page_begins_at_its_right():
    view = transform(2.0, 0.0, True, 100, 50, left=30, top=0)
    assert seen(view, 100, 0) == (-30, 0)
    assert seen(view, 0, 50) == (170, 100)


def test_a_page_that_is_turned_clockwise_by_a_quarter():
    view = transform(1.0, 90.0, False, 100, 50, left=0, top=0)
    assert seen(view, 0, 0) == (50, 0)
    assert seen(view, 100, 0) == (50, 100)
    assert seen(view, 0, 50) == (0, 0)


@given(zooms, turns, st.booleans(), pages, pages, places, places)
def test_what_the_page_covers_begins_where_the_scroll_bars_say(zoom, turn, mirrored, width, height, left, top):
    view = transform(zoom, turn, mirrored, width, height, left, top)
    page = view.mapRect(QtCore.QRectF(0, 0, width, height))
    size = max(1.0, zoom * (width + height))
    assert page.x() == pytest.approx(-left, abs=1e-6 * size)
    assert page.y() == pytest.approx(-top, abs=1e-6 * size)
    across, down = abs(cos(radians(turn))) * zoom, abs(sin(radians(turn))) * zoom
    assert page.width() == pytest.approx(across * width + down * height, abs=1e-6 * size)


@given(zooms, turns, st.booleans(), pages, pages)
def test_pixels_stay_square_and_are_mirrored_or_not(zoom, turn, mirrored, width, height):
    view = transform(zoom, turn, mirrored, width, height, 0, 0)
    assert view.determinant() == pytest.approx(-(zoom**2) if mirrored else zoom**2)
    assert view.m11() ** 2 + view.m12() ** 2 == pytest.approx(zoom**2)
    assert view.m11() * view.m21() + view.m12() * view.m22() == pytest.approx(0, abs=1e-9 * zoom**2)
