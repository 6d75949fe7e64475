"""Large pictures are worked on in bands: what comes of it is the same as in one piece."""

import numpy as np
import pytest

from studiolo_krita import pixels, task
from studiolo_krita.geometry import Bounds
from studiolo_krita.task import Selection, Shot, Wish
from tests.krita.painting import levels, mask, noise, numbers

CANVAS = Bounds(0, 0, 150, 110)


@pytest.fixture
def both(monkeypatch):
    """What a call gives in one piece, and in bands of two rows."""

    def give(call):
        monkeypatch.setattr(pixels, "BAND", 1 << 30)
        whole = call()
        monkeypatch.setattr(pixels, "BAND", 300)
        return whole, call()

    return give


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 300), (300, 7), (1000, 5)])
def test_bands_cover_everything_once(width, height, monkeypatch):
    monkeypatch.setattr(pixels, "BAND", 300)
    rows = [row for first, count in pixels.bands(width, height) for row in range(first, first + count)]
    assert rows == list(range(height))


def test_bands_have_at_least_what_is_asked(monkeypatch):
    monkeypatch.setattr(pixels, "BAND", 300)
    assert list(pixels.bands(100, 25, least=10)) == [(0, 10), (10, 10), (20, 5)]


@pytest.mark.parametrize("kind", ["fill", "background", "expand", "generate"])
@pytest.mark.parametrize(("grow", "feather"), [(0, 0), (4, 12), (9, 31)])
def test_a_mask(both, kind, grow, feather):
    data = np.random.default_rng(1).integers(0, 2, (40, 70)).repeat(2, 0).repeat(2, 1)[:60, :90] * 255
    chosen = Bounds(30, 20, 90, 60)
    selection = Selection(chosen, data.astype(np.uint8).tobytes())
    wish = Wish(kind, grow=grow, feather=feather)
    context = task.context(wish, CANVAS, chosen)
    whole, banded = both(lambda: Shot("key", wish, "", "", CANVAS, context, 0.0, selection=selection).alpha)
    assert (levels(banded) == levels(whole)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda one, other, soft: pixels.masked(one, soft),
        lambda one, other, soft: pixels.over(one, other),
        lambda one, other, soft: pixels.over(one, other, 20, 30),
        lambda one, other, soft: pixels.converted(pixels.converted(soft, pixels.ARGB), pixels.PREMULTIPLIED),
        lambda one, other, soft: pixels.converted(one, pixels.PREMULTIPLIED),
    ],
)
def test_a_picture(both, call):
    one, other = noise(100, 80), noise(90, 70)
    soft = mask(np.random.default_rng(2).integers(0, 256, (80, 100)))
    whole, banded = both(lambda: call(one, other, soft))
    assert banded.format() == whole.format()
    assert (numbers(banded) == numbers(whole)).all()


def test_a_mask_and_a_picture_of_it_are_the_same():
    soft = mask(np.random.default_rng(3).integers(0, 256, (33, 21)))
    again = pixels.converted(pixels.converted(soft, pixels.ARGB), pixels.ALPHA)
    assert (levels(again) == levels(soft)).all()
